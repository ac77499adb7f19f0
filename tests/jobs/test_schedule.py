"""What time brings: due accounts, late items, reports of killed workers; on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import func, insert, select, update

from aggregator.app import build_app
from aggregator.config import Settings
from aggregator.services.accounts import LEASE
from aggregator.services.ledger import counted, recounted
from aggregator.services.schedule import KILLED_AFTER, Schedule
from aggregator.storage.db import Database
from aggregator.storage.tables import accounts, events, items, pulls
from tests.conftest import PostgresServer
from tests.fakes.clock import SteppableClock
from tests.fakes.demo import Demo, furnish


@pytest.fixture
def schedule(demo: Demo) -> Schedule:
    return Schedule(demo.core.database)


def test_an_account_is_due_when_its_time_came_and_nobody_pulls_it(
    demo: Demo, schedule: Schedule, clock: SteppableClock
) -> None:
    first, second = demo.accounts["PUPR"], demo.accounts["Dinkes"]
    _change(demo, second, next_pull_at=clock() - timedelta(seconds=1))
    assert schedule.due_accounts(clock()) == [second, first]
    assert schedule.due_accounts(clock(), limit=1) == [second]
    assert schedule.due_accounts(clock() - timedelta(minutes=1)) == []
    demo.core.accounts.begin(second, clock())
    assert schedule.due_accounts(clock()) == [first]
    assert schedule.due_accounts(clock() + LEASE + timedelta(seconds=1)) == [second, first], "a lease runs out"


def test_only_accounts_that_are_polled_are_due(demo: Demo, schedule: Schedule, clock: SteppableClock) -> None:
    account = demo.accounts["PUPR"]
    polled = set()
    for state in ("active", "gone", "blocked", "paused", "auth_expired", "file"):
        _change(demo, account, state=state)
        polled |= {state} if account in schedule.due_accounts(clock()) else set()
    assert polled == {"active", "gone", "blocked"}


def test_waiting_items_become_late_when_their_time_runs_out(
    demo: Demo, schedule: Schedule, clock: SteppableClock
) -> None:
    assert schedule.mark_late(clock()) == 0
    before = _items(demo)
    due = {row["id"] for row in before if row["waiting"] and row["due_at"]}
    assert len(due) >= 2, "the demo has items to be late"
    now = clock.step(hours=25)  # the answer goal is 24 hours
    assert schedule.mark_late(now) == len(due)
    after = {row["id"]: row for row in _items(demo)}
    assert {identity for identity, row in after.items() if row["late"]} == due
    assert all(after[row["id"]]["revision"] == row["revision"] for row in before), "nobody's work is refused for it"
    assert _late_events(demo) == dict.fromkeys(due, 1)
    _assert_counted(demo.core.database)
    assert schedule.mark_late(clock.step(hours=1)) == 0


def test_late_items_are_marked_in_batches(demo: Demo, schedule: Schedule, clock: SteppableClock) -> None:
    now = clock.step(hours=25)
    marked = []
    while marked[-1:] != [0]:
        marked.append(schedule.mark_late(now, limit=1))
    assert marked[:-1] == [1] * len(_late_events(demo))
    assert len(marked) > 2
    _assert_counted(demo.core.database)


def test_schedulers_at_once_mark_each_item_once(demo: Demo, schedule: Schedule, clock: SteppableClock) -> None:
    now = clock.step(hours=25)
    start = Barrier(8)

    def mark(_: int) -> int:
        start.wait()
        return sum(schedule.mark_late(now, limit=1) for _ in range(4))

    with ThreadPoolExecutor(8) as pool:
        marked = sum(pool.map(mark, range(8)))
    marked += schedule.mark_late(now)
    assert set(_late_events(demo).values()) == {1}
    assert marked == len(_late_events(demo)) >= 2
    _assert_counted(demo.core.database)


def test_what_others_are_writing_to_is_left_for_the_next_time(postgres: PostgresServer, tmp_path: Path) -> None:
    """SQLite has one writer at a time; on PostgreSQL the sweep waits for nobody, so nobody waits for it either."""
    clock = SteppableClock()
    core = build_app(Settings(data_dir=tmp_path, database_url=postgres.new_url()), clock=clock)
    demo, schedule, now = furnish(core), Schedule(core.database), clock.step(hours=25)
    late = select(items.c.id).where(items.c.waiting, items.c.due_at <= now).order_by(items.c.id)
    with core.database.write() as pull:
        pull.execute(select(accounts).where(accounts.c.id == demo.accounts["PUPR"]).with_for_update())
        assert schedule.mark_late(now) == 0
    with core.database.write() as act:
        all_late = list(act.execute(late).scalars())
        act.execute(select(items).where(items.c.id == all_late[0]).with_for_update())
        assert schedule.mark_late(now) == len(all_late) - 1
    assert schedule.mark_late(now) == 1
    _assert_counted(core.database)
    core.close()


def test_reports_of_killed_workers_are_closed(demo: Demo, schedule: Schedule, clock: SteppableClock) -> None:
    account = demo.accounts["PUPR"]
    killed = demo.core.accounts.begin(account, clock())
    assert killed is not None
    assert schedule.close_killed(clock.step(minutes=14)) == 0, "it may still be at work"
    clock.step(minutes=2)
    alive = demo.core.accounts.begin(account, clock())
    assert alive is not None
    assert schedule.close_killed(clock()) == 1, "a newer pull has the lease"
    assert _outcomes(demo) == {killed.pull_id: "killed", alive.pull_id: "running"}
    for _ in range(20):
        demo.core.accounts.renew(alive, clock.step(minutes=1))
    assert schedule.close_killed(clock()) == 0, "it renews its lease, so it lives"
    assert schedule.close_killed(clock.step(minutes=2)) == 1, "it renews no more"
    assert _outcomes(demo) == {killed.pull_id: "killed", alive.pull_id: "killed"}
    assert schedule.close_killed(clock()) == 0
    assert timedelta(minutes=16) > KILLED_AFTER


def test_finished_reports_are_left_alone(demo: Demo, schedule: Schedule, clock: SteppableClock) -> None:
    with demo.core.database.write() as connection:
        row = {"account_id": demo.accounts["PUPR"], "purpose": "pull", "started_at": clock(), "outcome": "ok"}
        connection.execute(insert(pulls).values(row))
    assert schedule.close_killed(clock.step(days=1)) == 0
    assert list(_outcomes(demo).values()) == ["ok"]


def _change(demo: Demo, account_id: int, **values: object) -> None:
    with demo.core.database.write() as connection:
        connection.execute(update(accounts).where(accounts.c.id == account_id).values(values))


def _items(demo: Demo) -> list[dict[str, object]]:
    with demo.core.database.read() as connection:
        return [dict(row) for row in connection.execute(select(items)).mappings()]


def _late_events(demo: Demo) -> dict[int, int]:
    with demo.core.database.read() as connection:
        told = select(events.c.item_id, func.count()).where(events.c.kind == "late").group_by(events.c.item_id)
        return {row[0]: row[1] for row in connection.execute(told)}


def _outcomes(demo: Demo) -> dict[int, str]:
    with demo.core.database.read() as connection:
        return {row.id: row.outcome for row in connection.execute(select(pulls.c.id, pulls.c.outcome))}


def _assert_counted(database: Database) -> None:
    with database.read() as connection:
        assert counted(connection) == recounted(connection)
