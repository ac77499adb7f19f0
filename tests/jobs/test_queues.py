"""Putting ids into queues, on a real queue server."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from redis import Redis
from rq.job import Job
from rq.utils import utcformat

from aggregator.config import Settings
from aggregator.jobs.embedded import EmbeddedServer, QueueAway
from aggregator.jobs.queues import PULL, SEND, Dispatcher, connect, queue_named
from aggregator.services.answering import STUCK
from tests.jobs.house import end


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    folder = tmp_path_factory.mktemp("q")
    process = EmbeddedServer(folder).start()
    yield Settings(data_dir=folder)
    end(process)


@pytest.fixture
def redis(settings: Settings) -> Iterator[Redis]:
    with connect(settings) as connection:
        connection.flushall()
        yield connection


@pytest.fixture
def dispatcher(redis: Redis) -> Dispatcher:
    return Dispatcher(redis, lambda: datetime.now(UTC))


def test_an_id_is_queued_once(redis: Redis, dispatcher: Dispatcher) -> None:
    assert dispatcher.put(PULL, [1, 2]) == 2
    assert dispatcher.put(PULL, [2, 3]) == 1
    assert dispatcher.put(SEND, [2]) == 1
    assert queue_named("pull", redis).get_job_ids() == ["pull-1", "pull-2", "pull-3"]
    assert queue_named("send", redis).get_job_ids() == ["send-2"]


def test_dispatchers_at_once_queue_an_id_once(redis: Redis, settings: Settings) -> None:
    start = Barrier(4)

    def put(_: int) -> int:
        with connect(settings) as connection:
            start.wait()
            return Dispatcher(connection, lambda: datetime.now(UTC)).put(PULL, range(100))

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(put, range(4))) == 100
    assert len(queue_named("pull", redis).get_job_ids()) == len(set(queue_named("pull", redis).get_job_ids())) == 100


def test_a_queue_that_was_emptied_is_filled_again(redis: Redis, dispatcher: Dispatcher) -> None:
    dispatcher.put(PULL, [1, 2])
    redis.flushall()
    assert dispatcher.put(PULL, [1, 2]) == 2


def test_a_message_is_an_id_and_nothing_is_kept_after_the_job(redis: Redis, dispatcher: Dispatcher) -> None:
    dispatcher.put(PULL, [7])
    stored = redis.hgetall(Job.key_for("pull-7"))
    assert json.loads(zlib.decompress(stored[b"data"])) == ["aggregator.jobs.tasks.pull", None, [7], {}]
    assert (stored[b"result_ttl"], stored[b"failure_ttl"], stored[b"timeout"]) == (b"0", b"0", b"300")


def test_a_send_job_ends_before_its_reply_counts_as_left_behind() -> None:
    assert timedelta(seconds=SEND.seconds + 60) < STUCK, "RQ kills a job a minute after its time"


@pytest.mark.parametrize(
    ("status", "silent", "replaced"),
    [
        ("started", 5, False),
        ("started", 90, True),
        ("queued", 5, False),
        ("queued", 90, True),
        ("failed", 1, True),
        ("finished", 1, True),
    ],
)
def test_a_job_whose_worker_is_gone_is_replaced(
    redis: Redis, dispatcher: Dispatcher, status: str, silent: int, replaced: bool
) -> None:
    """As left by a worker killed between taking a job and starting it (queued), or during it (started)."""
    dispatcher.put(PULL, [1])
    queue = queue_named("pull", redis)
    redis.lmove(queue.key, queue.intermediate_queue_key)
    heard = utcformat(datetime.now(UTC) - timedelta(seconds=silent))
    times = dict.fromkeys(("created_at", "enqueued_at", "last_heartbeat"), heard)
    redis.hset(Job.key_for("pull-1"), mapping=times | {"status": status})
    assert dispatcher.put(PULL, [1]) == int(replaced)
    assert queue.get_job_ids() == (["pull-1"] if replaced else [])
    assert redis.llen(queue.intermediate_queue_key) == int(not replaced)


def test_a_torn_job_is_replaced(redis: Redis, dispatcher: Dispatcher) -> None:
    """A heartbeat that comes after FLUSHALL leaves a job without anything in it."""
    redis.hset(Job.key_for("pull-1"), "last_heartbeat", utcformat(datetime.now(UTC) - timedelta(minutes=2)))
    assert dispatcher.put(PULL, [1]) == 1


def test_without_a_queue_server_the_way_out_is_named(tmp_path: Path) -> None:
    with pytest.raises(QueueAway, match="SAHUT_REDIS_URL"):
        connect(Settings(data_dir=tmp_path))


def test_an_external_server_is_used_when_named(tmp_path: Path) -> None:
    with connect(Settings(data_dir=tmp_path, redis_url="redis://10.1.2.3:6400/5")) as connection:
        known = connection.connection_pool.connection_kwargs
    assert (known["host"], known["port"], known["db"]) == ("10.1.2.3", 6400, 5)
