"""Notices on their way to people: the row is the record. Whoever takes one holds it for three minutes; what a killed
worker left is taken again, under the same key."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Connection, RowMapping, or_, select, update

from aggregator.domain.notice_words import with_item
from aggregator.domain.telling import ALWAYS
from aggregator.services.keyring import Keyring
from aggregator.services.telling.channels import Channels
from aggregator.storage.db import Database
from aggregator.storage.ids import code_of
from aggregator.storage.tables import contacts, deliveries, items, notices, people

STUCK = timedelta(minutes=3)
GIVE_UP = timedelta(hours=24)
_BACKOFF = timedelta(seconds=30)
_LONGEST_BACKOFF = timedelta(minutes=30)
_TOO_OLD = "Tidak dapat dikirim dalam 24 jam."
_GONE_PERSON = "Orangnya tidak bekerja di sini lagi."
_READ = "Sudah dibaca di Sahut."


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A notice that is being sent to one address. `code`: what confirms that address, where that is what it says."""

    delivery_id: int
    contact_id: int
    medium: str
    address: str
    notice_id: int
    key: str
    kind: str
    data: Mapping[str, Any]
    item: str | None
    works: bool
    code: str | None
    tries: int
    created_at: datetime


class Outbox:
    """Moves deliveries through their states."""

    def __init__(self, database: Database, keyring: Keyring, channels: Channels) -> None:
        self._database = database
        self._keyring = keyring
        self._channels = channels

    def due(self, now: datetime, limit: int = 200) -> list[int]:
        """Deliveries to send now, or left behind by a killed worker; those of a medium that rests stay where they are."""
        table = deliveries.c
        waiting = or_(
            table.state.in_(("queued", "unsure")) & (table.send_after <= now),
            (table.state == "sending") & (table.changed_at < now - STUCK),
        )
        with self._database.read() as connection:
            resting = self._channels.resting(connection, now)
            wanted = select(table.id).join_from(deliveries, contacts, contacts.c.id == table.contact_id)
            free = wanted.where(waiting, contacts.c.medium.not_in(resting)).order_by(table.send_after).limit(limit)
            return list(connection.execute(free).scalars())

    def begin(self, delivery_id: int, now: datetime) -> Outgoing | None:
        """Take a delivery to send; None when it is not due, somebody else has it, or it is no longer wanted."""
        with self._database.write() as connection:
            lock = select(deliveries).where(deliveries.c.id == delivery_id).with_for_update()
            row = connection.execute(lock).mappings().one_or_none()
            if row is None or not _may_begin(row, now):
                return None
            told = _told(connection, row)
            if reason := _unwanted(row, told, now):
                failed = reason == _TOO_OLD
                _write(connection, delivery_id, now, state="failed" if failed else "dropped", problem=reason)
                return None
            _write(connection, delivery_id, now, state="sending", tries=row["tries"] + 1)
            return self._outgoing(row, told)

    def _outgoing(self, row: RowMapping, told: RowMapping) -> Outgoing:
        data = with_item(orjson.loads(told["data"]), told["item_kind"], confidential=bool(told["confidential"]))
        code = self._keyring.open(told["code"]) if told["kind"] == "code" and told["code"] else None
        return Outgoing(
            delivery_id=row["id"],
            contact_id=row["contact_id"],
            medium=told["medium"],
            address=self._keyring.open(told["address"]),
            notice_id=row["notice_id"],
            key=told["key"],
            kind=told["kind"],
            data=data,
            item=code_of(told["item_id"]) if told["item_id"] is not None else None,
            works=bool(told["waiting"]),
            code=code,
            tries=row["tries"] + 1,
            created_at=row["created_at"],
        )

    def sent(self, outgoing: Outgoing, now: datetime) -> None:
        """The medium took it over."""
        with self._database.write() as connection:
            if _settle(connection, outgoing, now, state="sent", problem=None):
                well = update(contacts).where(contacts.c.id == outgoing.contact_id, contacts.c.problem.is_not(None))
                connection.execute(well.values(problem=None))
                self._channels.works(connection, outgoing.medium, now)

    def gone(self, outgoing: Outgoing, problem: str, now: datetime) -> None:
        """The address no longer works: its person is told on the page, and nothing more is tried there."""
        with self._database.write() as connection:
            _settle(connection, outgoing, now, state="failed", problem=problem)
            broken = update(contacts).where(contacts.c.id == outgoing.contact_id)
            connection.execute(broken.values(problem=problem))
            others = update(deliveries).where(
                deliveries.c.contact_id == outgoing.contact_id, deliveries.c.state.in_(("queued", "unsure"))
            )
            connection.execute(others.values(state="failed", problem=problem, changed_at=now))

    def postpone(self, outgoing: Outgoing, problem: str, now: datetime, *, unsure: bool) -> None:
        """Try again later. `unsure`: it may have got through."""
        with self._database.write() as connection:
            after = now + backoff(outgoing.tries)
            state = "unsure" if unsure else "queued"
            _settle(connection, outgoing, now, state=state, problem=problem, send_after=after)

    def hold(self, outgoing: Outgoing, problem: str, now: datetime, *, until: datetime | None = None) -> None:
        """The medium itself asked to wait (`until`), or needs somebody to change something: it rests, and so does this."""
        with self._database.write() as connection:
            rests = self._channels.rest(connection, outgoing.medium, problem, now, until)
            _settle(connection, outgoing, now, state="queued", problem=problem, send_after=rests)


