"""Clocks from an item's history: who is on the clock, what holds it, and what is due."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.domain.sla.clocks import Clock, Happening, clocks_of
from aggregator.domain.sla.hours import office_calendar
from aggregator.domain.sla.profiles import Limit, Stage, limit_of

WIB = office_calendar("Asia/Jakarta")
START = datetime(2026, 11, 23, 2, tzinfo=UTC)  # a Monday, 09:00 WIB
VERIFY, FOLLOW, FINISH = Stage.VERIFY, Stage.FOLLOW_UP, Stage.FINISH


def story(*told: tuple[float, str] | tuple[float, str, dict[str, object]]) -> dict[tuple[int | None, Stage], Clock]:
    """Clocks of (hours after START, kind, data?)."""
    found = clocks_of(
        Happening(START + timedelta(hours=one[0]), one[1], one[2] if len(one) > 2 else {}) for one in told
    )
    return {(clock.unit_id, clock.stage): clock for clock in found}


OPENED = (0, "opened", {"unit": None, "state": "new"})
TO_ONE, TO_TWO = {"from": None, "to": 1}, {"from": 1, "to": 2}


def after(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def test_each_unit_has_its_clock_from_when_it_received_it() -> None:
    found = story(OPENED, (2, "routed", TO_ONE), (5, "routed", TO_TWO))
    assert {key: (clock.started_at, clock.stopped_at) for key, clock in found.items()} == {
        (None, VERIFY): (START, after(2)),
        (1, FOLLOW): (after(2), after(5)),
        (1, FINISH): (after(2), after(5)),
        (2, FOLLOW): (after(5), None),
        (2, FINISH): (after(5), None),
    }


def test_a_first_step_stops_the_follow_up_for_good() -> None:
    found = story(OPENED, (1, "routed", TO_ONE), (2, "claimed"), (3, "answered"), (9, "reopened"))
    assert found[1, FOLLOW].stopped_at == after(2)
    assert found[1, FINISH].stopped_at is None
    assert [(hold.since, hold.until) for hold in found[1, FINISH].holds] == [(after(3), after(9))]


def test_an_answer_counts_from_when_the_platform_showed_it_but_never_from_before_the_clock() -> None:
    shown = {"at": after(4).isoformat()}
    assert story(OPENED, (1, "routed", TO_ONE), (8, "answered", shown))[1, FINISH].stopped_at == after(4)
    early = {"at": after(0.5).isoformat()}
    assert story(OPENED, (1, "routed", TO_ONE), (8, "answered", early))[1, FINISH].stopped_at == after(1)


def test_waiting_for_the_citizen_puts_the_deadline_off() -> None:
    limit = limit_of(FINISH, "question", date(2026, 11, 23))
    assert limit is not None
    straight = story(OPENED, (0, "routed", TO_ONE))[1, FINISH]
    assert limit.due(WIB, straight.started_at) == datetime(2026, 11, 30, 9, tzinfo=UTC)
    open_end = story(OPENED, (0, "routed", TO_ONE), (1, "waiting"))[1, FINISH]
    assert limit.due(WIB, open_end.started_at, open_end.holds) is None and open_end.stopped_at is None
    ended = story(OPENED, (0, "routed", TO_ONE), (1, "waiting"), (72, "resumed"))[1, FINISH]
    assert limit.due(WIB, ended.started_at, ended.holds) == datetime(2026, 12, 2, 9, tzinfo=UTC), "two whole days"


def test_an_end_takes_over_from_waiting() -> None:
    clock = story(OPENED, (0, "routed", TO_ONE), (1, "waiting"), (3, "answered"), (5, "resumed"))[1, FINISH]
    assert [(hold.reason, hold.until) for hold in clock.holds] == [
        ("menunggu warga", after(3)),
        ("sudah dijawab", None),
    ]


def test_what_needs_nobody_has_no_clock_until_it_is_opened_again() -> None:
    quiet = (0, "opened", {"unit": 1, "state": "no_answer_needed"})
    assert story(quiet) == {}
    assert story(quiet, (3, "reopened"))[1, FINISH].started_at == after(3)


def test_back_at_the_same_unit_its_clock_goes_on() -> None:
    found = story(OPENED, (1, "routed", TO_ONE), (2, "returned", {"from": 1}), (6, "routed", TO_ONE))
    clock = found[1, FINISH]
    assert (clock.started_at, clock.stopped_at) == (after(1), None)
    assert [(hold.since, hold.until) for hold in clock.holds] == [(after(2), after(6))]


KINDS = ("routed", "returned", "claimed", "waiting", "resumed", "answered", "reopened", "closed", "noted", "late")


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(-2, 30), st.sampled_from(KINDS), st.integers(1, 3)), max_size=25))
def test_no_history_makes_a_clock_count_time_twice(acts: list[tuple[float, str, int]]) -> None:
    """Also when the machine's clock was two hours wrong."""
    now, told = START, [Happening(START, "opened", {"unit": None, "state": "new"})]
    for hours, kind, unit in acts:
        now += timedelta(hours=hours)
        told.append(Happening(now, kind, {"to": unit} if kind == "routed" else {}))
    found = clocks_of(told)
    assert len({(clock.unit_id, clock.stage) for clock in found}) == len(found)
    for clock in found:
        edges = [clock.started_at, *(edge for hold in clock.holds for edge in (hold.since, hold.until) if edge)]
        assert edges == sorted(edges)
        assert all(hold.until is not None for hold in clock.holds[:-1])
    running = {clock.unit_id for clock in found if clock.standing is None}
    assert len(running) <= 1, "one unit at a time"


