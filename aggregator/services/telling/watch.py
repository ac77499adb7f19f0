"""What time brings, and what is gathered instead of told one by one: new and late items of a unit (at most one notice a
quarter of an hour), deadlines that draw near, a pile in triage, accounts that need a login, the morning's digest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, RowMapping, func, select, text

from aggregator.domain.access import Right, Role
from aggregator.services.audience import Audience, Member
from aggregator.services.notices import announce
from aggregator.services.telling.marks import keep_mark, mark
from aggregator.services.units import Units
from aggregator.storage.db import Database, from_micros, to_micros
from aggregator.storage.tables import accounts, item_counts

WINDOW = timedelta(minutes=15)
GRACE = timedelta(minutes=1)  # for transactions that were still under way when the window closed
SOON = timedelta(hours=2)  # before its deadline an item is nearly late
PILE = 25
DIGEST_AT = time(7, 0)
DIGEST_UNTIL = time(10, 0)  # a Sahut that was down in the morning sends no digest in the afternoon
OVERNIGHT_FROM = time(16, 0)
_WINDOWS, _EVENTS, _DIGESTS = "notices_windows", "notices_gathered", "notices_digests"

_GATHER = text(
    "SELECT i.unit_id, count(DISTINCT i.id) AS n, min(i.id) AS item, min(i.due_at) AS due, min(i.kind) AS item_kind "
    "FROM events e JOIN items i ON i.id = e.item_id WHERE e.id > :after AND e.at >= :start AND e.at < :end "
    "AND i.waiting AND i.unit_id IS NOT NULL AND i.claimed_by IS NULL AND NOT i.confidential "
    "AND ((:late AND e.kind = 'late' AND i.late) OR (NOT :late AND e.kind IN ('opened', 'routed') AND i.urgency < 2)) "
    "GROUP BY i.unit_id ORDER BY i.unit_id"
)
_NEAR = text(
    "SELECT i.unit_id, i.claimed_by, count(*) AS n, min(i.id) AS item, min(i.due_at) AS due, min(i.kind) AS item_kind "
    "FROM items i WHERE i.waiting AND NOT i.late AND i.due_at > :after AND i.due_at <= :until "
    "AND i.received_at <= :known AND i.unit_id IS NOT NULL AND (NOT i.confidential OR i.claimed_by IS NOT NULL) "
    "GROUP BY i.unit_id, i.claimed_by ORDER BY i.unit_id, i.claimed_by"
)
_OVERNIGHT = text(
    "SELECT i.unit_id, count(*) AS n FROM items i WHERE i.waiting AND i.received_at >= :since AND i.unit_id IS NOT NULL "
    "AND NOT i.confidential GROUP BY i.unit_id"
)
_LAST_EVENT = text(
    "SELECT coalesce((SELECT min(id) - 1 FROM events WHERE id > :after AND at >= :end), "
    "(SELECT max(id) FROM events), 0)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Note:
    """One notice to write."""

    key: str
    kind: str
    people: Iterable[int]
    data: Mapping[str, Any]
    item_id: int | None = None


@dataclass(frozen=True, slots=True)
class _Morning:
    """How a unit stands in the morning."""

    unit_id: int
    waiting: int
    late: int
    fresh: int


class Watch:
    """Looks once a minute. Harmless to run twice: the keys say which quarter of an hour, day or step it was."""

    def __init__(self, database: Database, units: Units, zone: ZoneInfo, workday: Callable[[date], bool]) -> None:
        self._database = database
        self._units = units
        self._zone = zone
        self._workday = workday

    def look(self, now: datetime) -> int:
        """Announce whatever is due; how many notices were written for."""
        found = 0
        for finder in (self._windows, self._pile, self._logins, self._digest):
            notes, marks = self._found(finder, now)
            if notes or marks:
                self._write(notes, marks, now)
            found += len(notes)
        return found

    def _found(
        self, finder: Callable[[Connection, datetime], tuple[list[_Note], dict[str, int]]], now: datetime
    ) -> tuple[list[_Note], dict[str, int]]:
        with self._database.read() as connection:
            return finder(connection, now)

    def _write(self, notes: Iterable[_Note], marks: Mapping[str, int], now: datetime) -> None:
        with self._database.write() as connection:
            for note in notes:
                announce(
                    connection, key=note.key, kind=note.kind, person_ids=note.people, item_id=note.item_id, at=now,
                    data={name: value for name, value in note.data.items() if value is not None},
                )  # fmt: skip
            for name, reached in marks.items():
                keep_mark(connection, name, reached)

    # -- quarters of an hour ---------------------------------------------------------------------------------------

    def _windows(self, connection: Connection, now: datetime) -> tuple[list[_Note], dict[str, int]]:
        """Everything since the last closed window is gathered once. The first look tells nothing of the past."""
        end = _floor(now - GRACE)
        told, after = mark(connection, _WINDOWS), mark(connection, _EVENTS)
        if told is not None and told >= to_micros(end):
            return [], {}
        reached = connection.execute(_LAST_EVENT, {"after": after or 0, "end": to_micros(end)}).scalar_one()
        marks = {_WINDOWS: to_micros(end), _EVENTS: max(int(reached), after or 0)}
        if told is None or after is None:
            return [], marks
        audience = Audience(connection, self._units, now)
        notes = [
            *self._gathered(connection, audience, from_micros(told), end, after, late=False),
            *self._gathered(connection, audience, from_micros(told), end, after, late=True),
            *self._near(connection, audience, from_micros(told), end),
        ]
        return notes, marks

    def _gathered(
        self, connection: Connection, audience: Audience, start: datetime, end: datetime, after: int, *, late: bool
    ) -> list[_Note]:
        kind = "late" if late else "arrived"
        asked = {"after": after, "start": to_micros(start), "end": to_micros(end), "late": late}
        return [
            _Note(
                key=f"{kind}:{row.unit_id}:{to_micros(end)}",
                kind=kind,
                people=_of_unit(audience, row.unit_id),
                data=self._about(row),
                item_id=row.item if row.n == 1 else None,
            )
            for row in connection.execute(_GATHER, asked).all()
        ]

    def _near(self, connection: Connection, audience: Audience, start: datetime, end: datetime) -> list[_Note]:
        """Items whose deadline came within two hours since the last look: to whoever took them on, else to the unit.
        What the unit received less than two hours ago was told as new just now."""
        asked = {"after": to_micros(start + SOON), "until": to_micros(end + SOON), "known": to_micros(end - SOON)}
        return [
            _Note(
                key=f"nearly_late:{row.unit_id}:{row.claimed_by or 0}:{to_micros(end)}",
                kind="nearly_late",
                people=[row.claimed_by] if row.claimed_by else _of_unit(audience, row.unit_id),
                data=self._about(row),
                item_id=row.item if row.n == 1 else None,
            )
            for row in connection.execute(_NEAR, asked).all()
        ]

    def _about(self, row: Row[Any]) -> dict[str, Any]:
        one = row.n == 1
        return {
            "n": row.n,
            "unit": self._units.name(row.unit_id),
            "unit_id": row.unit_id,
            "item_kind": row.item_kind if one else None,
            "due": from_micros(row.due).isoformat() if one and row.due is not None else None,
        }

    # -- Diskominfo ------------------------------------------------------------------------------------------------

    def _pile(self, connection: Connection, now: datetime) -> tuple[list[_Note], dict[str, int]]:
        """A pile in triage: once a day for each 25 it grows by."""
        waiting = select(func.coalesce(func.sum(item_counts.c.n), 0)).where(
            item_counts.c.unit_id == 0, item_counts.c.state == "new"
        )
        count = int(connection.execute(waiting).scalar_one())
        if count < PILE:
            return [], {}
        day = now.astimezone(self._zone).date().isoformat()
        people = [member.id for member in Audience(connection, self._units, now).of(None, Right.WORK)]
        return [_Note(key=f"triage:{day}:{count // PILE}", kind="triage", people=people, data={"n": count})], {}

    def _logins(self, connection: Connection, now: datetime) -> tuple[list[_Note], dict[str, int]]:
        """Accounts that cannot be read until somebody logs in: to their unit, and together to Diskominfo. Told again only
        when one worked meanwhile."""
        columns = (accounts.c.id, accounts.c.title, accounts.c.key, accounts.c.unit_id, accounts.c.login_id)
        dead = select(*columns, accounts.c.last_success_at).where(accounts.c.state == "auth_expired")
        rows = list(connection.execute(dead.order_by(accounts.c.id)).mappings())
        if not rows:
            return [], {}
        audience = Audience(connection, self._units, now)
        everywhere = {member.id for member in audience.of(None, Right.MANAGE) if member.role is Role.DISKOMINFO}
        notes = []
        for row in rows:
            people = set(_of_unit(audience, row["unit_id"])) - everywhere
            notes.append(_login(f"account:{row['id']}", [row], people))
        for login, some in groupby(sorted(rows, key=_login_of), key=_login_of):
            notes.append(_login(f"login:{login}", list(some), everywhere))
        return notes, {}

    # -- the morning -----------------------------------------------------------------------------------------------

    def _digest(self, connection: Connection, now: datetime) -> tuple[list[_Note], dict[str, int]]:
        """One notice for each person of a unit at seven on a working day: what waits, what is late, what came since the
        afternoon before. Confidential items are not counted."""
        local = now.astimezone(self._zone)
        today = local.date()
        if not DIGEST_AT <= local.time() < DIGEST_UNTIL or mark(connection, _DIGESTS) == today.toordinal():
            return [], {}
        marks = {_DIGESTS: today.toordinal()}
        if not self._workday(today):
            return [], marks
        since = datetime.combine(today - timedelta(days=1), OVERNIGHT_FROM, self._zone)
        fresh = {row.unit_id: row.n for row in connection.execute(_OVERNIGHT, {"since": to_micros(since)})}
        audience = Audience(connection, self._units, now)
        mine: dict[int, list[_Morning]] = defaultdict(list)
        for unit_id, (waiting, late) in _waiting(connection).items():
            for person_id in _of_unit(audience, unit_id):
                mine[person_id].append(_Morning(unit_id, waiting, late, fresh.get(unit_id, 0)))
        return [self._morning(person, units, today) for person, units in sorted(mine.items())], marks

    def _morning(self, person_id: int, units: list[_Morning], today: date) -> _Note:
        """One digest, also for who works for several units."""
        data = {
            "unit": self._units.name(units[0].unit_id),
            "unit_id": units[0].unit_id if len(units) == 1 else None,
            "units": len(units),
            "waiting": sum(unit.waiting for unit in units),
            "late": sum(unit.late for unit in units),
            "fresh": sum(unit.fresh for unit in units),
        }
        return _Note(key=f"digest:{today.isoformat()}", kind="digest", people=[person_id], data=data)


def _waiting(connection: Connection) -> dict[int, tuple[int, int]]:
    """By unit: how many wait, and how many of those are late."""
    table = item_counts.c
    open_states = table.state.in_(("new", "routed", "working", "acknowledged"))
    rows = connection.execute(
        select(table.unit_id, table.late, func.sum(table.n))
        .where(table.unit_id != 0, open_states, ~table.confidential, table.n > 0)
        .group_by(table.unit_id, table.late)
    )
    found: dict[int, tuple[int, int]] = {}
    for unit_id, late, n in rows:
        waiting, behind = found.get(unit_id, (0, 0))
        found[unit_id] = (waiting + int(n), behind + (int(n) if late else 0))
    return found


def _login_of(row: RowMapping) -> int:
    """The login an account is read with; an account that has none stands alone."""
    return int(row["login_id"] or -row["id"])


def _login(whose: str, rows: list[RowMapping], people: Iterable[int]) -> _Note:
    first = rows[0]
    worked = max(to_micros(row["last_success_at"]) if row["last_success_at"] else 0 for row in rows)
    alone = first["id"] if len(rows) == 1 else None
    about = {"account": first["title"] or first["key"], "n": len(rows), "account_id": alone}
    return _Note(key=f"{whose}:{worked}", kind="login", people=people, data=about)


def _of_unit(audience: Audience, unit_id: int) -> list[int]:
    """Who works for this very unit, or for one above it; not those who see every unit."""
    members: list[Member] = audience.of(unit_id, Right.WORK)
    return [member.id for member in members if member.own]


def _floor(now: datetime) -> datetime:
    micros, step = to_micros(now), WINDOW // timedelta(microseconds=1)
    return from_micros(micros - micros % step)
