"""Workers as real processes on a real queue server, reading a board on loopback."""

from __future__ import annotations

import signal
import subprocess
from datetime import UTC, datetime, timedelta

import psutil
import pytest
from sqlalchemy import select

from aggregator.domain.access import Role
from aggregator.jobs import tasks
from aggregator.jobs.queues import PULL, SEND, Dispatcher, queue_named
from aggregator.services.accounts import LEASE
from aggregator.storage.ids import code_of
from aggregator.storage.tables import items, replies
from tests.jobs.house import Forked, Gate, House, until


def test_a_due_account_is_pulled(house: House) -> None:
    account = house.add_account(comments=5)
    house.start_queue()
    house.tick()
    worker = house.start("worker", "--burst")
    assert worker.wait(60) == 0, house.said(worker, "err")
    assert house.outcomes(account) == ["ok"]
    row = house.account(account)
    assert (row["held"], row["lease_owner"]) == (5, None)
    assert row["next_pull_at"] > datetime.now(UTC)
    assert house.redis().keys("rq:job:pull-*") == [], "nothing is kept of a job"
    assert "berlubang" not in house.said(worker, "err"), "no person's words in the log"


def test_an_answer_is_sent_once(house: House) -> None:
    account = house.add_account(comments=1)
    house.core.engine.run_pull(account)
    reply = _queued_reply(house)
    house.start_queue()
    house.tick()
    worker = house.start_worker(SEND, burst=True)
    assert worker.wait(60) == 0
    assert house.core.answering.state(reply) == "sent"
    Dispatcher(house.redis(), house.core.clock).put(SEND, [reply])  # the same id again changes nothing
    assert house.start_worker(SEND, burst=True).wait(60) == 0
    assert len(house.board.board("papan-uji").posted) == 1


def test_a_worker_told_to_stop_finishes_its_job(small_house: House) -> None:
    account, gate, worker = _in_the_middle_of_a_pull(small_house)
    worker.send_signal(signal.SIGTERM)
    with pytest.raises(subprocess.TimeoutExpired):
        worker.wait(1)
    gate.open.set()
    assert worker.wait(20) == 0
    assert small_house.outcomes(account) == ["ok"]


def test_a_worker_told_twice_leaves_the_job_to_be_done_again(small_house: House) -> None:
    account, gate, worker = _in_the_middle_of_a_pull(small_house)
    worker.send_signal(signal.SIGTERM)
    with pytest.raises(subprocess.TimeoutExpired):
        worker.wait(1.2)  # RQ takes a second signal within a second for the same one
    worker.send_signal(signal.SIGTERM)
    worker.wait(5)
    _assert_done_again(small_house, account, gate)


def test_a_killed_worker_takes_its_job_along_and_the_job_is_done_again(small_house: House) -> None:
    account, gate, worker = _in_the_middle_of_a_pull(small_house)
    job = psutil.Process(worker.pid).children()[0]
    worker.kill()
    worker.wait()
    until(lambda: not job.is_running() or job.status() == psutil.STATUS_ZOMBIE, 5)
    _assert_done_again(small_house, account, gate)


def test_a_killed_job_leaves_its_worker_at_work(small_house: House) -> None:
    """As when a plugin crashes the interpreter."""
    account, gate, worker = _in_the_middle_of_a_pull(small_house)
    psutil.Process(worker.pid).children()[0].kill()
    gate.open.set()
    other = small_house.add_account("papan-lain")
    small_house.tick()
    until(lambda: small_house.outcomes(other) == ["ok"])
    assert worker.poll() is None
    assert small_house.outcomes(account) == ["running"]
    small_house.change_account(account, lease_until=datetime.now(UTC) - timedelta(seconds=1))
    small_house.tick()
    until(lambda: small_house.outcomes(account) == ["running", "ok"])


def test_one_account_is_never_pulled_twice_at_once(house: House) -> None:
    """The lease guards, whatever the queue says: here it is emptied and filled while the pull is under way."""
    gate = Gate()
    house.board.on_list = gate
    account = house.add_account()
    house.start_queue()
    workers = [house.start_worker(), house.start_worker()]
    house.tick()
    until(lambda: gate.inside == 1)
    for _ in range(3):
        house.redis().flushall()
        Dispatcher(house.redis(), house.core.clock).put(PULL, [account])
        until(lambda: queue_named("pull", house.redis()).is_empty())
    assert gate.most == 1
    gate.open.set()
    until(lambda: house.outcomes(account) == ["ok"])
    assert gate.most == 1
    assert [worker.poll() for worker in workers] == [None, None]


def test_a_job_lives_through_a_queue_server_that_dies(small_house: House) -> None:
    account, gate, worker = _in_the_middle_of_a_pull(small_house)
    small_house.redis().shutdown(nosave=True)
    gate.open.set()
    until(lambda: small_house.outcomes(account) == ["ok"])
    small_house.start_queue()
    other = small_house.add_account("papan-lain")
    small_house.tick()
    until(lambda: small_house.outcomes(other) == ["ok"], 40)
    assert worker.poll() is None, "the same worker goes on"


def test_a_burst_without_a_queue_server_ends_with_a_clear_line(small_house: House) -> None:
    worker = small_house.start("worker", "--burst")
    assert worker.wait(60) != 0
    (line,) = small_house.said(worker, "err").splitlines()
    assert "SAHUT_REDIS_URL" in line


def test_a_job_that_fails_says_where_and_not_what(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[dict[str, object]] = []

    class Log:
        def error(self, event: str, **facts: object) -> None:
            told.append(facts | {"event": event})

    def broken() -> None:
        raise ValueError("Jalan Kenanga berlubang")

    monkeypatch.setattr(tasks, "log", Log())
    monkeypatch.setattr(tasks, "process_app", broken)
    tasks.pull(7)
    assert [(line["event"], line["kind"], line["id"], line["error"]) for line in told] == [
        ("job_failed", "pull", 7, "ValueError")
    ]
    assert "Kenanga" not in str(told)


def _in_the_middle_of_a_pull(house: House) -> tuple[int, Gate, Forked]:
    gate = Gate()
    house.board.on_list = gate
    account = house.add_account()
    house.start_queue()
    house.tick()
    worker = house.start_worker()
    until(lambda: gate.inside == 1)
    return account, gate, worker


def _assert_done_again(house: House, account: int, gate: Gate) -> None:
    """Not before the lease runs out; then at the next tick. Time is moved on instead of waited for."""
    house.tick()
    assert queue_named("pull", house.redis()).is_empty(), "the lease still guards it"
    assert house.account(account)["lease_until"] <= datetime.now(UTC) + LEASE
    gate.open.set()
    house.change_account(account, lease_until=datetime.now(UTC) - timedelta(seconds=1))
    later = datetime.now(UTC) + LEASE
    Dispatcher(house.redis(), lambda: later).put(PULL, [account])
    house.start_worker()
    until(lambda: house.outcomes(account) == ["running", "ok"])
    assert gate.most == 1


def _queued_reply(house: House) -> int:
    house.core.people.add("operator", "Operator", Role.OPERATOR, house.core.units.find("Uji").id, "kata-sandi-uji")
    viewer = house.core.people.find("operator")
    with house.core.database.read() as connection:
        item = connection.execute(select(items.c.id, items.c.revision)).one()
    house.core.acts.answer(viewer, code_of(item.id), item.revision, "Diperbaiki hari Kamis, Pak.")
    with house.core.database.read() as connection:
        reply = int(connection.execute(select(replies.c.id)).scalar_one())
    house.core.answering.send_at_once(reply, house.core.clock())
    return reply
