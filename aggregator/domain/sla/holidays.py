"""National days off: public holidays and cuti bersama, by the joint decree of three ministers for each year."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache


@lru_cache(maxsize=32)
def _of_year(year: int) -> Mapping[date, str]:
    from holidays import country_holidays  # loaded late: it is wanted where clocks are read, not at every start

    days = {
        on: f"{word}: {name.removeprefix('Cuti Bersama ')}"
        for category, word in (("government", "cuti bersama"), ("public", "libur"))
        for on, name in country_holidays("ID", years=year, categories=(category,), language="id").items()
    }
    return dict(sorted(days.items()))


def national_day_off(on: date) -> str | None:
    """Why the whole country is free that day ("libur: …", "cuti bersama: …"), None when it is not."""
    return _of_year(on.year).get(on)
