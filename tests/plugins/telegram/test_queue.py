"""Messages that are shown once: nothing may be lost between Telegram's queue and the store."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from aggregator.conformance.faults import faults, set_keys, strike
from aggregator.conformance.world import Reply
from aggregator.contract import (
    Checkpoint,
    Cursor,
    GlancedAccount,
    Glimpse,
    Malformed,
    Message,
    PlatformError,
)

from .reading import PLATFORM, context, glance, glanced, mark, told
from .world import (
    ACCOUNT,
    EXPECTED,
    GROUP,
    NOW,
    OTHER,
    TOKEN,
    WATI,
    Town,
)

ALL = sorted([*EXPECTED, "-1001999888666:9001", "-1001999888666:9002"])


def test_a_glance_reads_all_channels_in_one_call():
    town = Town()
    accounts = glanced(town.ask)
    ctx = context(town.ask)
    events = list(PLATFORM.glance(accounts, None, ctx))
    assert sorted(told(events)) == ALL
    assert ctx.http.calls == 1
    keys = {
        event.event.external_id: event.account_key for event in events if isinstance(event, Glimpse) and event.event
    }
    assert keys["-1001999888666:9002"] == OTHER.key
    assert keys[f"{GROUP}:5012"] == ACCOUNT.key


def test_a_crash_between_any_two_events_of_a_glance_loses_nothing():
    count = len(glance(Town().ask, glanced(Town().ask)))
    for stop in range(count + 1):
        town = Town()
        accounts = glanced(town.ask)
        begun = PLATFORM.glance(accounts, None, context(town.ask))
        events = [event for event, _ in zip(begun, range(stop), strict=False)]
        begun.close()
        stored = set(told(events)) if mark(events) else set()  # a power cut forgets what no Checkpoint covers
        again = glance(town.ask, accounts, mark(events))
        assert stored | set(told(again)) == set(ALL), f"lost after {stop} events"


def test_a_full_queue_is_emptied_page_by_page_and_a_short_turn_goes_on():
    town = Town()
    for number in range(6000, 6250):
        town.say(town.road, str(number), WATI, f"Sama {number}", "2026-03-09T02:00:00+07:00")
    accounts = glanced(town.ask)
    first = glance(town.ask, accounts, calls=2)
    assert len([event for event in first if isinstance(event, Checkpoint)]) == 2
    assert not [event for event in first if isinstance(event, Glimpse) and not event.event]
    rest = glance(town.ask, accounts, mark(first))
    assert len(set(told(first)) | set(told(rest))) == 250 + len(ALL)
    assert not set(told(first)) & set(told(rest))


def test_whatever_befalls_a_glance_the_next_one_finds_everything():
    for fault in faults(NOW):
        town = Town()
        accounts = glanced(town.ask)
        stored: set[str] = set()
        with pytest.raises(fault.error or PlatformError) as raised:
            stored.update(told(glance(strike(town.ask, 1, fault, after=True), accounts)))
            if fault.error is None and stored:
                raise PlatformError("read in spite of it")
        assert TOKEN not in str(raised.value)
        assert stored | set(told(glance(town.ask, accounts))) == set(ALL)


def test_a_queue_in_a_new_shape_is_not_taken():
    town = Town()
    accounts = glanced(town.ask)
    with pytest.raises(Malformed):
        glance(set_keys(town.ask, "date", "kemarin"), accounts)
    assert sorted(told(glance(town.ask, accounts))) == ALL


def test_one_odd_message_does_not_stop_the_queue():
    town = Town()
    accounts = glanced(town.ask)

    def odd(request):
        reply = town.ask(request)
        answer = json.loads(reply.body)
        for update in answer["result"]:
            if update["message"]["message_id"] == 5014:
                update["message"]["date"] = None
        return Reply.json(answer)

    ctx = context(odd)
    events = list(PLATFORM.glance(accounts, None, ctx))
    assert sorted(told(events)) == [one for one in ALL if not one.endswith(":5014")]
    assert [name for name, _ in ctx.log.lines] == ["telegram.unreadable"]


def test_an_edit_is_the_same_message_with_its_time():
    town = Town()
    accounts = glanced(town.ask)
    events = glance(town.ask, accounts)
    town.next_day()
    later = glance(town.ask, accounts, mark(events))
    edits = [event.event for event in later if isinstance(event, Glimpse) and event.event and event.event.edited_at]
    assert [(one.external_id, one.text, one.edited_at.isoformat()) for one in edits] == [
        (f"{GROUP}:5012", "Kapan jalan RT 03 dan RT 04 diperbaiki?", "2026-03-09T02:10:00+00:00")
    ]


def test_numbers_that_jump_after_a_silent_week_swallow_nothing():
    old = Cursor(version=1, data={"offset": 2_000_000_000, "at": (NOW - timedelta(days=8)).isoformat()})
    town = Town()
    assert sorted(told(glance(town.ask, glanced(town.ask), old))) == ALL


def test_a_bookmark_of_this_week_confirms_what_lies_before_it():
    young = Cursor(version=1, data={"offset": 900_000_004, "at": (NOW - timedelta(days=2)).isoformat()})
    town = Town()
    ctx = context(town.ask)
    accounts = glanced(town.ask)
    list(PLATFORM.glance(accounts, young, ctx))
    assert "offset=900000004" in ctx.http.requests[0].url


def test_a_pull_takes_nothing_from_the_queue():
    town = Town()
    accounts = glanced(town.ask)
    for _ in range(3):
        list(PLATFORM.pull_since(ACCOUNT, None, context(town.ask)))
    assert sorted(told(glance(town.ask, accounts))) == ALL


def test_a_channel_that_was_never_pulled_gets_what_names_it():
    town = Town()
    accounts = [GlancedAccount(account=one, cursor=None, secrets={}) for one in (ACCOUNT, OTHER)]
    direct = {f"{GROUP}:{number}" for number in (5001, 5012, 5015, 5017, 5018)}
    assert set(told(glance(town.ask, accounts))) == direct | {"-1001999888666:9001", "-1001999888666:9002"}


def test_a_group_that_is_told_by_hand_needs_no_question():
    town = Town()
    account = replace(ACCOUNT, settings={"group": GROUP})
    ctx = context(town.ask)
    messages = [event for event in PLATFORM.pull_since(account, None, ctx) if isinstance(event, Message)]
    assert {one.external_id for one in messages} == EXPECTED
    assert ctx.http.calls == 1
    seen = [GlancedAccount(account=account, cursor=None, secrets={})]
    assert set(told(glance(town.ask, seen))) == EXPECTED


def test_the_group_is_asked_for_again_after_a_day():
    town = Town()
    cursor = glanced(town.ask)[0].cursor
    for hours, calls in ((23, 1), (25, 2)):
        ctx = context(town.ask, now=NOW + timedelta(hours=hours))
        list(PLATFORM.pull_since(ACCOUNT, cursor, ctx))
        assert ctx.http.calls == calls


def test_the_webhook_is_set_where_a_secret_and_https_are_there():
    hook, secrets = "https://sahut.example/kait/telegram", {"bot_token": TOKEN, "webhook_secret": "rahasia-1"}
    asked = []

    def telegram(request):
        asked.append((request.url.rpartition("/")[2], json.loads(request.body)))
        return Reply.json({"ok": True, "result": True})

    for address, held in ((hook, secrets), (hook.replace("https", "http"), secrets), (hook, {"bot_token": TOKEN})):
        PLATFORM.subscribe(ACCOUNT, address, context(telegram, secrets=held))
    told = {"url": hook, "secret_token": "rahasia-1", "allowed_updates": ["message", "edited_message"]}
    assert asked == [("setWebhook", told)]