def backoff(tries: int) -> timedelta:
    """Full jitter under a ceiling that doubles with every try (1 or more), up to half an hour; never below a second."""
    ceiling = min(_BACKOFF * (1 << min(tries - 1, 10)), _LONGEST_BACKOFF)
    return timedelta(seconds=1) + ceiling * random.random()  # noqa: S311 - spreads load, guards nothing


def _may_begin(row: RowMapping, now: datetime) -> bool:
    if row["state"] in ("queued", "unsure"):
        return bool(row["send_after"] <= now)
    return bool(row["state"] == "sending" and row["changed_at"] < now - STUCK)


def _told(connection: Connection, row: RowMapping) -> RowMapping:
    columns = (
        *(notices.c.key, notices.c.kind, notices.c.data, notices.c.item_id, notices.c.read_at),
        *(contacts.c.medium, contacts.c.address, contacts.c.code, people.c.active),
        *(items.c.confidential, items.c.waiting, items.c.kind.label("item_kind")),
    )
    joined = (
        select(*columns)
        .join_from(notices, people, people.c.id == notices.c.person_id)
        .join(contacts, contacts.c.id == row["contact_id"])
        .join(items, items.c.id == notices.c.item_id, isouter=True)
        .where(notices.c.id == row["notice_id"])
    )
    return connection.execute(joined).mappings().one()


def _unwanted(row: RowMapping, told: RowMapping, now: datetime) -> str | None:
    """Why a delivery is not sent any more."""
    if not told["active"]:
        return _GONE_PERSON
    read = told["read_at"]  # that of who does not hear of it inside Sahut is the moment it was spread
    if read is not None and read > row["created_at"] and told["kind"] not in ALWAYS:
        return _READ
    return _TOO_OLD if row["created_at"] < now - GIVE_UP else None


def _settle(connection: Connection, outgoing: Outgoing, now: datetime, **values: Any) -> bool:
    """Write what became of it, unless another worker took it over meanwhile."""
    mine = (
        (deliveries.c.id == outgoing.delivery_id)
        & (deliveries.c.state == "sending")
        & (deliveries.c.tries == outgoing.tries)
    )
    done = connection.execute(update(deliveries).where(mine).values(values | {"changed_at": now}))
    return done.rowcount == 1


def _write(connection: Connection, delivery_id: int, now: datetime, **values: Any) -> None:
    same = update(deliveries).where(deliveries.c.id == delivery_id)
    connection.execute(same.values(values | {"changed_at": now}))
