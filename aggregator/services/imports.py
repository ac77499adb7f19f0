"""Importing files: rows become messages of the account they belong to, under the same key a platform's API would
give, so that an office that connects the account later has no duplicates."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, insert, select, update

from aggregator.clock import Clock
from aggregator.contract import AccountKey, Capability, ImportedRow, ImportTable, Kind, Permanent, Platform
from aggregator.services.errors import Refused
from aggregator.services.intake import Intake, Source, Tally
from aggregator.services.units import Units
from aggregator.storage.db import Database
from aggregator.storage.tables import accounts, pulls

BATCH = 1_000
_COUNTED = ("fetched", "new", "duplicate", "edited", "deleted", "rejected", "items")
MAX_BYTES = 20 * 1024 * 1024


Place = AccountKey | tuple[str | None, bool]  # the account, or its platform and whether it holds tickets


@dataclass(slots=True)
class ImportReport:
    """What became of a file: its tally, and the rows that could not be stored with their reason."""

    rows: int = 0
    tally: Tally = field(default_factory=Tally)
    errors: list[tuple[int, str]] = field(default_factory=list)
    account_ids: list[int] = field(default_factory=list)
    unknown_units: Counter[str] = field(default_factory=Counter)


class Imports:
    """Reads files through the plugin that understands them and stores their rows."""

    def __init__(
        self,
        database: Database,
        intake: Intake,
        platforms: Mapping[str, Platform],
        units: Units,
        zone: str,
        clock: Clock,
    ) -> None:
        self._database = database
        self._intake = intake
        self._platforms = platforms
        self._units = units
        self._zone = zone
        self._clock = clock

    def presets(self) -> dict[str, Platform]:
        """Every preset name, with the platform that reads it."""
        readers = (p for p in self._platforms.values() if Capability.IMPORT in p.info.capabilities)
        return {name: platform for platform in readers for name in platform.preset_names()}

    def read(self, path: Path, preset: str, unit_id: int, options: Mapping[str, str] | None = None) -> ImportReport:
        """Import a file for a unit. Raises Refused when the file as a whole cannot be read; a bad row is reported with
        its number and the others are stored."""
        platform = self.presets().get(preset)
        if platform is None:
            raise Refused(f"Preset “{preset}” tidak ada. Yang ada: {', '.join(sorted(self.presets()))}.")
        table = ImportTable(name=path.name, data=_bytes_of(path), preset=preset, zone=self._zone, options=options or {})
        run = _Run(self, unit_id, platform.info.id)
        try:
            for row in platform.read_file(table):
                run.take(row)
        except Permanent as error:
            if not run.report.rows:
                raise Refused(error.message) from None
            run.report.errors.append((run.report.rows + 1, error.message))
        run.finish()
        return run.report

    def is_unknown(self, unit_name: str) -> bool:
        """Whether no unit here bears the name a file gives."""
        return self._units.named(unit_name) is None

    def source_for(self, place: Place, unit_id: int, reader: str) -> Source:
        """The account that rows of one place belong to, registered on first sight as one that is read from files."""
        with self._database.write() as connection:
            wanted = self._wanted(connection, place, unit_id, reader)
            row = _account(connection, wanted)
            if row is None:
                values = {"platform": wanted.platform, "key": wanted.key, "url": wanted.url, "unit_id": unit_id}
                new = values | {"state": "file", "created_at": self._clock()}
                connection.execute(insert(accounts).values(new))
                row = _account(connection, wanted)
        assert row is not None, "it was just inserted"
        platform = self._platforms.get(wanted.platform)
        own_host = platform.info.own_host if platform else wanted.platform == reader
        return Source(account_id=row[0], platform=wanted.platform, unit_id=row[1], own_host=own_host)

    def _wanted(self, connection: Connection, place: Place, unit_id: int, reader: str) -> AccountKey:
        """The account's key: as told; else the unit's one account on that platform; else one for files. Reports of a
        ticket system are the whole kabupaten's, whoever imports them, so that no second import doubles them."""
        if isinstance(place, AccountKey):
            return place
        platform, tickets = place
        if tickets:
            return AccountKey(platform=platform or reader, key="kabupaten", url="")
        theirs = select(accounts.c.key, accounts.c.url).where(
            accounts.c.platform == platform, accounts.c.unit_id == unit_id
        )
        found = connection.execute(theirs).all() if platform else []
        if len(found) == 1:
            return AccountKey(platform=platform or reader, key=found[0].key, url=found[0].url)
        return AccountKey(platform=platform or reader, key=f"unit:{unit_id}", url="")

    def store(self, source: Source, rows: list[ImportedRow]) -> Tally:
        """Store a batch of one account and write its line in the ledger."""
        now = self._clock()
        found = [row.message for row in rows if row.message is not None]
        official = frozenset(row.message.external_id for row in rows if row.official and row.message is not None)
        tally = self._intake.store(source, found, now, official_ids=official, assigned=self._assigned(rows))
        counted = {name: getattr(tally, name) for name in _COUNTED}
        report = {"account_id": source.account_id, "purpose": "file", "started_at": now, "outcome": "ok"}
        report |= {"finished_at": self._clock()} | counted
        with self._database.write() as connection:
            connection.execute(insert(pulls).values(report))
            connection.execute(
                update(accounts).where(accounts.c.id == source.account_id).values(last_success_at=now, last_pull_at=now)
            )
        return tally

    def _assigned(self, rows: list[ImportedRow]) -> dict[str, int]:
        """Units that the file itself names as responsible, by external id; names nobody here bears are left out."""
        named = ((row.message.external_id, self._units.named(row.unit)) for row in rows if row.message and row.unit)
        return {external_id: unit.id for external_id, unit in named if unit is not None}


