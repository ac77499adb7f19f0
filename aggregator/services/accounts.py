"""Accounts as the machinery sees them: what a pull needs to know, its lease, its schedule, its report."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
from sqlalchemy import ColumnElement, Connection, RowMapping, Table, case, func, insert, or_, select, update

from aggregator.contract import Cursor
from aggregator.domain.pace import FIRST_REREAD, next_thread_read
from aggregator.services.intake import LeaseLost, Source, Tally
from aggregator.storage.bulk import execute_many, rows_where_in
from aggregator.storage.crypto import Vault
from aggregator.storage.db import Database, to_micros
from aggregator.storage.ids import time_of
from aggregator.storage.tables import account_secrets, accounts, items, messages, proofs, pulls, threads

LEASE = timedelta(seconds=90)
POLLED_STATES = ("active", "gone", "blocked")  # the last two once a day: what a person mended shows by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class PullAccount:
    """An account whose lease was won, with everything one pull needs."""

    id: int
    platform: str
    key: str
    url: str
    unit_id: int
    settings: Mapping[str, str]
    secrets: Mapping[str, str]
    cursor: Cursor | None
    failures: int
    held: int
    census: int | None
    last_new_at: datetime | None
    state: str
    lease: str
    pull_id: int

    def source(self, *, own_host: bool) -> Source:
        return Source(account_id=self.id, platform=self.platform, unit_id=self.unit_id, own_host=own_host)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueThread:
    """A thread to read again; `known` are the external ids held in it, or a slice of a very long one."""

    id: int
    external_id: str
    url: str | None
    title: str | None
    known: frozenset[str]
    whole: bool
    next_offset: int
    suspect: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PullEnd:
    """How a pull ended. `outcome` is ok, partial, or the code of an error; `state` is the account's from now on."""

    outcome: str
    tally: Tally
    calls: int
    census: int | None
    next_pull_at: datetime
    failures: int
    state: str = "active"
    problem: str | None = None

    @property
    def succeeded(self) -> bool:
        return self.outcome in ("ok", "partial")


