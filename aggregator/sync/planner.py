"""A week of reading in seconds: every account, allowance, glance and worker as events in pretended time.

The rules are the real ones (when to read again, how an allowance is divided, what is put first); only what people write
and what a platform answers is a model (`domain/plan.py`). So a plan shows what a kabupaten of this size may expect."""

from __future__ import annotations

import heapq
from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import ceil, inf
from random import Random

from aggregator.contract import Capability, PlatformInfo
from aggregator.domain.fairness import fair_share, shared_rest
from aggregator.domain.pace import FIRST_REREAD, next_pull, next_thread_read, with_jitter
from aggregator.domain.plan import Cost, Plan, Planned, PlatformPlan, awake, cost_of, next_comment
from aggregator.services.allowances import GLANCE, Allowance, allowance_of

TICK = timedelta(seconds=3)  # of the scheduler
QUEUE = 150  # pulls that may wait
CALL = timedelta(seconds=0.6)  # a platform's answer, a short page of it stored
JOB = timedelta(seconds=0.4)  # a job's start and end
HOST_GAP = timedelta(seconds=1)
ANSWERED = timedelta(hours=24)  # after this a question has its answer
_MOST_THREADS = 30
_GLANCE_CALLS = 200
_PATIENCE = timedelta(minutes=5)
_SLACK = 0.25  # of the interval: a reading that comes later than this, and later than 5 minutes, missed its target
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(slots=True)
class _Thread:
    latest: datetime
    read_at: datetime
    held: int = 0


@dataclass(slots=True)
class _Account:
    id: int
    plan: Planned
    info: PlatformInfo
    cost: Cost
    next_at: datetime
    comment_at: datetime
    post_at: datetime
    due_since: datetime
    looked_at: datetime | None = None
    inspect_at: datetime | None = None
    last_new: datetime | None = None
    waiting: int = 0  # comments nobody has read yet
    threads: list[_Thread] = field(default_factory=list)


class _Ledger:
    """The ledger of allowances, in memory, by the same arithmetic."""

    def __init__(self, peers: Mapping[str, int]) -> None:
        self._peers = peers
        self.used: dict[tuple[str, date], int] = defaultdict(int)
        self._by: dict[tuple[str, date, int], int] = defaultdict(int)
        self._common: dict[tuple[str, date], int] = defaultdict(int)

    def left(self, allowance: Allowance, account: int) -> int:
        key = (allowance.name, allowance.day)
        if ":" in allowance.name:
            accounts = self._peers[allowance.name.partition(":")[0]] if account == GLANCE else 1
            return allowance.limit * accounts - self.used[key]
        opened = 1.0 if account == GLANCE else allowance.opened
        share = fair_share(allowance.limit, self._peers[allowance.name], opened=opened)
        own = 0 if account == GLANCE else max(0, share.own - self._by[*key, account])
        return min(own + max(0, share.common - self._common[key]), shared_rest(allowance.limit, self.used[key]))

    def spend(self, allowance: Allowance, account: int, units: int) -> None:
        key = (allowance.name, allowance.day)
        before = self._by[*key, account]
        self.used[key] += units
        self._by[*key, account] += units
        own = 0
        if account != GLANCE and ":" not in allowance.name:
            own = fair_share(allowance.limit, self._peers[allowance.name], opened=1).own
        self._common[key] += max(0, before + units - own) - max(0, before - own)


