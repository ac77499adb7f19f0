"""One account's turn: what is new first, then threads that wait for an answer, within one budget of calls and time."""

from __future__ import annotations

import traceback
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import structlog
from sqlalchemy.exc import OperationalError

from aggregator.clock import Clock
from aggregator.contract import (
    Account,
    BudgetSpent,
    Capability,
    Census,
    Checkpoint,
    Context,
    Cursor,
    Event,
    Message,
    OpenThread,
    Platform,
    PlatformError,
    Quota,
    ThreadRef,
    Tombstone,
    Unreadable,
    cursor_fault,
)
from aggregator.services.accounts import AccountStore, DueThread, PullAccount
from aggregator.services.allowances import Allowances, allowance_of
from aggregator.services.fuses import Fuses
from aggregator.services.intake import Intake, LeaseLost, Source, Tally
from aggregator.sync.endings import Ending, ending_of
from aggregator.sync.http import GuardedHttp, HttpSettings, PullBudget
from aggregator.sync.politeness import HostMemory, HostPace

BATCH = 1_000
PULL_SECONDS = 240
SWEEP_EVERY = timedelta(hours=4)
RENEW_AFTER = timedelta(seconds=20)
_SUSPICION_LIMIT = 1_000  # an account this small is re-read whole when anything in it changed
_MOST_VANISHED = 0.3  # more missing at once than this share looks like a broken reading, not like deletions
_FEW_VANISHED = 10
_FULL_FACTOR = 10  # a person who asks for everything gets ten turns in one

Record = Message | Tombstone | Unreadable

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """How pulls reach the world."""

    settings: HttpSettings
    pace: HostPace
    memory: HostMemory


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What every pull works with."""

    accounts: AccountStore
    intake: Intake
    fuses: Fuses
    allowances: Allowances
    line: Line
    clock: Clock


@dataclass(slots=True)
class Progress:
    """What one turn did so far."""

    tally: Tally = field(default_factory=Tally)
    census: int | None = None
    calls: int = 0
    units: int = 0  # of the platform's allowance
    problem: str | None = None


class TurnBudget(PullBudget):
    """The turn's budget, which keeps the account's lease alive with every call that is made."""

    def __init__(
        self, calls: int, units: int, deadline: datetime, clock: Clock, accounts: AccountStore, account: PullAccount
    ) -> None:
        super().__init__(calls, deadline, clock, units)
        self._turn_clock = clock
        self._accounts = accounts
        self._account = account
        self._renewed_at = clock()

    def spend(self, cost: int = 1) -> None:
        super().spend(cost)
        now = self._turn_clock()
        if now - self._renewed_at >= RENEW_AFTER:
            self._accounts.renew(self._account, now)
            self._renewed_at = now


class Turn:
    """One account's turn: the generators, their batches and their budget."""

    def __init__(
        self, desk: Desk, platform: Platform, account: PullAccount, progress: Progress, *, full: bool, asked: bool
    ) -> None:
        """`asked`: a person wants it now, and sees every old thread read again; a routine turn sweeps now and then."""
        self._desk = desk
        self._platform = platform
        self._account = account
        self._progress = progress
        self._full = full
        self._pace = platform.info.pace
        self._sweep = (timedelta(0) if asked else SWEEP_EVERY) if self._pace.sweep else None
        self._kept_cursor = account.cursor
        self._source: Source = account.source(own_host=platform.info.own_host)
        self._public = Account(key=account.key, url=account.url, settings=account.settings)
        self._budget = self._new_budget()

    def _new_budget(self) -> TurnBudget:
        now = self._desk.clock()
        allowance = allowance_of(self._platform.info, self._account.id, now)
        units = self._desk.allowances.left(allowance, self._account.id)
        calls = self._pace.calls_per_pull * (_FULL_FACTOR if self._full else 1)
        deadline = now + timedelta(seconds=PULL_SECONDS * (_FULL_FACTOR if self._full else 1))
        return TurnBudget(calls, units, deadline, self._desk.clock, self._desk.accounts, self._account)

    def run(self) -> Ending:
        """Every way to end is an Ending; nothing is raised but bugs of the core."""
        line = self._desk.line
        with GuardedHttp(
            self._platform.info,
            self._account.url,
            settings=line.settings,
            budget=self._budget,
            pace=line.pace,
            memory=line.memory,
            clock=self._desk.clock,
            allowance=allowance_of(self._platform.info, self._account.id, self._desk.clock()).name,
        ) as http:
            ending = self._fenced(http)
            self._progress.calls, self._progress.units = http.calls, self._budget.spent
        return ending

    def _fenced(self, http: GuardedHttp) -> Ending:
        try:
            self._pull_new(http)
            self._read_threads(http)
        except BudgetSpent:
            return Ending("partial")
        except LeaseLost:
            return Ending("lease_lost")
        except PlatformError as error:
            return ending_of(error)
        except OperationalError:  # the database is away: not the plugin's fault, and nothing can be booked
            raise
        except (Exception, SystemExit) as bug:  # the fence: a plugin may fail in any way; the others go on
            log.warning("plugin_bug", platform=self._platform.info.id, account=self._account.id, error=type(bug).__name__,
                        where=where_of(bug))  # fmt: skip
            return Ending("plugin_bug", "Plugin platform ini bermasalah; pengembang perlu melihatnya.")
        return Ending("ok", self._progress.problem)

    def _context(self, http: GuardedHttp) -> Context:
        now = self._desk.clock()
        account_id = self._account.id
        return Context(
            http=http,
            budget=self._budget,
            now=now,
            since=now - self._pace.first_reach if self._pace.first_reach else None,
            secrets=self._account.secrets,
            log=log.bind(platform=self._account.platform, account=account_id),
            known=lambda ids: self._desk.accounts.known(account_id, ids),
            held=self._desk.accounts.held(account_id),
            full=self._full,
        )

    # -- new messages ----------------------------------------------------------------------------------------------

    def _pull_new(self, http: GuardedHttp) -> None:
        events = self._platform.pull_since(self._public, self._cursor(), self._context(http))
        with closing(cast("Generator[Event]", events)):
            self._store_all(events)
        if not self._budget.allows():
            raise BudgetSpent("")

    def _cursor(self) -> Cursor | None:
        """The bookmark, brought up to date by the plugin when an older version of it wrote it."""
        cursor = self._account.cursor
        wanted = self._platform.cursor_version
        return cursor if cursor is None or cursor.version == wanted else self._platform.upgrade_cursor(cursor)

    def _store_all(self, events: Iterable[Event]) -> None:
        """Store records in batches; what was read before an error is stored before the error goes on."""
        batch: list[Record] = []
        try:
            for event in events:
                self._take(event, batch)
        finally:
            self._flush(batch)

    def _take(self, event: Event, batch: list[Record]) -> None:
        if isinstance(event, Message | Tombstone | Unreadable):
            batch.append(event)
            if len(batch) >= BATCH:
                self._flush(batch)
        elif isinstance(event, Checkpoint):
            self._checkpoint(event, batch)
        elif isinstance(event, Census):
            self._progress.census = event.count
        elif not isinstance(
            event, Quota
        ):  # what is left is known from our own books; the platform's word is a log line
            raise TypeError(f"a plugin yielded {type(event).__name__}, which is no event of the contract")

    def _checkpoint(self, checkpoint: Checkpoint, batch: list[Record]) -> None:
        fault = cursor_fault(checkpoint.cursor)
        if fault:
            raise ValueError(fault)
        self._flush(batch, checkpoint.cursor if checkpoint.cursor != self._kept_cursor else None)
        self._kept_cursor = checkpoint.cursor

    def _flush(self, batch: list[Record], cursor: Cursor | None = None) -> None:
        if not batch and cursor is None:
            return
        records, batch[:] = list(batch), []
        store = self._desk.intake.store
        self._progress.tally.add(
            store(self._source, records, self._desk.clock(), cursor=cursor, lease=self._account.lease)
        )

    # -- old threads -----------------------------------------------------------------------------------------------

    def _read_threads(self, http: GuardedHttp) -> None:
        """Re-read threads that are due; all of a small account's when something in it changed unseen."""
        if Capability.THREADS not in self._platform.info.capabilities:
            return
        done: set[int] = set()
        while self._budget.allows():
            threads = self._desk.accounts.due_threads(
                self._account.id,
                self._desk.clock(),
                batch=self._pace.thread_batch,
                sweep=self._sweep,
                skip=done,
            )
            if not threads:
                return
            self._reread(threads, http)
            done |= {thread.id for thread in threads if not thread.next_offset}
            if not self._goes_on():
                return

    def _goes_on(self) -> bool:
        """Whether one round of re-reading is not enough: what changed elsewhere may have changed here too."""
        if self._full or not self._pace.sweep:
            return True
        held = self._desk.accounts.held(self._account.id)
        return held <= _SUSPICION_LIMIT and self._progress.tally.changed > 0

    def _reread(self, threads: list[DueThread], http: GuardedHttp) -> None:
        open_threads = [_open_thread(thread) for thread in threads]
        events = self._platform.pull_threads(self._public, open_threads, self._context(http))
        reached: set[str] = set()
        suspects: set[int] = set()
        try:
            with closing(cast("Generator[Event]", events)):
                self._store_all(
                    _without_mass_deletion(_noting_threads(events, reached), threads, suspects, self._progress)
                )
            cut_short = not self._budget.allows()
        except BudgetSpent:
            cut_short = True
        read = [thread for thread in threads if not cut_short or thread.external_id in reached]
        self._desk.accounts.mark_read(read, self._desk.clock(), suspects)
        if cut_short and self._full:
            raise BudgetSpent("")


