"""The units of the kabupaten, kept in memory for half a minute: every page needs their names and their tree."""

from __future__ import annotations

import csv
import io
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, insert, select, update

from aggregator.services.errors import Refused
from aggregator.storage.db import Database
from aggregator.storage.tables import units

_FRESH_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitChoice:
    """A unit as lists and forms show it."""

    id: int
    name: str
    short_name: str | None
    kind: str
    parent_id: int | None


class Units:
    """Reads units through a short memory; changes show in other processes within half a minute."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._by_id: dict[int, UnitChoice] = {}
        self._children: dict[int, list[int]] = {}
        self._read_at = float("-inf")

    def all(self) -> tuple[UnitChoice, ...]:
        """Every unit that exists today, by name."""
        self._refresh()
        return tuple(self._by_id.values())

    def name(self, unit_id: int | None) -> str | None:
        self._refresh()
        unit = self._by_id.get(unit_id) if unit_id is not None else None
        return unit.name if unit else None

    def exists(self, unit_id: int) -> bool:
        self._refresh()
        return unit_id in self._by_id

    def children(self, unit_id: int) -> Sequence[int]:
        """The units right below one."""
        self._refresh()
        return self._children.get(unit_id, ())

    def path(self, unit_id: int | None) -> list[int]:
        """From a unit up to its root; nothing for no unit."""
        self._refresh()
        found: list[int] = []
        while unit_id is not None and unit_id not in found:
            found.append(unit_id)
            above = self._by_id.get(unit_id)
            unit_id = above.parent_id if above else None
        return found

    def subtree(self, unit_id: int) -> frozenset[int]:
        """A unit and everything below it."""
        self._refresh()
        found: set[int] = set()
        stack = [unit_id]
        while stack:
            current = stack.pop()
            if current not in found:
                found.add(current)
                stack.extend(self._children.get(current, ()))
        return frozenset(found)

    def find(self, name: str) -> UnitChoice:
        """The unit called so (name, short name or number); raises Refused when none or several are."""
        self._refresh()
        wanted = name.strip().casefold()
        found = [
            u
            for u in self._by_id.values()
            if wanted and wanted in (u.name.casefold(), (u.short_name or "").casefold(), str(u.id))
        ]
        if len(found) == 1:
            return found[0]
        raise Refused(
            f"Unit “{name}” tidak ada." if not found else f"Ada beberapa unit bernama “{name}”; pakai nama lengkapnya."
        )

    def named(self, name: str) -> UnitChoice | None:
        """The one unit called so; None when there is none or several."""
        try:
            return self.find(name)
        except Refused:
            return None

    def forget(self) -> None:
        """Read anew at the next question."""
        self._read_at = float("-inf")

    def _refresh(self) -> None:
        if time.monotonic() - self._read_at < _FRESH_SECONDS:
            return
        columns = (units.c.id, units.c.name, units.c.short_name, units.c.kind, units.c.parent_id)
        with self._database.read() as connection:
            rows = connection.execute(
                select(*columns).where(units.c.valid_to.is_(None)).order_by(units.c.name)
            ).mappings()
            self._by_id = {row["id"]: UnitChoice(**row) for row in rows}
        children: dict[int, list[int]] = defaultdict(list)
        for unit in self._by_id.values():
            if unit.parent_id is not None:
                children[unit.parent_id].append(unit.id)
        self._children = children
        self._read_at = time.monotonic()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """One line of an imported list; `parent` is another unit's name."""

    name: str
    kind: str
    short_name: str | None = None
    parent: str | None = None
    affairs: str = ""


def read_unit_file(path: Path) -> list[UnitRow]:
    """Read a CSV with the columns name, kind, short_name?, parent?, affairs?; raises Refused with the line at fault."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Refused(f"Berkas {path} tidak dapat dibaca: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise Refused(f"Berkas {path} bukan teks UTF-8; simpan ulang sebagai CSV UTF-8.") from None
    delimiter = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns = {(name or "").strip().lower() for name in reader.fieldnames or ()}
    if not {"name", "kind"} <= columns:
        raise Refused("Baris pertama harus memuat kolom name dan kind (boleh juga short_name, parent, affairs).")
    try:
        return [_unit_row(reader.line_num, row) for row in reader]
    except csv.Error:
        raise Refused(f"Baris {reader.line_num + 1} bukan CSV yang utuh.") from None


def _unit_row(line: int, row: Mapping[str | None, object]) -> UnitRow:
    values = {(name or "").strip().lower(): cell.strip() for name, cell in row.items() if isinstance(cell, str)}
    if not values.get("name") or not values.get("kind"):
        raise Refused(f"Baris {line}: name dan kind harus diisi.")
    return UnitRow(
        name=values["name"],
        kind=values["kind"].lower(),
        short_name=values.get("short_name") or None,
        parent=values.get("parent") or None,
        affairs=";".join(
            part.strip() for part in values.get("affairs", "").replace("|", ";").split(";") if part.strip()
        ),
    )


def import_units(database: Database, rows: Sequence[UnitRow], now: datetime) -> tuple[int, int]:
    """Add new units and update known ones by name, all or nothing; (added, updated). Raises Refused for an unknown
    parent or a name given twice."""
    _check_names(rows)
    with database.write() as connection:
        known = _ids(connection)
        fresh = [row for row in rows if row.name not in known]
        if fresh:
            connection.execute(
                insert(units),
                [{"name": r.name, "kind": r.kind, "affairs": "", "created_at": now} for r in fresh],
            )
        ids = _ids(connection)
        for row in rows:
            connection.execute(update(units).where(units.c.id == ids[row.name]).values(_values(row, ids)))
        _check_tree(connection)
    return len(fresh), len(rows) - len(fresh)


def _ids(connection: Connection) -> dict[str, int]:
    return {row.name: row.id for row in connection.execute(select(units.c.name, units.c.id))}


def _values(row: UnitRow, ids: dict[str, int]) -> dict[str, object]:
    if row.parent is not None and row.parent not in ids:
        raise Refused(f"Unit induk “{row.parent}” dari “{row.name}” tidak ada dalam daftar.")
    parent_id = ids[row.parent] if row.parent else None
    if parent_id == ids[row.name]:
        raise Refused(f"“{row.name}” tidak dapat menjadi induk dirinya sendiri.")
    return {
        "kind": row.kind,
        "short_name": row.short_name,
        "parent_id": parent_id,
        "affairs": row.affairs,
        "valid_to": None,
    }


def _check_tree(connection: Connection) -> None:
    """Every unit must hang below a root: a ring would put each of its units below the others."""
    rows = connection.execute(select(units.c.id, units.c.name, units.c.parent_id)).all()
    parents, names = {row.id: row.parent_id for row in rows}, {row.id: row.name for row in rows}
    sound: set[int | None] = {None}
    for unit_id in parents:
        path: list[int] = []
        above: int | None = unit_id
        while above not in sound and above is not None:
            if above in path:
                ring = " → ".join(names[one] for one in [*path[path.index(above) :], above])
                raise Refused(f"Induk unit berputar: {ring}. Perbaiki kolom parent.")
            path.append(above)
            above = parents[above]
        sound.update(path)


def _check_names(rows: Iterable[UnitRow]) -> None:
    seen: set[str] = set()
    for row in rows:
        if row.name in seen:
            raise Refused(f"“{row.name}” tertulis dua kali dalam berkas.")
        seen.add(row.name)
