"""`make bench`: every figure Sahut promises, measured here and now. Name parts to run only those: ingest pages wordpress
calls load storm plan search seals phone."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import structlog

from aggregator.app import build_app
from aggregator.config import Settings
from bench.ingest import Bench, run
from bench.machine import machine_line
from bench.pages import Cost, costs, growth, report
from bench.seals import run as seals
from bench.search import run as searches
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
        core = build_app(Settings(data_dir=folder, database_url=url, require_totp=False))
        found.append(costs(core))
        core.close()
        yield from report(f"{name}, {size:,} messages", found[-1])
    yield from growth(*found)


def wordpress() -> Iterator[str]:
    """Accuracy against a real WordPress on loopback."""
    from bench.wordpress import agreement

    yield from agreement()


def platforms(chosen: list[str]) -> Iterator[str]:
    """What reading pretended platforms costs, bears and suffers; what a week of it would come to."""
    from bench import calls, load, plan, storm

    # Counted readings, not their log, are the report.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    for name, part in (("calls", calls), ("load", load), ("storm", storm), ("plan", plan)):
        if name in chosen:
            yield from part.run()


def phone() -> Iterator[str]:
    """How long an official needs on a phone."""
    from bench.phone import run

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    yield from run()


def main(parts: list[str]) -> int:
    chosen = parts or ["ingest", "pages", "search", "seals", "wordpress", "calls", "load", "storm", "plan", "phone"]
    short = False
    for line in _lines(chosen):
        print(line, flush=True)
        short |= "SHORT" in line
    return int(short)


def databases(chosen: list[str]) -> Iterator[str]:
    """What is measured on either kind of database."""
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
            if "search" in chosen:
                yield from searches(name, fresh_url(), LARGE)
            if "seals" in chosen:
                yield from seals(name, fresh_url(), folder)


def _lines(chosen: list[str]) -> Iterator[str]:
    yield machine_line()
    if {"ingest", "pages", "search", "seals"} & set(chosen):
        yield from databases(chosen)
    if "wordpress" in chosen:
        yield from wordpress()
    yield from platforms(chosen)
    if "phone" in chosen:
        yield from phone()
    yield machine_line()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
