"""Search: how long the queue takes to answer a search in a large installation, and what indexing costs.

The texts are made of the matters people write about, over a long tail of twenty thousand dictionary words as frequent as in a
language (the nth word 1/n times as often), in everyday spellings and with endings. Every search is a whole page: query,
counts, coverage, excerpts with their hits.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import accumulate
from statistics import median, quantiles
from typing import Any

from sqlalchemy import Connection, insert

from aggregator.clock import utc_now
from aggregator.domain.access import Role
from aggregator.domain.search.analysis import _roots
from aggregator.process import calm_collector
from aggregator.services.inbox import Filter, Inbox
from aggregator.services.search_index import SearchIndex
from aggregator.services.units import Units
from aggregator.storage.bulk import insert_rows
from aggregator.storage.db import Database, to_micros
from aggregator.storage.ids import message_id
from aggregator.storage.schema import migrate
from aggregator.storage.tables import accounts, items, messages, threads, units
from bench.world import START
from tests.fakes.viewers import viewer_of

_STEP = 20_000
_OFFICES, _PLACES = 40, 60
_MATTERS = (
    "jalan rusak berlubang", "jln rusak parah", "lampu jalan mati", "sampah menumpuk", "air pdam gak ngalir", "ktp belum jadi",
    "bansos tidak tepat sasaran", "puskesmas tutup", "got mampet", "pohon tumbang", "atap sekolah bocor", "parkir liar",
    "pupuk langka", "jadwal imunisasi", "akta kelahiran", "jembatan putus", "banjir di depan rumah", "pungli di pasar",
)  # fmt: skip
_OFTEN = list(accumulate(1 / (place + 3) for place in range(len(_MATTERS))))  # the first is one in eight
_FILLERS = (
    "yg",
    "di",
    "dan",
    "pak",
    "min",
    "tolong",
    "sudah",
    "gak",
    "kapan",
    "ini",
    "sekali",
    "warga",
    "kami",
    "mohon",
)
_ENDINGS = ("", "", "", "nya", "an")
_NAMES = ("Siti", "Budi", "Agus", "Dewi", "Rina", "Joko", "Sri", "Andi", "Wati", "Hasan", "Lina", "Tono", "Yuni", "Eko")
_ROUNDS = 5


class Texts:
    """Repeatable texts; `words` is the tail, the most frequent first."""

    def __init__(self, seed: int = 1) -> None:
        self._dice = random.Random(seed)  # noqa: S311 - a repeatable stream
        self.words = sorted(_roots())
        self._dice.shuffle(self.words)
        self.words = self.words[:20_000]
        self._weights = list(accumulate(1 / rank for rank in range(20, len(self.words) + 20)))

    def matter(self) -> int:
        return self._dice.choices(range(len(_MATTERS)), cum_weights=_OFTEN)[0]

    def text(self, matter: int) -> str:
        dice = self._dice
        tail = dice.choices(self.words, cum_weights=self._weights, k=dice.randrange(6, 24))
        said = [f"{word}{dice.choice(_ENDINGS)}" if len(word) % 3 else f"di{word}" for word in tail]
        for filler in dice.choices(_FILLERS, k=len(said) // 3):
            said.insert(dice.randrange(len(said)), filler)
        said.insert(dice.randrange(len(said)), _MATTERS[matter])
        return " ".join(said)

    def name(self) -> str:
        return f"{self._dice.choice(_NAMES)} {self._dice.choice(_NAMES)}"

    def number(self, below: int) -> int:
        return self._dice.randrange(below)


def fill(database: Database, total: int) -> None:
    """Messages and items as the intake would leave them, written straight: the intake has its own figures."""
    texts, now = Texts(), utc_now()
    with database.write() as connection:
        rows = [{"name": f"Dinas Nomor {n}", "kind": "opd", "created_at": now} for n in range(1, _OFFICES + 1)]
        rows += [{"name": f"Desa Nomor {n}", "kind": "desa", "created_at": now} for n in range(1, _PLACES + 1)]
        connection.execute(insert(units), rows)
        account = {"platform": "website", "key": "k", "url": "https://k.contoh", "unit_id": 1, "created_at": now}
        connection.execute(insert(accounts).values(account | {"next_pull_at": now}))
        thread = {
            "account_id": 1,
            "external_id": "t",
            "url": None,
            "title": "Kiriman",
            "read_at": now,
            "next_read_at": now,
        }
        connection.execute(insert(threads).values(thread))
    for start in range(0, total, _STEP):
        with database.write() as connection:
            _store(connection, texts, range(start, min(total, start + _STEP)))


_MESSAGE = ("id", "account_id", "thread_id", "external_id", "kind", "author_external_id", "author_name", "official", "text",
            "created_at", "precision", "version", "first_seen_at")  # fmt: skip
_ITEM = ("id", "account_id", "thread_id", "platform", "unit_id", "kind", "topic", "state", "waiting", "late", "confidence",
         "verdict", "opened_at", "urgency", "rank", "place_unit_id", "confidential")  # fmt: skip


def _store(connection: Connection, texts: Texts, numbers: Sequence[int]) -> None:
    said, opened = [], []
    for number in numbers:
        matter, at = texts.matter(), to_micros(START + timedelta(seconds=61 * number))
        key = message_id(at, 1, str(number))
        unit = 1 + (matter if texts.number(4) else texts.number(_OFFICES))
        said.append((key, 1, 1, str(number), "comment", f"user{texts.number(50_000)}", texts.name(), False,
                     texts.text(matter), at, "second", 1, at))  # fmt: skip
        waiting = texts.number(10) == 0
        opened.append((key, 1, 1, "website", unit, "complaint", None, "routed" if waiting else "answered", waiting, False,
                       0.9, "{}", at, 0, key, _OFFICES + 1 + texts.number(_PLACES), False))  # fmt: skip
    insert_rows(connection, messages, _MESSAGE, said)
    insert_rows(connection, items, _ITEM, opened)


def searches(texts: Texts) -> Mapping[str, Sequence[Filter]]:
    """What is asked, by kind: twenty of each."""
    rare = [texts.words[n] for n in range(3_000, 19_000, 800)]
    middle = [texts.words[n] for n in range(20, 420, 20)]
    common = ("jalan", "rusak", "tolong", "yang", "warga", "lampu", "sampah", "mohon", "kapan", "sudah") * 2
    pairs = [(a, b) for a in common[:5] for b in common[5:10]][:20]
    phrases = (
        "jalan rusak", "lampu jalan mati", "rusak jalan", "gak ngalir", "sampah menumpuk", "yg tolong", "tolong yg", "jln rusak",
        "warga kami", "kami mohon", "depan rumah", "pohon tumbang", "mati lampu", "pak min", "pupuk langka", "got mampet",
        "parkir liar", "ktp belum jadi", "belum ktp", "mohon sampah",
    )  # fmt: skip
    everything = {"rare word": rare, "middling word": middle, "common word": common, "two common words": pairs}
    asked = {name: [" ".join([w] if isinstance(w, str) else w) for w in words] for name, words in everything.items()}
    asked["phrase"] = [f'"{phrase}"' for phrase in phrases]
    asked["excluding"] = [f"{a} -{b}" for a, b in pairs]
    asked["author"] = [f"dari:@user{n}" for n in range(0, 50_000, 2_500)]
    asked["place and word"] = [f'tempat:"nomor {n}" {common[n % 10]}' for n in range(1, 21)]
    found = {name: [Filter(tab="all", search=one) for one in many] for name, many in asked.items()}
    found["common word, one unit"] = [Filter(tab="all", search=common[n % 10], unit=1 + 2 * n) for n in range(20)]
    found["rare pair, one unit"] = [
        Filter(tab="all", search=f"{common[n % 10]} {middle[n]}", unit=1 + 2 * n) for n in range(20)
    ]
    found["common word, waiting"] = [Filter(tab="open", search=one) for one in common]
    return found


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of one kind of search."""

    name: str
    taken: Sequence[float]
    cpu: Sequence[float]  # of this process: on SQLite that is all there is
    hits: float

    def __str__(self) -> str:
        slowest, cpu = quantiles(self.taken, n=20)[-1], quantiles(self.cpu, n=20)[-1]
        return (
            f"  {self.name:<26} p50 {median(self.taken):6.1f} ms  p95 {slowest:6.1f} ms (≤ 50) "
            f"{'ok' if slowest <= 50 else 'SHORT'}  CPU here p50 {median(self.cpu):.1f}, p95 {cpu:.1f} ms; "
            f"n={len(self.taken)}, {self.hits:.0f} rows shown"
        )


