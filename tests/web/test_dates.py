"""Times in words."""

from __future__ import annotations

import timeit
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from web.dates import Dates, machine, number, span

NOW = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)  # Wednesday 10.00 WIB
WIB = Dates(ZoneInfo("Asia/Jakarta"), NOW)


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(), "baru saja"),
        (timedelta(seconds=-59), "baru saja"),
        (timedelta(seconds=30), "sebentar lagi"),
        (timedelta(minutes=12), "12 menit lagi"),
        (timedelta(minutes=-1), "1 menit lalu"),
        (timedelta(hours=-5, minutes=-59), "5 jam lalu"),
        (timedelta(hours=2), "2 jam lagi"),
        (timedelta(hours=8), "hari ini 18.00"),
        (timedelta(hours=-9), "hari ini 01.00"),
        (timedelta(hours=-11), "kemarin 23.00"),
        (timedelta(days=-1), "kemarin 10.00"),
        (timedelta(hours=22, minutes=12), "besok 08.12"),
        (timedelta(days=2), "Jumat 10.00"),
        (timedelta(days=-3), "Minggu lalu 10.00"),
        (timedelta(days=-7), "11 Nov"),
        (timedelta(days=40), "28 Des"),
        (timedelta(days=60), "17 Jan 2027"),
        (timedelta(days=-700), "18 Des 2024"),
    ],
)
def test_near_times(ahead: timedelta, words: str) -> None:
    assert WIB.near(NOW + ahead) == words


@pytest.mark.parametrize(
    ("zone", "exact"),
    [
        ("Asia/Jakarta", "18 Nov 2026, 10.00 WIB"),
        ("Asia/Makassar", "18 Nov 2026, 11.00 WITA"),
        ("Asia/Jayapura", "18 Nov 2026, 12.00 WIT"),
        ("Europe/Lisbon", "18 Nov 2026, 03.00"),
    ],
)
def test_exact_times_are_local(zone: str, exact: str) -> None:
    assert Dates(ZoneInfo(zone), NOW).exact(NOW) == exact


def test_midnight_is_the_zones_own() -> None:
    late = datetime(2026, 11, 18, 16, 30, tzinfo=UTC)  # 23.30 WIB, 01.30 WIT on the next day
    at = late - timedelta(hours=10)
    assert Dates(ZoneInfo("Asia/Jakarta"), late).near(at) == "hari ini 13.30"
    assert Dates(ZoneInfo("Asia/Jayapura"), late).near(at) == "kemarin 15.30"


@pytest.mark.parametrize(
    ("ago", "short"),
    [
        (10, "baru saja"),
        (65, "1 m"),
        (3 * 3600, "3 j"),
        (5 * 86400, "5 h"),
        (20 * 86400, "29 Okt"),
        (400 * 86400, "14 Okt 2025"),
    ],
)
def test_short_times(ago: int, short: str) -> None:
    assert WIB.short(NOW - timedelta(seconds=ago)) == short


def test_until() -> None:
    assert WIB.hour(NOW) == "10.00"
    assert WIB.hour(NOW - timedelta(days=1)) == "kemarin 10.00"
    assert WIB.hour(NOW - timedelta(days=30)) == "19 Okt 10.00"


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(), "0 m"),
        (timedelta(minutes=-5), "0 m"),
        (timedelta(minutes=45), "45 m"),
        (timedelta(hours=2, minutes=10), "2 j 10 m"),
        (timedelta(hours=24), "24 j"),
        (timedelta(hours=76), "3 h 4 j"),
        (timedelta(days=4), "4 h"),
    ],
)
def test_spans(length: timedelta, words: str) -> None:
    assert span(length) == words


def test_numbers_and_machine_times() -> None:
    assert [number(n) for n in (0, 999, 1000, 1234567)] == ["0", "999", "1.000", "1.234.567"]
    assert datetime.fromisoformat(machine(NOW)) == NOW


def test_words_cost_little() -> None:
    """50 rows say several times each: the budget is 3 microseconds, tripled for a busy machine."""
    moments = [NOW + timedelta(hours=hours) for hours in (-200, -30, -5, 0.1, 9, 50)]
    for say in (WIB.near, WIB.exact, WIB.short):
        once = (
            min(timeit.repeat(lambda say=say: [say(at) for at in moments], number=500, repeat=5)) / 500 / len(moments)
        )
        assert once < 9e-6, say.__name__


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-1, "21 November, sudah lewat"),
        (0.001, "22 November, hari ini"),
        (1, "23 November, besok"),
        (11, "3 Desember, 11 hari lagi"),
        (99, "1 Maret 2027, 99 hari lagi"),
        (2000, "14 Mei 2032, 2.000 hari lagi"),
    ],
)
def test_an_end_is_told_with_the_days_that_are_left(days: float, words: str) -> None:
    now = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
    assert Dates(ZoneInfo("Asia/Jakarta"), now).deadline(now + timedelta(days=days)) == words
