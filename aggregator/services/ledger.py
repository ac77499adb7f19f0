"""Roll-up counters: how many items each unit has in each state, changed in the same transaction as the items."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from sqlalchemy import Connection, func, insert, select

from aggregator.storage.bulk import execute_many
from aggregator.storage.tables import item_counts, items

NO_UNIT = 0
Key = tuple[int, str, bool]


class CountChange:
    """Changes of one transaction, summed before they are written: one row a unit and state, in a fixed order so that
    two transactions never wait for each other."""

    def __init__(self) -> None:
        self._changes: Counter[Key] = Counter()

    def add(self, unit_id: int | None, state: str, *, late: bool, n: int) -> None:
        self._changes[(unit_id or NO_UNIT, state, late)] += n

    def move(self, before: tuple[int | None, str, bool], after: tuple[int | None, str, bool]) -> None:
        """One item changed its unit, state or lateness."""
        self.add(before[0], before[1], late=before[2], n=-1)
        self.add(after[0], after[1], late=after[2], n=1)

    def write(self, connection: Connection) -> None:
        execute_many(
            connection,
            "INSERT INTO item_counts (unit_id, state, late, n) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (unit_id, state, late) DO UPDATE SET n = item_counts.n + excluded.n",
            [(*key, n) for key, n in sorted(self._changes.items()) if n],
        )
        self._changes.clear()


def lock_items(connection: Connection, ids: Collection[int]) -> None:
    """Nobody else may change these items until the transaction ends: the counters move by what an item was. SQLite
    has one writer anyway."""
    if connection.dialect.name == "postgresql" and ids:
        cursor = connection.connection.cursor()
        cursor.execute("SELECT 1 FROM items WHERE id = ANY(%s) ORDER BY id FOR UPDATE", (list(ids),))
        cursor.close()


def counted(connection: Connection) -> dict[Key, int]:
    """What the roll-up says, zeros left out."""
    return {(row.unit_id, row.state, bool(row.late)): row.n for row in connection.execute(select(item_counts)) if row.n}


def recounted(connection: Connection) -> dict[Key, int]:
    """The same from the items themselves: the truth the roll-up must equal."""
    unit = func.coalesce(items.c.unit_id, NO_UNIT)
    rows = connection.execute(
        select(unit.label("unit"), items.c.state, items.c.late, func.count()).group_by(
            unit, items.c.state, items.c.late
        )
    )
    return {(row[0], row[1], bool(row[2])): row[3] for row in rows}


def rebuild_counts(connection: Connection) -> None:
    """Count everything anew."""
    truth = recounted(connection)
    connection.execute(item_counts.delete())
    if truth:
        connection.execute(
            insert(item_counts),
            [{"unit_id": unit, "state": state, "late": late, "n": n} for (unit, state, late), n in truth.items()],
        )
