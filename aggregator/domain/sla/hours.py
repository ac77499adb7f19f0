"""The hours an office keeps unless it says otherwise. Perpres 21/2023: 37.5 hours a week from 07:30, and 32.5 from 08:00 in
Ramadan; breaks of 60 minutes, on Fridays longer."""

from __future__ import annotations

from datetime import date, time
from zoneinfo import ZoneInfo

from aggregator.domain.sla.calendar import Block, Calendar, Season, Week
from aggregator.domain.sla.holidays import national_day_off


def _blocks(*hours: tuple[int, int]) -> tuple[Block, ...]:
    """Blocks from starts and ends written as 730 for 07:30."""
    return tuple(Block(time(*divmod(start, 100)), time(*divmod(end, 100))) for start, end in hours)


def _week(thursday: tuple[Block, ...], friday: tuple[Block, ...]) -> Week:
    return Week((*(thursday,) * 4, friday, (), ()))


ORDINARY = _week(_blocks((730, 1200), (1300, 1600)), _blocks((730, 1130), (1300, 1630)))
RAMADAN = _week(_blocks((800, 1200), (1230, 1500)), _blocks((800, 1130), (1230, 1530)))

# First and last day of fasting as the ministry of religion set or expects them.
RAMADANS = (
    (date(2025, 3, 1), date(2025, 3, 30)),
    (date(2026, 2, 19), date(2026, 3, 20)),
    (date(2027, 2, 8), date(2027, 3, 9)),
)


def office_calendar(zone: str) -> Calendar:
    """The calendar of a kabupaten in this IANA time zone (WIB Asia/Jakarta, WITA Asia/Makassar, WIT Asia/Jayapura)."""
    seasons = tuple(Season(first, last, RAMADAN) for first, last in RAMADANS)
    return Calendar(ZoneInfo(zone), ORDINARY, seasons, national_day_off)