class AccountStore:
    """Reads and writes accounts for the machinery."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    def begin(self, account_id: int, now: datetime, *, only_due: bool = False) -> PullAccount | None:
        """Win the account's lease and open its report; None when another worker has it or it must not be read."""
        lease = uuid.uuid4().hex
        with self._database.write() as connection:
            if not self._take_lease(connection, account_id, lease, now, only_due):
                return None
            row = connection.execute(select(accounts).where(accounts.c.id == account_id)).mappings().one()
            report = connection.execute(
                insert(pulls).values(account_id=account_id, purpose="pull", started_at=now, outcome="running")
            )
            return self._pull_account(connection, row, lease, report.inserted_primary_key[0])  # type: ignore[index]  # one key

    def _take_lease(self, connection: Connection, account_id: int, lease: str, now: datetime, only_due: bool) -> bool:
        table = accounts
        conditions = [table.c.id == account_id, or_(table.c.lease_until.is_(None), table.c.lease_until < now)]
        if only_due:
            conditions += [table.c.state.in_(POLLED_STATES), table.c.next_pull_at <= now]
        statement = update(table).where(*conditions).values(lease_owner=lease, lease_until=now + LEASE)
        return connection.execute(statement).rowcount == 1

    def _pull_account(self, connection: Connection, row: RowMapping, lease: str, pull_id: int) -> PullAccount:
        cursor = orjson.loads(row["cursor"]) if row["cursor"] else None
        return PullAccount(
            id=row["id"],
            platform=row["platform"],
            key=row["key"],
            url=row["url"],
            unit_id=row["unit_id"],
            settings=orjson.loads(row["settings"]),
            secrets=self.secrets(connection, row["id"]),
            cursor=Cursor(version=cursor["version"], data=cursor["data"]) if cursor else None,
            failures=row["failures"],
            held=row["held"],
            census=row["census"],
            last_new_at=row["last_new_at"],
            state=row["state"],
            lease=lease,
            pull_id=pull_id,
        )

    def secrets(self, connection: Connection, account_id: int) -> dict[str, str]:
        """The account's secrets, opened."""
        table = account_secrets
        rows = connection.execute(select(table.c.name, table.c.ciphertext).where(table.c.account_id == account_id))
        return {row.name: self._vault.open(row.ciphertext) for row in rows}

    def renew(self, account: PullAccount, now: datetime) -> None:
        """Keep the lease; raises LeaseLost when it is another's."""
        table = accounts
        statement = update(table).where(table.c.id == account.id, table.c.lease_owner == account.lease)
        with self._database.write() as connection:
            if connection.execute(statement.values(lease_until=now + LEASE)).rowcount != 1:
                raise LeaseLost

    def known(self, account_id: int, external_ids: Collection[str]) -> frozenset[str]:
        """Which of these messages are held and were last seen shown."""
        select_held = "SELECT external_id FROM messages WHERE account_id = ? AND deleted_at IS NULL"
        with self._database.read() as connection:
            return frozenset(
                row[0] for row in rows_where_in(connection, select_held, (account_id,), "external_id", external_ids)
            )

    def held(self, account_id: int) -> int:
        with self._database.read() as connection:
            return int(connection.execute(select(accounts.c.held).where(accounts.c.id == account_id)).scalar_one())

    def end(self, account: PullAccount, end: PullEnd, now: datetime) -> None:
        """Close the report, give the lease back and set the next turn; a lost lease leaves the account alone."""
        table = accounts
        values = {
            "lease_owner": None, "lease_until": None, "last_pull_at": now, "next_pull_at": end.next_pull_at,
            "failures": end.failures, "state": end.state, "problem": end.problem,
        }  # fmt: skip
        if end.succeeded:
            values["last_success_at"] = now
        if end.census is not None:
            values["census"] = end.census
        if end.tally.new:
            values["last_new_at"] = now
        with self._database.write() as connection:
            connection.execute(
                update(table).where(table.c.id == account.id, table.c.lease_owner == account.lease).values(values)
            )
            held = connection.execute(select(table.c.held).where(table.c.id == account.id)).scalar_one()
            connection.execute(update(pulls).where(pulls.c.id == account.pull_id).values(_report(end, held, now)))

    # -- threads ---------------------------------------------------------------------------------------------------

    def due_threads(
        self, account_id: int, now: datetime, *, batch: int, sweep: bool, skip: Collection[int] = ()
    ) -> list[DueThread]:
        """Threads to read again, at most about `batch` held messages in all: first suspects and those the platform
        says hold more than we do, then those that are due or (with `sweep`) those read longest ago."""
        table = threads
        due = or_(table.c.next_read_at <= now, table.c.reply_count > table.c.held)
        urgent = case((or_(table.c.suspect, table.c.reply_count > table.c.held), 0), else_=1)
        order = table.c.read_at if sweep else table.c.next_read_at
        statement = (
            select(table).where(table.c.account_id == account_id).order_by(urgent, order).limit(batch + len(skip))
        )
        with self._database.read() as connection:
            rows = connection.execute(statement if sweep else statement.where(due)).mappings().all()
            chosen = _fill([row for row in rows if row["id"] not in skip], batch)
            known = _known_in(connection, [row["id"] for row in chosen])
        return [_due_thread(row, known[row["id"]], batch) for row in chosen]

    def mark_read(self, read: Iterable[DueThread], now: datetime, suspects: Collection[int] = frozenset()) -> None:
        """Note that these threads were just read and when they are due next; `suspects`, of which too much seemed to
        have vanished, are looked at again soon."""
        read = list(read)
        ids = [thread.id for thread in read]
        with self._database.write() as connection:
            youngest = _youngest(connection, items, items.c.thread_id.in_(ids) & items.c.waiting)
            latest = _youngest(connection, messages, messages.c.thread_id.in_(ids))
            rows = [
                (
                    to_micros(now),
                    to_micros(
                        now + FIRST_REREAD
                        if t.id in suspects
                        else next_thread_read(now, youngest.get(t.id), latest.get(t.id))
                    ),
                    t.next_offset and t.next_offset - _vanished(connection, t),
                    t.id in suspects,
                    t.id,
                )
                for t in read
            ]
            execute_many(
                connection,
                "UPDATE threads SET read_at = ?, next_read_at = ?, read_offset = ?, suspect = ? WHERE id = ?",
                rows,
            )
            _recheck_proofs(connection, read, now)


