"""The plan of a large kabupaten, as `sahut bench plan` prints it: two thousand accounts for a week, two workers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from aggregator.app import load_plugins
from aggregator.cli.plan import report
from aggregator.config import Settings
from aggregator.domain.plan import mix
from aggregator.services.sources import source_of
from aggregator.sync.planner import Planner

ACCOUNTS, DAYS, WORKERS = 2_000, 7, 2


def run() -> Iterator[str]:
    """The report's lines."""
    platforms = load_plugins(Settings()).platforms
    infos = {name: one.info for name, one in platforms.items() if source_of(one).polls}
    planner = Planner(infos, list(mix(infos, ACCOUNTS)), datetime(2026, 3, 2, tzinfo=UTC), workers=WORKERS)
    yield from report(planner.run(DAYS), modelled=True)