def _place(row: ImportedRow) -> Place:
    tickets = row.message is not None and row.message.kind is Kind.TICKET
    return row.account or (row.platform, tickets)


class _Run:
    """One file on its way in: rows gathered by account, stored batch by batch."""

    def __init__(self, imports: Imports, unit_id: int, reader: str) -> None:
        self.report = ImportReport()
        self._imports = imports
        self._unit_id = unit_id
        self._reader = reader
        self._sources: dict[Place, Source] = {}
        self._waiting: dict[Place, list[ImportedRow]] = defaultdict(list)

    def take(self, row: ImportedRow) -> None:
        self.report.rows += 1
        if row.error is not None or row.message is None:
            self.report.errors.append((row.row, row.error or "Baris tidak terbaca."))
            return
        place = _place(row)
        self._waiting[place].append(row)
        if row.unit and self._imports.is_unknown(row.unit):
            self.report.unknown_units[row.unit] += 1
        if len(self._waiting[place]) >= BATCH:
            self._store(place)

    def finish(self) -> None:
        for place in list(self._waiting):
            self._store(place)

    def _store(self, place: Place) -> None:
        rows = self._waiting.pop(place)
        if place not in self._sources:
            self._sources[place] = self._imports.source_for(place, self._unit_id, self._reader)
            self.report.account_ids.append(self._sources[place].account_id)
        self.report.tally.add(self._imports.store(self._sources[place], rows))


def _account(connection: Connection, key: AccountKey) -> tuple[int, int] | None:
    statement = select(accounts.c.id, accounts.c.unit_id).where(
        accounts.c.platform == key.platform, accounts.c.key == key.key
    )
    row = connection.execute(statement).one_or_none()
    return (row[0], row[1]) if row else None


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise Refused(
                f"Berkas {path.name} terlalu besar; paling besar {MAX_BYTES // 1024 // 1024} MB. Bagi menjadi beberapa berkas."
            )
        return path.read_bytes()
    except OSError as error:
        raise Refused(f"Berkas {path} tidak dapat dibaca: {error.strerror}.") from None
