"""Times as officials say them: relative when near, exact on hover, always local. Fast: no locale library."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MONTHS = ("", "Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")
MONTH_NAMES = (
    *("", "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli"),
    *("Agustus", "September", "Oktober", "November", "Desember"),
)
WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
ZONES = {"Asia/Jakarta": "WIB", "Asia/Pontianak": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}
MINUTE, HOUR = 60.0, 3600.0
NEAR = 6 * HOUR


class Dates:
    """Words for times in one zone, seen from one moment: made once a request."""

    __slots__ = ("_today", "now", "zone", "zone_name")

    def __init__(self, zone: ZoneInfo, now: datetime) -> None:
        self.zone = zone
        self.zone_name = ZONES.get(zone.key, "")
        self.now = now
        self._today = now.astimezone(zone).toordinal()

    def near(self, at: datetime) -> str:
        """“12 menit lalu”, “2 jam lagi”, “kemarin 14.30”, “Selasa 09.00”, “21 Nov”, “21 Nov 2024”."""
        seconds = (at - self.now).total_seconds()
        if -NEAR < seconds < NEAR:
            return _span_words(seconds)
        local = at.astimezone(self.zone)
        days = local.toordinal() - self._today
        if -7 < days < 7:
            return f"{_day_word(days, local)} {local.hour:02d}.{local.minute:02d}"
        return _date_words(local, self.now.year)

    def short(self, at: datetime) -> str:
        """For a narrow column: “baru saja”, “12 m”, “5 j”, “3 h”, “21 Nov”."""
        seconds = abs((at - self.now).total_seconds())
        if seconds < MINUTE:
            return "baru saja"
        if seconds < HOUR:
            return f"{int(seconds // MINUTE)} m"
        if seconds < 24 * HOUR:
            return f"{int(seconds // HOUR)} j"
        if seconds < 14 * 24 * HOUR:
            return f"{int(seconds // (24 * HOUR))} h"
        return _date_words(at.astimezone(self.zone), self.now.year)

    def day(self, at: datetime) -> str:
        """The day alone: "12/09"."""
        return f"{at.astimezone(self.zone):%d/%m}"

    def exact(self, at: datetime) -> str:
        """“21 Nov 2026, 14.30 WIB”."""
        local = at.astimezone(self.zone)
        text = f"{local.day} {MONTHS[local.month]} {local.year}, {local.hour:02d}.{local.minute:02d}"
        return f"{text} {self.zone_name}" if self.zone_name else text

    def hour(self, at: datetime) -> str:
        """“10.42” today, “kemarin 10.42” and so on before: for “terbaca s.d. …”."""
        local = at.astimezone(self.zone)
        days = local.toordinal() - self._today
        clock = f"{local.hour:02d}.{local.minute:02d}"
        if days == 0:
            return clock
        if -7 < days < 7:
            return f"{_day_word(days, local)} {clock}"
        return f"{_date_words(local, self.now.year)} {clock}"

    def deadline(self, at: datetime) -> str:
        """“3 Desember, 11 hari lagi”, “22 November, hari ini”, “1 Maret 2027, 99 hari lagi”, “20 November, sudah lewat”."""
        local = at.astimezone(self.zone)
        days = local.toordinal() - self._today
        year = "" if local.year == self.now.astimezone(self.zone).year else f" {local.year}"
        return f"{local.day} {MONTH_NAMES[local.month]}{year}, {_days_left(days) if at > self.now else 'sudah lewat'}"


def machine(at: datetime) -> str:
    """The value of `<time datetime>`: ISO 8601 with its offset, to the second."""
    return at.isoformat(timespec="seconds")


def span(length: timedelta) -> str:
    """A length of time: “2 j 10 m”, “45 m”, “3 h 4 j”; negative lengths count as none."""
    minutes = max(0, int(length.total_seconds() // 60))
    hours, minutes = divmod(minutes, 60)
    days, rest = divmod(hours, 24)
    if hours >= 72:
        return f"{days} h {rest} j" if rest else f"{days} h"
    if hours:
        return f"{hours} j {minutes} m" if minutes else f"{hours} j"
    return f"{minutes} m"


def percent(share: float, places: int = 0) -> str:
    """A share of 1 in Indonesian form, not to be broken before its sign: "21,7 %"."""
    return f"{share * 100:.{places}f}".replace(".", ",") + "\u00a0%"


def number(value: int) -> str:
    """Indonesian form: 12.345."""
    return f"{value:,}".replace(",", ".") if value >= 1000 else str(value)


def _span_words(seconds: float) -> str:
    size = abs(seconds)
    if size < MINUTE:
        return "sebentar lagi" if seconds > 0 else "baru saja"
    words = f"{int(size // MINUTE)} menit" if size < HOUR else f"{int(size // HOUR)} jam"
    return f"{words} lagi" if seconds > 0 else f"{words} lalu"


def _days_left(days: int) -> str:
    return "hari ini" if days == 0 else "besok" if days == 1 else f"{number(days)} hari lagi"


def _day_word(days: int, local: datetime) -> str:
    if days == 0:
        return "hari ini"
    if days == -1:
        return "kemarin"
    if days == 1:
        return "besok"
    return WEEKDAYS[local.weekday()] if days > 0 else f"{WEEKDAYS[local.weekday()]} lalu"


def _date_words(local: datetime, this_year: int) -> str:
    return _day_of_year(local.date(), local.year == this_year)


@lru_cache(maxsize=2048)
def _day_of_year(day: date, short: bool) -> str:
    text = f"{day.day} {MONTHS[day.month]}"
    return text if short else f"{text} {day.year}"
