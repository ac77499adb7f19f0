"""The planner: its model of people, and what a week of reading comes to under the real rules."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from aggregator.contract import Capability, Pace, PlatformInfo
from aggregator.domain.plan import (
    ACTIVITIES,
    Planned,
    PlatformPlan,
    activity_of,
    awake,
    cost_of,
    costs,
    mix,
    next_comment,
)
from aggregator.sync.planner import Planner

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
LOUD, BUSY, CALM, SILENT = ACTIVITIES


def info(name: str = "papan", *, glances: bool = False, **pace: object) -> PlatformInfo:
    able = frozenset({Capability.GLANCE} if glances else ())
    return PlatformInfo(id=name, title=name, capabilities=able, pace=Pace(**pace))  # type: ignore[arg-type]  # one by one


def planned(info: PlatformInfo, *accounts: Planned, days: float = 2, workers: int = 2) -> PlatformPlan:
    [one] = Planner({info.id: info}, accounts, MONDAY, workers=workers).run(days).platforms
    return one


def accounts(count: int, activity: object = SILENT, platform: str = "papan") -> list[Planned]:
    return [Planned(platform=platform, activity=activity)] * count  # type: ignore[arg-type]  # one of ACTIVITIES


def test_people_write_as_much_as_the_model_says_and_sleep() -> None:
    chance, at, hours = Random(3), MONDAY, Counter[int]()
    for _ in range(4_000):
        at = next_comment(at, BUSY, chance)
        hours[(at + timedelta(hours=7)).hour] += 1
    assert (at - MONDAY) / timedelta(days=1) == pytest.approx(4_000 / BUSY.comments, rel=0.05)
    assert set(hours) == set(range(6, 23))


@pytest.mark.parametrize(
    ("wait", "wakes"),
    [(1, (2, 0, 1)), (15.5, (2, 15, 30)), (16, (2, 23, 0)), (17, (3, 0, 0)), (33, (3, 23, 0))],
)
def test_waiting_goes_on_in_the_morning(wait: float, wakes: tuple[int, int, int]) -> None:
    """07.00 WIB is midnight UTC; the day ends at 16.00 UTC and begins at 23.00 UTC."""
    day, hour, minute = wakes if wait > 1 else (2, 1, 0)
    assert awake(MONDAY, timedelta(hours=wait)) == MONDAY.replace(day=day, hour=hour, minute=minute)


def test_the_mix_has_the_accounts_asked_for_and_few_loud_ones() -> None:
    found = list(mix(costs(), 2_000))
    assert len(found) == pytest.approx(2_000, abs=10)
    shares = Counter(one.activity.name for one in found)
    assert shares["loud"] / len(found) == pytest.approx(0.02, abs=0.005)
    assert shares["silent"] / len(found) == pytest.approx(0.6, abs=0.01)
    assert "contoh" not in {one.platform for one in found}
    assert activity_of(0).comments > 0
    assert activity_of(17).posts == BUSY.posts
    assert cost_of("unheard_of").pull == 1


def test_a_quiet_afternoon_holds() -> None:
    one = planned(info(), *accounts(50))
    assert one.holds
    assert one.late_worst < 60
    assert 50 * 3 <= one.readings_a_day <= 50 * 25  # every few hours, and oftener after someone wrote
    assert one.target_silent > 4 * 1_500


def test_a_busy_account_is_read_at_its_platforms_pace() -> None:
    one = planned(info(every=timedelta(minutes=10)), *accounts(1, LOUD))
    assert one.readings_a_day == pytest.approx(144, rel=0.3)
    assert one.holds


def test_too_few_workers_are_seen() -> None:
    crowd = accounts(600, LOUD)
    tight = info(every=timedelta(minutes=2), calls_per_day=20_000)
    assert planned(tight, *crowd, days=0.2, workers=1).missed > 500
    assert planned(tight, *crowd, days=0.2, workers=24).missed == 0


def test_an_allowance_that_is_too_small_is_seen_and_never_exceeded() -> None:
    small = info(calls_per_day=40, every=timedelta(minutes=15))
    one = planned(small, *accounts(3, LOUD))
    assert one.missed == 3
    assert one.used <= one.limit and one.exceeded == 0


def test_a_loud_account_does_not_starve_the_silent_ones() -> None:
    shared = info(calls_per_day=3_000, shared_by="app", every=timedelta(hours=1), calls_per_pull=500)
    noisy = replace(LOUD, comments=60_000)
    one = planned(shared, *accounts(40), Planned(platform="papan", activity=noisy))
    assert one.missed == 1  # the noisy one itself
    assert one.used <= 2_700


def test_a_glance_reads_for_all_and_takes_its_part_of_each_allowance() -> None:
    looks = info(
        "facebook", glances=True, glance_every=timedelta(minutes=15), every=timedelta(hours=6), calls_per_day=300
    )
    one = planned(looks, *accounts(120, platform="facebook"))
    assert one.holds
    assert one.readings_a_day == pytest.approx(120 * 96, rel=0.1)
    assert 90 <= one.used <= 120
    greedy = replace(looks, pace=replace(looks.pace, calls_per_day=50))
    assert planned(greedy, *accounts(120, platform="facebook")).missed == 120
