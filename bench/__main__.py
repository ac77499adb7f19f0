"""`make bench`: every figure Sahut promises, measured here and now. Name parts to run only those: ingest pages wordpress."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from aggregator.app import build_app
from aggregator.config import Settings
from bench.ingest import Bench, run
from bench.machine import machine_line
from bench.pages import Cost, costs, growth, report
from bench.servers import postgres

SMALL, LARGE = 10_000, int(os.environ.get("BENCH_MESSAGES", "1000000"))


def ingest(name: str, url: str) -> Iterator[str]:
    yield from run(name, url, (0, LARGE))


def pages(name: str, url: str, folder: Path) -> Iterator[str]:
    """The pages at both sizes on one growing database."""
    found: list[dict[str, Cost]] = []
    for size in (SMALL, LARGE):
        bench = Bench(url, fresh=not found)
        bench.fill(size, floor=False)
        bench.database.close()
        core = build_app(Settings(data_dir=folder, database_url=url))
        found.append(costs(core))
        core.close()
        yield from report(f"{name}, {size:,} messages", found[-1])
    yield from growth(*found)


def wordpress() -> Iterator[str]:
    """Accuracy against a real WordPress on loopback."""
    from bench.wordpress import agreement

    yield from agreement()


def main(parts: list[str]) -> int:
    chosen = parts or ["ingest", "pages", "wordpress"]
    short = False
    for line in _lines(chosen):
        print(line, flush=True)
        short |= "SHORT" in line
    return int(short)


def _lines(chosen: list[str]) -> Iterator[str]:
    yield machine_line()
    with tempfile.TemporaryDirectory() as place, postgres() as new_database:
        folder = Path(place)
        for name, fresh_url in (
            ("SQLite", lambda: f"sqlite:///{folder / os.urandom(4).hex()}.db"),
            ("PostgreSQL", new_database),
        ):
            if "ingest" in chosen:
                yield from ingest(name, fresh_url())
            if "pages" in chosen:
                yield from pages(name, fresh_url(), folder / name)
    if "wordpress" in chosen:
        yield from wordpress()
    yield machine_line()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
