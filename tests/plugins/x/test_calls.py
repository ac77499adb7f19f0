"""What a turn costs at X: calls, and the posts it bills."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from aggregator.conformance.world import OfflineBudget
from aggregator.contract import Checkpoint, OpenThread, ThreadRef
from aggregator.fakes.internet import FakeInternet
from aggregator.fakes.offline import as_kit_world
from aggregator.fakes.skins.x import XSkin
from plugins.x.platform import XPlatform

from .world import ACCOUNT, NOW, WARGA, context, first_day, number, post

QUIET_CYCLE = 1  # calls an account


def pull(internet, cursor, **more):
    """Calls made, units billed, the cursor."""
    before, ctx = internet.calls_to("x"), context(as_kit_world(internet), **more)
    events = list(XPlatform().pull_since(ACCOUNT, cursor, ctx))
    marks = [event.cursor for event in events if isinstance(event, Checkpoint)]
    return internet.calls_to("x") - before, cast(OfflineBudget, ctx.budget).spent, marks[-1]


def test_a_quiet_cycle_is_one_call_and_costs_nothing():
    internet = FakeInternet(first_day(), [XSkin])
    _, _, cursor = pull(internet, None)
    for minutes in (30, 60, 90):
        calls, units, cursor = pull(internet, cursor, now=NOW + timedelta(minutes=minutes))
        assert calls <= 1.2 * QUIET_CYCLE
        assert units == 0


def test_every_post_is_booked_and_the_name_once():
    internet = FakeInternet(first_day(page=100), [XSkin])
    calls, units, _ = pull(internet, None)
    assert (calls, units) == (2, 2 + 8)  # the account's number costs two posts; retweets are not asked for


def test_names_are_booked_when_they_are_asked_for():
    world = first_day(page=100)
    _, units, _ = pull(
        FakeInternet(world, [XSkin]),
        None,
        secrets={"bearer_token": XSkin.app_settings["bearer_token"], "expand_author": "ya"},
    )
    assert units == 2 + 8 + 2 * 4  # four people wrote


def test_one_new_mention_costs_one_post():
    world = first_day()
    internet = FakeInternet(world, [XSkin])
    _, _, cursor = pull(internet, None)
    post(world, world.places["x", ACCOUNT.key], "20", WARGA, "@dpupr_contoh jembatan retak", "03-09T11:00:00")
    calls, units, _ = pull(internet, cursor)
    assert (calls, units) == (1, 1)


def test_twelve_threads_are_read_again_with_two_searches_and_one_look_up():
    world = first_day(page=100)
    internet = FakeInternet(world, [XSkin])
    threads = [
        OpenThread(ref=ThreadRef(external_id=number(f"{one:02}")), known=frozenset({number(f"{one:02}")}))
        for one in range(1, 13)
    ]
    before = internet.calls_to("x")
    list(XPlatform().pull_threads(ACCOUNT, threads, context(as_kit_world(internet))))
    assert internet.calls_to("x") - before == 1 + 2 + 1  # the account's number first
