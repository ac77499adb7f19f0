"""How long each stage of an item may last by law."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from aggregator.domain.sla.calendar import (
    Calendar,
    Hold,
    add_working_days,
    add_working_time,
    working_days,
    working_time,
)


class Stage(StrEnum):
    """What an office is given time for."""

    VERIFY = "verifikasi"  # Diskominfo finds the unit
    FOLLOW_UP = "tindak_lanjut"  # the unit takes it on
    FINISH = "selesai"  # the citizen has the answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """So much working time for a stage of items of these kinds (none: of every other kind), for what is received from
    `valid_from` on and before `valid_to`. The amount counts days, or hours of work where `hours` is set."""

    stage: Stage
    amount: int
    basis: str
    kinds: frozenset[str] = frozenset()
    hours: bool = False
    valid_from: date = date.min
    valid_to: date = date.max

    def due(self, calendar: Calendar, start: datetime, holds: Sequence[Hold] = ()) -> datetime | None:
        """The deadline; None while a hold without an end puts it off. Raises NoWorkingTime."""
        if self.hours:
            return add_working_time(calendar, start, timedelta(hours=self.amount), holds)
        return add_working_days(calendar, start, self.amount, holds)

    def used(self, calendar: Calendar, start: datetime, end: datetime, holds: Sequence[Hold] = ()) -> int:
        """Days, or full hours, of the amount that have passed at `end`."""
        if self.hours:
            return working_time(calendar, start, end, holds) // timedelta(hours=1)
        return working_days(calendar, start, end, holds)


_SP4N = "Permenpan RB 62/2018 tentang Pedoman Sistem Pengelolaan Pengaduan Pelayanan Publik Nasional"

LIMITS = (
    Limit(stage=Stage.VERIFY, amount=3, basis=_SP4N),
    Limit(stage=Stage.FOLLOW_UP, amount=5, basis=_SP4N),
    Limit(stage=Stage.FINISH, amount=5, basis=_SP4N, kinds=frozenset({"question"})),
    Limit(stage=Stage.FINISH, amount=14, basis=_SP4N),
)


def limit_of(stage: Stage, kind: str, received: date, limits: Sequence[Limit] = LIMITS) -> Limit | None:
    """The limit that holds for a stage of an item of this kind, one that names the kind first; None: there is none."""
    valid = [one for one in limits if one.stage is stage and one.valid_from <= received < one.valid_to]
    named = (one for one in valid if kind in one.kinds)
    return next(named, next((one for one in valid if not one.kinds), None))
