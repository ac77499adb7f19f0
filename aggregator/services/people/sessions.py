"""Sessions: kept as hashes, half open until the second factor is given, listed and ended by their own person."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import Connection, delete, insert, select

from aggregator.clock import Clock
from aggregator.domain.access import Role, Viewer
from aggregator.services.errors import NotFound
from aggregator.storage.db import Database
from aggregator.storage.tables import people, second_factors, sessions

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
HALF_OPEN = timedelta(minutes=30)  # how long someone who gave the password may look for the code
_LONGEST_DEVICE = 60
_HANDLE = 16  # letters of the hash by which a session is named on its person's own page


class Stage(StrEnum):
    """How far in a session is."""

    CODE = "code"  # the password was right; the second factor is still to be given
    ENROL = "enrol"  # the password was right; a second factor must be set up first
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Who is behind a session, and how far in they are."""

    viewer: Viewer
    stage: Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRow:
    """A session as its person sees it."""

    handle: str
    device: str
    begun_at: datetime
    seen_at: datetime
    here: bool


class Entrance:
    """Opens sessions, and knows what each person still has to prove."""

    def __init__(self, clock: Clock, must_have_factor: Callable[[], bool]) -> None:
        self._clock = clock
        self._must_have_factor = must_have_factor  # asked each time: an installation becomes a demo while it runs

    def open(self, connection: Connection, person_id: int, device: str, *, proven: bool = False) -> str:
        """A new session's token. `proven`: the second factor was given just now, or the session before was full."""
        now = self._clock()
        stage = Stage.FULL if proven else self.stage_of(connection, person_id)
        token = secrets.token_urlsafe(32)
        row = {"token_hash": hashed(token), "person_id": person_id, "created_at": now, "seen_at": now}
        connection.execute(insert(sessions).values(row | {"device": device[:_LONGEST_DEVICE], "stage": stage.value}))
        connection.execute(delete(sessions).where(sessions.c.created_at <= now - LONGEST))
        return token

    def stage_of(self, connection: Connection, person_id: int) -> Stage:
        """How far in the right password alone brings a person."""
        statement = (
            select(people.c.role, second_factors.c.confirmed_at)
            .outerjoin_from(people, second_factors, second_factors.c.person_id == people.c.id)
            .where(people.c.id == person_id)
        )
        role, confirmed_at = connection.execute(statement).one()
        if confirmed_at is not None:
            return Stage.CODE
        return Stage.ENROL if self.required(Role(role)) else Stage.FULL

    def required(self, role: Role) -> bool:
        """Whether people of this role must have a second factor."""
        return role is Role.DISKOMINFO and self._must_have_factor()


class Sessions:
    """A person's own sessions: "Perangkat saya"."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def of(self, viewer: Viewer, token: str) -> tuple[DeviceRow, ...]:
        """The live ones, this one first, then the one seen last."""
        now, here = self._clock(), hashed(token)
        mine = (
            select(sessions)
            .where(sessions.c.person_id == viewer.person_id, sessions.c.stage == Stage.FULL.value)
            .where(sessions.c.seen_at > now - IDLE, sessions.c.created_at > now - LONGEST)
        )
        with self._database.read() as connection:
            rows = [
                DeviceRow(
                    handle=row.token_hash[:_HANDLE],
                    device=row.device,
                    begun_at=row.created_at,
                    seen_at=row.seen_at,
                    here=row.token_hash == here,
                )
                for row in connection.execute(mine)
            ]
        return tuple(sorted(rows, key=lambda row: (row.here, row.seen_at), reverse=True))

    def end(self, viewer: Viewer, handle: str) -> None:
        """End one of the person's own sessions; NotFound when they have none of that name."""
        mine = sessions.c.person_id == viewer.person_id
        with self._database.write() as connection:
            hashes = connection.execute(select(sessions.c.token_hash).where(mine)).scalars()
            found = [one for one in hashes if one[:_HANDLE] == handle]
            if not found:
                raise NotFound
            connection.execute(delete(sessions).where(mine, sessions.c.token_hash.in_(found)))

    def end_others(self, viewer: Viewer, token: str) -> int:
        """End every session of the person but this one; how many."""
        others = (sessions.c.person_id == viewer.person_id) & (sessions.c.token_hash != hashed(token))
        with self._database.write() as connection:
            return connection.execute(delete(sessions).where(others)).rowcount


def end_sessions(connection: Connection, person_id: int) -> None:
    """Put a person out everywhere."""
    connection.execute(delete(sessions).where(sessions.c.person_id == person_id))


def hashed(token: str) -> str:
    """Only hashes are kept: a stolen database opens no session and no invitation."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
