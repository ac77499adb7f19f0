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
from aggregator.services.inbox.scope import may_see_item, takes_part
from aggregator.services.intake.settlement import text_hash
from aggregator.services.learning import decisions
from aggregator.services.ledger import CountChange, lock_items, place_of
from aggregator.services.notices import announce
from aggregator.services.units import Units
from aggregator.services.watching import TOLD_TO_WATCHERS, tell_watchers
from aggregator.storage.db import Database, to_micros
from aggregator.storage.ids import id_of
from aggregator.storage.tables import events, items, proofs

DONE = frozenset(State) - WAITING - {State.MERGED}  # what is merged is separated, not opened again
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
            self._no_part_is_open({**self.item, **merged})
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

    def _no_part_is_open(self, item: Mapping[str, Any]) -> None:
        if item["open_parts"] and State(item["state"]) not in WAITING:
            raise Refused("Masih ada bagian yang ditangani unit lain. Selesaikan atau akhiri bagian itu lebih dulu.")

    def taught_by_work(self) -> None:
        """Whoever takes an item on says by it that it is theirs."""
        decisions.note_work(self.connection, self.item, self.viewer.person_id, self.now)

    def tell(self, kind: str, data: Mapping[str, Any]) -> None:
        row = {"item_id": self.item["id"], "at": self.now, "kind": kind, "actor_id": self.viewer.person_id}
        self.connection.execute(insert(events).values(row | {"data": orjson.dumps(data).decode()}))
        if kind in TOLD_TO_WATCHERS:
            tell_watchers(self.connection, kind, [self.item["id"]], self.now, actor_id=self.viewer.person_id)

    def announce(
        self,
        kind: str,
        person_ids: Iterable[int | None],
        data: Mapping[str, Any] | None = None,
        *,
        happening: str | None = None,
    ) -> None:
        """Tell people of this act; whoever acts knows already. `happening`: the event, when it is told in another way as
        well (to watchers): nobody hears of it twice."""
        others = {one for one in person_ids if one is not None and one != self.viewer.person_id}
        key = f"{happening or kind}:{self.item['id']}:{to_micros(self.now)}"
        announce(
            self.connection, key=key, kind=kind, person_ids=others, item_id=self.item["id"], at=self.now, data=data
        )

    def prove(self, answer: RowMapping) -> dict[str, Any]:
        """Keep this official message as the proof of the answer; the columns that make the item answered by it."""
        proof = {
            "item_id": self.item["id"], "answer_id": answer["id"], "url": answer["url"], "snapshot": answer["text"],
            "sha256": text_hash(answer["text"]), "shown_at": answer["created_at"], "taken_at": self.now,
            "checked_at": self.now, "status": "shown",
        }  # fmt: skip
        self.connection.execute(proofs.delete().where(proofs.c.item_id == self.item["id"]))
        self.connection.execute(insert(proofs).values(proof))
        return {"state": State.ANSWERED.value, "answered_at": answer["created_at"]}


class ActDesk:
    """What every kind of act shares."""

    def __init__(self, database: Database, units: Units, goal: timedelta, clock: Clock) -> None:
        self._database = database
        self._units = units
        self._goal = goal
        self._clock = clock

    @contextmanager
    def _act(self, viewer: Viewer, code: str, revision: int | None, *, beside: str | None = None) -> Iterator[Act]:
        """The transaction of one act, for who may work on the item and saw its newest revision."""
        with self._seen(viewer, code, revision, beside=beside) as act:
            if not viewer.may_work(act.item["unit_id"]):
                raise NotFound
            yield act

    @contextmanager
    def _partner(self, viewer: Viewer, code: str) -> Iterator[Act]:
        """The transaction of an act that the supporting units may do as well."""
        with self._seen(viewer, code) as act:
            own = viewer.may_work(act.item["unit_id"])
            if not own and not takes_part(act.connection, viewer.work_ids, act.item["id"]):
                raise NotFound
            yield act

    @contextmanager
    def _seen(
        self, viewer: Viewer, code: str, revision: int | None = None, *, beside: str | None = None
    ) -> Iterator[Act]:
        """The transaction of an act that only needs the right to see the item. Raises NotFound, or Conflict when the item
        changed since this revision. `beside`: a second item that the act is about."""
        with self._database.write() as connection:
            if beside is not None:  # both in one order: two people who merge crosswise must not wait for each other
                lock_items(connection, [id for id in (id_of(code), id_of(beside)) if id is not None])
            item = item_for(connection, viewer, code)
            if revision is not None and item["revision"] != revision:
                raise Conflict(TOO_LATE)
            yield Act(connection, viewer, item, self._clock())


def must_be(act: Act, allowed: frozenset[State], verb: str) -> None:
    """Raises Refused when the item's state does not allow the act."""
    if act.state not in allowed:
        raise Refused(f"Butir ini tidak dapat {verb} dalam keadaannya sekarang.")


def item_for(connection: Connection, viewer: Viewer, code: str) -> RowMapping:
    """The item, locked until the transaction ends; NotFound when there is none for this viewer."""
    statement = select(items).where(items.c.id == id_of(code)).with_for_update()
    item = connection.execute(statement).mappings().one_or_none()
    if item is None or not may_see_item(connection, viewer, item):
        raise NotFound
    return item
