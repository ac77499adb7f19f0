"""Who works here: accounts of people, their passwords and sessions."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, Row, delete, insert, select, text, update

from aggregator.clock import Clock
from aggregator.domain.access import OF_A_UNIT, READS_CONFIDENTIAL, Right, Role, Viewer, reach, rights_on_tree
from aggregator.services.errors import Refused, TooManyAttempts
from aggregator.services.units import Units
from aggregator.storage.bulk import execute_many
from aggregator.storage.db import Database, from_micros, to_micros
from aggregator.storage.tables import login_attempts, people, sessions

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
_SEEN_EVERY = timedelta(minutes=1)
_TRIES = 5
_TRY_WINDOW = timedelta(seconds=60)
_MIN_PASSWORD = 8
_PERSON = (  # one row a grant that holds now, one row when there is none
    'p.id, p.login, p.name, p.role, p.unit_id, p.confidential, g.unit_id AS granted, g."right", '
    "EXISTS (SELECT 1 FROM item_viewers v WHERE v.person_id = p.id) AS named"
)
_GRANTS = "LEFT JOIN grants g ON g.person_id = p.id AND g.from_at <= :now AND (g.until_at IS NULL OR g.until_at > :now)"
_BEHIND_SESSION = text(  # on every request: written out, so that nothing is built anew
    f"SELECT {_PERSON}, s.seen_at FROM sessions s JOIN people p ON p.id = s.person_id {_GRANTS} "
    "WHERE s.token_hash = :token AND s.seen_at > :seen AND s.created_at > :begun AND p.active"
)
_CALLED = text(f"SELECT {_PERSON} FROM people p {_GRANTS} WHERE p.login = :login AND p.active")
_WRONG = "Nama pengguna atau kata sandi salah."


class People:
    """Log-in, sessions and the viewer behind a session."""

    def __init__(self, database: Database, units: Units, clock: Clock) -> None:
        self._database = database
        self._units = units
        self._clock = clock
        self._hasher = PasswordHasher()
        self._nobody = self._hasher.hash(secrets.token_hex(16))  # unknown names take as long as known ones

    def add(self, login: str, name: str, role: Role, unit_id: int | None, password: str) -> int:
        """Add a person; their id. Raises Refused when the login is taken or something is missing."""
        login = _login(login)
        if not login or not name.strip():
            raise Refused("Nama pengguna dan nama lengkap harus diisi.")
        if role in OF_A_UNIT and unit_id is None:
            raise Refused("Peran ini harus mempunyai unit.")
        _check_password(password)
        with self._database.write() as connection:
            if connection.execute(select(people.c.id).where(people.c.login == login)).first():
                raise Refused(f"Nama pengguna “{login}” sudah dipakai.")
            row = {
                "login": login,
                "name": name.strip(),
                "role": role.value,
                "unit_id": unit_id,
                "confidential": role in READS_CONFIDENTIAL,
                "created_at": self._clock(),
            }
            result = connection.execute(insert(people).values(row | {"password_hash": self._hasher.hash(password)}))
            return int(result.inserted_primary_key[0])  # type: ignore[index]  # one key

    def log_in(self, login: str, password: str) -> str:
        """A new session's token. Raises Refused when name or password is wrong, TooManyAttempts at the sixth try."""
        login = _login(login)
        now = self._clock()
        self._count_attempt(login, now)
        with self._database.read() as connection:
            row = connection.execute(
                select(people.c.id, people.c.password_hash, people.c.active).where(people.c.login == login)
            ).one_or_none()
        right = self._verify(row.password_hash if row else self._nobody, password)
        if row is None or not right or not row.active:
            raise Refused(_WRONG)
        with self._database.write() as connection:
            connection.execute(delete(login_attempts).where(login_attempts.c.login == login))
            return _open_session(connection, row.id, now)

    def viewer(self, token: str) -> Viewer | None:
        """The person behind a session; None when it ended. One query; notes that it was seen at most once a minute."""
        now = self._clock()
        oldest = {"token": _hash(token), "seen": to_micros(now - IDLE), "begun": to_micros(now - LONGEST)}
        with self._database.read() as connection:
            rows = connection.execute(_BEHIND_SESSION, oldest | {"now": to_micros(now)}).all()
        if not rows:
            return None
        if now - from_micros(rows[0].seen_at) > _SEEN_EVERY:
            with self._database.write() as connection:
                connection.execute(update(sessions).where(sessions.c.token_hash == _hash(token)).values(seen_at=now))
        return self._viewer(rows)

    def find(self, login: str) -> Viewer:
        """A person by login, for the command line; raises Refused when there is none."""
        with self._database.read() as connection:
            rows = connection.execute(_CALLED, {"login": _login(login), "now": to_micros(self._clock())}).all()
        if not rows:
            raise Refused(f"Pengguna “{login}” tidak ada.")
        return self._viewer(rows)

    def reset_password(self, login: str, password: str) -> None:
        """Give a person a new password; their sessions end."""
        _check_password(password)
        self._change(self.find(login), {"password_hash": self._hasher.hash(password)})

    def deactivate(self, login: str) -> None:
        """A person who left can log in no more; their sessions end, what they did stays."""
        self._change(self.find(login), {"active": False})

    def _change(self, person: Viewer, values: Mapping[str, object]) -> None:
        with self._database.write() as connection:
            connection.execute(update(people).where(people.c.id == person.person_id).values(values))
            connection.execute(delete(sessions).where(sessions.c.person_id == person.person_id))
            connection.execute(delete(login_attempts).where(login_attempts.c.login == person.login))

    def log_out(self, token: str) -> None:
        with self._database.write() as connection:
            connection.execute(delete(sessions).where(sessions.c.token_hash == _hash(token)))

    def change_password(self, viewer: Viewer, old: str, new: str) -> str:
        """Set a new password; every session ends and a new one begins, whose token is returned."""
        now = self._clock()
        self._count_attempt(viewer.login, now)
        with self._database.read() as connection:
            current = connection.execute(
                select(people.c.password_hash).where(people.c.id == viewer.person_id)
            ).scalar_one()
        if not self._verify(current, old):
            raise Refused("Kata sandi lama salah.")
        _check_password(new)
        with self._database.write() as connection:
            values = {"password_hash": self._hasher.hash(new)}
            connection.execute(update(people).where(people.c.id == viewer.person_id).values(values))
            connection.execute(delete(sessions).where(sessions.c.person_id == viewer.person_id))
            connection.execute(delete(login_attempts).where(login_attempts.c.login == viewer.login))
            return _open_session(connection, viewer.person_id, now)

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

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

    def _count_attempt(self, login: str, now: datetime) -> None:
        """Count this try before looking at the password, so that parallel tries count too."""
        with self._database.write() as connection:
            connection.execute(delete(login_attempts).where(login_attempts.c.first_at < now - _TRY_WINDOW))
            execute_many(
                connection,
                "INSERT INTO login_attempts (login, failures, first_at) VALUES (?, 1, ?) "
                "ON CONFLICT (login) DO UPDATE SET failures = login_attempts.failures + 1",
                [(login, to_micros(now))],
            )
            row = connection.execute(select(login_attempts).where(login_attempts.c.login == login)).one()
        if row.failures > _TRIES:
            raise TooManyAttempts(max(1, int((row.first_at + _TRY_WINDOW - now).total_seconds())))


def _login(typed: str) -> str:
    """A login as it is kept, of whatever a person typed."""
    return typed.replace("\x00", "").encode("utf-8", "replace").decode().strip().lower()[:200]


def _check_password(password: str) -> None:
    if len(password) < _MIN_PASSWORD:
        raise Refused(f"Kata sandi paling sedikit {_MIN_PASSWORD} huruf.")


def _open_session(connection: Connection, person_id: int | None, now: datetime) -> str:
    token = secrets.token_urlsafe(32)
    connection.execute(
        insert(sessions).values(token_hash=_hash(token), person_id=person_id, created_at=now, seen_at=now)
    )
    connection.execute(delete(sessions).where(sessions.c.created_at <= now - LONGEST))
    return token


def _hash(token: str) -> str:
    """Only the hash is kept: a stolen database opens no session."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
