"""Dates as sites write them: machine-readable, Indonesian words, English words, and "3 jam yang lalu"."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aggregator.contract.records import Precision

ZONES = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}
DEFAULT_ZONE = "Asia/Jakarta"

_MONTH_NAMES = (
    "januari january jan",
    "februari pebruari february feb peb",
    "maret march mar",
    "april apr",
    "mei may",
    "juni june jun",
    "juli july jul",
    "agustus august agu agt ags aug",
    "september sept sep",
    "oktober october okt oct",
    "november nopember nov nop",
    "desember december des dec",
)
_MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, start=1) for name in names.split()}
_UNITS = {
    "detik": 1,
    "second": 1,
    "sec": 1,
    "menit": 60,
    "minute": 60,
    "min": 60,
    "jam": 3600,
    "hour": 3600,
    "hari": 86_400,
    "day": 86_400,
    "minggu": 604_800,
    "pekan": 604_800,
    "week": 604_800,
    "bulan": 2_592_000,
    "month": 2_592_000,
    "tahun": 31_536_000,
    "year": 31_536_000,
}
_SMALL_NUMBERS = {"se": 1, "satu": 1, "a": 1, "an": 1, "one": 1, "dua": 2, "tiga": 3}
_AGO = re.compile(
    r"\b(\d{1,4}|se|satu|an?|one|dua|tiga) ?"
    r"(detik|menit|jam|hari|minggu|pekan|bulan|tahun|(?:sec|second|min|minute|hour|day|week|month|year)s?)"
    r" (?:yang )?(?:lalu|ago)\b"
)
_NOW = re.compile(r"\b(?:baru saja|barusan|just now)\b")
_YESTERDAY = re.compile(r"\b(?:kemarin|yesterday)\b")
_TODAY = re.compile(r"\b(?:hari ini|today)\b")
_DAY_FIRST = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)?[ \-]([a-z]{3,9})\.?,?[ \-](\d{4})\b")
_MONTH_FIRST = re.compile(r"\b([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})\b")
_YEAR_FIRST = re.compile(r"\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\b")
_NUMBERS = re.compile(r"\b(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})\b")
_CLOCK = re.compile(r"(?<![\d/.-])(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?: ?([ap])\.?m\b)?(?![\d/-])")
_ZONE_NAME = re.compile(r"\b(wib|wita|wit|utc|gmt)\b")


class Moment(NamedTuple):
    """When, in UTC, and how exactly the site said so."""

    at: datetime
    precision: Precision


def zone_of(name: str | None) -> tzinfo:
    """The zone for times without one; an unknown name is Western Indonesia."""
    try:
        return ZoneInfo(ZONES.get((name or "").upper(), name or DEFAULT_ZONE))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(DEFAULT_ZONE)


def machine_date(value: str, zone: tzinfo) -> datetime | None:
    """ISO 8601 in UTC; a value without an offset is in `zone`. None when it is something else."""
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    return _utc(moment if moment.tzinfo else moment.replace(tzinfo=zone))


def read_date(text: str, zone: tzinfo, now: datetime) -> Moment | None:
    """Any way of writing a date that Indonesian sites use; None when nothing of it is understood.

    "03/04/2026" is 3 April, as everywhere in Indonesia.
    """
    words = " ".join(text.lower().replace("\xa0", " ").split())
    if exact := machine_date(text, zone):
        has_clock = ":" in words
        return Moment(exact, "second" if words.count(":") >= 2 else "minute" if has_clock else "day")
    return _relative(words, zone, now) or _calendar(words, zone)


def _relative(words: str, zone: tzinfo, now: datetime) -> Moment | None:
    if _NOW.search(words):
        return Moment(_utc(now), "minute")
    if found := _AGO.search(words):
        count = _SMALL_NUMBERS.get(found[1]) or int(found[1])
        seconds = _UNITS[found[2].rstrip("s") if found[2] not in _UNITS else found[2]]
        return Moment(_utc(now - timedelta(seconds=count * seconds)), "minute" if seconds < 86_400 else "day")
    back = 1 if _YESTERDAY.search(words) else 0 if _TODAY.search(words) else None
    if back is None:
        return None
    day = now.astimezone(zone) - timedelta(days=back)
    return _with_clock(day.year, day.month, day.day, words, zone)


def _calendar(words: str, zone: tzinfo) -> Moment | None:
    if found := _YEAR_FIRST.search(words):
        year, month, day = int(found[1]), int(found[2]), int(found[3])
    elif found := _DAY_FIRST.search(words):
        year, month, day = int(found[3]), _MONTHS.get(found[2], 0), int(found[1])
    elif found := _MONTH_FIRST.search(words):
        year, month, day = int(found[3]), _MONTHS.get(found[1], 0), int(found[2])
    elif found := _NUMBERS.search(words):
        year, month, day = int(found[3]), int(found[2]), int(found[1])
    else:
        return None
    rest = words[: found.start()] + " " + words[found.end() :]
    return _with_clock(year + 2000 if year < 100 else year, month, day, rest, zone)


def _with_clock(year: int, month: int, day: int, words: str, zone: tzinfo) -> Moment | None:
    """The date with the time of day found in `words`, if any; None when no such day exists."""
    clock = _CLOCK.search(words)
    hour, minute, second = (int(part or 0) for part in clock.groups()[:3]) if clock else (0, 0, 0)
    if clock and clock[4]:
        hour = hour % 12 + (12 if clock[4] == "p" else 0)
    if named := _ZONE_NAME.search(words):
        zone = UTC if named[1] in ("utc", "gmt") else ZoneInfo(ZONES[named[1].upper()])
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        return None
    precision: Precision = "day" if not clock else "second" if clock[3] else "minute"
    return Moment(_utc(moment), precision)


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return moment.replace(tzinfo=UTC)