def _recheck_proofs(connection: Connection, read: Iterable[DueThread], now: datetime) -> None:
    """Answers that were just read again and still stand as they did: their proof holds as of now."""
    for thread in read:
        seen = select(messages.c.id).where(
            messages.c.thread_id == thread.id,
            messages.c.official,
            messages.c.deleted_at.is_(None),
            messages.c.external_id.in_(thread.known),
        )
        standing = update(proofs).where(proofs.c.answer_id.in_(seen), proofs.c.status == "shown")
        connection.execute(standing.values(checked_at=now))


def _report(end: PullEnd, held: int, now: datetime) -> dict[str, object]:
    tally = end.tally
    return {
        "finished_at": now, "outcome": end.outcome, "calls": end.calls, "fetched": tally.fetched, "new": tally.new,
        "duplicate": tally.duplicate, "edited": tally.edited, "deleted": tally.deleted, "rejected": tally.rejected,
        "items": tally.items, "census": end.census, "held": held, "problem": end.problem,
    }  # fmt: skip


def _fill(rows: Sequence[RowMapping], batch: int) -> list[RowMapping]:
    """As many threads as fit in the batch; at least one, however long it is."""
    chosen: list[RowMapping] = []
    room = batch
    for row in rows:
        if chosen and row["held"] > room:
            break
        chosen.append(row)
        room -= max(1, row["held"])
    return chosen


def _known_in(connection: Connection, thread_ids: list[int]) -> dict[int, list[str]]:
    table = messages
    statement = select(table.c.thread_id, table.c.external_id).where(
        table.c.thread_id.in_(thread_ids), table.c.deleted_at.is_(None), table.c.kind != "post"
    )
    known: dict[int, list[str]] = {thread_id: [] for thread_id in thread_ids}
    for thread_id, external_id in connection.execute(statement.order_by(table.c.id)):
        known[thread_id].append(external_id)
    return known


def _vanished(connection: Connection, thread: DueThread) -> int:
    """How many of a slice are no longer shown since it was read: what follows moved up by as much."""
    shown = "SELECT external_id FROM messages WHERE thread_id = ? AND deleted_at IS NULL"
    return len(thread.known) - len(rows_where_in(connection, shown, (thread.id,), "external_id", thread.known))


def _due_thread(row: RowMapping, known: list[str], batch: int) -> DueThread:
    whole = len(known) <= batch
    start = 0 if whole or row["read_offset"] >= len(known) else row["read_offset"]
    piece = known if whole else known[start : start + batch]
    end = start + len(piece)
    return DueThread(
        id=row["id"],
        external_id=row["external_id"],
        url=row["url"],
        title=row["title"],
        known=frozenset(piece),
        whole=whole,
        next_offset=0 if end >= len(known) else end,
        suspect=bool(row["suspect"]),
    )


def _youngest(connection: Connection, table: Table, condition: ColumnElement[bool]) -> dict[int, datetime]:
    """The time of the youngest row of each thread; ids are in time order."""
    statement = select(table.c.thread_id, func.max(table.c.id)).where(condition).group_by(table.c.thread_id)
    return {thread_id: time_of(identity) for thread_id, identity in connection.execute(statement)}
