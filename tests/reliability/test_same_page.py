"""R2: the same page stored by eight processes, twenty-five times each: every message once."""

from __future__ import annotations

import multiprocessing
from datetime import timedelta

from sqlalchemy import select

from aggregator.services.ledger import counted, recounted
from aggregator.storage.db import Database
from aggregator.storage.tables import accounts, events, items, messages
from tests.intake.house import ANSWER, NOW, OFFICE, House, judged, said

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.reliability.worker"])
WORKERS, TIMES = 8, 25


def page() -> list:  # type: ignore[type-arg]
    """Forty comments, ten answers under them, and the post that tells who the office is."""
    from aggregator.contract import Kind

    asked = [said(f"c{n}", by=f"warga-{n}", minute=n) for n in range(40)]
    replies = [said(f"a{n}", f"{ANSWER} {'ya ' * n}", by=OFFICE, parent=f"c{n}", minute=50 + n) for n in range(10)]
    return [*asked, *replies, said("p", kind=Kind.POST, by=OFFICE)]


def store_again_and_again(url: str, number: int, results: multiprocessing.Queue) -> None:  # type: ignore[type-arg]
    from aggregator.services.intake import Intake, Rules, Source

    database = Database(url)
    intake = Intake(database, Rules(judge=judged, answer_goal=timedelta(hours=24)))
    source = Source(account_id=1, platform="papan", unit_id=1, own_host=True)
    records = page()
    tallies = []
    for turn in range(TIMES):
        shift = (turn * 7 + number * 3) % len(records)
        tallies.append(intake.store(source, records[shift:] + records[:shift], NOW))
    database.close()
    results.put((sum(t.new for t in tallies), sum(t.fetched for t in tallies)))


def test_the_same_page_by_eight_processes(database_url: str) -> None:
    database = Database(database_url)
    House(database)
    results = PROCESSES.Queue()
    workers = [PROCESSES.Process(target=store_again_and_again, args=(database_url, n, results)) for n in range(WORKERS)]
    for worker in workers:
        worker.start()
    told = [results.get(timeout=100) for _ in workers]
    for worker in workers:
        worker.join(20)
        assert worker.exitcode == 0
    records = page()
    assert sum(fetched for _, fetched in told) == WORKERS * TIMES * len(records)
    assert sum(new for new, _ in told) == len(records), "each message was new to exactly one process"
    with database.read() as connection:
        ids = list(connection.execute(select(messages.c.external_id)).scalars())
        assert sorted(ids) == sorted(record.external_id for record in records)
        assert len(connection.execute(select(items.c.id)).all()) == 40
        assert len(connection.execute(select(events).where(events.c.kind == "answered")).all()) == 10
        assert counted(connection) == recounted(connection)
        assert connection.execute(select(accounts.c.held)).scalar_one() == 50
    database.close()