def _open_thread(thread: DueThread) -> OpenThread:
    ref = ThreadRef(external_id=thread.external_id, url=thread.url, title=thread.title)
    return OpenThread(ref=ref, known=thread.known, whole=thread.whole)


def _noting_threads(events: Iterable[Event], reached: set[str]) -> Iterator[Event]:
    """Note which threads were at least begun: when the budget ends, the others are still due."""
    for event in events:
        if isinstance(event, Message):
            reached.add(event.thread.external_id)
        yield event


def _without_mass_deletion(
    events: Iterable[Event], threads: Sequence[DueThread], suspects: set[int], progress: Progress
) -> Iterator[Event]:
    """Hold tombstones back until all is read: when a third of everything vanished at once, it may be the reading that
    is broken. Those threads become suspects and are read again soon; what has vanished then too is believed."""
    known = sum(len(thread.known) for thread in threads)
    graves: list[Tombstone] = []
    for event in events:
        if isinstance(event, Tombstone):
            graves.append(event)
        else:
            yield event
    believed = {external_id for thread in threads if thread.suspect for external_id in thread.known}
    doubted = {grave.external_id for grave in graves} - believed
    if len(doubted) > max(_FEW_VANISHED, known * _MOST_VANISHED):
        suspects |= {thread.id for thread in threads if not doubted.isdisjoint(thread.known)}
        progress.problem = f"{len(doubted)} dari {known} komentar tidak tampil lagi sekaligus; dibaca ulang dahulu."
        graves = [grave for grave in graves if grave.external_id in believed]
    yield from graves


def where_of(bug: BaseException) -> str:
    """File and line of a bug, without its message: that may hold a person's words."""
    frame = traceback.extract_tb(bug.__traceback__)[-1]
    return f"{Path(frame.filename).name}:{frame.lineno}"
