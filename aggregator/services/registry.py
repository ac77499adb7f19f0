"""The official accounts: adding them, their settings and secrets, their health and the coverage ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Connection, RowMapping, Select, insert, select, update

from aggregator.clock import Clock
from aggregator.contract import AccountKey, Permanent, Reachable, Setting
from aggregator.domain.access import Viewer
from aggregator.services.errors import NotFound, Refused
from aggregator.services.intake import Intake
from aggregator.services.intake import Source as PullSource
from aggregator.services.intake.officials import registered_names
from aggregator.services.keyring import Keyring
from aggregator.services.logins import WARN_BEFORE
from aggregator.services.snapshots import SnapshotRow, latest
from aggregator.services.sources import SettingView, Source, checked, views
from aggregator.services.units import Units
from aggregator.storage.db import Database
from aggregator.storage.tables import account_secrets, accounts, official_authors, pulls, quarantine

OFFICIALS_SETTING = "official_users"
PULLS_SHOWN = 30
_QUARANTINED_AFTER = 3
_LATE = timedelta(minutes=30)

Resolve = Callable[[str], list[AccountKey]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """An account and how well it is read."""

    id: int
    platform: str
    platform_title: str
    title: str
    url: str
    unit: str
    unit_id: int
    state: str
    problem: str | None
    last_success_at: datetime | None
    next_pull_at: datetime | None
    held: int
    census: int | None
    read_in_time: bool
    plugin_missing: bool
    expires_at: datetime | None  # of its credential
    expires_soon: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRow:
    """One line of the coverage ledger: fetched = new + duplicate + edited + deleted + rejected."""

    id: int
    account_id: int
    purpose: str
    started_at: datetime
    finished_at: datetime | None
    outcome: str
    calls: int
    fetched: int
    new: int
    duplicate: int
    edited: int
    deleted: int
    rejected: int
    items: int
    census: int | None
    held: int | None
    problem: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPage:
    account: AccountRow
    settings: tuple[SettingView, ...]
    pulls: tuple[PullRow, ...]
    quarantine: tuple[tuple[str, str, int], ...]  # external id, reason, tries
    officials: tuple[tuple[str, str], ...]  # author id, how it became official
    snapshot: SnapshotRow | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginRow:
    id: str
    title: str
    version: str
    source: str
    ok: bool
    reason: str | None


class Registry:
    """Accounts as people manage them."""

    def __init__(
        self, database: Database, units: Units, sources: Mapping[str, Source], resolve: Resolve, keyring: Keyring, intake: Intake,
        plugins: Sequence[PluginRow], clock: Clock,
    ) -> None:  # fmt: skip
        self._database = database
        self._units = units
        self._sources = sources
        self._resolve = resolve
        self._keyring = keyring
        self._intake = intake
        self._plugins = tuple(plugins)
        self._clock = clock

    # -- reading ---------------------------------------------------------------------------------------------------

    def accounts(self, viewer: Viewer, *, unit: int | None = None) -> tuple[AccountRow, ...]:
        """Every account the viewer may know of: those of their units."""
        statement = _scoped(select(accounts), viewer).order_by(accounts.c.platform, accounts.c.key)
        if unit is not None:
            statement = statement.where(accounts.c.unit_id == unit)
        now = self._clock()
        with self._database.read() as connection:
            return tuple(self._row(row, now) for row in connection.execute(statement).mappings())

    def account(self, viewer: Viewer, account_id: int) -> AccountPage:
        """One account with its settings and its ledger, newest pull first."""
        with self._database.read() as connection:
            row = _visible(connection, viewer, account_id)
            kept = set(
                connection.execute(
                    select(account_secrets.c.name).where(account_secrets.c.account_id == account_id)
                ).scalars()
            )
            ledger = connection.execute(
                select(pulls).where(pulls.c.account_id == account_id).order_by(pulls.c.id.desc()).limit(PULLS_SHOWN)
            ).mappings()
            rows = tuple(PullRow(**row) for row in ledger)
            stuck = select(quarantine.c.external_id, quarantine.c.reason, quarantine.c.tries).where(
                quarantine.c.account_id == account_id
            )
            stuck = stuck.where(quarantine.c.tries >= _QUARANTINED_AFTER).limit(100)
            quarantined = tuple((row[0], row[1], row[2]) for row in connection.execute(stuck))
            voices = select(official_authors.c.author_id, official_authors.c.source).where(
                official_authors.c.account_id == account_id
            )
            officials = tuple((row[0], row[1]) for row in connection.execute(voices.limit(100)))
            snapshot = latest(connection, account_id)
        return AccountPage(
            account=self._row(row, self._clock()),
            settings=self._settings(row, kept),
            pulls=rows,
            quarantine=quarantined,
            officials=officials,
            snapshot=snapshot,
        )

    def holders(self, viewer: Viewer, platform: str) -> dict[str, int | None]:
        """Every account of a platform that is registered, by key: its unit's number; None for one of other people's."""
        mine = (accounts.c.platform == platform) & (accounts.c.state != "file")
        with self._database.read() as connection:
            rows = connection.execute(select(accounts.c.key, accounts.c.unit_id).where(mine)).all()
        return {row.key: row.unit_id if viewer.tends_accounts or viewer.may_see(row.unit_id) else None for row in rows}

    def plugins(self, viewer: Viewer) -> tuple[PluginRow, ...]:
        """Every plugin found, the ones left out with their reason."""
        return self._plugins

    def candidates(self, address: str) -> list[AccountKey]:
        """Which accounts a pasted address may mean; Refused when it means none."""
        try:
            found = self._resolve(address.strip())
        except Permanent as refusal:  # an address that can never be read, and why
            raise Refused(refusal.message) from None
        if not found:
            raise Refused(
                "Alamat itu tidak dikenali. Tempel alamat lengkap akun atau situs, misalnya https://dinas.contoh.go.id."
            )
        return found

    # -- writing ---------------------------------------------------------------------------------------------------

    def add(
        self,
        viewer: Viewer | None,
        address: str,
        unit_id: int,
        *,
        platform: str | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> int:
        """Register an account; its id. Settings and secrets go by the names the platform declares. An account that was
        known from files only is read from its platform from now on, and keeps what the files brought."""
        self._may_add(viewer, unit_id)
        found = [key for key in self.candidates(address) if platform is None or key.platform == platform]
        if not found:
            raise Refused(f"Alamat itu bukan alamat {platform}.")
        key = found[0]
        given = checked(self._declared(key.platform), settings or {})
        with self._database.write() as connection:
            account_id = _register(connection, key, unit_id, self._clock())
            self._store_settings(connection, key.platform, account_id, given, {})
        self._name_officials(key.platform, account_id, unit_id, given)
        return account_id

    def attach(self, viewer: Viewer, login_id: int, unit_id: int, chosen: Reachable) -> int:
        """Register an account that a login reaches, or give one that is known this login; its id."""
        self._may_add(viewer, unit_id)
        now = self._clock()
        with self._database.write() as connection:
            same = (accounts.c.platform == chosen.key.platform) & (accounts.c.key == chosen.key.key)
            known = connection.execute(select(accounts).where(same, accounts.c.state != "file")).mappings().first()
            if known is not None and not viewer.tends_accounts and not viewer.may_see(known["unit_id"]):
                raise Refused("Akun ini sudah terdaftar pada unit lain. Hubungi Diskominfo.")
            account_id = known["id"] if known is not None else _register(connection, chosen.key, unit_id, now)
            old = orjson.loads(known["settings"]) if known is not None else {}
            plain = orjson.dumps({**old, **chosen.settings}).decode()
            again = {"login_id": login_id, "state": "active", "problem": None, "failures": 0, "next_pull_at": now}
            values = {**again, "settings": plain, "title": chosen.title, "inspect_at": now}
            connection.execute(update(accounts).where(accounts.c.id == account_id).values(values))
            self._keyring.keep_for_account(connection, account_id, chosen.secrets)
        return int(account_id)

    def _may_add(self, viewer: Viewer | None, unit_id: int) -> None:
        if viewer is not None and not (viewer.tends_accounts or viewer.may_work(unit_id)):
            raise NotFound
        if not self._units.exists(unit_id):
            raise Refused("Unit itu tidak ada (lagi). Pilih unit lain.")

    def change_settings(self, viewer: Viewer, account_id: int, settings: Mapping[str, str]) -> None:
        """Change some settings; an empty secret keeps the old one. The account is read again soon."""
        if not viewer.works and not viewer.tends_accounts:
            raise NotFound
        with self._database.write() as connection:
            row = _visible(connection, viewer, account_id)
            given = checked(self._declared(row["platform"]), settings)
            self._store_settings(connection, row["platform"], account_id, given, orjson.loads(row["settings"]))
            again = {"state": "active", "problem": None, "next_pull_at": self._clock(), "failures": 0}
            again["inspect_at"] = self._clock()
            if row["state"] != "file":
                connection.execute(update(accounts).where(accounts.c.id == account_id).values(again))
        self._name_officials(row["platform"], account_id, row["unit_id"], settings)

    def read_now(self, viewer: Viewer, account_id: int) -> None:
        """Let the next tick read it; nothing is read here."""
        with self._database.write() as connection:
            row = _visible(connection, viewer, account_id)
            if row["state"] == "file":
                raise Refused("Akun ini dibaca dari berkas; impor berkas yang baru.")
            again = {"next_pull_at": self._clock(), "state": "active"}  # a person asks: also where polling had stopped
            connection.execute(update(accounts).where(accounts.c.id == account_id).values(again))

    def _store_settings(
        self,
        connection: Connection,
        platform: str,
        account_id: int,
        given: Mapping[str, str],
        old: Mapping[str, str],
    ) -> None:
        secret = {setting.name for setting in self._declared(platform) if setting.secret}
        plain = {name: value for name, value in {**old, **given}.items() if name not in secret and value}
        connection.execute(
            update(accounts).where(accounts.c.id == account_id).values(settings=orjson.dumps(plain).decode())
        )
        secrets = {name: value for name, value in given.items() if name in secret and value}
        self._keyring.keep_for_account(connection, account_id, secrets)

    def _name_officials(self, platform: str, account_id: int, unit_id: int, settings: Mapping[str, str]) -> None:
        """Whoever the settings name speaks for the office, also in what was read before."""
        names = registered_names(settings.get(OFFICIALS_SETTING, ""))
        if names:
            source = self._sources.get(platform)
            own_host = source is None or source.own_host
            where = PullSource(account_id=account_id, platform=platform, unit_id=unit_id, own_host=own_host)
            self._intake.learn(where, names, "setting", self._clock())

    def _declared(self, platform: str) -> tuple[Setting, ...]:
        source = self._sources.get(platform)
        return source.settings if source else ()

    # -- shapes ----------------------------------------------------------------------------------------------------

    def _row(self, row: RowMapping, now: datetime) -> AccountRow:
        source = self._sources.get(row["platform"])
        in_time = row["last_success_at"] is not None and row["failures"] == 0 and row["problem"] is None
        return AccountRow(
            id=row["id"],
            platform=row["platform"],
            platform_title=source.title if source else row["platform"],
            title=row["title"] or row["key"],
            url=row["url"],
            unit=self._units.name(row["unit_id"]) or "",
            unit_id=row["unit_id"],
            state=row["state"],
            problem=row["problem"],
            last_success_at=row["last_success_at"],
            next_pull_at=row["next_pull_at"],
            held=row["held"],
            census=row["census"],
            read_in_time=in_time and row["next_pull_at"] is not None and row["next_pull_at"] > now - _LATE,
            plugin_missing=source is None,
            expires_at=row["credential_expires_at"],
            expires_soon=row["credential_expires_at"] is not None and row["credential_expires_at"] < now + WARN_BEFORE,
        )

    def _settings(self, row: RowMapping, kept_secrets: set[str]) -> tuple[SettingView, ...]:
        values: Mapping[str, str] = orjson.loads(row["settings"])
        return views(self._declared(row["platform"]), values, kept_secrets)


def _register(connection: Connection, key: AccountKey, unit_id: int, now: datetime) -> int:
    """A new account's id, or that of one that so far was read from files; Refused when it is registered already."""
    table = accounts
    same = select(table.c.id, table.c.state).where(table.c.platform == key.platform, table.c.key == key.key)
    taken = connection.execute(same).one_or_none()
    if taken is not None and taken.state != "file":
        raise Refused(f"Akun ini sudah terdaftar (nomor {taken.id}).")
    values: dict[str, Any] = {
        "url": key.url,
        "unit_id": unit_id,
        "next_pull_at": now,
        "inspect_at": now,
        "state": "active",
    }
    if taken is not None:
        connection.execute(update(table).where(table.c.id == taken.id).values(values))
        return int(taken.id)
    values |= {"platform": key.platform, "key": key.key, "created_at": now}
    return int(connection.execute(insert(table).values(values)).inserted_primary_key[0])  # type: ignore[index]  # one key


def _scoped(statement: Select[Any], viewer: Viewer) -> Select[Any]:
    """Accounts of the viewer's units; those who tend accounts know them all."""
    if viewer.tends_accounts or viewer.unit_ids is None:
        return statement
    return statement.where(accounts.c.unit_id.in_(sorted(viewer.unit_ids)))


def _visible(connection: Connection, viewer: Viewer, account_id: int) -> RowMapping:
    statement = _scoped(select(accounts).where(accounts.c.id == account_id), viewer)
    row = connection.execute(statement).mappings().one_or_none()
    if row is None:
        raise NotFound
    return row
