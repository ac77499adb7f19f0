"""Which days are working days: Monday to Friday, but for national holidays and cuti bersama."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache

IsWorkday = Callable[[date], bool]
_SATURDAY = 5


def is_workday(day: date) -> bool:
    """By the national calendar of Indonesia."""
    return day.weekday() < _SATURDAY and day not in _free_days(day.year)


@lru_cache(maxsize=4)
def _free_days(year: int) -> frozenset[date]:
    from holidays import country_holidays  # only whoever writes the morning's digest needs it

    return frozenset(country_holidays("ID", categories=("public", "government"), years=year))
