"""A short visit to a platform outside an account's turn: to look at its public face, at many accounts at once, to log
in. Its calls are booked like any other's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from aggregator.contract import Context, Platform
from aggregator.services.allowances import allowance_of
from aggregator.sync.http import GuardedHttp, PullBudget
from aggregator.sync.turn import Desk

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Visit:
    """A Context to lend to the plugin, and what is used of the allowance so far."""

    context: Context
    budget: PullBudget
    http: GuardedHttp


@contextmanager
def visit(
    desk: Desk,
    platform: Platform,
    secrets: Mapping[str, str],
    *,
    account_id: int,
    account_url: str | None = None,
    calls: int,
    seconds: int,
    units: int | None = None,
) -> Iterator[Visit]:
    """Open a line for at most `calls` calls that take at most `units` of the allowance (None: no bound); books what was
    used, also when the visit fails. `account_id` 0: the visit is everybody's."""
    now = desk.clock()
    allowance = allowance_of(platform.info, account_id, now)
    budget = PullBudget(calls, now + timedelta(seconds=seconds), desk.clock, units)
    with GuardedHttp(
        platform.info,
        account_url,
        settings=desk.line.settings,
        budget=budget,
        pace=desk.line.pace,
        memory=desk.line.memory,
        clock=desk.clock,
        allowance=allowance.name,
    ) as http:
        try:
            yield Visit(_context(desk, platform, http, budget, secrets, account_id, now), budget, http)
        finally:
            desk.allowances.spent(allowance, account_id, budget.spent)


def _context(
    desk: Desk, platform: Platform, http: GuardedHttp, budget: PullBudget, secrets: Mapping[str, str], account_id: int,
    now: datetime,
) -> Context:  # fmt: skip
    return Context(
        http=http,
        budget=budget,
        now=now,
        since=None,
        secrets=secrets,
        log=log.bind(platform=platform.info.id, account=account_id),
        known=lambda ids: desk.accounts.known(account_id, ids),
    )
