"""The ledger of allowances: what each account took today of what a platform grants, and what it may still take.

An allowance that many accounts share is divided so that none can starve the others: half of it belongs to the
accounts in equal parts, whatever happens; the other half is common and opens in the course of the day. A tenth is
kept back for answers, which people wait for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, case, delete, func, select

from aggregator.contract import PlatformInfo
from aggregator.domain.fairness import fair_share, shared_rest
from aggregator.storage.bulk import execute_many
from aggregator.storage.db import Database, to_micros
from aggregator.storage.tables import accounts, allowances, waits

GLANCE = 0  # the account id under which a glance at all accounts is booked
_KEPT_DAYS = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """Whose allowance it is: `name` is the platform, or platform:account. `day` is its own day, which ends at `ends`."""

    name: str
    limit: int
    day: date
    opened: float  # how much of the day is over, 0 to 1
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowanceUse:
    """A platform's allowance today, for people: units used and granted, by how many accounts, and the greatest user.
    With `shared` False each account has `limit` for itself, and `used` is what all of them took together."""

    platform: str
    shared: bool
    used: int
    limit: int
    accounts: int
    greatest: int
    greatest_account: int | None
    greatest_title: str
    waits_until: datetime | None


def allowance_of(info: PlatformInfo, account_id: int, now: datetime) -> Allowance:
    """The allowance that a call for this account is counted on."""
    zone = ZoneInfo(info.pace.day_zone)
    local = now.astimezone(zone)
    begins = local.replace(hour=0, minute=0, second=0, microsecond=0)
    ends = begins + timedelta(days=1)
    shared = info.pace.shared_by == "app"
    return Allowance(
        name=info.id if shared else f"{info.id}:{account_id}",
        limit=info.pace.calls_per_day,
        day=local.date(),
        opened=(local - begins) / (ends - begins),
        ends=ends.astimezone(now.tzinfo),
    )


class _Taken(NamedTuple):
    account_id: int
    units: int
    title: str | None


class Allowances:
    """Shared by all workers through the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def left(self, allowance: Allowance, account_id: int) -> int:
        """Units this account may still take now; of a shared allowance at least its fair share. A glance takes of the
        common part only, all of it at any hour."""
        with self._database.read() as connection:
            used = _used(connection, allowance)
            if ":" in allowance.name:  # an account's own; a glance is counted against the allowances of all it looks at
                platform = allowance.name.partition(":")[0]
                times = max(1, _peers(connection, platform)) if account_id == GLANCE else 1
                return allowance.limit * times - used
            opened = 1.0 if account_id == GLANCE else allowance.opened
            share = fair_share(allowance.limit, _peers(connection, allowance.name), opened=opened)
            own = 0 if account_id == GLANCE else max(0, share.own - _used(connection, allowance, account_id))
            common = max(0, share.common - _taken(connection, allowance, share.own))
            return min(own + common, shared_rest(allowance.limit, used))

    def waits_until(self, name: str, now: datetime) -> datetime | None:
        """Until when the platform asked to be left alone; None when it did not."""
        with self._database.read() as connection:
            until = connection.execute(select(waits.c.until).where(waits.c.allowance == name)).scalar_one_or_none()
        return until if until is not None and until > now else None

    def spent(self, allowance: Allowance, account_id: int, units: int) -> None:
        """Book what was taken."""
        if not units:
            return
        day = allowance.day.isoformat() if self._database.is_sqlite else allowance.day
        with self._database.write() as connection:
            execute_many(
                connection,
                "INSERT INTO allowances (allowance, day, account_id, units) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (allowance, day, account_id) DO UPDATE SET units = allowances.units + excluded.units",
                [(allowance.name, day, account_id, units)],
            )

    def wait(self, name: str, until: datetime) -> None:
        """The platform asked to be left alone."""
        with self._database.write() as connection:
            execute_many(
                connection,
                "INSERT INTO waits (allowance, until) VALUES (?, ?) "
                "ON CONFLICT (allowance) DO UPDATE SET until = excluded.until",
                [(name, to_micros(until))],
            )

    def today(self, platforms: Mapping[str, PlatformInfo], now: datetime) -> list[AllowanceUse]:
        """Every platform's allowance with its use on the platform's own day."""
        days = {info.id: allowance_of(info, GLANCE, now).day for info in platforms.values()}
        with self._database.read() as connection:
            peers = _all_peers(connection)
            taken = _taken_on(connection, days)
            halted = connection.execute(select(waits.c.allowance, waits.c.until).where(waits.c.until > now))
            halts = {row.allowance: row.until for row in halted}
        return [
            _use(info, taken.get(info.id, []), peers.get(info.id, 0), halts.get(info.id)) for info in platforms.values()
        ]

    def forget_old(self, now: datetime) -> None:
        """Drop days that nobody asks for any more."""
        with self._database.write() as connection:
            connection.execute(delete(allowances).where(allowances.c.day < (now - timedelta(days=_KEPT_DAYS)).date()))


