"""Ingest: Sahut's whole way from JSON pages to items and counters, against the floor."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

import orjson
from sqlalchemy import insert, select

from aggregator.clock import utc_now
from aggregator.config import Settings
from aggregator.contract import Author, Kind, Message, ThreadRef, Unreadable
from aggregator.domain.triage import Because, Context, Reason, Verdict
from aggregator.process import calm_collector
from aggregator.services.intake import Intake, Rules, Source
from aggregator.services.triage import TriageDesk
from aggregator.storage.db import Database
from aggregator.storage.schema import migrate
from aggregator.storage.tables import accounts, units
from aggregator.sync.turn import BATCH
from bench.floor import make_floor, write_floor
from bench.world import STAFF, START, pages
from plugins.website.rest_records import parse_page

OFFICES = 30
_ROUNDS = 5
_SAMPLE = 10_000
_FILL_STEP = 50_000
_DECIDED = tuple(
    Verdict(
        kind="complaint", needs_someone=True, unit_id=unit_id, candidates=(), topic=None, confidence=0.9, sure=True,
        reasons=(Reason(Because.WORD, "kata “jalan rusak” → Dinas PUPR"),), outside=False,
    )
    for unit_id in range(1, OFFICES + 1)
)  # fmt: skip


def _decide(asked: Sequence[tuple[str, Context]]) -> list[Verdict]:
    """Stands in for triage, whose cost is reported apart: spreads messages over all offices."""
    return [_DECIDED[len(words) % OFFICES] for words, _ in asked]


@dataclass(frozen=True, slots=True)
class Figure:
    """Rates per second of both sides over several rounds."""

    name: str
    floor: tuple[float, ...]
    ours: tuple[float, ...]
    target: float

    @property
    def ratio(self) -> float:
        return median(ours / floor for ours, floor in zip(self.ours, self.floor, strict=True))

    def __str__(self) -> str:
        ok = "ok" if self.ratio >= self.target else "SHORT"
        spread = f"{min(self.ours):,.0f}–{max(self.ours):,.0f}"
        return (
            f"{self.name:<44} {median(self.ours):>9,.0f}/s of {median(self.floor):>9,.0f}/s = {self.ratio:5.1%} "
            f"(≥ {self.target:.0%}) {ok}   n={len(self.ours)}, ours {spread}"
        )


class Bench:
    """One database with Sahut's tables and the floor's side by side."""

    def __init__(self, url: str, *, fresh: bool = True) -> None:
        self.database = Database(Settings(database_url=url).resolved_database_url)
        migrate(self.database)
        if fresh:
            make_floor(self.database)
            self._offices()
        self.source = self._source()
        self.next_id = self._newest() + 1
        self.triage = TriageDesk(self.database)

    def _offices(self) -> None:
        now = utc_now()
        with self.database.write() as connection:
            offices = [{"name": f"Dinas Nomor {n}", "kind": "opd", "created_at": now} for n in range(1, OFFICES + 1)]
            connection.execute(insert(units), offices)
            account = {"platform": "website", "key": "dpupr.contoh.go.id", "url": "https://dpupr.contoh.go.id"}
            unit_id = connection.execute(select(units.c.id).limit(1)).scalar_one()
            connection.execute(insert(accounts).values(account | {"unit_id": unit_id, "created_at": now}))
        post = Message(
            external_id="post:1", kind=Kind.POST, thread=ThreadRef(external_id="1"), text="Jalan",
            author=Author(external_id=f"user:{STAFF}", name="Dinas PUPR"), created_at=START,
        )  # fmt: skip
        self.intake().store(self._source(), [post], now)

    def _source(self) -> Source:
        with self.database.read() as connection:
            row = connection.execute(select(accounts.c.id, accounts.c.unit_id)).one()
        return Source(account_id=row.id, platform="website", unit_id=row.unit_id, own_host=True)

    def _newest(self) -> int:
        with self.database.read() as connection:
            return int(connection.execute(select(accounts.c.held)).scalar_one())

    def intake(self, *, judge: bool = False) -> Intake:
        decide = self.triage.judge_all if judge else _decide
        return Intake(self.database, Rules(judge=decide, answer_goal=timedelta(hours=24)))

    def fill(self, total: int, *, floor: bool = True) -> None:
        """Grow both sides (or, without `floor`, only Sahut's) to about `total` messages."""
        missing = total - self.next_id
        intake = self.intake()
        for start in range(0, max(missing, 0), _FILL_STEP):
            some = self.fresh(min(_FILL_STEP, missing - start))
            if floor:
                write_floor(self.database, some)
            write_sahut(intake, self.source, some)
        if missing > 0 and not self.database.is_sqlite:
            with self.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("VACUUM ANALYZE")

    def fresh(self, count: int) -> list[bytes]:
        found = list(pages(count, first_id=self.next_id, seed=self.next_id))
        self.next_id += count
        return found


def write_sahut(intake: Intake, source: Source, some: Sequence[bytes]) -> int:
    """The whole way, batched as a turn does it."""
    total = 0
    batch: list[Message | Unreadable] = []
    for record in _records(some):
        batch.append(record)
        if len(batch) >= BATCH:
            total += intake.store(source, batch, utc_now()).fetched
            batch = []
    return total + (intake.store(source, batch, utc_now()).fetched if batch else 0)


def _records(some: Sequence[bytes]) -> Iterator[Message | Unreadable]:
    for page in some:
        yield from parse_page(orjson.loads(page))


def rate(work: Callable[..., int], *given: object) -> float:
    """How many comments a second `work` gets through."""
    began = time.perf_counter()
    count = work(*given)
    return count / (time.perf_counter() - began)


def measure(bench: Bench, name: str) -> Iterator[Figure]:
    """New and known pages at the present size; both sides in turn, so that drift hits both."""
    intake = bench.intake()
    new_floor, new_ours, known_floor, known_ours = [], [], [], []
    for _ in range(_ROUNDS):
        some = bench.fresh(_SAMPLE)
        new_floor.append(rate(write_floor, bench.database, some))
        new_ours.append(rate(write_sahut, intake, bench.source, some))
        known_floor.append(rate(write_floor, bench.database, some))
        known_ours.append(rate(write_sahut, intake, bench.source, some))
    yield Figure(f"{name}: new pages", tuple(new_floor), tuple(new_ours), 0.25)
    yield Figure(f"{name}: known pages", tuple(known_floor), tuple(known_ours), 0.30)


def triage_cost(bench: Bench) -> str:
    """What triage adds, reported apart."""
    some = bench.fresh(_SAMPLE)
    with_triage = rate(write_sahut, bench.intake(judge=True), bench.source, some)
    return f"    the same with triage: {with_triage:,.0f}/s"


def run(name: str, url: str, sizes: Sequence[int]) -> Iterator[str]:
    """Lines of the report for one database."""
    calm_collector()
    bench = Bench(url)
    for size in sizes:
        bench.fill(size)
        for figure in measure(bench, f"{name}, {bench.next_id:,} messages"):
            yield str(figure)
        yield triage_cost(bench)
    bench.database.close()
