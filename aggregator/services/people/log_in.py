"""Logging in with a password, and the viewer behind a session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, select, text, update

from aggregator.clock import Clock
from aggregator.domain.access import Right, Role, Viewer, reach, rights_on_tree
from aggregator.services.errors import Refused
from aggregator.services.people.attempts import count_attempt, forget_attempts
from aggregator.services.people.audit import note
from aggregator.services.people.passwords import Passwords
from aggregator.services.people.registering import Newcomer, checked, cleaned_login, register
from aggregator.services.people.sessions import (
    HALF_OPEN,
    IDLE,
    LONGEST,
    Entrance,
    Stage,
    Standing,
    end_sessions,
    hashed,
)
from aggregator.services.units import Units
from aggregator.storage.db import Database, from_micros, to_micros
from aggregator.storage.tables import invitations, people, sessions

_SEEN_EVERY = timedelta(minutes=1)
_PERSON = (  # one row a grant that holds now, one row when there is none
    'p.id, p.login, p.name, p.role, p.unit_id, p.confidential, g.unit_id AS granted, g."right", '
    "EXISTS (SELECT 1 FROM item_viewers v WHERE v.person_id = p.id) AS named"
)
_GRANTS = "LEFT JOIN grants g ON g.person_id = p.id AND g.from_at <= :now AND (g.until_at IS NULL OR g.until_at > :now)"
_BEHIND_SESSION = text(  # on every request: written out, so that nothing is built anew
    f"SELECT {_PERSON}, s.seen_at, s.stage FROM sessions s JOIN people p ON p.id = s.person_id {_GRANTS} "
    "WHERE s.token_hash = :token AND s.seen_at > :seen AND s.created_at > :begun AND p.active "
    "AND (s.stage = 'full' OR s.created_at > :half)"
)
_CALLED = text(f"SELECT {_PERSON} FROM people p {_GRANTS} WHERE p.login = :login AND p.active")
_WRONG = "Nama pengguna atau kata sandi salah."


class People:
    """Log-in with a password, and who is behind a session."""

    def __init__(
        self, database: Database, units: Units, entrance: Entrance, passwords: Passwords, clock: Clock
    ) -> None:
        self._database = database
        self._units = units
        self._entrance = entrance
        self._passwords = passwords
        self._clock = clock

    def add(
        self, login: str, name: str, role: Role, unit_id: int | None, password: str, email: str | None = None
    ) -> int:
        """Add a person with a password; their id. Raises Refused when the login is taken or something is missing."""
        person = checked(Newcomer(login=login, name=name, role=role, unit_id=unit_id, email=email))
        password_hash = self._passwords.accepted(password, login=person.login, name=person.name)
        now = self._clock()
        with self._database.write() as connection:
            person_id = register(connection, person, password_hash, now)
            note(connection, person_id, "added", None, now, role=person.role.value, unit=person.unit_id)
            return person_id

    def log_in(self, login: str, password: str, device: str = "") -> str:
        """A new session's token. Raises Refused when name or password is wrong, TooManyAttempts at the sixth try."""
        login = cleaned_login(login)
        count_attempt(self._database, login, self._clock())
        with self._database.read() as connection:
            row = connection.execute(
                select(people.c.id, people.c.password_hash, people.c.active).where(people.c.login == login)
            ).one_or_none()
        right = self._passwords.fits(row.password_hash if row else None, password)
        if row is None or not right or not row.active:
            raise Refused(_WRONG)
        with self._database.write() as connection:
            forget_attempts(connection, login)
            return self._entrance.open(connection, row.id, device)

    def viewer(self, token: str) -> Viewer | None:
        """The person behind a session who may go on; None when it ended or is half open."""
        standing = self.behind(token)
        return standing.viewer if standing is not None and standing.stage is Stage.FULL else None

    def behind(self, token: str) -> Standing | None:
        """Who is behind a session and how far in; None when it ended. One query; notes that it was seen at most once a
        minute."""
        now = self._clock()
        since = {"seen": now - IDLE, "begun": now - LONGEST, "half": now - HALF_OPEN, "now": now}
        told = {name: to_micros(moment) for name, moment in since.items()}
        with self._database.read() as connection:
            rows = connection.execute(_BEHIND_SESSION, told | {"token": hashed(token)}).all()
        if not rows:
            return None
        if now - from_micros(rows[0].seen_at) > _SEEN_EVERY:
            with self._database.write() as connection:
                connection.execute(update(sessions).where(sessions.c.token_hash == hashed(token)).values(seen_at=now))
        return Standing(viewer=self._viewer(rows), stage=Stage(rows[0].stage))

    def find(self, login: str) -> Viewer:
        """A person by login, for the command line; raises Refused when there is none."""
        with self._database.read() as connection:
            told = {"login": cleaned_login(login), "now": to_micros(self._clock())}
            rows = connection.execute(_CALLED, told).all()
        if not rows:
            raise Refused(f"Pengguna “{login}” tidak ada.")
        return self._viewer(rows)

    def reset_password(self, login: str, password: str) -> None:
        """Give a person a new password from the command line; their sessions and links end."""
        person = self.find(login)
        password_hash = self._passwords.accepted(password, login=person.login, name=person.name)
        with self._database.write() as connection:
            self._change(connection, person, {"password_hash": password_hash})
            note(connection, _id(person), "password_set", None, self._clock())

    def log_out(self, token: str) -> None:
        with self._database.write() as connection:
            connection.execute(delete(sessions).where(sessions.c.token_hash == hashed(token)))

    def change_password(self, viewer: Viewer, old: str, new: str, device: str = "") -> str:
        """Set a new password; every session ends and a new one begins, whose token is returned."""
        count_attempt(self._database, viewer.login, self._clock())
        with self._database.read() as connection:
            current = connection.execute(
                select(people.c.password_hash).where(people.c.id == viewer.person_id)
            ).scalar_one()
        if not self._passwords.fits(current, old):
            raise Refused("Kata sandi lama salah.")
        password_hash = self._passwords.accepted(new, login=viewer.login, name=viewer.name)
        with self._database.write() as connection:
            self._change(connection, viewer, {"password_hash": password_hash})
            note(connection, _id(viewer), "password_changed", viewer.person_id, self._clock())
            return self._entrance.open(connection, _id(viewer), device, proven=True)

    def _change(self, connection: Connection, person: Viewer, values: Mapping[str, object]) -> None:
        connection.execute(update(people).where(people.c.id == person.person_id).values(values))
        connection.execute(delete(invitations).where(invitations.c.person_id == person.person_id))
        end_sessions(connection, _id(person))
        forget_attempts(connection, person.login)

    def _viewer(self, rows: Sequence[Row[Any]]) -> Viewer:
        """The viewer that a person's rows describe: one a grant."""
        person, role = rows[0], Role(rows[0].role)
        granted = ((row.granted, Right(row.right)) for row in rows if row.granted is not None)
        nodes = rights_on_tree(role, person.unit_id, granted)
        units = {
            right: reach(role, nodes, right, self._units.children) for right in (Right.READ, Right.WORK, Right.MANAGE)
        }
        return Viewer(
            person_id=person.id,
            login=person.login,
            name=person.name,
            role=role,
            unit_id=person.unit_id,
            unit_ids=units[Right.READ],
            work_ids=units[Right.WORK],
            manage_ids=units[Right.MANAGE],
            confidential=bool(person.confidential),
            named=bool(person.named),
        )


def _id(person: Viewer) -> int:
    assert person.person_id is not None, "the command line has no log-in"
    return person.person_id
