"""The tick as a whole: fills the queues from the database, and lives through what is away."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from redis import Redis
from sqlalchemy import create_engine, select

from aggregator.config import Settings
from aggregator.jobs import scheduler as module
from aggregator.jobs.embedded import EmbeddedServer
from aggregator.jobs.queues import connect, queue_named
from aggregator.jobs.scheduler import Scheduler
from aggregator.storage.tables import items, replies
from tests.fakes.clock import SteppableClock
from tests.fakes.demo import Demo
from tests.jobs.house import end, until


class Heard:
    """A log that keeps what it is told."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, Any]] = []

    def info(self, event: str, **facts: Any) -> None: ...

    def warning(self, event: str, **facts: Any) -> None:
        self.lines.append((event, facts.get("what")))


class Queues:
    """A queue server that can be taken away and brought back."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(data_dir=folder)
        self._server = EmbeddedServer(folder)
        self._process: subprocess.Popen[bytes] | None = None
        self.back()

    def connect(self) -> Redis:
        return connect(self.settings)

    def away(self) -> None:
        assert self._process is not None
        end(self._process)

    def back(self) -> None:
        self._process = self._server.start()

    def waiting(self) -> tuple[list[str], list[str]]:
        with self.connect() as connection:
            return queue_named("pull", connection).get_job_ids(), queue_named("send", connection).get_job_ids()

    def clear(self) -> None:
        with self.connect() as connection:
            connection.flushall()


@pytest.fixture
def queues(tmp_path: Path) -> Iterator[Queues]:
    server = Queues(tmp_path / "q")
    yield server
    server.away()


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    log = Heard()
    monkeypatch.setattr(module, "log", log)
    return log


def test_a_tick_queues_what_is_due_and_only_that(demo: Demo, queues: Queues, clock: SteppableClock) -> None:
    scheduler = Scheduler(demo.core, queues.connect)
    scheduler.tick()
    assert queues.waiting() == ([f"pull-{demo.accounts[name]}" for name in ("PUPR", "Dinkes")], [])
    queues.clear()
    for account_id in demo.accounts.values():
        demo.core.accounts.begin(account_id, clock())
    scheduler.tick()
    assert queues.waiting() == ([], []), "both are being pulled"


def test_an_answer_is_queued_when_the_time_to_take_it_back_is_over(
    demo: Demo, queues: Queues, clock: SteppableClock
) -> None:
    reply = _answer(demo)
    scheduler = Scheduler(demo.core, queues.connect)
    scheduler.tick()
    assert queues.waiting()[1] == []
    clock.step(seconds=16)
    scheduler.tick()
    assert queues.waiting()[1] == [f"send-{reply}"]
    queues.clear()
    scheduler.tick()
    assert queues.waiting()[1] == [f"send-{reply}"], "a queue that was emptied is filled again"


def test_two_schedulers_queue_each_account_once(demo: Demo, queues: Queues) -> None:
    stop = Event()
    threads = [Thread(target=Scheduler(demo.core, queues.connect, tick=0.01).run, args=(stop,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    until(lambda: len(queues.waiting()[0]) == 2)
    time.sleep(0.3)
    stop.set()
    for thread in threads:
        thread.join(10)
    assert sorted(queues.waiting()[0]) == sorted(f"pull-{account_id}" for account_id in demo.accounts.values())


def test_a_queue_server_that_is_away_is_complained_of_once(demo: Demo, queues: Queues, heard: Heard) -> None:
    scheduler = Scheduler(demo.core, queues.connect)
    scheduler.tick()
    queues.clear()
    queues.away()
    for _ in range(3):
        scheduler.tick()
    assert heard.lines == [("tick_broken", "queue")]
    queues.back()
    for _ in range(3):
        scheduler.tick()
    assert heard.lines == [("tick_broken", "queue"), ("tick_recovered", "queue")]
    assert len(queues.waiting()[0]) == 2


def test_items_become_late_although_the_queue_server_is_away(
    demo: Demo, tmp_path: Path, clock: SteppableClock, heard: Heard
) -> None:
    clock.step(hours=25)
    Scheduler(demo.core, lambda: connect(Settings(data_dir=tmp_path / "none"))).tick()
    with demo.core.database.read() as connection:
        assert connection.execute(select(items.c.id).where(items.c.late)).first() is not None
    assert heard.lines == [("tick_broken", "queue")]


def test_a_database_that_is_away_stops_nothing(
    make_core: Callable[..., Any], queues: Queues, heard: Heard, tmp_path: Path
) -> None:
    core = make_core()
    scheduler = Scheduler(core, queues.connect)
    scheduler.tick()
    real = core.database.engine
    core.database.engine = create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none")
    scheduler.tick()
    scheduler.tick()
    core.database.engine = real
    scheduler.tick()
    assert heard.lines == [
        ("tick_broken", "tell"),
        ("tick_broken", "queue"),
        ("tick_broken", "late"),
        ("tick_broken", "herald"),
        ("tick_broken", "search"),
        ("tick_recovered", "tell"),
        ("tick_recovered", "queue"),
        ("tick_recovered", "late"),
        ("tick_recovered", "herald"),
        ("tick_recovered", "search"),
    ]


def _answer(demo: Demo) -> int:
    viewer = demo.people["operator"]
    page = demo.core.inbox.item(viewer, demo.codes["c3"])
    demo.core.acts.answer(viewer, demo.codes["c3"], page.revision, "Drainase pasar dikeruk Senin, Pak.")
    with demo.core.database.read() as connection:
        return int(connection.execute(select(replies.c.id)).scalar_one())
