"""What a quiet cycle costs: one long poll for all channels of the bot."""

from __future__ import annotations

from aggregator.contract import Account

from .reading import PLATFORM, context, glance, glanced, mark
from .world import ACCOUNT, OTHER, Town

MANY = 50


def test_a_quiet_minute_costs_one_long_poll_for_all_channels():
    town = Town()
    channels = [Account(key=f"desa_{number}", url=f"https://t.me/desa_{number}") for number in range(MANY)]
    for number, account in enumerate(channels):
        town.world.place("telegram", str(number), f"Desa {number}", handle=account.key)
    accounts = glanced(town.ask, [ACCOUNT, OTHER, *channels])
    settled = mark(glance(town.ask, accounts))
    town.internet.calls.clear()
    events = glance(town.ask, accounts, settled)
    assert town.internet.calls_to("telegram") == 1  # the table's cost of a quiet cycle, for 52 accounts
    assert {event.account_key for event in events} == {one.account.key for one in accounts}


def test_a_pull_costs_two_calls_and_then_one():
    town = Town()
    cursor = None
    for calls in (2, 1, 1):
        ctx = context(town.ask)
        for event in PLATFORM.pull_since(ACCOUNT, cursor, ctx):
            cursor = getattr(event, "cursor", cursor)
        assert ctx.http.calls == calls


def test_an_answer_costs_one_call():
    town = Town()
    message = next(one for one in PLATFORM.pull_since(ACCOUNT, None, context(town.ask)) if hasattr(one, "text"))
    ctx = context(town.ask)
    PLATFORM.answer(ACCOUNT, message, "Baik", ctx)
    assert ctx.http.calls == 1
