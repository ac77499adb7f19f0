"""Seals over the history: made by a tick once rows are settled, so that who writes history pays nothing; checked on demand.

The newest head of each table is also kept in a file beside the keys: someone who can write to the database alone cannot cut
off the end of the history together with its seals.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson
from sqlalchemy import Connection, RowMapping, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from aggregator.clock import Clock
from aggregator.domain.seals import (
    FIRST_HEAD,
    Breach,
    Kind,
    Row,
    compared,
    head_of,
    is_head,
    marks_of,
    read_marks,
    seal_key,
)
from aggregator.storage.db import Database
from aggregator.storage.tables import seals

# What is sealed: tables to which rows are only added, and what of a row is sealed, its id first. A column that is added
# to a table later stays outside: what is sealed cannot change afterwards.
SEALED: Mapping[str, tuple[str, ...]] = {
    "events": ("id", "item_id", "at", "kind", "actor_id", "data"),
    "looks": ("id", "item_id", "person_id", "at"),
    "person_events": ("id", "person_id", "at", "kind", "actor_id", "data"),
}
AT_ONCE = 500
SETTLED = 120.0  # seconds: an id that was given out before may still be in a transaction that has not ended


@dataclass(frozen=True, slots=True)
class Head:
    """The newest seal of a table: its number, the last row it seals, its head."""

    number: int
    last_id: int
    head: bytes


NO_SEAL = Head(0, 0, FIRST_HEAD)


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found. `unsealed`: rows that are too new to be sealed; `kept`: whether the file with the heads was there,
    without which a cut end cannot be noticed."""

    sealed: int
    unsealed: int
    kept: bool
    breaches: tuple[Breach, ...]


class Seals:
    """Makes and checks the seals of one installation."""

    def __init__(
        self,
        database: Database,
        keys: Sequence[str],
        kept_in: Path,
        clock: Clock,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._keys = [seal_key(key) for key in keys]
        self._kept_in = kept_in
        self._clock = clock
        self._monotonic = monotonic
        self._seen: dict[str, list[tuple[float, int]]] = {table: [] for table in SEALED}

    # -- making --------------------------------------------------------------------------------------------------------

    def seal(self, seconds: float = 5.0) -> dict[str, Head]:
        """Seal what is settled, for about so many seconds; the heads that are new. A table whose end was cut off is sealed
        no further: the evidence stays."""
        until = self._monotonic() + seconds
        made: dict[str, Head] = {}
        kept = self._kept() or {}
        for table in SEALED:
            settled = self._settled(table)
            while self._monotonic() <= until and (head := self._seal_some(table, settled, kept.get(table, NO_SEAL))):
                made[table] = kept[table] = head
        if made:
            self._keep(kept)
        return made

    def _settled(self, table: str) -> int:
        """Up to which id no transaction can still bring rows: the newest that was there a while ago. Times inside the rows
        do not tell, nor does the order of ids."""
        now = self._monotonic()
        seen = self._seen[table]
        with self._database.read() as connection:
            newest = connection.execute(text(f"SELECT COALESCE(max(id), 0) FROM {table}")).scalar_one()
        seen.append((now, newest))
        while len(seen) > 1 and seen[1][0] <= now - SETTLED:
            del seen[0]
        at, settled = seen[0]
        return settled if at <= now - SETTLED else 0

    def _seal_some(self, table: str, settled: int, kept: Head) -> Head | None:
        with self._database.read() as connection:
            last = newest_seal(connection, table)
            if last.number < kept.number:
                return None  # the end is cut off: `check` tells
            rows = _rows(connection, table, last.last_id, settled, AT_ONCE)
        if not rows:
            return None
        marks = marks_of(table, rows)
        number, last_id = last.number + 1, rows[-1][0]
        head = head_of(self._keys[0], table, number, last.head, marks)
        row = {"table_name": table, "number": number, "last_id": last_id, "marks": marks, "head": head}
        try:
            with self._database.write() as connection:
                connection.execute(insert(seals).values(row | {"sealed_at": self._clock()}))
        except IntegrityError:
            return None  # another scheduler was faster
        return Head(number, last_id, head)

    def rekey(self) -> int:
        """Make every head anew under the newest key, so that older ones may be thrown away; how many. What does not hold
        under any key keeps the head it has: nothing false becomes true."""
        with self._database.write() as connection:
            renewed = {table: self._rekey_table(connection, table) for table in SEALED}
        self._keep({table: head for table, head in renewed.items() if head.number})
        return sum(head.number for head in renewed.values())

    def _rekey_table(self, connection: Connection, table: str) -> Head:
        before, new, holds = FIRST_HEAD, NO_SEAL, True
        for seal in list(_seals(connection, table)):
            holds = holds and seal["number"] == new.number + 1
            holds = holds and is_head(seal["head"], self._keys, table, seal["number"], before, seal["marks"])
            before = seal["head"]
            if not holds:
                return Head(seal["number"], seal["last_id"], before)
            new = Head(
                seal["number"],
                seal["last_id"],
                head_of(self._keys[0], table, seal["number"], new.head, seal["marks"]),
            )
            where = (seals.c.table_name == table, seals.c.number == seal["number"])
            connection.execute(update(seals).where(*where).values(head=new.head))
        return new

    # -- checking ------------------------------------------------------------------------------------------------------

    def check(self) -> Report:
        """Hold every sealed row against its seal, and the seals against each other and the file."""
        kept = self._kept()
        breaches: list[Breach] = []
        sealed = unsealed = 0
        with self._database.read() as connection:
            for table in SEALED:
                counted, last, found = self._check_table(connection, table)
                sealed += counted
                unsealed += connection.execute(
                    text(f"SELECT count(*) FROM {table} WHERE id > :last"), {"last": last.last_id}
                ).scalar_one()
                breaches += [*found, *_against_kept(connection, table, last, (kept or {}).get(table))]
        return Report(sealed, unsealed, kept is not None, tuple(breaches))

    def _check_table(self, connection: Connection, table: str) -> tuple[int, Head, list[Breach]]:
        last, counted = NO_SEAL, 0
        found: list[Breach] = []
        for seal in _seals(connection, table):
            number = seal["number"]
            found += [Breach(Kind.SEAL, table, missing) for missing in range(last.number + 1, number)]
            linked = number == last.number + 1
            if linked and not is_head(seal["head"], self._keys, table, number, last.head, seal["marks"]):
                found.append(Breach(Kind.SEAL, table, number))
            marks = _marks(seal)
            after = last.last_id if linked else min(marks, default=seal["last_id"]) - 1
            found += compared(table, marks, _rows(connection, table, after, seal["last_id"], None))
            counted += len(marks)
            last = Head(number, seal["last_id"], seal["head"])
        return counted, last, found

    # -- the file ------------------------------------------------------------------------------------------------------

    def _kept(self) -> dict[str, Head] | None:
        """The heads as the file has them; None when there is none, or none that can be read."""
        try:
            told = orjson.loads(self._kept_in.read_bytes())
            return {
                table: Head(one["number"], one["last_id"], bytes.fromhex(one["head"])) for table, one in told.items()
            }
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None

    def _keep(self, heads: Mapping[str, Head]) -> None:
        told = {t: {"number": h.number, "last_id": h.last_id, "head": h.head.hex()} for t, h in heads.items()}
        self._kept_in.parent.mkdir(parents=True, exist_ok=True)
        whole = self._kept_in.with_name(f"{self._kept_in.name}.{os.getpid()}")
        whole.write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2))
        whole.replace(self._kept_in)


