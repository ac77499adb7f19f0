"""Citizens who wrote to the wrong account: how long each half of their wait took."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import Connection, select

from aggregator.clock import Clock
from aggregator.domain.access import Viewer
from aggregator.services.errors import NotFound
from aggregator.services.units import Units
from aggregator.storage.db import Database
from aggregator.storage.tables import handoffs, items, replies

COUNTED = timedelta(days=90)
_SAID = ("sent", "copied")
_COLUMNS = (
    handoffs.c.item_id, handoffs.c.from_unit, handoffs.c.to_unit, handoffs.c.reply_id, handoffs.c.received_at,
    handoffs.c.at, replies.c.state.label("reply_state"), items.c.answered_at,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Half:
    """One hand-off: the first unit had the item until `at`, and from then on the second until `until` (None: still).
    `said`: the citizen was told in public; otherwise nothing was acknowledged yet."""

    reply_id: int
    from_unit: str | None
    to_unit: str | None
    received_at: datetime | None
    at: datetime
    until: datetime | None
    said: bool

    @property
    def first(self) -> timedelta | None:
        """How long the first unit took to send the citizen on."""
        return self.at - self.received_at if self.received_at is not None else None

    @property
    def second(self) -> timedelta | None:
        """How long the second unit took from then on; None while it has not ended."""
        return self.until - self.at if self.until is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitHalves:
    """What a unit did with citizens who were in the wrong place: `sent_on` by it, with the median time until then;
    `taken` over from others, of these `answered`, with their median time."""

    unit: str
    sent_on: int
    first: timedelta | None
    taken: int
    answered: int
    second: timedelta | None


def halves(connection: Connection, item_id: int, units: Units) -> tuple[Half, ...]:
    """Every hand-off of an item, in their order; each ended when the next began or the item was answered."""
    statement = (
        select(*_COLUMNS)
        .join(replies, replies.c.id == handoffs.c.reply_id)
        .join(items, items.c.id == handoffs.c.item_id)
        .where(handoffs.c.item_id == item_id)
        .order_by(handoffs.c.id)
    )
    rows = connection.execute(statement).all()
    ends = [*(row.at for row in rows[1:]), rows[-1].answered_at if rows else None]
    return tuple(
        Half(
            reply_id=row.reply_id,
            from_unit=units.name(row.from_unit),
            to_unit=units.name(row.to_unit),
            received_at=row.received_at,
            at=row.at,
            until=end,
            said=row.reply_state in _SAID,
        )
        for row, end in zip(rows, ends, strict=False)
    )


class HandoffFigures:
    """For who sorts: how well the wrong doors lead on."""

    def __init__(self, database: Database, units: Units, clock: Clock) -> None:
        self._database = database
        self._units = units
        self._clock = clock

    def page(self, viewer: Viewer) -> tuple[UnitHalves, ...]:
        """Every unit that sent a citizen on or took one over in the last 90 days, those with most first."""
        if not viewer.sorts:
            raise NotFound
        statement = (
            select(*_COLUMNS)
            .join(replies, replies.c.id == handoffs.c.reply_id)
            .join(items, items.c.id == handoffs.c.item_id)
            .where(handoffs.c.at >= self._clock() - COUNTED, replies.c.state.in_(_SAID))
            .order_by(handoffs.c.id)
        )
        sent: dict[int, list[timedelta]] = {}
        taken: dict[int, list[timedelta | None]] = {}
        with self._database.read() as connection:
            for row in connection.execute(statement):
                if row.from_unit is not None and row.received_at is not None:
                    sent.setdefault(row.from_unit, []).append(row.at - row.received_at)
                taken.setdefault(row.to_unit, []).append(row.answered_at - row.at if row.answered_at else None)
        rows = [
            self._row(unit_id, sent.get(unit_id, []), taken.get(unit_id, [])) for unit_id in sent.keys() | taken.keys()
        ]
        return tuple(sorted(rows, key=lambda one: (-one.sent_on - one.taken, one.unit)))

    def _row(self, unit_id: int, sent: list[timedelta], taken: list[timedelta | None]) -> UnitHalves:
        answered = [time for time in taken if time is not None]
        return UnitHalves(
            unit=self._units.name(unit_id) or "Unit yang sudah tidak ada",
            sent_on=len(sent),
            first=_median(sent),
            taken=len(taken),
            answered=len(answered),
            second=_median(answered),
        )


def _median(times: Iterable[timedelta]) -> timedelta | None:
    seconds = [time.total_seconds() for time in times]
    return timedelta(seconds=median(seconds)) if seconds else None
