"""Telling plugins what happened to items: the events table read on from where it was last told, after the commit and
from one place, whichever process wrote the event. At least once; a plugin that is told twice must not mind."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select, text

from aggregator.contract import WorkEvent
from aggregator.services.units import Units
from aggregator.storage.db import Database
from aggregator.storage.ids import code_of
from aggregator.storage.tables import events, items, meta

_MARK = "events_told"
_AT_ONCE = 200
_SETTLED = timedelta(seconds=5)  # an earlier id may still be in a transaction that has not ended
_TOLD = {
    "opened": "opened",
    "routed": "routed",
    "handed_off": "routed",
    "answered": "answered",
    "confirmed": "answered",
    "late": "overdue",
}


class Herald:
    """Reads events that plugins have not been told of yet."""

    def __init__(self, database: Database, units: Units) -> None:
        self._database = database
        self._units = units

    def fresh(self, now: datetime) -> tuple[list[WorkEvent], int]:
        """What to tell now, and the mark to keep when that is done. The first call tells nothing of the past."""
        with self._database.read() as connection:
            kept = connection.execute(select(meta.c.value).where(meta.c.name == _MARK)).scalar_one_or_none()
            if kept is None:
                return [], int(connection.execute(select(func.coalesce(func.max(events.c.id), 0))).scalar_one())
            statement = (
                select(events.c.id, events.c.kind, events.c.at, items.c.id.label("item"), items.c.unit_id)
                .join(items, items.c.id == events.c.item_id)
                .where(events.c.id > int(kept), events.c.at <= now - _SETTLED)
                .order_by(events.c.id)
                .limit(_AT_ONCE)
            )
            rows = connection.execute(statement).all()
        told = [
            WorkEvent(kind=_TOLD[row.kind], item=code_of(row.item), unit=self._units.name(row.unit_id), at=row.at)
            for row in rows
            if row.kind in _TOLD
        ]
        return told, rows[-1].id if rows else int(kept)

    def keep(self, mark: int) -> None:
        """Remember how far plugins were told."""
        statement = text(
            "INSERT INTO meta (name, value) VALUES (:name, :value) "
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE meta.value <> excluded.value"
        )
        with self._database.write() as connection:
            connection.execute(statement, {"name": _MARK, "value": str(mark)})