def newest_seal(connection: Connection, table: str) -> Head:
    """The newest seal of a table; NO_SEAL before the first."""
    statement = (
        select(seals.c.number, seals.c.last_id, seals.c.head)
        .where(seals.c.table_name == table)
        .order_by(seals.c.number.desc())
        .limit(1)
    )
    row = connection.execute(statement).first()
    return Head(*row) if row else NO_SEAL


def _seals(connection: Connection, table: str) -> Iterator[RowMapping]:
    """The seals of a table in their order, a few hundred in memory at a time."""
    number = 0
    while True:
        statement = select(seals).where(seals.c.table_name == table, seals.c.number > number)
        some = connection.execute(statement.order_by(seals.c.number).limit(200)).mappings().all()
        if not some:
            return
        yield from some
        number = some[-1]["number"]


def _rows(connection: Connection, table: str, after: int, until: int, most: int | None) -> list[Row]:
    """Rows of a sealed table as they are stored, in the order of their ids; before the first seal, with any id."""
    lower = "" if after == 0 and most is None else "id > :after AND "
    limit = f" LIMIT {most}" if most is not None else ""
    statement = f"SELECT {', '.join(SEALED[table])} FROM {table} WHERE {lower}id <= :until ORDER BY id{limit}"
    values = {"after": after, "until": until} if lower else {"until": until}
    return [tuple(row) for row in connection.execute(text(statement), values)]


def _marks(seal: RowMapping) -> dict[int, bytes]:
    with contextlib.suppress(ValueError):
        return read_marks(seal["marks"])
    return {}


def _against_kept(connection: Connection, table: str, last: Head, kept: Head | None) -> Iterator[Breach]:
    """Whether the database still has what the file says it had."""
    if kept is None or kept.number == 0:
        return
    if kept.number > last.number:
        yield Breach(Kind.CUT, table, last.last_id + 1, kept.last_id)
        return
    same = select(seals.c.head).where(seals.c.table_name == table, seals.c.number == kept.number)
    if connection.execute(same).scalar_one_or_none() != kept.head:
        yield Breach(Kind.SEAL, table, kept.number)
