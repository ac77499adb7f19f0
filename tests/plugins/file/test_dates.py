"""Every way a date is written in the exports we know, and what must not be taken for one."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.file.dates import Calendar, day_comes_first

MADE_AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
JAKARTA = Calendar(ZoneInfo("Asia/Jakarta"), MADE_AT)
MONTHS = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
]


@pytest.mark.parametrize(
    ("written", "utc", "precision"),
    [
        ("2026-10-20T03:00:00.123456+00:00", "2026-10-20T03:00:00", "second"),
        ("2026-10-20T03:00:00Z", "2026-10-20T03:00:00", "second"),
        ("2026-10-20 10:00:00", "2026-10-20T03:00:00", "second"),
        ("2026-10-20 03:00:00 UTC", "2026-10-20T03:00:00", "second"),
        ("2026-10-20T10:00+0700", "2026-10-20T03:00:00", "minute"),
        ("2026-10-20", "2026-10-19T17:00:00", "day"),
        ("20/10/2026 09.15", "2026-10-20T02:15:00", "minute"),
        ("20/10/2026 09:15:30", "2026-10-20T02:15:30", "second"),
        ("05/06/2026 09:15", "2026-06-05T02:15:00", "minute"),
        ("10/20/2026 09:15", "2026-10-20T02:15:00", "minute"),
        ("10/05/26, 9:15 AM", "2026-10-05T02:15:00", "minute"),
        ("10/20/26, 12:05\u202fPM", "2026-10-20T05:05:00", "minute"),
        ("20.10.2026", "2026-10-19T17:00:00", "day"),
        ("20-Okt-2026", "2026-10-19T17:00:00", "day"),
        ("3 Jan 2026", "2026-01-02T17:00:00", "day"),
        ("20 Okt 2026 09.15 WIB", "2026-10-20T02:15:00", "minute"),
        ("20 Okt 2026 09.15 WITA", "2026-10-20T01:15:00", "minute"),
        ("20 Okt 2026 09.15 WIT", "2026-10-20T00:15:00", "minute"),
        ("Selasa, 20 Oktober 2026 pukul 09.15", "2026-10-20T02:15:00", "minute"),
        ("Jum'at, 2 Oktober 2026", "2026-10-01T17:00:00", "day"),
        ("October 20, 2026 at 9:15 AM", "2026-10-20T02:15:00", "minute"),
        ("Tue, 20 Oct 2026 03:00:00 +0000", "2026-10-20T03:00:00", "second"),
        ("Tue Oct 20 03:00:00 +0000 2026", "2026-10-20T03:00:00", "second"),
        ("1792512345", "2026-10-20T16:05:45", "second"),
        (1792512345, "2026-10-20T16:05:45", "second"),
        ("1792512345074", "2026-10-20T16:05:45", "second"),
        ("20261020", "2026-10-19T17:00:00", "day"),
        (46315.385416666664, "2026-10-20T02:15:00", "minute"),
        ("46315,385416666664", "2026-10-20T02:15:00", "minute"),
        (46315, "2026-10-19T17:00:00", "day"),
        (datetime(2026, 10, 20, 9, 15), "2026-10-20T02:15:00", "minute"),
        (datetime(2026, 10, 20, 9, 14, 59, 999_900), "2026-10-20T02:15:00", "minute"),
        (date(2026, 10, 20), "2026-10-19T17:00:00", "day"),
        ("29/02/2028", "2028-02-28T17:00:00", "day"),
        ("'20/10/2026", "2026-10-19T17:00:00", "day"),
        ("2 hari yang lalu", "2026-11-18T17:00:00", "day"),
        ("2d", "2026-11-18T17:00:00", "day"),
        ("seminggu yang lalu", "2026-11-13T17:00:00", "day"),
        ("3 weeks ago", "2026-10-30T17:00:00", "day"),
        ("kemarin", "2026-11-19T17:00:00", "day"),
        ("5 jam", "2026-11-20T17:00:00", "day"),
        ("11 jam", "2026-11-19T17:00:00", "day"),
    ],
)
def test_a_written_moment_is_read(written: str, utc: str, precision: str) -> None:
    moment = JAKARTA.read(written)
    assert moment is not None
    assert (moment.at, moment.precision) == (datetime.fromisoformat(utc).replace(tzinfo=UTC), precision)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "-",
        "kapan saja",
        "32/01/2026",
        "29/02/2027",
        "13/13/2026",
        "2026-10-20 25:00",
        "20 Foo 2026",
        "12",
        "081234567890",
        "1771010101010001",
        "0",
        0,
        True,
        None,
        "2 orang lalu",
        "1 Jan 1970",
        "13:00 PM 1/1/2026",
        "9" * 5000,
        "١/١/٢٠٢٦x",
    ],
)
def test_what_is_no_moment_is_none(written: object) -> None:
    assert JAKARTA.read(written) is None  # type: ignore[arg-type]  # cells hold anything


def test_the_time_may_stand_in_a_column_of_its_own() -> None:
    for day, clock in (
        ("20/10/2026", "09.15"),
        (datetime(2026, 10, 20), time(9, 15)),
        ("20/10/2026", time(9, 15)),
    ):
        moment = JAKARTA.read(day, clock)
        assert moment is not None
        assert moment.at == datetime(2026, 10, 20, 2, 15, tzinfo=UTC)


def test_a_workbook_of_1904_counts_from_its_own_day_zero() -> None:
    moment = Calendar(ZoneInfo("Asia/Jakarta"), MADE_AT, epoch=datetime(1904, 1, 1)).read(44853.5)
    assert moment is not None
    assert moment.at == datetime(2026, 10, 20, 5, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("column", "day_first"),
    [
        (["05/06/2026", "07/06/2026"], True),
        (["05/06/2026", "06/25/2026"], False),
        (["10/05/26, 9:15 AM"], False),
        (["05/06/2026", "06/25/2026", "25/06/2026"], True),
        ([None, datetime(2026, 1, 2), "2 hari lalu"], True),
    ],
)
def test_the_column_tells_which_comes_first(column: list[object], day_first: bool) -> None:
    assert day_comes_first(column) is day_first  # type: ignore[arg-type]  # cells hold anything


def test_an_american_column_reads_its_low_days_as_american() -> None:
    moment = Calendar(ZoneInfo("Asia/Jakarta"), MADE_AT, day_first=False).read("06/05/2026 10:00")
    assert moment is not None
    assert moment.at.month == 6


@given(
    st.datetimes(min_value=datetime(1991, 1, 1), max_value=datetime(2099, 12, 31)),
    st.sampled_from(["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"]),
)
def test_every_day_survives_every_spelling(moment: datetime, zone: str) -> None:
    moment = moment.replace(second=0, microsecond=0)
    calendar = Calendar(ZoneInfo(zone), MADE_AT)
    expected = moment.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    for written in (
        moment.strftime("%d/%m/%Y %H.%M"),
        moment.strftime("%Y-%m-%d %H:%M"),
        moment.strftime("%m/%d/%y, %I:%M %p") if moment.year >= 2000 else moment.isoformat(),
        f"{moment.day} {MONTHS[moment.month - 1]} {moment.year} pukul {moment:%H.%M}",
        f"{moment.day} {MONTHS[moment.month - 1][:3]} {moment.year} {moment:%H:%M}",
        expected.isoformat(),
        str(int(expected.timestamp())) if expected.timestamp() >= 1e9 else moment.isoformat(),
    ):
        read = calendar.read(written)
        assert read is not None, written
        assert read.at == expected, written


@given(st.text(max_size=80))
def test_nothing_written_breaks_the_reader(written: str) -> None:
    moment = JAKARTA.read(written)
    assert moment is None or moment.at.utcoffset() == UTC.utcoffset(None)
