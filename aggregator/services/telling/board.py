"""A person's notices inside Sahut: how many are unread, the list, and opening one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import RowMapping, bindparam, delete, select, text, update

from aggregator.clock import Clock
from aggregator.domain.access import Viewer
from aggregator.domain.notice_words import Seen, with_item, worded
from aggregator.services.errors import NotFound
from aggregator.storage.db import Database
from aggregator.storage.ids import code_of
from aggregator.storage.tables import items, notices

PAGE = 30
MOST_COUNTED = 99  # the bell says "99+" beyond
KEPT = timedelta(days=180)
_UNREAD = text(  # on every page: written out, so that nothing is built anew
    "SELECT count(*) FROM (SELECT 1 FROM notices WHERE person_id = :person AND read_at IS NULL LIMIT :most) AS unread"
).bindparams(bindparam("most", MOST_COUNTED + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRow:
    """A notice as its person sees it."""

    id: int
    kind: str
    title: str
    body: str
    at: datetime
    unread: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePage:
    """Some notices, newest first. `older` is where the next page begins, None at the end."""

    rows: tuple[NoticeRow, ...]
    older: int | None
    unread: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a notice leads: an item, a unit's list, an account, the triage page, or the list of notices (all None)."""

    item: str | None = None
    unit_id: int | None = None
    account_id: int | None = None
    triage: bool = False
    list: str | None = None


class Board:
    """Reads the list and notes what was read."""

    def __init__(self, database: Database, zone: ZoneInfo, clock: Clock) -> None:
        self._database = database
        self._zone = zone
        self._clock = clock

    def unread(self, viewer: Viewer) -> int:
        """How many the viewer has not read, counted up to a hundred: one look into an index of what is unread."""
        if viewer.person_id is None:
            return 0
        with self._database.read() as connection:
            return int(connection.execute(_UNREAD, {"person": viewer.person_id}).scalar_one())

    def page(self, viewer: Viewer, before: int | None = None, *, unread_only: bool = False) -> NoticePage:
        """A page of the viewer's notices, those before notice `before`."""
        wanted = notices.c.person_id == viewer.person_id
        if before is not None:
            wanted &= notices.c.id < before
        if unread_only:
            wanted &= notices.c.read_at.is_(None)
        columns = (
            *(notices.c.id, notices.c.kind, notices.c.data, notices.c.at, notices.c.read_at),
            *(items.c.confidential, items.c.kind.label("item_kind")),
        )
        statement = select(*columns).join(items, items.c.id == notices.c.item_id, isouter=True)
        with self._database.read() as connection:
            newest = statement.where(wanted).order_by(notices.c.id.desc()).limit(PAGE + 1)
            rows = list(connection.execute(newest).mappings())
        shown = rows[:PAGE]
        return NoticePage(
            rows=tuple(self._row(row) for row in shown),
            older=shown[-1]["id"] if len(rows) > PAGE else None,
            unread=self.unread(viewer),
        )

    def _row(self, row: RowMapping) -> NoticeRow:
        data = with_item(orjson.loads(row["data"]), row["item_kind"], confidential=bool(row["confidential"]))
        words = worded(row["kind"], data, Seen(row["at"], self._zone))
        return NoticeRow(
            id=row["id"],
            kind=row["kind"],
            title=words.title,
            body=words.body,
            at=row["at"],
            unread=row["read_at"] is None,
        )

    def open(self, viewer: Viewer, notice_id: int) -> Target:
        """Note that it was read, and say where it leads. NotFound for another person's."""
        mine = (notices.c.id == notice_id) & (notices.c.person_id == viewer.person_id)
        with self._database.write() as connection:
            row = connection.execute(select(notices).where(mine)).mappings().one_or_none()
            if row is None:
                raise NotFound
            connection.execute(update(notices).where(mine, notices.c.read_at.is_(None)).values(read_at=self._clock()))
        return _target(row)

    def read_all(self, viewer: Viewer) -> int:
        """Note that everything was read; how much it was."""
        unread = update(notices).where(notices.c.person_id == viewer.person_id, notices.c.read_at.is_(None))
        with self._database.write() as connection:
            return connection.execute(unread.values(read_at=self._clock())).rowcount

    def forget_old(self, now: datetime) -> None:
        """Notices are news, not records: what happened stands in the item's history."""
        with self._database.read() as connection:
            oldest = connection.execute(select(notices.c.at).order_by(notices.c.id).limit(1)).scalar_one_or_none()
        if oldest is not None and oldest < now - KEPT:
            with self._database.write() as connection:
                some = select(notices.c.id).where(notices.c.at < now - KEPT).order_by(notices.c.id).limit(5_000)
                connection.execute(delete(notices).where(notices.c.id.in_(some)))


def _target(row: RowMapping) -> Target:
    data = orjson.loads(row["data"])
    if row["item_id"] is not None:
        return Target(item=code_of(row["item_id"]))
    if row["kind"] == "triage":
        return Target(triage=True)
    if row["kind"] == "login":
        return Target(account_id=data.get("account_id"), list="accounts")
    if row["kind"] in ("arrived", "late", "nearly_late", "digest", "escalation"):
        return Target(unit_id=data.get("unit_id"), list="late" if row["kind"] == "late" else "open")
    return Target()
