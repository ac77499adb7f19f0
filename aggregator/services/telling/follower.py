"""From what happened to items (the events) to notices for people. It runs beside the work, never inside it, so that what
an act or a pull writes costs nothing more. Each event is told once: a notice's key names it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import orjson
from sqlalchemy import Connection, RowMapping, bindparam, func, select, text

from aggregator.domain.access import Right
from aggregator.services.audience import Audience
from aggregator.services.notices import announce
from aggregator.services.telling.marks import keep_mark, mark
from aggregator.services.units import Units
from aggregator.storage.db import Database, to_micros
from aggregator.storage.ids import time_of
from aggregator.storage.tables import events, items, replies

AT_ONCE = 500
SETTLED = timedelta(minutes=2)  # an earlier id may still be in a transaction that has not ended
NEWS = timedelta(days=7)  # danger that is older than this is no alarm: an old file was imported
_MARK = "notices_followed"
_DANGER = 2

# A citizen's new words below what they wrote before, or below the office's answer to it.
_WROTE_BELOW = text(
    "SELECT m.id AS message, i.id, i.kind, i.unit_id, i.claimed_by, i.confidential FROM messages m "
    "JOIN messages p ON p.account_id = m.account_id AND p.external_id = m.parent_external_id "
    "LEFT JOIN messages g ON g.account_id = p.account_id AND g.external_id = p.parent_external_id "
    "JOIN messages o ON o.id = CASE WHEN p.official THEN g.id ELSE p.id END "
    "JOIN items i ON i.id = o.id "
    "WHERE m.id IN :ids AND NOT m.official AND i.claimed_by IS NOT NULL AND m.author_external_id = o.author_external_id"
).bindparams(bindparam("ids", expanding=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One thing to announce."""

    key: str
    kind: str
    people: frozenset[int]
    data: Mapping[str, Any] = field(default_factory=dict)


class Follower:
    """Reads events on from where it was. In memory it only keeps which of the youngest it told already."""

    def __init__(self, database: Database, units: Units) -> None:
        self._database = database
        self._units = units
        self._seen: set[int] = set()

    def follow(self, now: datetime) -> int:
        """Announce what is new; how many events were looked at. The first call tells nothing of the past."""
        looked = 0
        while True:
            rows, start = self._slice()
            if rows is None:
                self._keep(start)
                return looked
            fresh = [row for row in rows if row["id"] not in self._seen]
            if fresh:
                self._announce(fresh, now)
                self._seen.update(row["id"] for row in fresh)
            looked += len(fresh)
            reached = _settled(rows, start, now)
            if reached != start:
                self._keep(reached)
            if len(rows) < AT_ONCE or reached == start:
                return looked

    def _slice(self) -> tuple[list[RowMapping] | None, int]:
        """Events after the mark, oldest first; None at the very first look, with the mark to begin from."""
        with self._database.read() as connection:
            kept = mark(connection, _MARK)
            if kept is None:
                return None, int(connection.execute(select(func.coalesce(func.max(events.c.id), 0))).scalar_one())
            columns = (
                *(events.c.id, events.c.kind, events.c.at, events.c.actor_id, events.c.data, events.c.item_id),
                *(items.c.unit_id, items.c.kind.label("item_kind"), items.c.urgency, items.c.claimed_by),
                *(items.c.due_at, items.c.confidential, items.c.waiting),
            )
            statement = (
                select(*columns)
                .join_from(events, items, items.c.id == events.c.item_id)
                .where(events.c.id > kept)
                .order_by(events.c.id)
            )
            return list(connection.execute(statement.limit(AT_ONCE)).mappings()), kept

    def _keep(self, reached: int) -> None:
        with self._database.write() as connection:
            keep_mark(connection, _MARK, reached)
        self._seen = {one for one in self._seen if one > reached}

    def _announce(self, rows: list[RowMapping], now: datetime) -> None:
        with self._database.read() as connection:
            desk = _Desk(connection, Audience(connection, self._units, now), self._units, now)
            told = [(row, one) for row in rows for one in _HANDLERS.get(row["kind"], _nothing)(row, desk)]
            told += _written_below(connection, rows, desk)
        told = [(row, one) for row, one in told if one.people]
        if not told:
            return
        with self._database.write() as connection:
            for row, one in told:
                announce(
                    connection, key=one.key, kind=one.kind, person_ids=one.people, item_id=row["item_id"], at=row["at"],
                    data=one.data,
                )  # fmt: skip


def _settled(rows: Iterable[RowMapping], start: int, now: datetime) -> int:
    """The last id before the first event that is still young."""
    reached = start
    for row in rows:
        if row["at"] > now - SETTLED:
            break
        reached = row["id"]
    return reached


@dataclass(frozen=True, slots=True)
class _Desk:
    """What the handlers look things up with."""

    connection: Connection
    audience: Audience
    units: Units
    now: datetime

    def workers(self, row: RowMapping) -> frozenset[int]:
        """Who works for the item's own unit; for what no unit has yet, who sorts."""
        unit_id = row["unit_id"]
        found = self.audience.of(unit_id, Right.WORK, confidential=bool(row["confidential"]))
        return frozenset(member.id for member in found if member.own or unit_id is None)

    def about(self, row: RowMapping, **more: Any) -> dict[str, Any]:
        due = row["due_at"]
        told = {
            "unit": self.units.name(row["unit_id"]),
            "item_kind": row["item_kind"],
            "due": due.isoformat() if due and row["waiting"] else None,
            "confidential": bool(row["confidential"]) or None,
        }
        return {name: value for name, value in (told | more).items() if value is not None}


