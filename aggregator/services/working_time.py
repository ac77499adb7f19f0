"""The ledger of an item's working time: what counted, what did not, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from aggregator.clock import Clock as Now
from aggregator.domain.access import Viewer
from aggregator.domain.sla.calendar import Calendar, Interval, intervals
from aggregator.domain.sla.clocks import Clock
from aggregator.domain.sla.profiles import Limit, limit_of
from aggregator.services.errors import NotFound
from aggregator.services.inbox.confidential import note_look
from aggregator.services.inbox.scope import may_see_item
from aggregator.services.item_clocks import clocks_now
from aggregator.services.units import Units
from aggregator.storage.db import Database
from aggregator.storage.ids import id_of
from aggregator.storage.tables import items


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockPage:
    """One clock. `used` counts what `amount` counts: working days, or hours of work. `counted` and `uncounted` are the sums of
    `intervals`, which leave out nothing between start and `end`. `due_at` is None while a wait puts it off."""

    stage: str
    unit: str | None
    started_at: datetime
    end: datetime
    stopped: bool
    waiting: bool
    due_at: datetime | None
    late: bool
    used: int
    amount: int
    hours: bool
    basis: str
    intervals: tuple[Interval, ...]
    counted: timedelta
    uncounted: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerPage:
    """Every clock of an item, in the order in which they started."""

    code: str
    clocks: tuple[ClockPage, ...]


class WorkingTime:
    """Reads ledgers. The calendar is the kabupaten's."""

    def __init__(self, database: Database, units: Units, calendar: Calendar, clock: Now) -> None:
        self._database = database
        self._units = units
        self._calendar = calendar
        self._clock = clock

    def ledger(self, viewer: Viewer, code: str) -> LedgerPage:
        """The ledger of one item; NotFound as for the item itself. A look at a confidential one is noted."""
        with self._database.read() as connection:
            item = connection.execute(select(items).where(items.c.id == id_of(code))).mappings().one_or_none()
            if item is None or not may_see_item(connection, viewer, item):
                raise NotFound
            clocks = clocks_now(connection, item)
        now = self._clock()
        if item["confidential"]:
            with self._database.write() as connection:
                note_look(connection, viewer, item["id"], now)
        pages = (self._page(clock, item["kind"], now) for clock in clocks)
        return LedgerPage(code=code, clocks=tuple(page for page in pages if page is not None))

    def _page(self, clock: Clock, kind: str, now: datetime) -> ClockPage | None:
        limit = limit_of(clock.stage, kind, self._calendar.local_day(clock.started_at))
        return None if limit is None else self._counted(clock, limit, now)

    def _counted(self, clock: Clock, limit: Limit, now: datetime) -> ClockPage:
        calendar, start = self._calendar, clock.started_at
        end = max(start, clock.stopped_at or now)
        due = limit.due(calendar, start, clock.waits)
        pieces = intervals(calendar, start, end, clock.waits)
        return ClockPage(
            stage=clock.stage.value,
            unit=self._units.name(clock.unit_id),
            started_at=start,
            end=end,
            stopped=clock.stopped_at is not None,
            waiting=clock.standing is not None and clock.stopped_at is None,
            due_at=due,
            late=due is not None and due < end,
            used=limit.used(calendar, start, end, clock.waits),
            amount=limit.amount,
            hours=limit.hours,
            basis=limit.basis,
            intervals=tuple(pieces),
            counted=sum((one.length for one in pieces if one.counted), timedelta()),
            uncounted=sum((one.length for one in pieces if not one.counted), timedelta()),
        )
