"""Roll-up counters: how many items each unit has in each state, changed in the same transaction as the items."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, RowMapping, func, insert, select

from aggregator.storage.bulk import execute_many
from aggregator.storage.tables import item_counts, items

NO_UNIT = 0


class Place(NamedTuple):
    """Where an item is counted. A confidential one is counted apart: its number tells as much as its words."""

    unit_id: int | None
    state: str
    late: bool
    confidential: bool


def place_of(item: Mapping[str, Any] | RowMapping) -> Place:
    return Place(item["unit_id"], str(item["state"]), bool(item["late"]), bool(item["confidential"]))


class CountChange:
    """Changes of one transaction, summed before they are written: one row a unit and state, in a fixed order so that
    two transactions never wait for each other."""

    def __init__(self) -> None:
        self._changes: Counter[Place] = Counter()

    def add(self, place: Place, n: int = 1) -> None:
        self._changes[place._replace(unit_id=place.unit_id or NO_UNIT)] += n

    def move(self, before: Place, after: Place) -> None:
        """One item changed its unit, state, lateness or confidentiality."""
        self.add(before, -1)
        self.add(after)

    def write(self, connection: Connection) -> None:
        execute_many(
            connection,
            "INSERT INTO item_counts (unit_id, state, late, confidential, n) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (unit_id, state, late, confidential) DO UPDATE SET n = item_counts.n + excluded.n",
            [(*place, n) for place, n in sorted(self._changes.items()) if n],
        )
        self._changes.clear()


def lock_items(connection: Connection, ids: Collection[int]) -> None:
    """Nobody else may change these items until the transaction ends: the counters move by what an item was. SQLite
    has one writer anyway."""
    if connection.dialect.name == "postgresql" and ids:
        cursor = connection.connection.cursor()
        cursor.execute("SELECT 1 FROM items WHERE id = ANY(%s) ORDER BY id FOR UPDATE", (list(ids),))
        cursor.close()


def counted(connection: Connection) -> dict[Place, int]:
    """What the roll-up says, zeros left out."""
    rows = connection.execute(select(item_counts)).mappings()
    return {place_of(row): row["n"] for row in rows if row["n"]}


def recounted(connection: Connection) -> dict[Place, int]:
    """The same from the items themselves: the truth the roll-up must equal."""
    unit = func.coalesce(items.c.unit_id, NO_UNIT)
    place = (unit.label("unit_id"), items.c.state, items.c.late, items.c.confidential)
    rows = connection.execute(
        select(*place, func.count().label("n")).group_by(unit, items.c.state, items.c.late, items.c.confidential)
    ).mappings()
    return {place_of(row): row["n"] for row in rows}


def rebuild_counts(connection: Connection) -> None:
    """Count everything anew."""
    truth = recounted(connection)
    connection.execute(item_counts.delete())
    if truth:
        connection.execute(insert(item_counts), [{**place._asdict(), "n": n} for place, n in truth.items()])
