"""Seals: what sealing and checking a hundred thousand events costs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import text

from aggregator.clock import utc_now
from aggregator.services.seals import SETTLED, Seals
from aggregator.storage.bulk import insert_rows
from aggregator.storage.db import Database
from aggregator.storage.schema import migrate
from aggregator.storage.tables import events
from bench.search import fill

_EVENTS = 100_000


def run(name: str, url: str, folder: Path) -> Iterator[str]:
    """One line for one database."""
    database = Database(url)
    migrate(database)
    fill(database, 1)
    with database.write() as connection:
        item = connection.execute(text("SELECT id FROM items")).scalar_one()
        rows = [
            (item, n, "noted", f'{{"text":"Catatan nomor {n} untuk rekan yang meneruskan."}}') for n in range(_EVENTS)
        ]
        insert_rows(connection, events, ("item_id", "at", "kind", "data"), rows)
    moments = iter((0.0, *[SETTLED + 1] * 1_000))
    seals = Seals(database, ["key"], folder / f"{name}.json", utc_now, lambda: next(moments))
    seals._settled("events")
    began, spent = time.perf_counter(), time.process_time()
    seals.seal()
    sealed, worked = time.perf_counter(), time.process_time()
    report = seals.check()
    checked, done = time.perf_counter(), time.process_time()
    with database.read() as connection:
        size = connection.execute(text("SELECT sum(length(marks) + length(head)) FROM seals")).scalar_one()
    yield (
        f"{name}, {report.sealed:,} events: sealed in {sealed - began:.2f} s ({worked - spent:.2f} s CPU here), checked in "
        f"{checked - sealed:.2f} s ({done - worked:.2f} s CPU here), {size / report.sealed:.0f} bytes an event"
    )
    database.close()
