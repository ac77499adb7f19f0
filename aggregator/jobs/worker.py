"""A worker: one process, one queue (a job popped from one of several is lost when the worker dies just then).

Each job is forked: a plugin that crashes the interpreter or never returns takes only its own process with it,
and the memory it leaks. One job is a pull of seconds, so the milliseconds of a fork cost nothing. What guards
an account against two pulls at once is its lease in the database, never the queue."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.executions import Execution
from rq.job import Job
from rq.serializers import JSONSerializer

from aggregator.app import App
from aggregator.jobs.lifeline import end_with_parent
from aggregator.jobs.queues import LOST, queue_named

_RETRY_SECONDS = 1.0

log = structlog.get_logger(__name__)


class QueueWorker(Worker):
    """RQ's forking worker, looking after lost jobs every 30 s (its default is 405 s)."""

    log_result_lifespan = False
    max_connection_wait_time = 5.0

    def __init__(self, queue: Queue) -> None:
        super().__init__(
            [queue], connection=queue.connection, serializer=JSONSerializer, log_job_description=False,
            worker_ttl=30, maintenance_interval=30, job_monitoring_interval=10,
        )  # fmt: skip
        self.asked_to_stop = False

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """First signal: finish the job in hand. At the second RQ ends it, and it is done again later."""
        self.asked_to_stop = True
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]  # RQ leaves it untyped

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        """In the forked process."""
        end_with_parent(os.getppid(), signal.SIGKILL)
        super().main_work_horse(job, queue)

    def maintain_heartbeats(self, job: Job, execution: Execution) -> None:
        """A queue server that is away is no reason to drop the job in hand."""
        with suppress(RedisError):
            super().maintain_heartbeats(job, execution)

    def handle_work_horse_killed(self, job: Job, *_: object) -> None:
        log.warning("job_killed", job=job.id)


class OneLine(logging.Handler):
    """RQ's own complaints: one line each, none twice in a row, without arguments, which may hold anything."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._last = ""

    def emit(self, record: logging.LogRecord) -> None:
        if record.msg != self._last:
            error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
            log.warning("queue_trouble", what=str(record.msg), error=error)
        self._last = str(record.msg)


def work(app: App, connect: Callable[[], Redis], queue: str, *, burst: bool = False) -> None:
    """Work the queue off until told to stop (or, with `burst`, until it is empty). A queue server that goes
    away and comes back is lived through; only with `burst` its error is raised."""
    app.close()  # connections must not be shared with the processes to be forked; each opens its own
    _quiet_rq()
    away = False
    while True:
        try:
            worker = QueueWorker(queue_named(queue, connect()))
            away = _said(away, now=False)
            if _ended(worker, burst=burst):
                return
        except LOST:
            if burst:
                raise
            away = _said(away, now=True)
        _default_signals()
        time.sleep(_RETRY_SECONDS)


def _ended(worker: QueueWorker, *, burst: bool) -> bool:
    """Whether the worker did what it was asked to; False when it lost its queue server."""
    try:
        worker.work(burst=burst, logging_level=None)
        return burst or worker.asked_to_stop
    except LOST:
        if worker.asked_to_stop:
            return True
        _default_signals()
        _wait_for_job(worker)
        raise


def _wait_for_job(worker: QueueWorker) -> None:
    """Let the job in hand finish: it needs the database, not the queue."""
    with suppress(ChildProcessError):
        if worker.horse_pid:
            os.waitpid(worker.horse_pid, 0)


def _default_signals() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _said(before: bool, *, now: bool) -> bool:
    if now != before:
        log.warning("queue_lost" if now else "queue_back")
    return now


def _quiet_rq() -> None:
    rq = logging.getLogger("rq")
    rq.handlers = [OneLine()]
    rq.propagate = False
