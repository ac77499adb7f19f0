"""From a notice to everywhere its person wants to be reached. A notice is marked as spread in the transaction that writes
its deliveries, so none is forgotten and none is written twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import Connection, RowMapping, select, update

from aggregator.domain.access import Role
from aggregator.domain.telling import ALWAYS, APP, USUAL_QUIET, QuietHours, wants
from aggregator.services.telling.channels import Channels
from aggregator.storage.bulk import execute_many
from aggregator.storage.db import Database, to_micros
from aggregator.storage.tables import contacts, notice_choices, notice_hours, notices, people

BATCH = 500
_DANGER = 2
_INSERT = (
    "INSERT INTO deliveries (notice_id, contact_id, state, send_after, tries, created_at, changed_at) "
    "VALUES (?, ?, 'queued', ?, 0, ?, ?) ON CONFLICT (notice_id, contact_id) DO NOTHING"
)


@dataclass(frozen=True, slots=True)
class _Wishes:
    """What the people of one batch wish: their addresses, their choices, their quiet hours."""

    addresses: Mapping[int, list[RowMapping]]
    chosen: Mapping[int, Mapping[tuple[str, str], bool]]
    quiet: Mapping[int, QuietHours]


class Spreader:
    """Writes deliveries for what is new."""

    def __init__(self, database: Database, channels: Channels, zone: ZoneInfo) -> None:
        self._database = database
        self._channels = channels
        self._zone = zone

    def spread(self, now: datetime) -> int:
        """Spread what was not yet; how many notices."""
        with self._database.read() as connection:
            if connection.execute(select(notices.c.id).where(~notices.c.spread).limit(1)).first() is None:
                return 0
        with self._database.write() as connection:
            fresh = self._lock_fresh(connection)
            wishes = self._wishes(connection, {row["person_id"] for row in fresh})
            ready = self._channels.ready(connection)
            rows = [one for row in fresh for one in self._deliveries(row, wishes, ready, now)]
            execute_many(connection, _INSERT, rows)
            ids = [row["id"] for row in fresh]
            connection.execute(update(notices).where(notices.c.id.in_(ids)).values(spread=True))
            silent = [row["id"] for row in fresh if row["kind"] == "code" or not _hears(row, wishes, APP)]
            _hush(connection, silent, now)
        return len(fresh)

    def _lock_fresh(self, connection: Connection) -> list[RowMapping]:
        statement = (
            select(notices.c.id, notices.c.person_id, notices.c.kind, notices.c.data, people.c.role)
            .join(people, people.c.id == notices.c.person_id)
            .where(~notices.c.spread)
            .order_by(notices.c.id)
            .limit(BATCH)
            .with_for_update(of=notices, skip_locked=True)
        )
        return list(connection.execute(statement).mappings())

    def _wishes(self, connection: Connection, ids: Collection[int]) -> _Wishes:
        usable = contacts.c.confirmed_at.is_not(None) | contacts.c.code.is_not(None)
        columns = (contacts.c.id, contacts.c.person_id, contacts.c.medium, contacts.c.confirmed_at)
        statement = select(*columns).where(contacts.c.person_id.in_(ids), contacts.c.problem.is_(None), usable)
        addresses: dict[int, list[RowMapping]] = defaultdict(list)
        for row in connection.execute(statement).mappings():
            addresses[row["person_id"]].append(row)
        chosen: dict[int, dict[tuple[str, str], bool]] = defaultdict(dict)
        for row in connection.execute(select(notice_choices).where(notice_choices.c.person_id.in_(ids))).mappings():
            chosen[row["person_id"]][row["kind"], row["medium"]] = row["wanted"]
        hours = connection.execute(select(notice_hours).where(notice_hours.c.person_id.in_(ids))).mappings()
        return _Wishes(addresses, chosen, {row["person_id"]: quiet_of(row, self._zone) for row in hours})

    def _deliveries(
        self, notice: RowMapping, wishes: _Wishes, ready: Collection[str], now: datetime
    ) -> Iterable[tuple[Any, ...]]:
        data = orjson.loads(notice["data"])
        after = now if _urgent(notice, data) else self._after_quiet(notice["person_id"], wishes, now)
        for contact in wishes.addresses.get(notice["person_id"], ()):
            if contact["medium"] in ready and _goes_to(notice, data, contact, wishes):
                yield (notice["id"], contact["id"], to_micros(after), to_micros(now), to_micros(now))

    def _after_quiet(self, person_id: int, wishes: _Wishes, now: datetime) -> datetime:
        quiet = wishes.quiet.get(person_id) or QuietHours(*USUAL_QUIET, self._zone)
        return quiet.ends(now) or now


def quiet_of(row: RowMapping, zone: ZoneInfo) -> QuietHours:
    """A person's quiet hours from their row; without a zone of their own, in the installation's."""
    own = ZoneInfo(row["zone"]) if row["zone"] else zone
    return QuietHours(_clock(row["quiet_from"]), _clock(row["quiet_until"]), own)


def _clock(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)


def _urgent(notice: RowMapping, data: Mapping[str, Any]) -> bool:
    """What passes quiet hours: danger, and what the person asked for just now."""
    return notice["kind"] in ALWAYS or notice["kind"] == "urgent" or data.get("urgency") == _DANGER


def _goes_to(notice: RowMapping, data: Mapping[str, Any], contact: RowMapping, wishes: _Wishes) -> bool:
    if notice["kind"] == "code":
        return bool(data.get("contact") == contact["id"])
    if contact["confirmed_at"] is None:
        return False
    if notice["kind"] == "trial":
        return bool(data.get("medium") == contact["medium"])
    return _hears(notice, wishes, contact["medium"])


def _hears(notice: RowMapping, wishes: _Wishes, medium: str) -> bool:
    return wants(Role(notice["role"]), notice["kind"], medium, wishes.chosen.get(notice["person_id"], {}))


def _hush(connection: Connection, ids: Collection[int], now: datetime) -> None:
    """Who does not want to hear of it inside Sahut finds it in the list, but the bell does not count it."""
    if ids:
        connection.execute(
            update(notices).where(notices.c.id.in_(ids), notices.c.read_at.is_(None)).values(read_at=now)
        )
