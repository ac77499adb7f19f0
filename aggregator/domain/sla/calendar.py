"""Working time of an office: blocks of hours a weekday, seasons with other hours, days off. Everything is worked out a day at
a time; a moment is an aware datetime, a day is the office's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

OUT_OF_HOURS = "di luar jam kerja"
_WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_DAY = timedelta(days=1)
_LONGEST_SEARCH = 3660  # days: a calendar without working time must not be searched for ever


class NoWorkingTime(ValueError):
    """The calendar holds too little working time within ten years."""


@dataclass(frozen=True, slots=True)
class Block:
    """Hours of work without a break, in the office's own time; `end` is after `start`."""

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError("a block ends after it starts")


Blocks = tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Week:
    """The blocks of seven days, Monday first; within a day in order, and apart from each other."""

    days: tuple[Blocks, ...]

    def __post_init__(self) -> None:
        if len(self.days) != len(_WEEKDAYS):
            raise ValueError("a week has seven days")
        if any(late.start < early.end for day in self.days for early, late in pairwise(day)):
            raise ValueError("blocks of a day are in order and do not overlap")


@dataclass(frozen=True, slots=True)
class Season:
    """Other hours from `first` to `last`, both included: Ramadan."""

    first: date
    last: date
    week: Week


@dataclass(frozen=True, slots=True)
class Override:
    """What one day is, whatever the rest says: no blocks is a day off, and `reason` says why."""

    blocks: Blocks
    reason: str


def no_days_off(_: date) -> str | None:
    """A calendar without holidays."""
    return None


@dataclass(frozen=True, slots=True)
class Calendar:
    """When an office works. `day_off` gives the reason why a day is free, None when it is not; `overrides` win over it."""

    zone: ZoneInfo
    week: Week
    seasons: tuple[Season, ...] = ()
    day_off: Callable[[date], str | None] = no_days_off
    overrides: Mapping[date, Override] = field(default_factory=dict)

    def day(self, on: date) -> tuple[Blocks, str]:
        """The blocks of a day, and why the rest of it does not count."""
        override = self.overrides.get(on)
        if override is not None:
            return override.blocks, OUT_OF_HOURS if override.blocks else override.reason
        free = self.day_off(on)
        if free is not None:
            return (), free
        week = next((season.week for season in self.seasons if season.first <= on <= season.last), self.week)
        blocks = week.days[on.weekday()]
        return blocks, OUT_OF_HOURS if blocks else _WEEKDAYS[on.weekday()]

    def is_workday(self, on: date) -> bool:
        return bool(self.day(on)[0])

    def local_day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def moment(self, on: date, at: time) -> datetime:
        """The moment of a local time, in UTC."""
        return datetime.combine(on, at, self.zone).astimezone(UTC)

    def spans(self, on: date) -> list[tuple[datetime, datetime]]:
        """The working time of a day."""
        return [(self.moment(on, block.start), self.moment(on, block.end)) for block in self.day(on)[0]]


@dataclass(frozen=True, slots=True)
class Hold:
    """Time in which a clock stands still; `until` None: it still does."""

    since: datetime
    until: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Interval:
    """A piece of time that counted, or did not, and why."""

    start: datetime
    end: datetime
    counted: bool
    reason: str

    @property
    def length(self) -> timedelta:
        return self.end - self.start


def intervals(calendar: Calendar, start: datetime, end: datetime, holds: Sequence[Hold] = ()) -> list[Interval]:
    """All the time from `start` to `end` without a gap, neighbours of one kind joined. Holds are in order and apart."""
    joined: list[Interval] = []
    for piece in _held(_pieces(calendar, start, end), holds):
        last = joined[-1] if joined else None
        if last is not None and (last.counted, last.reason) == (piece.counted, piece.reason):
            joined[-1] = Interval(last.start, piece.end, piece.counted, piece.reason)
        else:
            joined.append(piece)
    return joined


