"""Election periods and their candidates: while one runs, a draft that names one is warned about. None is kept at first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, delete, insert, select

from aggregator.clock import Clock
from aggregator.domain.access import Viewer
from aggregator.services.acts.typed import clean
from aggregator.services.answer_rules import must_administer
from aggregator.services.errors import Refused
from aggregator.storage.db import Database
from aggregator.storage.tables import elections

_MOST_NAMES, _LONGEST, _SHORTEST = 500, 80, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Election:
    """A period, both days included, and who stands in it."""

    id: int
    name: str
    from_on: date
    until_on: date
    names: tuple[str, ...]


def names_on(connection: Connection, day: date) -> tuple[str, ...]:
    """The candidates of the periods that run on this day."""
    table = elections.c
    rows = connection.execute(select(table.names).where(table.from_on <= day, table.until_on >= day)).scalars()
    return tuple(name for names in rows for name in names.splitlines())


class Elections:
    """Kept by Diskominfo."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def all(self) -> tuple[Election, ...]:
        """Every period, the newest first."""
        columns = (elections.c.id, elections.c.name, elections.c.from_on, elections.c.until_on, elections.c.names)
        with self._database.read() as connection:
            rows = connection.execute(select(*columns).order_by(elections.c.from_on.desc(), elections.c.id)).mappings()
            return tuple(Election(**{**row, "names": tuple(row["names"].splitlines())}) for row in rows)

    def add(self, viewer: Viewer, name: str, from_on: date, until_on: date, names: str) -> None:
        """Keep a period with one candidate a line; Refused, in words for whoever typed it, when it makes no sense."""
        must_administer(viewer)
        called, listed = clean(name)[:_LONGEST], _names(names)
        if not called:
            raise Refused("Beri nama masa pemilihan ini, misalnya: Pilkada 2029.")
        if until_on < from_on:
            raise Refused("Tanggal selesai sebelum tanggal mulai.")
        row = {"name": called, "from_on": from_on, "until_on": until_on, "names": "\n".join(listed)}
        with self._database.write() as connection:
            connection.execute(
                insert(elections).values(row | {"created_by": viewer.person_id, "created_at": self._clock()})
            )

    def drop(self, viewer: Viewer, election_id: int) -> None:
        must_administer(viewer)
        with self._database.write() as connection:
            connection.execute(delete(elections).where(elections.c.id == election_id))


def _names(typed: str) -> list[str]:
    names = list(dict.fromkeys(" ".join(line.split()) for line in clean(typed).splitlines() if line.strip()))
    if not names:
        raise Refused("Tulis nama calon, satu nama setiap baris.")
    if len(names) > _MOST_NAMES or any(not _SHORTEST <= len(name) <= _LONGEST for name in names):
        raise Refused(f"Satu nama setiap baris, {_SHORTEST} sampai {_LONGEST} huruf, paling banyak {_MOST_NAMES} nama.")
    return names
