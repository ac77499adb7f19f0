"""R1: workers killed while they pull from a platform that answers 5 % 429 and 5 % 503. Nothing may be lost or doubled.

python -m tests.reliability.kills --n 200      # on SQLite; --postgresql ADDRESS of an empty database for the other
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert, select, text

from aggregator.services.ledger import counted, recounted
from aggregator.storage.db import Database
from aggregator.storage.schema import migrate
from aggregator.storage.tables import accounts, events, items, message_versions, messages, pulls, units
from tests.fakes.board import FIRST_DAY, OFFICE, Board, BoardServer, Faults, running_board
from tests.reliability.worker import POINTS, live, papan

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.reliability.worker"])
TROUBLE = 0.05  # share of 429, and of 503 as well
LIFE = 0.15  # seconds within which a random kill strikes
LEASE_AND_MORE = 120.0
ACCOUNT = 1


class Trial:
    """A board that goes on changing, one account of it, and lives that end early."""

    def __init__(self, url: str, server: BoardServer, dice: random.Random) -> None:
        self.url = url
        self.server = server
        self.board: Board = server.board("papan-uji")
        self.dice = dice
        self.database = Database(url)
        self.lives = 0
        self.killed = 0
        self.written = 0
        server.faults = Faults(share=TROUBLE, seed=dice.randrange(1000))
        with self.database.write() as connection:
            connection.execute(insert(units).values(id=1, name="Dinas Uji", kind="dinas", created_at=FIRST_DAY))
            row = {
                "id": ACCOUNT,
                "platform": "papan",
                "key": "uji",
                "url": server.url("papan-uji"),
                "unit_id": 1,
            }
            connection.execute(insert(accounts).values(row | {"created_at": FIRST_DAY, "next_pull_at": FIRST_DAY}))
        for number in range(3):
            self.board.post(number, at=FIRST_DAY)

    def more(self, comments: int) -> None:
        """People go on talking; one of them is answered, one edits, one deletes."""
        for _ in range(comments):
            at = FIRST_DAY + timedelta(minutes=self.written)
            number = self.written
            entry = self.board.comment(
                f"p{number % 3}", number, f"Jalan {number} rusak", at=at, author=f"warga-{number % 9}"
            )
            if number % 4 == 0:
                self.board.comment(
                    entry.thread,
                    f"a{number}",
                    "Diperbaiki hari Senin, Pak.",
                    at=at,
                    author=OFFICE,
                    parent=entry.id,
                )
            self.written += 1
        with self.board.lock:
            mine = [entry for entry in self.board.comments().values() if entry.author != OFFICE]
            self.dice.choice(mine).text += " sekali"
            self.board.remove(
                self.dice.choice([e for e in mine if not any(r.parent == e.id for r in self.board.entries.values())]).id
            )

    def life(self, *, point: str | None = None, visit: int = 1, kill_within: float | None = None) -> bool:
        """One worker's life; whether it was killed."""
        self.lives += 1
        heard, started = PROCESSES.Pipe(duplex=False)
        told = (self.url, ACCOUNT, self.lives * LEASE_AND_MORE, point, visit, started)
        worker = PROCESSES.Process(target=live, args=told, daemon=True)
        worker.start()
        heard.recv()
        if kill_within is not None:
            worker.join(self.dice.uniform(0, kill_within))
            if worker.is_alive():
                os.kill(worker.pid or 0, signal.SIGKILL)
        worker.join(60)
        assert worker.exitcode in (0, -signal.SIGKILL), f"a worker ended with {worker.exitcode}"
        self.killed += worker.exitcode != 0
        return worker.exitcode != 0

    def finish(self) -> None:
        """The platform has recovered, nobody kills: threads are due at once, and pulls succeed as often as a long thread
        has slices."""
        self.server.faults.share = 0.0
        threads = Counter(entry.thread for entry in self.board.comments().values())
        slices = 2 + max(threads.values()) // papan().info.pace.thread_batch
        quiet = 0
        for _ in range(10 + slices):
            with self.database.write() as connection:
                connection.exec_driver_sql("UPDATE threads SET next_read_at = 0")
            self.life()
            with self.database.read() as connection:
                last = connection.execute(select(pulls.c.outcome).order_by(pulls.c.id.desc()).limit(1)).scalar_one()
            quiet = quiet + 1 if last == "ok" else 0
            if quiet == slices:
                return
        raise AssertionError("it never finished")

    def check(self) -> None:
        """0 lost, 0 doubled, every sum right, the database sound."""
        with self.database.read() as connection:
            rows = connection.execute(select(messages)).all()
            shown = {row.external_id: row.text for row in rows if row.deleted_at is None and row.kind != "post"}
            there = {key: entry.text for key, entry in self.board.comments().items()}
            assert there.keys() - shown.keys() == set(), "lost"
            assert shown.keys() - there.keys() == set(), "deleted on the platform, still shown"
            assert shown == there, "edited on the platform, the old words still shown"
            assert len({row.external_id for row in rows}) == len(rows)
            citizens = {row.id for row in rows if not row.official}
            assert set(connection.execute(select(items.c.id)).scalars()) == citizens
            opened, withdrawn = (
                list(connection.execute(select(events.c.item_id).where(events.c.kind == kind)).scalars())
                for kind in ("opened", "withdrawn")
            )
            assert len(set(withdrawn)) == len(withdrawn) and not citizens & set(withdrawn), "taken back once"
            assert sorted(opened) == sorted([*citizens, *withdrawn]), "each item was opened once"
            versions = connection.execute(select(message_versions.c.message_id)).all()
            assert len(versions) == sum(row.version - 1 for row in rows)
            assert counted(connection) == recounted(connection)
            held = connection.execute(select(accounts.c.held)).scalar_one()
            assert held == len(shown)
            closed = connection.execute(select(pulls).where(pulls.c.outcome != "running")).all()
            assert all(p.fetched == p.new + p.duplicate + p.edited + p.deleted + p.rejected for p in closed)
            if self.database.is_sqlite:
                assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
                assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
                connection.execute(text("INSERT INTO message_words(message_words) VALUES ('integrity-check')"))