@pytest.mark.parametrize(
    ("stage", "kind", "amount"),
    [(VERIFY, "complaint", 3), (FOLLOW, "question", 5), (FINISH, "question", 5), (FINISH, "complaint", 14)],
)
def test_limits_of_the_law(stage: Stage, kind: str, amount: int) -> None:
    limit = limit_of(stage, kind, date(2026, 11, 23))
    assert limit is not None and limit.amount == amount and "62/2018" in limit.basis


def test_a_limit_holds_between_its_dates() -> None:
    old = Limit(stage=FINISH, amount=60, basis="lama", valid_to=date(2026, 1, 1))
    new = Limit(stage=FINISH, amount=8, basis="baru", hours=True, valid_from=date(2026, 1, 1))
    found = [limit_of(FINISH, "complaint", day, (old, new)) for day in (date(2025, 12, 31), date(2026, 1, 1))]
    assert found == [old, new] and limit_of(VERIFY, "complaint", date(2026, 1, 1), (old, new)) is None
    assert new.due(WIB, START) == datetime(2026, 11, 24, 2, 30, tzinfo=UTC)
    assert (new.used(WIB, START, after(3)), old.used(WIB, START, after(24))) == (3, 1)


@pytest.mark.parametrize("kind", ["closed", "merged", "withdrawn", "not_ours"])
def test_every_end_stops_the_clocks(kind: str) -> None:
    found = story(OPENED, (0, "routed", TO_ONE), (3, kind))
    assert {found[1, FOLLOW].stopped_at, found[1, FINISH].stopped_at} == {after(3)}


def test_a_verified_end_counts_from_when_it_was_asked_for() -> None:
    found = story(OPENED, (0, "routed", TO_ONE), (9, "closing_confirmed", {"at": after(2).isoformat()}))
    assert found[1, FINISH].stopped_at == after(2)


def test_what_was_merged_goes_on_when_it_is_separated() -> None:
    found = story(OPENED, (0, "routed", TO_ONE), (3, "merged"), (5, "separated"))
    assert found[1, FINISH].stopped_at is None and len(found[1, FINISH].holds) == 1


def test_a_hand_off_starts_the_clock_of_the_right_office() -> None:
    found = story(OPENED, (0, "routed", TO_ONE), (4, "handed_off", TO_TWO))
    assert (found[1, FINISH].stopped_at, found[2, FINISH].started_at) == (after(4), after(4))


def test_a_first_word_counts_from_when_the_platform_showed_it() -> None:
    found = story(OPENED, (0, "routed", TO_ONE), (4, "acknowledged", {"at": after(1).isoformat()}))
    assert found[1, FOLLOW].stopped_at == after(1)
