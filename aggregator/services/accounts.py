"""Accounts as the machinery sees them: what a pull needs to know, its lease, its schedule, its report."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Table,
    case,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from aggregator.contract import Cursor, ThreadRef
from aggregator.domain.pace import FIRST_REREAD, next_thread_read
from aggregator.services.intake import LeaseLost, Source, Tally
from aggregator.services.keyring import Keyring
from aggregator.storage.bulk import execute_many, rows_where_in
from aggregator.storage.db import Database, to_micros
from aggregator.storage.ids import time_of
from aggregator.storage.tables import accounts, items, messages, official_authors, proofs, pulls, threads

LEASE = timedelta(seconds=90)
POLLED_STATES = ("active", "gone", "blocked")  # the last two once a day: what a person mended shows by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAccount:
    """An account, with the secrets a plugin is lent for it."""

    id: int
    platform: str
    key: str
    url: str
    unit_id: int
    settings: Mapping[str, str]
    secrets: Mapping[str, str]

    def source(self, *, own_host: bool) -> Source:
        return Source(account_id=self.id, platform=self.platform, unit_id=self.unit_id, own_host=own_host)


@dataclass(frozen=True, slots=True, kw_only=True)
class PullAccount(KnownAccount):
    """An account whose lease was won, with everything one pull needs."""

    logs_in: bool  # with secrets of its own or a login's, not only with the app's
    cursor: Cursor | None
    failures: int
    held: int
    census: int | None
    last_new_at: datetime | None
    state: str
    lease: str
    pull_id: int
    next_pull_at: datetime | None


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
    due_at: datetime


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

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

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
            logs_in=bool(row["login_id"] or self._keyring.own_of_account(connection, row["id"])),
            cursor=Cursor(version=cursor["version"], data=cursor["data"]) if cursor else None,
            failures=row["failures"],
            held=row["held"],
            census=row["census"],
            last_new_at=row["last_new_at"],
            state=row["state"],
            lease=lease,
            pull_id=pull_id,
            next_pull_at=row["next_pull_at"],
        )

    def secrets(self, connection: Connection, account_id: int) -> dict[str, str]:
        """What a plugin is lent for this account, opened."""
        return self._keyring.of_account(connection, account_id)

    def known_account(self, account_id: int) -> KnownAccount | None:
        """The account of that number."""
        return self._known_account(accounts.c.id == account_id)

    def by_key(self, platform: str, key: str) -> KnownAccount | None:
        """The account of that name on a platform. Webhooks name accounts by ids of their platform: one in the account's
        settings, or one under which it was seen to write, is its name as well."""
        found = self._known_account((accounts.c.platform == platform) & (accounts.c.key == key))
        if found is not None:
            return found
        named = accounts.c.settings.contains(f":{orjson.dumps(key).decode()}", autoescape=True)
        writes = official_authors.c.account_id == accounts.c.id
        speaks = exists().where(writes, official_authors.c.author_id == key, official_authors.c.source == "inspected")
        return self._known_account((accounts.c.platform == platform) & or_(named, speaks))

    def _known_account(self, condition: ColumnElement[bool]) -> KnownAccount | None:
        with self._database.read() as connection:
            row = connection.execute(select(accounts).where(condition).limit(1)).mappings().one_or_none()
            if row is None:
                return None
            return KnownAccount(
                id=row["id"],
                platform=row["platform"],
                key=row["key"],
                url=row["url"],
                unit_id=row["unit_id"],
                settings=orjson.loads(row["settings"]),
                secrets=self.secrets(connection, row["id"]),
            )

    def read_soon(self, account_id: int, thread: ThreadRef | None, now: datetime) -> None:
        """Have an account pulled at once and, if given, this thread of it read again. A thread not known yet is noted,
        so that the plugin is asked for it."""
        mine = accounts.c.id == account_id
        with self._database.write() as connection:
            connection.execute(update(accounts).where(mine, accounts.c.state != "file").values(next_pull_at=now))
            if thread is None:
                return
            known = (threads.c.account_id == account_id) & (threads.c.external_id == thread.external_id)
            if connection.execute(update(threads).where(known).values(next_read_at=now)).rowcount:
                return
            values = {"external_id": thread.external_id, "url": thread.url, "title": thread.title, "read_at": now}
            connection.execute(insert(threads).values(account_id=account_id, next_read_at=now, **values))

    def renew(self, account: PullAccount, now: datetime) -> None:
        """Keep the lease; raises LeaseLost when it is another's."""
        table = accounts
        statement = update(table).where(table.c.id == account.id, table.c.lease_owner == account.lease)
        with self._database.write() as connection:
            if connection.execute(statement.values(lease_until=now + LEASE)).rowcount != 1:
                raise LeaseLost

    def another_pulls(self, platform: str, account_id: int, now: datetime) -> bool:
        """Whether another account of this platform is being pulled just now."""
        table = accounts
        held = (table.c.platform == platform) & (table.c.id != account_id) & (table.c.lease_until >= now)
        with self._database.read() as connection:
            return connection.execute(select(table.c.id).where(held).limit(1)).first() is not None

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
            "lease_owner": None, "lease_until": None, "last_pull_at": now, "next_pull_at": _next_pull(account, end),
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
        self, account_id: int, now: datetime, *, batch: int, sweep: timedelta | None, skip: Collection[int] = ()
    ) -> list[DueThread]:
        """Threads to read again, at most about `batch` held messages in all: first suspects and those the platform
        says hold more than we do, then those that are due or (with `sweep`) those read longest ago."""
        table = threads
        due = or_(table.c.next_read_at <= now, table.c.reply_count > table.c.held)
        urgent = case((or_(table.c.suspect, table.c.reply_count > table.c.held), 0), else_=1)
        order = table.c.next_read_at if sweep is None else table.c.read_at
        if sweep is not None:
            due = or_(due, table.c.suspect, table.c.read_at <= now - sweep)
        statement = (
            select(table).where(table.c.account_id == account_id).order_by(urgent, order).limit(batch + len(skip))
        )
        with self._database.read() as connection:
            rows = connection.execute(statement.where(due)).mappings().all()
            chosen = _fill([row for row in rows if row["id"] not in skip], batch)
            known = _known_in(connection, [row["id"] for row in chosen])
        return [_due_thread(row, known[row["id"]], batch) for row in chosen]

    def mark_read(self, read: Iterable[DueThread], now: datetime, suspects: Collection[int] = frozenset()) -> None:
        """Note that these threads were just read and when they are due next; `suspects`, of which too much seemed to
        have vanished, are looked at again soon. A thread that a webhook named meanwhile stays due."""
        read = list(read)
        ids = [thread.id for thread in read]
        with self._database.write() as connection:
            youngest = _youngest(connection, items, items.c.thread_id.in_(ids) & items.c.waiting)
            latest = _youngest(connection, messages, messages.c.thread_id.in_(ids))
            rows = [
                (
                    to_micros(now),
                    to_micros(t.due_at),
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
                "UPDATE threads SET read_at = ?, next_read_at = CASE WHEN next_read_at = ? THEN ? ELSE next_read_at END, "
                "read_offset = ?, suspect = ? WHERE id = ?",
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


def _next_pull(account: PullAccount, end: PullEnd) -> ColumnElement[datetime]:
    """The next turn; what a person or a webhook asked for while this one ran is not lost."""
    asked = accounts.c.next_pull_at.is_distinct_from(account.next_pull_at) & (
        accounts.c.next_pull_at < end.next_pull_at
    )
    return case((asked, accounts.c.next_pull_at), else_=literal(end.next_pull_at, accounts.c.next_pull_at.type))


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
        due_at=row["next_read_at"],
    )


def _youngest(connection: Connection, table: Table, condition: ColumnElement[bool]) -> dict[int, datetime]:
    """The time of the youngest row of each thread; ids are in time order."""
    statement = select(table.c.thread_id, func.max(table.c.id)).where(condition).group_by(table.c.thread_id)
    return {thread_id: time_of(identity) for thread_id, identity in connection.execute(statement)}