Handler = Callable[[RowMapping, _Desk], list[Told]]


def _key(row: RowMapping) -> str:
    """As acts name what they announce themselves (to who follows an item): nobody hears of it twice."""
    return f"{row['kind']}:{row['item_id']}:{to_micros(row['at'])}"


def _nothing(row: RowMapping, desk: _Desk) -> list[Told]:
    return []


def _came(row: RowMapping, desk: _Desk) -> list[Told]:
    """Danger, and what is confidential, is told at once; everything else is gathered (`watch.py`)."""
    fresh = time_of(row["item_id"]) > desk.now - NEWS
    alarming = row["urgency"] == _DANGER and fresh
    if not row["waiting"] or not (alarming or row["confidential"]):
        return []
    kind = "urgent" if alarming else "arrived"
    key = f"{kind}:{row['item_id']}:{row['unit_id'] or 0}"
    people = desk.workers(row) - {row["actor_id"]}
    return [Told(key=key, kind=kind, people=people, data=desk.about(row))]


def _assigned(row: RowMapping, desk: _Desk) -> list[Told]:
    data = orjson.loads(row["data"])
    person = data.get("person") or data.get("to_person")
    people = frozenset({person}) - {row["actor_id"]} if isinstance(person, int) else frozenset[int]()
    return [Told(key=_key(row), kind="assigned", people=people, data=desk.about(row))]


def _late(row: RowMapping, desk: _Desk) -> list[Told]:
    """To whoever took it on; what nobody took is gathered for the unit."""
    return [Told(key=_key(row), kind="late", people=_claimant(row), data=desk.about(row))]


def _send_trouble(row: RowMapping, desk: _Desk) -> list[Told]:
    newest = (
        select(replies.c.person_id).where(replies.c.item_id == row["item_id"]).order_by(replies.c.changed_at.desc())
    )
    writer = desk.connection.execute(newest.limit(1)).scalar_one_or_none()
    people = (frozenset({writer}) if writer is not None else frozenset()) | _claimant(row)
    unsure = row["kind"] == "send_unsure" or None
    return [
        Told(key=_key(row), kind="send_trouble", people=people, data=desk.about(row, unsure=unsure))
    ]  # fmt: skip


def _answered(row: RowMapping, desk: _Desk) -> list[Told]:
    return [Told(key=_key(row), kind="answered", people=_claimant(row), data=desk.about(row))]


def _reopened(row: RowMapping, desk: _Desk) -> list[Told]:
    data = orjson.loads(row["data"])
    if data.get("why") == "unsatisfied":
        key = f"again:{row['item_id']}:{data.get('message') or row['id']}"
        return [Told(key=key, kind="wrote_again", people=_tending(row, desk), data=desk.about(row))]
    if data.get("why") == "answer_withdrawn":
        key = _key(row)
        return [Told(key=key, kind="withdrawn", people=_tending(row, desk), data=desk.about(row))]
    return []


def _edited(row: RowMapping, desk: _Desk) -> list[Told]:
    return [Told(key=_key(row), kind="wrote_again", people=_claimant(row), data=desk.about(row))]


def _claimant(row: RowMapping) -> frozenset[int]:
    """Whoever took the item on, unless they did this themselves."""
    claimed = row["claimed_by"]
    return frozenset({claimed}) - {row["actor_id"]} if claimed is not None else frozenset()


def _tending(row: RowMapping, desk: _Desk) -> frozenset[int]:
    """Whoever took the item on; while nobody did, all who work for its unit."""
    return _claimant(row) if row["claimed_by"] is not None else desk.workers(row) - {row["actor_id"]}


def _written_below(connection: Connection, rows: Iterable[RowMapping], desk: _Desk) -> list[tuple[Any, Told]]:
    opened = {row["item_id"]: row for row in rows if row["kind"] == "opened"}
    fresh = [item for item in opened if time_of(item) > desk.now - NEWS]
    if not fresh:
        return []
    told = []
    for row in connection.execute(_WROTE_BELOW, {"ids": fresh}).mappings():
        data = {"item_kind": row["kind"], "unit": desk.units.name(row["unit_id"])}
        secret = {"confidential": True} if row["confidential"] else {}
        one = Told(
            key=f"again:{row['id']}:{row['message']}",
            kind="wrote_again",
            people=frozenset({row["claimed_by"]}),
            data={name: value for name, value in (data | secret).items() if value is not None},
        )
        told.append(({"item_id": row["id"], "at": opened[row["message"]]["at"]}, one))
    return told


_HANDLERS: Mapping[str, Handler] = MappingProxyType(
    {
        "opened": _came,
        "routed": _came,
        "assigned": _assigned,
        "late": _late,
        "send_failed": _send_trouble,
        "send_unsure": _send_trouble,
        "answered": _answered,
        "confirmed": _answered,
        "reopened": _reopened,
        "edited": _edited,
    }
)