class Planner:
    """One run of the simulation. The same seed and accounts give the same readings, but for the jitter of the rules."""

    def __init__(
        self,
        infos: Mapping[str, PlatformInfo],
        planned: Sequence[Planned],
        begins: datetime,
        *,
        workers: int = 2,
        seed: int = 1,
    ) -> None:
        self._chance = Random(seed)  # noqa: S311 - an invented week
        self._begins = begins
        self._workers = [begins] * workers
        self._errand = begins
        self._infos = infos
        self._accounts = [self._account(number, one) for number, one in enumerate(planned, 1)]
        counts: dict[str, int] = defaultdict(int)
        for account in self._accounts:
            counts[account.info.id] += 1
        self._ledger = _Ledger(counts)
        self._counts = counts
        self._due: dict[str, list[tuple[datetime, int]]] = {name: [] for name in counts}
        for account in self._accounts:
            heapq.heappush(self._due[account.info.id], (account.next_at, account.id))
        self._glances = self._first_glances()
        self._inspections = [(begins + _DAY * self._chance.random(), one.id) for one in self._accounts]
        heapq.heapify(self._inspections)
        self._queue: deque[int] = deque()
        self._turns: dict[str, datetime] = {}
        self._late: dict[str, list[float]] = {name: [] for name in counts}
        self._targets: dict[str, list[float]] = {name: [] for name in counts}
        self._missed: set[int] = set()
        self._busy: dict[str, timedelta] = dict.fromkeys(counts, timedelta(0))
        self._errand_busy = timedelta(0)

    def _account(self, number: int, one: Planned) -> _Account:
        """An account as a running house knows it: read before, its next reading somewhere in its interval."""
        info, activity = self._infos[one.platform], one.activity
        silence = _DAY / activity.comments * self._chance.random()
        last_new = self._begins - silence
        interval = next_pull(self._begins, info.pace.every, last_new) - self._begins
        due = self._begins + interval * self._chance.random()
        return _Account(
            id=number, plan=one, info=info, cost=cost_of(one.platform), next_at=due, due_since=due, last_new=last_new,
            comment_at=next_comment(self._begins, activity, self._chance), post_at=self._begins,
        )  # fmt: skip

    def _first_glances(self) -> list[tuple[datetime, str, int]]:
        self._logins: dict[tuple[str, int], list[_Account]] = defaultdict(list)
        for one in self._accounts:
            if _glances(one.info):
                self._logins[one.info.id, one.plan.login].append(one)
        first = [(self._begins + timedelta(minutes=self._chance.random()), *one) for one in sorted(self._logins)]
        heapq.heapify(first)
        return first

    # -- time --------------------------------------------------------------------------------------------------------

    def run(self, days: float) -> Plan:
        """Let so many days pass."""
        now, ends = self._begins, self._begins + timedelta(days=days)
        while now < ends:
            self._errands(now)
            self._fill(now)
            self._work(now + TICK)
            now = max(now + TICK, self._next(now))
        return self._plan(days)

    def _next(self, now: datetime) -> datetime:
        """The tick at which something is due again."""
        if self._queue:
            return now
        times = [heap[0][0] for heap in self._due.values() if heap]
        times += [heap[0][0] for heap in (self._glances, self._inspections) if heap]
        return self._begins + ceil((min(times) - self._begins) / TICK) * TICK

    def _fill(self, now: datetime) -> None:
        """Due accounts into the queue: the longest overdue of each platform, then the next of each."""
        ready = [heap for heap in self._due.values() if heap and heap[0][0] <= now]
        while ready and len(self._queue) < QUEUE:
            for heap in ready:
                due, number = heapq.heappop(heap)
                if self._accounts[number - 1].next_at == due:
                    self._queue.append(number)
            ready = [heap for heap in ready if heap and heap[0][0] <= now]

    def _work(self, until: datetime) -> None:
        while self._queue:
            free = min(self._workers)
            begins = max(free, until - TICK)
            if begins >= until:
                return
            account = self._accounts[self._queue.popleft() - 1]
            ends = self._pull(account, begins)
            self._busy[account.info.id] += ends - begins
            self._workers[self._workers.index(free)] = ends

    # -- pulls -------------------------------------------------------------------------------------------------------

    def _pull(self, account: _Account, now: datetime) -> datetime:
        """Pull one account; when that ends."""
        allowance = allowance_of(account.info, account.id, now)
        left = self._ledger.left(allowance, account.id)
        if left <= 0:
            wait = min(allowance.ends - now, _HOUR) if account.info.pace.shared_by == "app" else allowance.ends - now
            self._again(account, now + with_jitter(wait))
            return now + JOB
        self._hear(account, now)
        threads = [one for one in account.threads if one.read_at <= now] if account.cost.thread else []
        wanted = ceil(account.cost.pull + account.waiting / account.cost.page)
        reread = sum(ceil(account.cost.thread * max(1, one.held / 100)) for one in threads)
        most = min(left, account.info.pace.calls_per_pull)
        calls = min(wanted + reread, most)
        self._ledger.spend(allowance, account.id, calls)
        ends = self._calls(account, allowance.name, now, calls)
        if wanted > most:
            self._again(account, ends + timedelta(minutes=1))
            return ends
        self._done(account, threads, now, ends)
        return ends

    def _done(self, account: _Account, threads: Sequence[_Thread], now: datetime, ends: datetime) -> None:
        for thread in threads:
            open_since = thread.latest if now - thread.latest < ANSWERED else None
            thread.read_at = next_thread_read(now, open_since, thread.latest)
        if account.waiting:
            account.last_new = ends
        account.waiting = 0
        self._read(account, ends, since=account.due_since)
        due = next_pull(ends, account.info.pace.every, account.last_new)
        account.due_since = due
        self._again(account, due)

    def _calls(self, account: _Account, allowance: str, now: datetime, calls: int) -> datetime:
        """Make calls one after the other, with the pauses that the platform or its site asks for."""
        pace, at = account.info.pace, now + JOB
        gap = HOST_GAP if account.info.own_host or account.info.scrapes else timedelta(0)
        shared = timedelta(minutes=1 / pace.calls_per_minute) if pace.calls_per_minute else gap
        for _ in range(calls):
            turn = max(at, self._turns.get(allowance, at))
            self._turns[allowance] = turn + max(gap, shared)
            at = turn + CALL
        return at

    def _hear(self, account: _Account, now: datetime) -> bool:
        """What was written until now waits to be read; whether there is anything."""
        activity = account.plan.activity
        while account.comment_at <= now:
            account.waiting += 1
            self._said(account, account.comment_at)
            account.comment_at = next_comment(account.comment_at, activity, self._chance)
        return account.waiting > 0

    def _said(self, account: _Account, at: datetime) -> None:
        """Under the newest post; now and then that is a new one."""
        if at >= account.post_at or not account.threads:
            account.threads = [_Thread(at, at + FIRST_REREAD), *account.threads[: _MOST_THREADS - 1]]
            account.post_at = awake(at, timedelta(hours=17) / account.plan.activity.posts)
        newest = account.threads[0]
        newest.latest, newest.held = at, newest.held + 1
        newest.read_at = min(newest.read_at, at + FIRST_REREAD)

    def _again(self, account: _Account, due: datetime) -> None:
        account.next_at = due
        heapq.heappush(self._due[account.info.id], (due, account.id))

    def _read(self, account: _Account, at: datetime, *, since: datetime) -> None:
        """Note a reading that was due `since`."""
        late = max(0.0, (at - since).total_seconds())
        name, meant = account.info.id, _interval(account, at)
        self._late[name].append(late)
        self._targets[name].append(meant)
        if late > max(_PATIENCE.total_seconds(), _SLACK * meant):
            self._missed.add(account.id)

    # -- errands -----------------------------------------------------------------------------------------------------

    def _errands(self, now: datetime) -> None:
        """Glances and looks at public faces, one after the other: they share one worker."""
        while self._glances and self._glances[0][0] <= now:
            due, name, login = heapq.heappop(self._glances)
            heapq.heappush(self._glances, (self._glance(name, login, max(now, self._errand), due), name, login))
        while self._inspections and self._inspections[0][0] <= now:
            _, number = heapq.heappop(self._inspections)
            account = self._accounts[number - 1]
            begins = max(now, self._errand)
            allowance, calls = allowance_of(account.info, number, begins), ceil(account.cost.inspect)
            if self._ledger.left(allowance, number) > 0:
                self._ledger.spend(allowance, number, calls)
                self._occupy(begins, calls)
            heapq.heappush(self._inspections, (begins + with_jitter(_DAY), number))

    def _occupy(self, begins: datetime, calls: int) -> datetime:
        self._errand = begins + JOB + calls * CALL
        self._errand_busy += self._errand - begins
        return self._errand

    def _glance(self, name: str, login: int, now: datetime, due: datetime) -> datetime:
        """Look at a login's accounts, those first that were not looked at for longest; when the next glance is due."""
        info, cost = self._infos[name], cost_of(name)
        every = info.pace.glance_every or timedelta(minutes=15)
        allowance = allowance_of(info, GLANCE, now)
        left = self._ledger.left(allowance, GLANCE)
        if left <= 0:
            return now + with_jitter(allowance.ends - now if ":" in allowance.name else _HOUR)
        mine = self._logins[name, login]
        mine.sort(key=lambda one: one.looked_at or self._begins)
        seen = mine[: int(min(cost.most or inf, _GLANCE_CALLS * cost.at_once, len(mine)))]
        calls = ceil(len(seen) / cost.at_once)
        self._ledger.spend(allowance, GLANCE, max(ceil(len(seen) * cost.look), 0 if cost.look else calls))
        ends = self._occupy(now, calls)
        for account in seen:
            self._look(account, ends, every)
        return ends + with_jitter(every)

    def _look(self, account: _Account, at: datetime, every: timedelta) -> None:
        self._read(account, at, since=(account.looked_at or self._begins) + every)
        account.looked_at = at
        if self._hear(account, at) and account.next_at > at:
            account.due_since = min(account.due_since, at)
            self._again(account, at)

    # -- the report --------------------------------------------------------------------------------------------------

    def _plan(self, days: float) -> Plan:
        span = timedelta(days=days)
        names = sorted(self._counts)
        return Plan(
            accounts=len(self._accounts),
            days=days,
            workers=len(self._workers),
            platforms=tuple(self._platform(name, days) for name in names),
            worker_share=sum(self._busy.values(), timedelta(0)) / span / len(self._workers),
            errand_share=self._errand_busy / span,
        )

    def _platform(self, name: str, days: float) -> PlatformPlan:
        info, late, targets = self._infos[name], sorted(self._late[name]), self._targets[name]
        mine = {one.id for one in self._accounts if one.info.id == name}
        limit = info.pace.calls_per_day
        used = self._used(name)
        return PlatformPlan(
            platform=name,
            accounts=len(mine),
            target_busy=min(targets, default=0),
            target_silent=max(targets, default=0),
            late_95=late[int(0.95 * (len(late) - 1))] if late else 0,
            late_worst=late[-1] if late else 0,
            readings_a_day=len(late) / days,
            used=max(used, default=0),
            limit=limit,
            shared=info.pace.shared_by == "app",
            exceeded=sum(units > limit for units in used),
            missed=len(mine & self._missed),
            worker_share=self._busy[name] / timedelta(days=days) / len(self._workers),
        )

    def _used(self, name: str) -> list[int]:
        """Units of every day and allowance; where each account has its own, its part of the glances is among them."""
        of_all = {day: units for (whose, day), units in self._ledger.used.items() if whose == f"{name}:{GLANCE}"}
        mine = [(whose, day) for whose, day in self._ledger.used if whose.partition(":")[0] == name]
        parts = {day: ceil(units / self._counts[name]) for day, units in of_all.items()}
        return [self._ledger.used[whose, day] + parts.get(day, 0) for whose, day in mine if whose != f"{name}:{GLANCE}"]


def _glances(info: PlatformInfo) -> bool:
    return Capability.GLANCE in info.capabilities


def _interval(account: _Account, at: datetime) -> float:
    """How long after one reading the next is meant to come, in seconds."""
    pace = account.info.pace
    if _glances(account.info):
        return (pace.glance_every or timedelta(minutes=15)).total_seconds()
    return (next_pull(at, pace.every, account.last_new) - at).total_seconds()
