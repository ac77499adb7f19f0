"""When an entry was published: what feedparser understood, else Indonesian words, else ISO 8601."""

from __future__ import annotations

import re
from calendar import timegm
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

_LOCAL = ZoneInfo("Asia/Jakarta")
_ZONES = {"wib": 7, "wita": 8, "wit": 9, "gmt": 0, "utc": 0, "z": 0}
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januari", "feb peb februari pebruari", "mar maret", "apr april", "mei may", "jun juni june",
            "jul juli july", "agu agt ags agustus aug august", "sep sept september", "okt oct oktober october",
            "nov nop november nopember", "des dec desember december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_WORDS = re.compile(
    r"(?P<day>\d{1,2})[ -](?P<month>[a-z]{3,9})\.?[ -](?P<year>\d{4})"
    r"(?:[ ,]+(?:pukul )?(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2}))?)?"
    r"\s*(?P<zone>[+-]\d{2}:?\d{2}|[a-z]{1,4})?",
    re.IGNORECASE,
)


def published(entry: dict[str, Any]) -> datetime | None:
    """The time of an entry in UTC; None when it tells none that can be understood. feedparser's own get() would answer
    for another name than was asked."""
    for name in ("published", "updated", "created"):
        if known := dict.get(entry, f"{name}_parsed"):
            return _sound(datetime.fromtimestamp(timegm(known), UTC))
        if (text := dict.get(entry, name)) and (read := _by_words(str(text)) or _iso(str(text))):
            return _sound(read)
    return None


def _by_words(text: str) -> datetime | None:
    found = _WORDS.search(text)
    month = _MONTHS.get(found["month"].lower()) if found else None
    if found is None or month is None:
        return None
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    day, zone = int(found["day"]), _zone(found["zone"])
    try:
        return datetime(int(found["year"]), month, day, hour, minute, second, tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _zone(name: str | None) -> timezone | ZoneInfo:
    """A zone as feeds write it; without one it is Western Indonesia's."""
    if name and name[0] in "+-":
        ahead = timedelta(hours=int(name[1:3]), minutes=int(name[-2:]))
        return timezone(-ahead if name[0] == "-" else ahead)
    told = _ZONES.get((name or "").lower())
    return _LOCAL if told is None else timezone(timedelta(hours=told))


def _iso(text: str) -> datetime | None:
    try:
        read = datetime.fromisoformat(text.strip())
        return (read if read.tzinfo else read.replace(tzinfo=_LOCAL)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _sound(moment: datetime) -> datetime | None:
    """Clocks that were never set write 1970."""
    return moment if moment.year >= 1995 else None