def working_time(calendar: Calendar, start: datetime, end: datetime, holds: Sequence[Hold] = ()) -> timedelta:
    """How much of the time from `start` to `end` counts."""
    pieces = intervals(calendar, start, end, holds)
    return sum((piece.length for piece in pieces if piece.counted), timedelta())


def add_working_time(
    calendar: Calendar, start: datetime, duration: timedelta, holds: Sequence[Hold] = ()
) -> datetime | None:
    """The first moment at which `duration` of working time has passed; None while a hold without an end comes first.
    Raises NoWorkingTime."""
    left = duration
    for day in _days_from(calendar, start):
        for piece in _held(_pieces(calendar, *_within(calendar, day, start)), holds):
            if piece.counted and piece.length >= left:
                return piece.start + left
            left -= piece.length if piece.counted else timedelta()
        if _held_for_good(calendar, day, holds):
            return None
    raise NoWorkingTime


def working_days(calendar: Calendar, start: datetime, end: datetime, holds: Sequence[Hold] = ()) -> int:
    """Working days begun after the day of `start`, up to the day of `end`. A day counts unless all of its hours were held."""
    first, last = calendar.local_day(start), calendar.local_day(end)
    days = (first + _DAY * number for number in range(1, (last - first).days + 1))
    return sum(1 for day in days if _counts(calendar, day, holds))


def add_working_days(calendar: Calendar, start: datetime, days: int, holds: Sequence[Hold] = ()) -> datetime | None:
    """The end of work on the `days`th working day after the day of `start`, which itself is not counted; None while a hold
    without an end comes first. Raises NoWorkingTime."""
    left = days
    for day in _days_from(calendar, start):
        if day != calendar.local_day(start) and _counts(calendar, day, holds):
            left -= 1
        if left <= 0 and calendar.day(day)[0]:
            return calendar.spans(day)[-1][1]
        if _held_for_good(calendar, day, holds):
            return None
    raise NoWorkingTime


def _days_from(calendar: Calendar, start: datetime) -> Iterator[date]:
    first = calendar.local_day(start)
    return (first + _DAY * number for number in range(_LONGEST_SEARCH))


def _within(calendar: Calendar, day: date, start: datetime) -> tuple[datetime, datetime]:
    """A local day as moments, cut off before `start`."""
    return max(start, calendar.moment(day, time())), calendar.moment(day + _DAY, time())


def _counts(calendar: Calendar, day: date, holds: Sequence[Hold]) -> bool:
    return any(piece.counted for span in calendar.spans(day) for piece in _held([Interval(*span, True, "")], holds))


def _held_for_good(calendar: Calendar, day: date, holds: Sequence[Hold]) -> bool:
    return bool(holds) and holds[-1].until is None and holds[-1].since <= calendar.moment(day + _DAY, time())


def _pieces(calendar: Calendar, start: datetime, end: datetime) -> Iterator[Interval]:
    """Counted and uncounted time, day by day, holds left aside."""
    day = calendar.local_day(start)
    while start < end:
        day_end = min(end, calendar.moment(day + _DAY, time()))
        reason = calendar.day(day)[1]
        for opens, closes in calendar.spans(day):
            yield from _piece(start, min(opens, day_end), False, reason)
            yield from _piece(max(start, opens), min(closes, day_end), True, "")
            start = max(start, min(closes, day_end))
        yield from _piece(start, day_end, False, reason)
        start, day = day_end, day + _DAY


def _piece(start: datetime, end: datetime, counted: bool, reason: str) -> Iterator[Interval]:
    if start < end:
        yield Interval(start, end, counted, reason)


def _held(pieces: Sequence[Interval] | Iterator[Interval], holds: Sequence[Hold]) -> Iterator[Interval]:
    """The same pieces with what was held cut out of the counted ones."""
    for piece in pieces:
        at = piece.start
        for hold in holds if piece.counted else ():
            since, until = max(hold.since, at), min(hold.until or piece.end, piece.end)
            if since < until:
                yield from _piece(at, since, True, "")
                yield Interval(since, until, False, hold.reason)
                at = until
        yield from _piece(at, piece.end, piece.counted, piece.reason)
