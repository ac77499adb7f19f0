"""What time itself brings: accounts that are due, items that become late, reports a killed worker left open.

Everything here may run twice, or in two processes at once: what was done already is not done again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, RowMapping, exists, func, insert, or_, select, update

from aggregator.services.accounts import POLLED_STATES
from aggregator.services.ledger import CountChange, place_of
from aggregator.storage.db import Database
from aggregator.storage.tables import accounts, events, items, pulls

BATCH = 500
# A scheduled pull ends after minutes; a full one, that a person asked for, takes longer but renews its lease.
KILLED_AFTER = timedelta(minutes=15)


class Schedule:
    """Asks the database what is due, and keeps its notes of time true."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def due_accounts(self, now: datetime, limit: int = BATCH) -> list[int]:
        """Accounts to pull now that nobody is pulling: the longest overdue of each platform, then the next of each, so
        that a platform with many (or a storm over it) never keeps the others waiting."""
        table = accounts
        free = or_(table.c.lease_until.is_(None), table.c.lease_until < now)
        place = func.row_number().over(partition_by=table.c.platform, order_by=(table.c.next_pull_at, table.c.id))
        due = select(table.c.id, table.c.next_pull_at, place.label("place")).where(
            table.c.next_pull_at <= now, table.c.state.in_(POLLED_STATES), free
        ).subquery()  # fmt: skip
        in_turn = select(due.c.id).order_by(due.c.place, due.c.next_pull_at, due.c.id).limit(limit)
        with self._database.read() as connection:
            return list(connection.execute(in_turn).scalars())

    def mark_late(self, now: datetime, limit: int = BATCH) -> int:
        """Mark waiting items whose time has run out, with their event and counters; how many were marked.

        Accounts that a pull is writing to, and items a person is acting on, are left for the next time:
        waiting for them while holding others could lock both out.
        """
        with self._database.read() as connection:
            if connection.execute(select(items.c.id).where(_overdue(now)).limit(1)).first() is None:
                return 0
        with self._database.write() as connection:
            rows = _lock_overdue(connection, now, limit)
            if rows:
                _mark(connection, rows, now)
        return len(rows)

    def close_killed(self, now: datetime) -> int:
        """Close reports still "running" whose worker is gone; how many. A pull that is alive holds its lease
        and is its account's newest."""
        newer = pulls.alias("newer")
        superseded = exists().where(newer.c.account_id == pulls.c.account_id, newer.c.id > pulls.c.id)
        leased = exists().where(accounts.c.id == pulls.c.account_id, accounts.c.lease_until >= now)
        left = (pulls.c.outcome == "running") & (pulls.c.started_at < now - KILLED_AFTER) & or_(superseded, ~leased)
        with self._database.read() as connection:
            ids = list(connection.execute(select(pulls.c.id).where(left).limit(BATCH)).scalars())
        if not ids:
            return 0
        closed = update(pulls).where(pulls.c.id.in_(ids), pulls.c.outcome == "running")
        with self._database.write() as connection:
            return connection.execute(closed.values(outcome="killed", finished_at=now)).rowcount


def _overdue(now: datetime) -> ColumnElement[bool]:
    return items.c.waiting & ~items.c.late & (items.c.due_at <= now)


def _lock_overdue(connection: Connection, now: datetime, limit: int) -> list[RowMapping]:
    """The account first, as a pull that stores does: what a pull read of an item must not change under it."""
    first = select(items.c.account_id).where(_overdue(now)).order_by(items.c.due_at, items.c.id).limit(limit)
    wanted = set(connection.execute(first).scalars())
    lock = select(accounts.c.id).where(accounts.c.id.in_(wanted)).order_by(accounts.c.id)
    held: Collection[int] = connection.execute(lock.with_for_update(key_share=True, skip_locked=True)).scalars().all()
    overdue = select(items.c.id, items.c.unit_id, items.c.state, items.c.late, items.c.confidential).where(
        _overdue(now), items.c.account_id.in_(held)
    )
    statement = overdue.order_by(items.c.due_at, items.c.id).limit(limit).with_for_update(skip_locked=True)
    return list(connection.execute(statement).mappings())


def _mark(connection: Connection, rows: Collection[RowMapping], now: datetime) -> None:
    """The revision stays: that time went by is no reason to refuse what a person is just writing."""
    connection.execute(update(items).where(items.c.id.in_([row["id"] for row in rows])).values(late=True))
    connection.execute(insert(events), [{"item_id": row["id"], "at": now, "kind": "late"} for row in rows])
    counts = CountChange()
    for row in rows:
        counts.move(place_of(row), place_of(row)._replace(late=True))
    counts.write(connection)
