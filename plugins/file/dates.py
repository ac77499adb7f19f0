"""Moments as people and programs write them, in Bahasa Indonesia and English, to UTC.

Day comes before month (Indonesia), unless the column shows otherwise. Dots may part hours from minutes.
Twelve hour times (AM/PM) come from American exports, whose month comes first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from aggregator.contract.records import Precision

Stamp = str | int | float | datetime | date | time | timedelta | None

MAX_LENGTH = 64
_ZONES = {"wib": 7, "wita": 8, "wit": 9, "utc": 0, "gmt": 0, "z": 0}
_MONTH_NAMES = (
    "jan januari january|feb peb februari pebruari february|mar maret march|apr april|mei may|jun juni june|"
    "jul juli july|agu agt ags agst agustus aug august|sep sept september|okt oktober oct october|"
    "nov nop november nopember|des desember dec december"
)
_MONTHS = {name: n for n, names in enumerate(_MONTH_NAMES.split("|"), 1) for name in names.split()}
_WEEKDAY = re.compile(
    r"^(?:sen(?:in)?|sel(?:asa)?|rabu?|kam(?:is)?|jum(?:'?at)?|sab(?:tu)?|min(?:ggu)?|ahad|mon(?:day)?|tue(?:sday)?"
    r"|wed(?:nesday)?|thu(?:rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)\.?,?\s+"
)
_TIME = re.compile(r"(?:^|[t,\s])(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d{1,9})?)?\s?(am|pm|a\.m\.|p\.m\.)?$")
_ZONE = re.compile(r"(?<=[\d.m])\s?(wib|wita|wit|utc|gmt|z|[+-]\d{2}:?\d{2})$")
_YEAR_FIRST = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$")
_NUMERIC = re.compile(r"^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})$")
_DAY_NAME = re.compile(r"^(\d{1,2})[-\s.]{1,2}([a-z]{3,9})\.?[-\s,]{1,2}(\d{4}|\d{2})$")
_NAME_DAY = re.compile(r"^([a-z]{3,9})\.? (\d{1,2}),? (\d{4})$")
_UNIX_STYLE = re.compile(r"^[a-z]{3} ([a-z]{3}) (\d{1,2}) (\d\d:\d\d:\d\d) ([+-]\d{4}) (\d{4})$")  # Twitter's
_AGO = re.compile(r"^(\d{1,3}|se|satu|an?) ?([a-z]{1,8})(?: (?:yang lalu|yg lalu|lalu|ago))?$")
_DAYS = {
    **dict.fromkeys(("s", "dtk", "detik", "sec", "second", "seconds"), 0.0),
    **dict.fromkeys(("m", "mnt", "menit", "min", "mins", "minute", "minutes"), 1 / 1440),
    **dict.fromkeys(("h", "j", "jam", "hr", "hour", "hours"), 1 / 24),
    **dict.fromkeys(("d", "hari", "day", "days"), 1.0),
    **dict.fromkeys(("w", "mgg", "minggu", "week", "weeks"), 7.0),
    **dict.fromkeys(("mo", "bln", "bulan", "month", "months"), 30.0),
    **dict.fromkeys(("y", "th", "thn", "tahun", "year", "years"), 365.0),
}
_NEAR = {"baru saja": 0, "just now": 0, "hari ini": 0, "today": 0, "kemarin": 1, "yesterday": 1}


@dataclass(frozen=True, slots=True)
class Moment:
    """`relative` marks "2 hari lalu": its day hangs on when the file was made, so no id may hang on it."""

    at: datetime
    precision: Precision
    relative: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """How to read what a cell leaves out: its zone, the day the file was made, the order of day and month."""

    zone: tzinfo
    made_at: datetime
    day_first: bool = True
    epoch: datetime = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's day zero has no zone

    def read(self, value: Stamp, clock: Stamp = None) -> Moment | None:
        """The moment in a cell (and in a second cell that holds only the time); None when it is none."""
        try:
            moment = self._read(_joined(value, clock))
        except (ValueError, OverflowError):
            return None
        return moment if moment is not None and moment.at.year >= 1990 else None

    def day_made(self) -> Moment:
        """The day the file was made, for what shows no moment at all."""
        return self._days_before(0)

    def _read(self, value: Stamp) -> Moment | None:
        if isinstance(value, datetime):
            return self._of_cell(value)
        if isinstance(value, date):
            return self._whole_day(value)
        if isinstance(value, bool) or value is None or isinstance(value, (time, timedelta)):
            return None
        if isinstance(value, (int, float)):
            return self._of_number(float(value))
        return self._of_text(_tidy(value))

    def _of_cell(self, value: datetime) -> Moment:
        rounded = (value + timedelta(milliseconds=500)).replace(microsecond=0)  # Excel keeps days as fractions
        if rounded.time() == time(0):
            return self._whole_day(rounded.date())
        return Moment(self._utc(rounded), "second" if rounded.second else "minute")

    def _of_number(self, value: float) -> Moment | None:
        if 1e9 <= value < 1e10:
            return Moment(datetime.fromtimestamp(int(value), UTC), "second")
        if 1e12 <= value < 1e13:
            return Moment(datetime.fromtimestamp(int(value / 1000), UTC), "second")
        if 20_000 <= value < 80_000:  # days since a spreadsheet's day zero: 1954 to 2119
            return self._of_cell(self.epoch + timedelta(days=value))
        if 19_900_101 <= value < 21_000_101 and value.is_integer():
            return self._whole_day(datetime.strptime(str(int(value)), "%Y%m%d").date())  # noqa: DTZ007
        return None

    def _of_text(self, text: str) -> Moment | None:
        if not text or len(text) > MAX_LENGTH:
            return None
        if re.fullmatch(r"\d{5,13}(?:[.,]\d{1,12})?", text):
            return self._of_number(float(text.replace(",", ".")))
        return self._ago(text) or self._absolute(text)

    def _ago(self, text: str) -> Moment | None:
        if text in _NEAR:
            return self._days_before(float(_NEAR[text]))
        found = _AGO.match(re.sub(r"^se(?=jam|menit|hari|minggu|bulan|tahun)", "1 ", text))
        if not found or found[2] not in _DAYS:
            return None
        count = int(found[1]) if found[1].isdigit() else 1
        return self._days_before(count * _DAYS[found[2]])

    def _days_before(self, days: float) -> Moment:
        day = (self.made_at - timedelta(days=days)).astimezone(self.zone).date()
        return Moment(self._whole_day(day).at, "day", relative=True)

    def _absolute(self, text: str) -> Moment | None:
        if unix := _UNIX_STYLE.match(text):
            text = f"{unix[2]} {unix[1]} {unix[5]} {unix[3]}{unix[4]}"
        text, zone = _split_zone(text)
        found = _TIME.search(text)
        rest = (text[: found.start()] if found else text).strip(" ,")
        rest = re.sub(r",? (?:pukul|jam|at|·|-)$", "", rest).strip(" ,")
        day = self._day(_WEEKDAY.sub("", rest), american=bool(found and found[4]))
        if day is None:
            return None
        if found is None:
            return self._whole_day(day)
        moment = datetime.combine(day, _time_of(found))
        return Moment(self._utc(moment.replace(tzinfo=zone)), "second" if found[3] else "minute")

    def _day(self, text: str, american: bool) -> date | None:
        if found := _YEAR_FIRST.match(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _NUMERIC.match(text):
            first, second, year = int(found[1]), int(found[2]), _year(found[3])
            day_first = self.day_first and not american
            if second > 12 or (not day_first and first <= 12):
                first, second = second, first
            return date(year, second, first)
        if found := _DAY_NAME.match(text):
            return date(_year(found[3]), _MONTHS[found[2]], int(found[1])) if found[2] in _MONTHS else None
        if (found := _NAME_DAY.match(text)) and found[1] in _MONTHS:
            return date(int(found[3]), _MONTHS[found[1]], int(found[2]))
        return None

    def _whole_day(self, day: date) -> Moment:
        return Moment(self._utc(datetime.combine(day, time(0))), "day")

    def _utc(self, moment: datetime) -> datetime:
        return (moment if moment.tzinfo else moment.replace(tzinfo=self.zone)).astimezone(UTC)


def day_comes_first(values: Iterable[Stamp]) -> bool:
    """Whether a column writes the day before the month; when nothing tells, it does."""
    american = indonesian = False
    for value in values:
        text = _tidy(value)[:MAX_LENGTH] if isinstance(value, str) else ""
        found = re.match(r"(\d{1,2})[-/.](\d{1,2})[-/.]\d{2,4}\b", text)
        if found:
            indonesian |= int(found[1]) > 12
            american |= int(found[2]) > 12 or bool(re.search(r"\d\s?[ap]\.?m\b", text))
    return indonesian or not american


def _joined(value: Stamp, clock: Stamp) -> Stamp:
    """A day in one column and its time in the next."""
    if clock is None or clock == "":
        return value
    if isinstance(value, datetime):
        if value.time() != time(0):
            return value
        value = value.date()
    if isinstance(value, date):
        value = value.isoformat()
    if isinstance(clock, datetime):
        clock = clock.time()
    if not isinstance(value, str) or not isinstance(clock, (str, time)) or _TIME.search(_split_zone(_tidy(value))[0]):
        return value
    return f"{value} {clock.isoformat('seconds') if isinstance(clock, time) else clock}"


def _tidy(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).lstrip("'").lower().split())


def _split_zone(text: str) -> tuple[str, tzinfo | None]:
    """Take "WIB", "Z" or "+07:00" off the end; a sign without a time before it belongs to the date."""
    found = _ZONE.search(text)
    if not found or not _TIME.search(text[: found.start()].rstrip()):
        return text, None
    name = found[1]
    if name in _ZONES:
        offset = timedelta(hours=_ZONES[name])
    else:
        offset = timedelta(hours=int(name[1:3]), minutes=int(name[-2:])) * (-1 if name[0] == "-" else 1)
    return text[: found.start()].rstrip(), timezone(offset)


def _time_of(found: re.Match[str]) -> time:
    hour = int(found[1])
    if found[4]:
        if not 1 <= hour <= 12:
            raise ValueError("not a twelve hour time")
        hour = hour % 12 + (12 if found[4].startswith("p") else 0)
    return time(hour, int(found[2]), int(found[3] or 0))


def _year(digits: str) -> int:
    return int(digits) + (2000 if len(digits) == 2 else 0)
