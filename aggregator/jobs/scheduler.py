"""The tick: what the database says is due goes into the queues, every few seconds.

So every tick is a sweep: a queue that was emptied, a job whose worker was killed, a scheduler that slept are
all made good by the next one. Several schedulers at once do no harm."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from threading import Event

import structlog
from redis import Redis
from sqlalchemy.exc import DBAPIError

from aggregator.app import App
from aggregator.contract import Capability
from aggregator.jobs.queues import (
    GLANCE,
    INSPECT,
    LEARN,
    LISTEN,
    LOST,
    NOTIFY,
    PULL,
    PUSH,
    RENEW,
    SEND,
    Dispatcher,
    Line,
)
from aggregator.services.schedule import Schedule

TICK = 3.0
_INDEX = 2.0  # seconds of a tick for search, while much waits to be indexed
_RARE = 60.0  # seconds between looks for what is seldom there

log = structlog.get_logger(__name__)


class Scheduler:
    """Keeps nothing that matters: between ticks it holds a connection and what it complained of already."""

    def __init__(self, app: App, connect: Callable[[], Redis], *, tick: float = TICK) -> None:
        self._app = app
        self._schedule = Schedule(app.database)
        self._connect = connect
        self._tick = tick
        self._dispatcher: Dispatcher | None = None
        self._broken: set[str] = set()
        self._rare_at = 0.0
        self._told: int | None = None
        platforms = app.host.platforms.items()
        self._glancing = sorted(name for name, one in platforms if Capability.GLANCE in one.info.capabilities)

    def run(self, stop: Event) -> None:
        """Tick until told to stop."""
        while not stop.is_set():
            self.tick()
            stop.wait(self._tick)

    def tick(self) -> None:
        """Do everything that is due now. A database or queue server that is away is tried again next time."""
        self._try("tell", self._tell_people)
        self._try("queue", self._fill_queues)
        self._try("late", self._mark_late)
        self._try("herald", self._tell_plugins)
        self._try("search", self._index)
        if time.monotonic() >= self._rare_at:
            self._try("killed", self._close_killed)
            self._try("old", self._forget_old)
            self._try("watch", self._watch)
            self._try("seal", self._seal)
            self._try("learn", self._ask_to_learn)
            self._rare_at = time.monotonic() + _RARE

    def _fill_queues(self) -> None:
        due = {line: ids for line, ids in self._due(self._app.clock()) if ids}
        if not due and self._dispatcher is not None:
            return
        try:
            self._dispatcher = self._dispatcher or Dispatcher(self._connect(), self._app.clock)
            for line, ids in due.items():
                self._dispatcher.put(line, ids)
        except LOST:
            self._dispatcher = None  # the embedded server may come back at another address
            raise

    def _due(self, now: datetime) -> Iterator[tuple[Line, list[int]]]:
        app = self._app
        yield SEND, app.answering.due(now)
        yield PUSH, app.pushes.due(now)
        yield RENEW, app.logins.due(now)
        yield GLANCE, app.glances.due(self._glancing, now)
        yield PULL, self._schedule.due_accounts(now)
        yield INSPECT, app.snapshots.due(now)
        yield LEARN, app.models.due(now)
        yield NOTIFY, app.telling.outbox.due(now)
        yield LISTEN, app.telling.contacts.expected(now)

    def _mark_late(self) -> None:
        if marked := self._schedule.mark_late(self._app.clock()):
            log.info("items_late", count=marked)

    def _tell_plugins(self) -> None:
        told, mark = self._app.herald.fresh(self._app.clock())
        for happened in told:
            self._app.host.tell(happened)
        if mark != self._told:
            self._app.herald.keep(mark)
            self._told = mark

    def _tell_people(self) -> None:
        now = self._app.clock()
        self._app.telling.follower.follow(now)
        self._app.telling.spreader.spread(now)

    def _watch(self) -> None:
        self._app.telling.channels.prepare()
        self._app.telling.watch.look(self._app.clock())

    def _index(self) -> None:
        self._app.search_index.catch_up(_INDEX)

    def _seal(self) -> None:
        """The heads go into the log as well: a second place that the database's writers do not reach."""
        for table, head in self._app.seals.seal().items():
            log.info("sealed", table=table, number=head.number, last_id=head.last_id, head=head.head.hex())

    def _close_killed(self) -> None:
        if closed := self._schedule.close_killed(self._app.clock()):
            log.info("pulls_closed", count=closed)

    def _ask_to_learn(self) -> None:
        self._app.models.ask_when_due()

    def _forget_old(self) -> None:
        now = self._app.clock()
        self._app.pushes.forget_old(now)
        self._app.allowances.forget_old(now)
        self._app.telling.board.forget_old(now)

    def _try(self, what: str, act: Callable[[], None]) -> None:
        """Complain once when it breaks, and say once that it works again."""
        try:
            act()
        except (*LOST, DBAPIError) as error:
            if what not in self._broken:
                log.warning("tick_broken", what=what, error=type(error).__name__)
            self._broken.add(what)
        else:
            if what in self._broken:
                log.warning("tick_recovered", what=what)
            self._broken.discard(what)
