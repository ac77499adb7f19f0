"""The inbox: what waits, and one item with everything known about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import RowMapping

from aggregator.clock import Clock
from aggregator.domain.access import Viewer
from aggregator.services.errors import NotFound
from aggregator.services.inbox.confidential import confidants, note_look
from aggregator.services.inbox.hidden import HiddenPage, hidden_page
from aggregator.services.inbox.item import item_page, load_conversation, load_item, load_timeline
from aggregator.services.inbox.queue import counts, coverage, queue_rows
from aggregator.services.inbox.scope import may_see_item
from aggregator.services.inbox.team import load_team
from aggregator.services.inbox.views import Confidants, Filter, ItemPage, Page
from aggregator.services.sources import Source
from aggregator.services.units import UnitChoice, Units
from aggregator.storage.db import Database
from aggregator.storage.ids import id_of


class Inbox:
    """Reads the queue and its items for one viewer at a time; three statements a page of the queue, ten an item."""

    def __init__(
        self, database: Database, units: Units, sources: Mapping[str, Source], goal: timedelta, clock: Clock
    ) -> None:
        self._database = database
        self._units = units
        self._sources = sources
        self._goal = goal
        self._clock = clock

    def page(
        self, viewer: Viewer, wanted: Filter, *, older_than: str | None = None, newer_than: str | None = None
    ) -> Page:
        """Fifty items, newest first, from a mark on; with the counts of every tab and unit and the coverage. A mark that
        is none counts as none given."""
        now = self._clock()
        before, after = id_of(older_than or ""), id_of(newer_than or "")
        with self._database.read() as connection:
            rows, more, sought = queue_rows(connection, viewer, wanted, self._units, now, before=before, after=after)
            tabs, per_unit = counts(connection, viewer, self._units)
            covered = coverage(connection, viewer, now)
        backwards = after is not None and before is None
        has_newer = bool(rows) and (more if backwards else before is not None)
        has_older = bool(rows) and (backwards or more)
        return Page(
            rows=tuple(rows),
            older=rows[-1].code if has_older else None,
            newer=rows[0].code if has_newer else None,
            tabs=tabs,
            units=per_unit,
            coverage=covered,
            sought=sought,
        )

    def item(self, viewer: Viewer, code: str) -> ItemPage:
        """One item; NotFound when there is none, it is another unit's, or it is confidential and the viewer not named. A look
        at a confidential one is noted."""
        identity = id_of(code)
        if identity is None:
            raise NotFound
        with self._database.read() as connection:
            item = load_item(connection, identity)
            if item is None or not may_see_item(connection, viewer, item):
                raise NotFound
            conversation = load_conversation(connection, item)
            timeline = load_timeline(connection, identity)
            team = load_team(connection, item, viewer, self._units, self._clock())
        secret = self._looked(viewer, item) if item["confidential"] else None
        return item_page(
            item,
            conversation,
            timeline,
            team,
            viewer=viewer,
            units=self._units,
            source=self._sources.get(item["platform"]),
            goal=self._goal,
            now=self._clock(),
            secret=secret,
        )

    def _looked(self, viewer: Viewer, item: RowMapping) -> Confidants:
        """Note the look, and who else may and did look."""
        with self._database.write() as connection:
            note_look(connection, viewer, item["id"], self._clock())
            return confidants(connection, item, self._units, self._clock())

    def hidden(self, viewer: Viewer) -> HiddenPage:
        """A draw of what triage hid as needing no answer."""
        with self._database.read() as connection:
            return hidden_page(connection, viewer, self._clock())

    def units(self, viewer: Viewer) -> tuple[UnitChoice, ...]:
        """Every unit an item can be handed to: no one is asked to know who is responsible only among their own."""
        return self._units.all()
