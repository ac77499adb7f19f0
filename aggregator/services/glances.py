"""Glances: which logins are due for a look at all their accounts, and what follows from what was seen."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
from sqlalchemy import Connection, RowMapping, func, insert, or_, select, update

from aggregator.contract import Account, Cursor, GlancedAccount
from aggregator.services.intake import Source
from aggregator.services.keyring import Keyring
from aggregator.storage.db import Database
from aggregator.storage.tables import accounts, glances

LEASE = timedelta(minutes=5)  # a glance is a few calls; whoever takes longer is gone
_APP = 0  # the login number of accounts that are read with the app's or their own secrets


@dataclass(frozen=True, slots=True, kw_only=True)
class GlanceTurn:
    """A login whose glance was won, with its accounts. `sources` and `ids` are by account key."""

    id: int
    platform: str
    login_id: int
    lease: str
    cursor: Cursor | None
    failures: int
    secrets: Mapping[str, str]
    accounts: tuple[GlancedAccount, ...]
    ids: Mapping[str, int]
    units: Mapping[str, int]

    def source(self, key: str) -> Source:
        return Source(account_id=self.ids[key], platform=self.platform, unit_id=self.units[key], own_host=False)


class Glances:
    """Reads and writes the glances of every login."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    def due(self, platforms: Collection[str], now: datetime) -> list[int]:
        """Glances to make now. A login that has its first account gets its row here."""
        if not platforms:
            return []
        with self._database.read() as connection:
            missing = _missing(connection, platforms)
        if missing:
            self._create(missing, now)
        free = or_(glances.c.lease_until.is_(None), glances.c.lease_until < now)
        due = select(glances.c.id).where(glances.c.next_at <= now, glances.c.platform.in_(platforms), free)
        with self._database.read() as connection:
            return list(connection.execute(due.order_by(glances.c.next_at)).scalars())

    def _create(self, missing: Iterable[tuple[str, int]], now: datetime) -> None:
        with self._database.write() as connection:
            for platform, login_id in missing:
                row = {"platform": platform, "login_id": login_id, "next_at": now}
                if connection.dialect.name == "postgresql":
                    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(743202)")
                known = (glances.c.platform == platform) & (glances.c.login_id == login_id)
                if connection.execute(select(glances.c.id).where(known)).first() is None:
                    connection.execute(insert(glances).values(row))

    def begin(self, glance_id: int, now: datetime) -> GlanceTurn | None:
        """Win the glance's lease; None when another worker has it or it is not due."""
        lease = uuid.uuid4().hex
        free = or_(glances.c.lease_until.is_(None), glances.c.lease_until < now)
        mine = (glances.c.id == glance_id) & (glances.c.next_at <= now) & free
        with self._database.write() as connection:
            taken = update(glances).where(mine).values(lease_owner=lease, lease_until=now + LEASE)
            if connection.execute(taken).rowcount != 1:
                return None
            row = connection.execute(select(glances).where(glances.c.id == glance_id)).mappings().one()
            return self._turn(connection, row, lease)

    def _turn(self, connection: Connection, row: RowMapping, lease: str) -> GlanceTurn:
        mine = (accounts.c.platform == row["platform"]) & (accounts.c.state == "active")
        mine &= func.coalesce(accounts.c.login_id, _APP) == row["login_id"]
        found = connection.execute(select(accounts).where(mine).order_by(accounts.c.id)).mappings().all()
        glanced = tuple(self._glanced(connection, account) for account in found)
        secrets = self._keyring.of_app(connection, row["platform"])
        if row["login_id"]:
            secrets |= self._keyring.of_login(connection, row["login_id"])
        return GlanceTurn(
            id=row["id"],
            platform=row["platform"],
            login_id=row["login_id"],
            lease=lease,
            cursor=_cursor(row["cursor"]),
            failures=row["failures"],
            secrets=secrets | _shared(glanced),
            accounts=glanced,
            ids={account["key"]: account["id"] for account in found},
            units={account["key"]: account["unit_id"] for account in found},
        )

    def _glanced(self, connection: Connection, row: RowMapping) -> GlancedAccount:
        return GlancedAccount(
            account=Account(key=row["key"], url=row["url"], settings=orjson.loads(row["settings"])),
            cursor=_cursor(row["cursor"]),
            secrets=self._keyring.own_of_account(connection, row["id"]),
        )

    def move_cursor(self, turn: GlanceTurn, cursor: Cursor) -> None:
        """The glance's own bookmark; what it promised is stored already."""
        text = orjson.dumps({"version": cursor.version, "data": dict(cursor.data)}).decode()
        with self._database.write() as connection:
            mine = (glances.c.id == turn.id) & (glances.c.lease_owner == turn.lease)
            connection.execute(update(glances).where(mine).values(cursor=text))

    def mark(self, turn: GlanceTurn, quiet: Collection[str], changed: Collection[str], now: datetime) -> None:
        """What was looked at: quiet accounts count as read by now, changed ones are pulled at once."""
        with self._database.write() as connection:
            _set(connection, [turn.ids[key] for key in sorted(quiet)], {"last_success_at": now})
            _set(connection, [turn.ids[key] for key in sorted(changed)], {"next_pull_at": now})

    def end(
        self, turn: GlanceTurn, *, next_at: datetime, failures: int, calls: int, looked: int, problem: str | None, now: datetime
    ) -> None:  # fmt: skip
        """Give the lease back and set the next look."""
        values: dict[str, object] = {
            "lease_owner": None, "lease_until": None, "next_at": next_at, "failures": failures, "calls": calls,
            "looked": looked, "problem": problem,
        }  # fmt: skip
        if problem is None:
            values["last_success_at"] = now
        with self._database.write() as connection:
            mine = (glances.c.id == turn.id) & (glances.c.lease_owner == turn.lease)
            connection.execute(update(glances).where(mine).values(values))


def _shared(glanced: Collection[GlancedAccount]) -> dict[str, str]:
    """Secrets that every one of these accounts was given by hand: the same token is a login they share."""
    each = [set(account.secrets.items()) for account in glanced]
    return dict(set.intersection(*each)) if each else {}


def _set(connection: Connection, ids: list[int], values: Mapping[str, object]) -> None:
    for start in range(0, len(ids), 500):
        connection.execute(update(accounts).where(accounts.c.id.in_(ids[start : start + 500])).values(values))


def _missing(connection: Connection, platforms: Collection[str]) -> list[tuple[str, int]]:
    login = func.coalesce(accounts.c.login_id, _APP)
    wanted = select(accounts.c.platform, login).where(
        accounts.c.platform.in_(platforms), accounts.c.state == "active"
    ).distinct()  # fmt: skip
    known = {(row.platform, row.login_id) for row in connection.execute(select(glances.c.platform, glances.c.login_id))}
    return [(row[0], row[1]) for row in connection.execute(wanted) if (row[0], row[1]) not in known]


def _cursor(text: str | None) -> Cursor | None:
    kept = orjson.loads(text) if text else None
    return Cursor(version=kept["version"], data=kept["data"]) if kept else None
