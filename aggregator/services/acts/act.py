"""One act of one person: one transaction, one event. Every act names the revision its person saw, so that of two people
who act at once one wins and the other is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Connection, RowMapping, insert, select, update

from aggregator.clock import Clock
from aggregator.domain.access import Viewer
from aggregator.domain.workflow import WAITING, State
from aggregator.services.acts.second import void_asked
from aggregator.services.errors import Conflict, NotFound, Refused
from aggregator.services.inbox.scope import may_see_item
from aggregator.services.learning import decisions
from aggregator.services.ledger import CountChange, place_of
from aggregator.services.notices import announce
from aggregator.services.units import Units
from aggregator.storage.db import Database
from aggregator.storage.ids import id_of
from aggregator.storage.tables import events, items

DONE = frozenset(State) - WAITING
TOO_LATE = "Butir ini baru saja diubah orang lain. Lihat keadaannya sekarang, lalu coba lagi."


@dataclass(slots=True)
class Act:
    """One act under way: the item as it was, and the transaction it happens in."""

    connection: Connection
    viewer: Viewer
    item: RowMapping
    now: datetime

    @property
    def state(self) -> State:
        return State(self.item["state"])

    def change(self, kind: str, values: Mapping[str, Any], data: Mapping[str, Any] | None = None) -> None:
        """Write the item's new columns, its event and the counters; raises Conflict when someone was faster."""
        merged = dict(values)
        if "state" in merged:
            merged["waiting"] = State(merged["state"]) in WAITING
            if not merged["waiting"]:
                merged["late"] = False
        statement = update(items).where(items.c.id == self.item["id"], items.c.revision == self.item["revision"])
        result = self.connection.execute(statement.values(merged | {"revision": self.item["revision"] + 1}))
        if result.rowcount != 1:
            raise Conflict(TOO_LATE)
        counts = CountChange()
        counts.move(place_of(self.item), place_of({**self.item, **merged}))
        counts.write(self.connection)
        if "unit_id" in merged or merged.get("waiting") is False:
            void_asked(self.connection, self.item["id"])
        self.tell(kind, data or {})

    def taught_by_work(self) -> None:
        """Whoever takes an item on says by it that it is theirs."""
        decisions.note_work(self.connection, self.item, self.viewer.person_id, self.now)

    def announce(self, key: str, kind: str, people: Iterable[int | None]) -> None:
        """Tell these people of the act, whoever did it left out; commit and notice are one."""
        told = [one for one in people if one is not None and one != self.viewer.person_id]
        announce(self.connection, key=key, kind=kind, person_ids=told, item_id=self.item["id"], at=self.now)

    def tell(self, kind: str, data: Mapping[str, Any]) -> None:
        row = {"item_id": self.item["id"], "at": self.now, "kind": kind, "actor_id": self.viewer.person_id}
        self.connection.execute(insert(events).values(row | {"data": orjson.dumps(data).decode()}))


class ActDesk:
    """What every kind of act shares."""

    def __init__(self, database: Database, units: Units, goal: timedelta, clock: Clock) -> None:
        self._database = database
        self._units = units
        self._goal = goal
        self._clock = clock

    @contextmanager
    def _act(self, viewer: Viewer, code: str, revision: int | None) -> Iterator[Act]:
        """The transaction of one act, for who may work on the item and saw its newest revision."""
        with self._seen(viewer, code, revision) as act:
            if not viewer.may_work(act.item["unit_id"]):
                raise NotFound
            yield act

    @contextmanager
    def _seen(self, viewer: Viewer, code: str, revision: int | None = None) -> Iterator[Act]:
        """The transaction of an act that only needs the right to see the item. Raises NotFound, or Conflict when the item
        changed since this revision."""
        with self._database.write() as connection:
            item = _item(connection, viewer, code)
            if revision is not None and item["revision"] != revision:
                raise Conflict(TOO_LATE)
            yield Act(connection, viewer, item, self._clock())


def must_be(act: Act, allowed: frozenset[State], verb: str) -> None:
    """Raises Refused when the item's state does not allow the act."""
    if act.state not in allowed:
        raise Refused(f"Butir ini tidak dapat {verb} dalam keadaannya sekarang.")


def _item(connection: Connection, viewer: Viewer, code: str) -> RowMapping:
    statement = select(items).where(items.c.id == id_of(code)).with_for_update()
    item = connection.execute(statement).mappings().one_or_none()
    if item is None or not may_see_item(connection, viewer, item):
        raise NotFound
    return item
