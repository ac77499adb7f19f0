"""Dates as OpenSID prints them: "2026-08-01 10:11:12", "04 Agustus 2026 09:15:22", "01 Maret 2026 08:00", "4 Agu 2026".

They are wall-clock times of the village; the account's setting says in which zone.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from aggregator.contract.records import Precision

ZONES = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari jan", "februari pebruari feb peb", "maret mar", "april apr", "mei", "juni jun", "juli jul",
            "agustus agu agt ags", "september sept sep", "oktober okt", "november nopember nov nop", "desember des",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MACHINE = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?:[ T](?P<clock>\d\d:\d\d(?::\d\d)?))?\Z")
_WORDS = re.compile(
    r"(?P<day>\d{1,2}) (?P<month>[a-z]+)\.? (?P<year>\d{4})(?:,? (?P<clock>\d\d[:.]\d\d(?:[:.]\d\d)?))?\Z"
)


class Moment(NamedTuple):
    """What the page prints: `local` without a zone, and how exactly it says so."""

    local: datetime
    precision: Precision

    def utc(self, zone: ZoneInfo) -> datetime:
        return self.local.replace(tzinfo=zone).astimezone(UTC)


def zone_of(name: str | None) -> ZoneInfo:
    """WIB, WITA or WIT; anything else is Western Indonesia."""
    return ZoneInfo(ZONES.get((name or "").strip().upper(), "Asia/Jakarta"))


def read_moment(text: str) -> Moment:
    """Either format; raises ValueError when it is neither, or no such day exists."""
    words = " ".join(text.replace("\xa0", " ").lower().split())
    found = _MACHINE.match(words) or _WORDS.match(words)
    if found is None:
        raise ValueError("no date")
    month = found["month"]
    number = int(month) if month.isdigit() else _MONTHS.get(month, 0)
    clock = [int(part) for part in re.split("[:.]", found["clock"] or "") if part]
    hour, minute, second = (*clock, 0, 0, 0)[:3]
    precision: Precision = ("day", "day", "minute", "second")[len(clock)]
    local = datetime(int(found["year"]), number, int(found["day"]), hour, minute, second)  # noqa: DTZ001 - zone: a setting
    return Moment(local, precision)
