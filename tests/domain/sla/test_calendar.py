"""Working time: counted and uncounted make the whole, adding and measuring agree, in every zone and over every edge."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.domain.sla.calendar import (
    Block,
    Calendar,
    Hold,
    NoWorkingTime,
    Override,
    Week,
    add_working_days,
    add_working_time,
    intervals,
    working_days,
    working_time,
)
from aggregator.domain.sla.holidays import national_day_off
from aggregator.domain.sla.hours import ORDINARY, RAMADAN, office_calendar

ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
WIB = office_calendar("Asia/Jakarta")
calendars = st.sampled_from(ZONES).map(office_calendar)
moments = st.datetimes(datetime(2023, 12, 1), datetime(2028, 3, 31), timezones=st.just(UTC))
spans = st.integers(1, 40 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))


def at(text: str, zone: str = "Asia/Jakarta") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@st.composite
def histories(draw: st.DrawFn) -> tuple[datetime, datetime, list[Hold]]:
    """A start, an end, and holds between and around them."""
    start = draw(moments)
    edges = [start]
    for gap in draw(st.lists(spans, min_size=2, max_size=6)):
        edges.append(edges[-1] + gap)
    pairs = zip(edges[1::2], edges[2::2], strict=False)
    return start, edges[-1], [Hold(since, until, "menunggu warga") for since, until in pairs]


@settings(deadline=None)
@given(calendars, histories())
def test_counted_and_uncounted_make_the_whole(
    calendar: Calendar, history: tuple[datetime, datetime, list[Hold]]
) -> None:
    start, end, holds = history
    found = intervals(calendar, start, end, holds)
    assert (found[0].start, found[-1].end) == (start, end)
    assert all(one.end == other.start for one, other in pairwise(found))
    assert sum((one.length for one in found), timedelta()) == end - start
    assert all(one.length > timedelta() and one.counted == (not one.reason) for one in found)
    held = [one for one in found if one.reason == "menunggu warga"]
    assert all(any(h.since <= one.start and one.end <= (h.until or end) for h in holds) for one in held)


@settings(deadline=None)
@given(calendars, moments, st.integers(1, 60 * 60), st.booleans())
def test_time_that_was_added_is_what_is_measured(
    calendar: Calendar, start: datetime, minutes: int, waited: bool
) -> None:
    holds = [Hold(start + timedelta(hours=5), start + timedelta(days=3), "menunggu warga")] if waited else []
    due = add_working_time(calendar, start, timedelta(minutes=minutes), holds)
    assert due is not None and working_time(calendar, start, due, holds) == timedelta(minutes=minutes)
    assert working_time(calendar, start, due - timedelta(microseconds=1), holds) < timedelta(minutes=minutes)


@settings(deadline=None)
@given(calendars, moments, st.integers(1, 60), st.booleans())
def test_days_that_were_added_are_what_is_counted(calendar: Calendar, start: datetime, days: int, waited: bool) -> None:
    holds = [Hold(start + timedelta(hours=5), start + timedelta(days=9), "menunggu warga")] if waited else []
    due = add_working_days(calendar, start, days, holds)
    assert due is not None and working_days(calendar, start, due, holds) == days
    assert working_days(calendar, start, due - timedelta(days=1), holds) < days


@settings(deadline=None)
@given(calendars, moments, spans, st.integers(1, 20))
def test_who_comes_later_is_never_due_earlier(calendar: Calendar, start: datetime, later: timedelta, days: int) -> None:
    first, second = add_working_days(calendar, start, days), add_working_days(calendar, start + later, days)
    assert first is not None and second is not None and first <= second
    hours = timedelta(hours=days)
    one, other = add_working_time(calendar, start, hours), add_working_time(calendar, start + later, hours)
    assert one is not None and other is not None and one <= other


@settings(deadline=None)
@given(moments, st.integers(-120, 120))
def test_a_clock_two_hours_wrong_moves_no_deadline_by_more_than_a_working_day(start: datetime, minutes: int) -> None:
    right = add_working_days(WIB, start, 5)
    wrong = add_working_days(WIB, start + timedelta(minutes=minutes), 5)
    assert right is not None and wrong is not None
    assert working_days(WIB, min(right, wrong), max(right, wrong)) <= 1


@pytest.mark.parametrize(("week", "hours"), [(ORDINARY, 37.5), (RAMADAN, 32.5)])
def test_the_week_has_the_hours_of_the_rule(week: Week, hours: float) -> None:
    lengths = (
        datetime.combine(date.min, b.end) - datetime.combine(date.min, b.start) for day in week.days for b in day
    )
    assert sum(lengths, timedelta()) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-11-27 16:00", 3, "2026-12-02 16:00"),  # a Friday afternoon: Monday is the first day
        ("2026-11-28 10:00", 1, "2026-11-30 16:00"),  # a Saturday
        ("2024-02-28 09:00", 1, "2024-02-29 16:00"),  # a leap day is worked
        ("2026-12-23 09:00", 2, "2026-12-29 16:00"),  # cuti bersama and Christmas, then a weekend
        ("2026-12-31 17:00", 1, "2027-01-04 16:00"),  # New Year
        ("2026-02-18 09:00", 1, "2026-02-19 15:00"),  # the first day of Ramadan is shorter
    ],
)
def test_deadlines_as_an_official_counts_them(start: str, days: int, due: str) -> None:
    assert add_working_days(WIB, at(start), days) == at(due)


def test_each_reason_is_told() -> None:
    found = intervals(WIB, at("2026-12-23 15:00"), at("2026-12-28 08:00"))
    assert [(one.counted, one.reason) for one in found] == [
        (True, ""),
        (False, "di luar jam kerja"),
        (False, "cuti bersama: Hari Raya Natal"),
        (False, "libur: Hari Raya Natal"),
        (False, "Sabtu"),
        (False, "Minggu"),
        (False, "di luar jam kerja"),
        (True, ""),
    ]
    assert working_time(WIB, at("2026-12-23 15:00"), at("2026-12-28 08:00")) == timedelta(hours=1.5)


def test_friday_has_its_own_hours() -> None:
    day = at("2026-11-27 00:00")
    counted = [one for one in intervals(WIB, day, day + timedelta(days=1)) if one.counted]
    assert [(one.start, one.end) for one in counted] == [
        (at("2026-11-27 07:30"), at("2026-11-27 11:30")),
        (at("2026-11-27 13:00"), at("2026-11-27 16:30")),
    ]


def test_the_same_local_day_in_each_zone() -> None:
    for zone in ZONES:
        due = add_working_days(office_calendar(zone), at("2026-11-27 16:00", zone), 3)
        assert due == at("2026-12-02 16:00", zone)


def test_an_override_wins_both_ways() -> None:
    extra, off = date(2026, 11, 28), date(2026, 11, 30)
    blocks = (Block(time(8), time(12)),)
    calendar = replace(WIB, overrides={extra: Override(blocks, ""), off: Override((), "HUT kabupaten")})
    assert add_working_days(calendar, at("2026-11-27 16:00"), 1) == at("2026-11-28 12:00")
    assert add_working_days(calendar, at("2026-11-27 16:00"), 2) == at("2026-12-01 16:00")
    assert "HUT kabupaten" in {
        one.reason for one in intervals(calendar, at("2026-11-30 09:00"), at("2026-11-30 10:00"))
    }


def test_a_wait_without_an_end_has_no_deadline() -> None:
    holds = [Hold(at("2026-11-27 10:00"), None, "menunggu warga")]
    assert add_working_days(WIB, at("2026-11-26 10:00"), 3, holds) is None
    assert add_working_time(WIB, at("2026-11-26 10:00"), timedelta(hours=30), holds) is None
    reached = add_working_time(WIB, at("2026-11-26 10:00"), timedelta(hours=2), holds)
    assert reached == at("2026-11-26 12:00"), "what was due before the wait stays due"


def test_a_calendar_without_work_is_refused_not_searched_for_ever() -> None:
    idle = Calendar(ZoneInfo("Asia/Jakarta"), Week(((),) * 7))
    for asked in (
        lambda: add_working_days(idle, at("2026-11-26 10:00"), 1),
        lambda: add_working_time(idle, at("2026-11-26 10:00"), timedelta(hours=1)),
    ):
        with pytest.raises(NoWorkingTime):
            asked()


def test_hours_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="ends after"):
        Block(time(12), time(8))
    with pytest.raises(ValueError, match="seven"):
        Week(((),))
    with pytest.raises(ValueError, match="overlap"):
        Week(((Block(time(8), time(12)), Block(time(11), time(13))), *((),) * 6))


def test_national_days_off_name_what_they_are() -> None:
    assert national_day_off(date(2026, 8, 17)) == "libur: Hari Kemerdekaan Republik Indonesia"
    assert national_day_off(date(2026, 12, 24)) == "cuti bersama: Hari Raya Natal"
    assert national_day_off(date(2026, 11, 27)) is None