def measure(database: Database) -> Iterator[Times]:
    inbox = Inbox(database, Units(database), {}, timedelta(hours=24), utc_now)
    everyone = viewer_of(Role.DISKOMINFO)
    office = viewer_of(Role.OPERATOR, 30, frozenset((30, 31)))
    kinds = [(name, everyone, asked) for name, asked in searches(Texts()).items()]
    kinds.append(("common word, small office", office, kinds[2][2]))
    for name, viewer, asked in kinds:
        yield _timed(name, lambda one, who=viewer: len(inbox.page(who, one).rows), asked)


def _timed(name: str, page: Callable[[Any], int], asked: Sequence[Filter]) -> Times:
    taken, cpu, hits = [], [], []
    for turn in range(_ROUNDS + 1):
        for one in asked:
            began, spent = time.perf_counter(), time.process_time()
            rows = page(one)
            if turn:
                taken.append((time.perf_counter() - began) * 1000)
                cpu.append((time.process_time() - spent) * 1000)
                hits.append(rows)
    return Times(name, taken, cpu, sum(hits) / len(hits))


def run(name: str, url: str, total: int) -> Iterator[str]:
    """Lines of the report for one database."""
    calm_collector()
    database = Database(url)
    migrate(database)
    began = time.perf_counter()
    fill(database, total)
    filled = time.perf_counter()
    SearchIndex(database).catch_up(float("inf"))
    indexed = time.perf_counter()
    _settle(database)
    yield (
        f"{name}, {total:,} messages: written {total / (filled - began):,.0f}/s, indexed {total / (indexed - filled):,.0f}/s"
    )
    yield from (str(times) for times in measure(database))
    database.close()


def _settle(database: Database) -> None:
    """As a database is after a quiet night."""
    if database.is_sqlite:
        return
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
