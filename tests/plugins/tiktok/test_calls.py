"""What a turn costs, counted at the pretended platform."""

from __future__ import annotations

from datetime import timedelta

from aggregator.contract import Checkpoint, Message
from aggregator.fakes.internet import FakeInternet
from aggregator.fakes.offline import as_kit_world
from aggregator.fakes.skins.tiktok import TikTokSkin
from plugins.tiktok.bookmark import SWEEP_EVERY
from plugins.tiktok.platform import TikTokPlatform

from .world import ACCOUNT, LAMPU, NOW, POMPA, WATI, at, context, first_day, say

QUIET_CYCLE = 1  # calls an account


def pull(internet, cursor, known=frozenset(), now=NOW):
    before = internet.calls_to("tiktok")
    ctx = context(as_kit_world(internet), known=known, now=now)
    events = list(TikTokPlatform().pull_since(ACCOUNT, cursor, ctx))
    marks = [event.cursor for event in events if isinstance(event, Checkpoint)]
    ids = {event.external_id for event in events if isinstance(event, Message)}
    return internet.calls_to("tiktok") - before, marks[-1], ids


def small_account():
    world = first_day(page=20)
    internet = FakeInternet(world, [TikTokSkin])
    _, cursor, ids = pull(internet, None)
    return world, internet, cursor, ids


def test_a_quiet_cycle_is_one_call():
    _, internet, cursor, ids = small_account()
    for hour in range(1, 5):
        calls, cursor, seen = pull(internet, cursor, ids, NOW + timedelta(hours=hour))
        assert calls <= 1.2 * QUIET_CYCLE
        assert seen == set()


def test_a_changed_video_costs_one_call_more():
    world, internet, cursor, ids = small_account()
    say(world, world.posts["tiktok", POMPA], "61", WATI, "Surut belum", "03-09T11:00:00")
    calls, _, seen = pull(internet, cursor, ids)
    assert calls == 2
    assert seen - ids == {"7405550001112223361"}


def test_replies_beyond_three_are_asked_for_only_when_one_is_missing():
    world, internet, cursor, ids = small_account()
    lamp = world.posts["tiktok", LAMPU]
    say(world, lamp, "62", WATI, "Gang sebelah juga", "03-09T11:00:00")
    calls, cursor, seen = pull(internet, cursor, ids)
    assert (calls, seen - ids) == (2, {"7405550001112223362"})
    say(world, lamp, "63", WATI, "Masih gelap", "03-09T11:30:00", parent="31")  # not among the three that come along
    calls, _, seen = pull(internet, cursor, ids | seen)
    assert calls == 3
    assert "7405550001112223363" in seen


def test_older_pages_of_videos_are_looked_at_every_few_hours_only():
    world = first_day(page=20)
    place = world.places["tiktok", ACCOUNT.key]
    for number in range(30):
        world.post(
            place,
            f"Arsip {number}",
            at(f"02-{number % 28 + 1:02}T07:00:{number:02}"),
            id=f"73000000000000000{number:02}",
        )
    internet = FakeInternet(world, [TikTokSkin])
    first, cursor, _ = pull(internet, None)
    assert first >= 2
    quiet, cursor, _ = pull(internet, cursor)
    assert quiet == QUIET_CYCLE
    sweep, _, _ = pull(internet, cursor, now=NOW + SWEEP_EVERY)
    assert sweep == 2
