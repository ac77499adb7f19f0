"""The queues, and the only way into them. A job carries an id and nothing else: what is to be done stands in
the database, so a queue that is lost is filled again."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import cast

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.exceptions import DuplicateJobError
from rq.job import Job, JobStatus
from rq.serializers import JSONSerializer
from rq.utils import str_to_date

from aggregator.clock import Clock
from aggregator.config import Settings
from aggregator.jobs.embedded import QueueAway, read_socket
from aggregator.sync.turn import PULL_SECONDS

_PATIENCE = 5.0  # seconds to connect, and to wait for an answer
# A worker notes every 10 s that its job is alive; a job silent for this long lost its worker.
_SILENT = timedelta(seconds=60)
_UNDER_WAY = frozenset({JobStatus.QUEUED.value, JobStatus.STARTED.value})

LOST = (RedisError, QueueAway)  # what a queue server that is away looks like


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of job: the function that does it, the longest it may take in seconds, and the queue it waits in."""

    name: str
    function: str
    seconds: int
    queue: str
    most: int = 500  # jobs that may wait at a time; the rest is still due at the next tick


# A pull ends by itself after PULL_SECONDS, a last call and storing what it brought.
PULL = Line("pull", "aggregator.jobs.tasks.pull", PULL_SECONDS + 60, "pull", most=150)
# Ends, a hard end included (one minute later), before a reply that is "sending" counts as left behind.
SEND = Line("send", "aggregator.jobs.tasks.send", 115, "send")
# Short errands share a queue of their own: a long pull never stands before a webhook or a dying login.
PUSH = Line("push", "aggregator.jobs.tasks.push", 60, "errand")
GLANCE = Line("glance", "aggregator.jobs.tasks.glance", 180, "errand")
RENEW = Line("renew", "aggregator.jobs.tasks.renew", 60, "errand")
INSPECT = Line("inspect", "aggregator.jobs.tasks.inspect", 120, "errand", most=8)  # hundreds are due together
# Learning takes minutes and a core: nothing that a citizen or an official waits for may stand behind it.
LEARN = Line("learn", "aggregator.jobs.tasks.learn", 1_800, "learn", most=1)
# Ends well before a delivery that is "sending" counts as left behind.
NOTIFY = Line("notify", "aggregator.jobs.tasks.notify", 90, "notify")
LISTEN = Line("listen", "aggregator.jobs.tasks.listen", 90, "notify", most=10)
LINES = (PULL, SEND, PUSH, GLANCE, RENEW, INSPECT, LEARN, NOTIFY, LISTEN)
QUEUES = tuple(dict.fromkeys(line.queue for line in LINES))


def connect(settings: Settings) -> Redis:
    """The queue server of this installation; raises QueueAway when none is known. Nothing is sent yet."""
    once_more = Retry(NoBackoff(), 1)  # a connection may have died unnoticed; who calls has its own way to wait
    if settings.redis_url:
        times = {"socket_timeout": _PATIENCE, "socket_connect_timeout": _PATIENCE}
        return Redis.from_url(settings.redis_url, retry=once_more, **times)
    return Redis(unix_socket_path=str(read_socket(settings.data_dir)), socket_timeout=_PATIENCE, retry=once_more)


def queue_named(name: str, connection: Redis) -> Queue:
    return Queue(name, connection=connection, serializer=JSONSerializer)


class Dispatcher:
    """Puts ids into queues, each at most once at a time, whoever else does so too."""

    def __init__(self, connection: Redis, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    def put(self, line: Line, ids: Iterable[int]) -> int:
        """Queue every id that is not queued or worked on already; how many were."""
        queue = queue_named(line.queue, self._connection)
        waiting = set(queue.get_job_ids())
        wanted = islice((one for one in ids if _job_id(line, one) not in waiting), max(0, line.most - len(waiting)))
        return sum(self._put_one(queue, line, identity) for identity in wanted)

    def _put_one(self, queue: Queue, line: Line, identity: int) -> bool:
        with suppress(DuplicateJobError):
            return _enqueue(queue, line, identity)
        if not self._is_dead(_job_id(line, identity)):
            return False
        _forget(queue, _job_id(line, identity))
        with suppress(DuplicateJobError):  # another scheduler was faster
            return _enqueue(queue, line, identity)
        return False

    def _is_dead(self, job_id: str) -> bool:
        """Whether a job that RQ still knows lost its worker: it neither waits, nor was it heard of lately."""
        fields = ("status", "created_at", "enqueued_at", "last_heartbeat")
        status, *times = cast("list[bytes | None]", self._connection.hmget(Job.key_for(job_id), fields))
        if status is not None and status.decode() not in _UNDER_WAY:
            return True
        heard: datetime | None = max((str_to_date(time) for time in times if time), default=None)
        return heard is None or heard < self._clock() - _SILENT


def _job_id(line: Line, identity: int) -> str:
    return f"{line.name}-{identity}"


def _enqueue(queue: Queue, line: Line, identity: int) -> bool:
    """Raises DuplicateJobError when a job of that id exists, ended or not: so none is kept after its end."""
    job_id = _job_id(line, identity)
    queue.enqueue_call(
        line.function,
        (identity,),
        timeout=line.seconds,
        result_ttl=0,
        failure_ttl=0,
        job_id=job_id,
        description=job_id,
        unique=True,
    )
    return True


def _forget(queue: Queue, job_id: str) -> None:
    queue.connection.delete(Job.key_for(job_id))
    queue.intermediate_queue.remove(job_id)
