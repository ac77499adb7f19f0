"""Links by which people choose a password, the first or a new one: random, kept as a hash, for seven days, once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, delete, insert, select, update

from aggregator.clock import Clock
from aggregator.domain.access import Viewer
from aggregator.services.errors import NotFound, Refused
from aggregator.services.people.attempts import forget_attempts
from aggregator.services.people.audit import note
from aggregator.services.people.passwords import NONE, Passwords
from aggregator.services.people.registering import Newcomer, check_login, checked, register
from aggregator.services.people.sessions import Entrance, end_sessions, hashed
from aggregator.storage.db import Database
from aggregator.storage.tables import invitations, people

VALID = timedelta(days=7)
INVITE, RESET = "invite", "reset"
_OVER = "Tautan ini sudah dipakai atau tidak berlaku lagi. Mintalah tautan baru kepada Diskominfo."


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    """Whom a link belongs to, and what it is for: "invite" or "reset"."""

    login: str
    name: str
    purpose: str
    expires_at: datetime


class Invitations:
    """Makes links and takes them back."""

    def __init__(self, database: Database, entrance: Entrance, passwords: Passwords, clock: Clock) -> None:
        self._database = database
        self._entrance = entrance
        self._passwords = passwords
        self._clock = clock

    def invite(self, viewer: Viewer, person: Newcomer) -> tuple[int, str]:
        """Add a person who has no password yet; their id and the secret part of their link. Raises Refused when
        something is missing or taken."""
        if not viewer.administers:
            raise NotFound
        check_login(person.login)
        tidy, now = checked(person), self._clock()
        with self._database.write() as connection:
            person_id = register(connection, tidy, NONE, now)
            note(connection, person_id, "invited", viewer.person_id, now, role=tidy.role.value, unit=tidy.unit_id)
            return person_id, write_link(connection, person_id, INVITE, now)

    def renew(self, viewer: Viewer, person_id: int) -> str:
        """A new link for a person who has none, lost theirs, or forgot the password; older links die. The old
        password still works until the new one is chosen."""
        if not viewer.administers:
            raise NotFound
        now = self._clock()
        with self._database.write() as connection:
            person = connection.execute(
                select(people.c.password_hash, people.c.active).where(people.c.id == person_id)
            ).one_or_none()
            if person is None:
                raise NotFound
            if not person.active:
                raise Refused("Orang ini sudah dinonaktifkan. Aktifkan dahulu, lalu buat tautannya.")
            purpose = INVITE if person.password_hash == NONE else RESET
            note(connection, person_id, "link_made", viewer.person_id, now, purpose=purpose)
            return write_link(connection, person_id, purpose, now)

    def look(self, token: str) -> Welcome:
        """Whose link this is; raises NotFound when it was used, replaced, or is too old."""
        with self._database.read() as connection:
            row = _open_link(connection, token, self._clock())
        return Welcome(login=row.login, name=row.name, purpose=row.purpose, expires_at=row.expires_at)

    def accept(self, token: str, password: str, device: str) -> str:
        """Set the password the person chose and let them in: the new session's token. Every older session ends."""
        now = self._clock()
        with self._database.read() as connection:
            row = _open_link(connection, token, now)
        password_hash = self._passwords.accepted(password, login=row.login, name=row.name)
        with self._database.write() as connection:
            taken = (
                delete(invitations).where(invitations.c.token_hash == hashed(token)).returning(invitations.c.purpose)
            )
            purpose = connection.execute(taken).scalar_one_or_none()
            chosen = update(people).where(people.c.id == row.person_id, people.c.active)
            if purpose is None or connection.execute(chosen.values(password_hash=password_hash)).rowcount != 1:
                raise NotFound(_OVER)  # somebody was faster
            end_sessions(connection, row.person_id)
            forget_attempts(connection, row.login)
            note(connection, row.person_id, "joined" if purpose == INVITE else "password_reset", row.person_id, now)
            return self._entrance.open(connection, row.person_id, device)


def write_link(connection: Connection, person_id: int, purpose: str, now: datetime) -> str:
    """The secret part of a new link; it is nowhere else."""
    token = secrets.token_urlsafe(32)
    connection.execute(
        delete(invitations).where((invitations.c.person_id == person_id) | (invitations.c.expires_at <= now))
    )
    row = {"token_hash": hashed(token), "person_id": person_id, "purpose": purpose, "created_at": now}
    connection.execute(insert(invitations).values(row | {"expires_at": now + VALID}))
    return token


def _open_link(connection: Connection, token: str, now: datetime) -> Row[int, str, datetime, str, str]:
    link = invitations.c
    statement = (
        select(link.person_id, link.purpose, link.expires_at, people.c.login, people.c.name)
        .join_from(invitations, people, people.c.id == link.person_id)
        .where(link.token_hash == hashed(token), link.expires_at > now, people.c.active)
    )
    row = connection.execute(statement).one_or_none()
    if row is None:
        raise NotFound(_OVER)
    return row
