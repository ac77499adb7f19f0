"""A glance: one look at all accounts of a login for few calls. What changed is pulled at once, what did not counts as
read. The pull stays the net below it."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

import structlog

from aggregator.contract import BudgetSpent, Checkpoint, Glimpse, Platform, PlatformError, Quota, cursor_fault
from aggregator.domain.pace import PROBE, after_failure, with_jitter
from aggregator.services.allowances import GLANCE, allowance_of
from aggregator.services.glances import Glances, GlanceTurn
from aggregator.sync.endings import Ending, ending_of, refused_before
from aggregator.sync.turn import Desk, where_of
from aggregator.sync.visits import visit

_CALLS = 200
_SECONDS = 120
_EVERY = timedelta(minutes=15)
_PATIENCE = 4  # failures in a row

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Seen:
    """What a glance saw so far."""

    quiet: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)

    @property
    def looked(self) -> int:
        return len(self.quiet | self.changed)


class Glancer:
    """Makes glances. Stateless between them."""

    def __init__(self, desk: Desk, glances: Glances, platforms: Mapping[str, Platform]) -> None:
        self._desk = desk
        self._glances = glances
        self._platforms = platforms

    def run(self, glance_id: int) -> Seen | None:
        """One glance; None when another worker has it or it is not due."""
        now = self._desk.clock()
        turn = self._glances.begin(glance_id, now)
        if turn is None:
            return None
        platform = self._platforms.get(turn.platform)
        seen = Seen()
        if platform is None:
            self._end(turn, seen, Ending("no_plugin", "Plugin untuk platform ini belum terpasang."), _EVERY, 0)
            return seen
        desk = self._desk
        ending = refused_before(platform.info, GLANCE, desk.fuses, desk.allowances, now)
        calls = 0
        if ending is None and turn.accounts:
            units = desk.allowances.left(allowance_of(platform.info, GLANCE, now), GLANCE)
            with visit(
                desk, platform, turn.secrets, account_id=GLANCE, calls=_CALLS, seconds=_SECONDS, units=units
            ) as trip:
                events = platform.glance(turn.accounts, turn.cursor, trip.context)
                ending = self._fenced(turn, platform, events, seen)
                calls = trip.http.calls
            self._book(platform, ending)
        self._end(turn, seen, ending or Ending("ok"), platform.info.pace.glance_every or _EVERY, calls)
        return seen

    def _fenced(
        self, turn: GlanceTurn, platform: Platform, events: Iterable[Glimpse | Checkpoint | Quota], seen: Seen
    ) -> Ending:
        try:
            with closing(cast("Generator[Glimpse | Checkpoint | Quota]", events)):
                for event in events:
                    self._take(turn, event, seen)
        except BudgetSpent:
            return Ending("partial")
        except PlatformError as error:
            return ending_of(error)
        except Exception as bug:  # the fence: a plugin may fail in any way; the others go on
            log.warning("plugin_bug", platform=platform.info.id, error=type(bug).__name__, where=where_of(bug))
            return Ending("plugin_bug", "Plugin platform ini bermasalah; pengembang perlu melihatnya.")
        return Ending("ok")

    def _take(self, turn: GlanceTurn, event: Glimpse | Checkpoint | Quota, seen: Seen) -> None:
        if isinstance(event, Checkpoint):
            fault = cursor_fault(event.cursor)
            if fault:
                raise ValueError(fault)
            self._glances.move_cursor(turn, event.cursor)
        elif isinstance(event, Glimpse) and event.account_key in turn.ids:
            (seen.changed if event.changed else seen.quiet).add(event.account_key)
            if event.event is not None:
                self._desk.intake.store(turn.source(event.account_key), [event.event], self._desk.clock())

    def _book(self, platform: Platform, ending: Ending) -> None:
        now = self._desk.clock()
        if until := ending.waits_until(now):
            self._desk.allowances.wait(allowance_of(platform.info, GLANCE, now).name, until)
        ending.book(self._desk.fuses, platform, now)

    def _end(self, turn: GlanceTurn, seen: Seen, ending: Ending, every: timedelta, calls: int) -> None:
        now = self._desk.clock()
        self._glances.mark(turn, seen.quiet - seen.changed, seen.changed, now)
        went_well = ending.outcome in ("ok", "partial")
        failures = 0 if went_well else turn.failures + 1
        self._glances.end(
            turn,
            next_at=_next(ending, failures, every, now),
            failures=failures,
            calls=calls,
            looked=seen.looked,
            problem=ending.problem,
            now=now,
        )
        log.info("glance_ended", platform=turn.platform, login=turn.login_id, outcome=ending.outcome, calls=calls,
                 looked=seen.looked, changed=len(seen.changed))  # fmt: skip


def _next(ending: Ending, failures: int, every: timedelta, now: datetime) -> datetime:
    """A glance that failed is tried again soon, then slower; one that was asked to wait waits."""
    if ending.outcome in ("ok", "partial"):
        return now + with_jitter(every)
    if ending.wait is not None:
        return now + with_jitter(ending.wait)
    return max(after_failure(now, failures), now + PROBE if failures > _PATIENCE else now)
