"""The public face of accounts, day by day: evidence for the circular, and the first sign of trouble."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
from sqlalchemy import Connection, delete, insert, select, update

from aggregator.contract import AccountSnapshot
from aggregator.domain.pace import with_jitter
from aggregator.services.accounts import POLLED_STATES
from aggregator.storage.db import Database
from aggregator.storage.tables import accounts, snapshots

DAILY = timedelta(days=1)
AFTER_TROUBLE = timedelta(hours=2)
BATCH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotRow:
    """One day's look at an account; None where the platform does not tell."""

    taken_at: datetime
    exists: bool
    active: bool | None
    title: str | None
    last_post_at: datetime | None
    posts_30d: int | None
    followers: int | None
    verified: bool | None
    reads: str | None
    problem: str | None

    @property
    def posts_a_day(self) -> float | None:
        return None if self.posts_30d is None else self.posts_30d / 30


class Snapshots:
    """Keeps one look a day and account; the last of a day stays."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def due(self, now: datetime, limit: int = BATCH) -> list[int]:
        """Accounts whose public face is to be looked at now, longest waiting first."""
        mine = (accounts.c.inspect_at <= now) & accounts.c.state.in_((*POLLED_STATES, "auth_expired"))
        with self._database.read() as connection:
            statement = select(accounts.c.id).where(mine).order_by(accounts.c.inspect_at).limit(limit)
            return list(connection.execute(statement).scalars())

    def keep(self, account_id: int, seen: AccountSnapshot, now: datetime) -> None:
        """Store today's look, and what the account is called and how long its credential lives."""
        row = {
            "account_id": account_id, "day": now.date(), "taken_at": now, "exists": seen.exists, "active": seen.active,
            "title": seen.title, "last_post_at": seen.last_post_at, "posts_30d": seen.posts_30d,
            "followers": seen.followers, "verified": seen.verified, "reads": seen.reads, "problem": seen.problem,
            "evidence": orjson.dumps(dict(seen.evidence)).decode(),
        }  # fmt: skip
        known: dict[str, object] = {
            "inspect_at": now + with_jitter(DAILY),
            "credential_expires_at": seen.credential_expires_at,
        }
        if seen.title:
            known["title"] = seen.title
        with self._database.write() as connection:
            same_day = (snapshots.c.account_id == account_id) & (snapshots.c.day == now.date())
            connection.execute(delete(snapshots).where(same_day))
            connection.execute(insert(snapshots).values(row))
            connection.execute(update(accounts).where(accounts.c.id == account_id).values(known))

    def put_off(self, account_id: int, now: datetime, problem: str | None) -> None:
        """It could not be looked at: again in some hours. A dead credential is told at once."""
        values: dict[str, object] = {"inspect_at": now + with_jitter(AFTER_TROUBLE)}
        if problem is not None:
            values["problem"] = problem
        with self._database.write() as connection:
            connection.execute(update(accounts).where(accounts.c.id == account_id).values(values))


def latest(connection: Connection, account_id: int) -> SnapshotRow | None:
    """The newest look at this account."""
    newest = select(snapshots).where(snapshots.c.account_id == account_id).order_by(snapshots.c.day.desc()).limit(1)
    row = connection.execute(newest).mappings().one_or_none()
    return SnapshotRow(**{name: row[name] for name in SnapshotRow.__dataclass_fields__}) if row else None