def _of(allowance: Allowance) -> list[object]:
    return [allowances.c.allowance == allowance.name, allowances.c.day == allowance.day]


def _used(connection: Connection, allowance: Allowance, account_id: int | None = None) -> int:
    statement = select(func.coalesce(func.sum(allowances.c.units), 0)).where(*_of(allowance))  # type: ignore[arg-type]  # clauses
    if account_id is not None:
        statement = statement.where(allowances.c.account_id == account_id)
    return int(connection.execute(statement).scalar_one())


def _taken(connection: Connection, allowance: Allowance, floor: int) -> int:
    """Of the common half: what accounts took beyond their own part, and all that glances took."""
    units = allowances.c.units
    own = case((allowances.c.account_id == GLANCE, 0), else_=floor)
    beyond = case((units > own, units - own), else_=0)
    statement = select(func.coalesce(func.sum(beyond), 0)).where(*_of(allowance))  # type: ignore[arg-type]  # clauses
    return int(connection.execute(statement).scalar_one())


def _peers(connection: Connection, platform: str) -> int:
    counted = select(func.count()).where(accounts.c.platform == platform, accounts.c.state == "active")
    return int(connection.execute(counted).scalar_one())


def _all_peers(connection: Connection) -> dict[str, int]:
    counted = select(accounts.c.platform, func.count()).where(accounts.c.state == "active")
    return {row[0]: row[1] for row in connection.execute(counted.group_by(accounts.c.platform))}


def _taken_on(connection: Connection, days: Mapping[str, date]) -> dict[str, list[_Taken]]:
    """By platform: who took how much on the platform's own day, the greatest first."""
    named = func.coalesce(accounts.c.title, accounts.c.key).label("title")
    columns = (allowances.c.allowance, allowances.c.day, allowances.c.account_id, allowances.c.units, named)
    joined = allowances.outerjoin(accounts, accounts.c.id == allowances.c.account_id)
    statement = select(*columns).select_from(joined).where(allowances.c.day.in_(sorted(set(days.values()))))
    taken: dict[str, list[_Taken]] = defaultdict(list)
    for row in connection.execute(statement.order_by(allowances.c.units.desc())):
        platform = row.allowance.partition(":")[0]
        if days.get(platform) == row.day:
            taken[platform].append(_Taken(row.account_id, row.units, row.title))
    return taken


def _use(info: PlatformInfo, rows: Sequence[_Taken], peers: int, halted_until: datetime | None) -> AllowanceUse:
    greatest = next((row for row in rows if row.account_id != GLANCE), None)
    return AllowanceUse(
        platform=info.id,
        shared=info.pace.shared_by == "app",
        used=sum(row.units for row in rows),
        limit=info.pace.calls_per_day,
        accounts=peers,
        greatest=greatest.units if greatest else 0,
        greatest_account=greatest.account_id if greatest else None,
        greatest_title=(greatest.title or "") if greatest else "",
        waits_until=halted_until,
    )