@contextmanager
def trial(url: str, seed: int) -> Iterator[Trial]:
    with running_board() as server:
        one = Trial(url, server, random.Random(seed))
        yield one
        one.database.close()


def random_kills(url: str, n: int, seed: int = 7) -> Trial:
    """At least `n` lives ended by SIGKILL at random moments, then peace."""
    with trial(url, seed) as one:
        one.more(150)
        while one.killed < n:
            assert one.lives < 8 * n + 20, "the kills hardly ever hit"
            if not one.life(kill_within=LIFE):
                one.more(25)
        one.finish()
        one.check()
        return one


def named_kills(url: str, seed: int = 7) -> Trial:
    """Every named point once at its first visit and once later, then peace."""
    with trial(url, seed) as one:
        for point in POINTS:
            for visit in (1, 2):
                one.more(60)
                with one.database.write() as connection:
                    connection.exec_driver_sql("UPDATE threads SET next_read_at = 0")
                one.server.faults.share = 0.0
                once = point in ("all done, report open", "report closed, calls not booked")
                assert one.life(point=point, visit=1 if once else visit), f"never passed {point!r}"
                one.server.faults.share = TROUBLE
        one.finish()
        one.check()
        return one


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=200)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--postgresql", help="address of an empty database")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(2):
            url = told.postgresql or f"sqlite:///{Path(folder) / f'{number}.db'}"
            database = Database(url)
            migrate(database)
            database.close()
            start = time.perf_counter()
            one = named_kills(url, told.seed) if number else random_kills(url, told.n, told.seed)
            took = time.perf_counter() - start
            print(f"seed {told.seed}: {one.killed} of {one.lives} lives killed, 0 lost, 0 doubled, {took:.0f} s")
            if told.postgresql:
                return


if __name__ == "__main__":
    main()
