"""The second factor: codes of an authenticator app (TOTP, RFC 6238), each taken once, and ten recovery codes."""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
from sqlalchemy import Connection, Row, delete, func, insert, or_, select, update

from aggregator.clock import Clock
from aggregator.domain.access import Viewer
from aggregator.services.errors import NotFound, Refused
from aggregator.services.people.attempts import code_key, count_attempt, forget_attempts
from aggregator.services.people.audit import note
from aggregator.services.people.sessions import Entrance, end_sessions, hashed
from aggregator.storage.crypto import Vault
from aggregator.storage.db import Database
from aggregator.storage.tables import people, recovery_codes, second_factors

ISSUER = "Sahut"
STEP = timedelta(seconds=30)
WINDOW = 1  # time steps a clock may be off
RECOVERY_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another: 5 bits each
_WRONG = "Kode itu salah atau sudah dipakai. Tunggu kode berikutnya, lalu coba lagi."


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorPage:
    """Whether a person has a second factor, must have one, and how many recovery codes are left."""

    confirmed_at: datetime | None
    required: bool
    codes_left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """What an authenticator app needs: an otpauth address, and the same key to type."""

    uri: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """A new session's token, and the recovery codes: shown now and never again."""

    token: str
    codes: tuple[str, ...]


class SecondFactor:
    """Sets factors up, asks for them, and takes them away."""

    def __init__(self, database: Database, vault: Vault, entrance: Entrance, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._entrance = entrance
        self._clock = clock

    def page(self, viewer: Viewer) -> FactorPage:
        """How the person stands."""
        mine = recovery_codes.c.person_id == viewer.person_id
        with self._database.read() as connection:
            row = _factor(connection, viewer)
            left = connection.execute(select(func.count()).select_from(recovery_codes).where(mine)).scalar_one()
        confirmed_at = row.confirmed_at if row else None
        return FactorPage(confirmed_at=confirmed_at, required=self._entrance.required(viewer.role), codes_left=left)

    def begin(self, viewer: Viewer) -> Enrolment:
        """What to scan; the same until a code confirmed it, so that a page may be loaded twice. Raises Refused for who
        has a factor already."""
        with self._database.write() as connection:
            row = _factor(connection, viewer)
            if row is not None and row.confirmed_at is not None:
                raise Refused("Pengaman kedua sudah aktif.")
            key = self._vault.open(row.secret) if row else pyotp.random_base32()
            if row is None:
                sealed = {"person_id": viewer.person_id, "secret": self._vault.seal(key)}
                connection.execute(insert(second_factors).values(sealed))
        return Enrolment(uri=pyotp.TOTP(key).provisioning_uri(name=viewer.login, issuer_name=ISSUER), key=key)

    def confirm(self, viewer: Viewer, code: str, device: str) -> Enrolled:
        """The app shows codes: the factor counts from now on. Sessions opened without it end."""
        person_id, now = self._try(viewer)
        with self._database.write() as connection:
            row = _factor(connection, viewer)
            if row is None or row.confirmed_at is not None:
                raise Refused("Pengaman kedua sudah aktif, atau belum dimulai. Muat ulang halaman ini.")
            self._take_counter(connection, row, code, now)
            mine = second_factors.c.person_id == person_id
            connection.execute(update(second_factors).where(mine).values(confirmed_at=now))
            note(connection, person_id, "factor_enrolled", person_id, now)
            return self._let_in(connection, viewer, device, _new_codes(connection, person_id))

    def enter(self, viewer: Viewer, code: str, device: str) -> str:
        """The second step of a log-in, with a code of the app or a recovery code: the full session's token. Raises
        Refused when the code is wrong or was used, TooManyAttempts at the sixth try in a minute."""
        person_id, now = self._try(viewer)
        with self._database.write() as connection:
            self._prove(connection, viewer, code, now)
            forget_attempts(connection, code_key(viewer.login))
            return self._entrance.open(connection, person_id, device, proven=True)

    def renew_codes(self, viewer: Viewer, code: str) -> tuple[str, ...]:
        """Ten new recovery codes; the old ones die."""
        person_id, now = self._try(viewer)
        with self._database.write() as connection:
            self._prove(connection, viewer, code, now)
            forget_attempts(connection, code_key(viewer.login))
            note(connection, person_id, "codes_renewed", person_id, now)
            return _new_codes(connection, person_id)

    def drop(self, viewer: Viewer, code: str, device: str) -> str:
        """Do without, or change to another telephone: who must have a factor sets a new one up at once. The new
        session's token; every other session ends."""
        person_id, now = self._try(viewer)
        with self._database.write() as connection:
            self._prove(connection, viewer, code, now)
            forget_attempts(connection, code_key(viewer.login))
            remove_factor(connection, person_id)
            note(connection, person_id, "factor_dropped", person_id, now)
            end_sessions(connection, person_id)
            return self._entrance.open(connection, person_id, device)

    def reset(self, viewer: Viewer, person_id: int) -> None:
        """A colleague lost telephone and recovery codes: take their factor away. They are put out everywhere."""
        if not viewer.administers or person_id == viewer.person_id:
            raise NotFound
        now = self._clock()
        with self._database.write() as connection:
            if connection.execute(select(people.c.id).where(people.c.id == person_id)).first() is None:
                raise NotFound
            remove_factor(connection, person_id)
            end_sessions(connection, person_id)
            note(connection, person_id, "factor_reset", viewer.person_id, now)

    # -- shared ----------------------------------------------------------------------------------------------------

    def _try(self, viewer: Viewer) -> tuple[int, datetime]:
        """Whose try this is, and when; it is counted first."""
        if viewer.person_id is None:
            raise NotFound
        now = self._clock()
        count_attempt(self._database, code_key(viewer.login), now)
        return viewer.person_id, now

    def _prove(self, connection: Connection, viewer: Viewer, code: str, now: datetime) -> None:
        """Raises Refused unless the code is the app's, or an unused recovery code."""
        row = _factor(connection, viewer)
        if row is None or row.confirmed_at is None:
            raise Refused("Pengaman kedua belum aktif.")
        if re.fullmatch(r"\d{6}", _bare(code)):
            self._take_counter(connection, row, code, now)
        else:
            _take_recovery_code(connection, row.person_id, code, now)

    def _take_counter(
        self, connection: Connection, row: Row[int, bytes, datetime | None], code: str, now: datetime
    ) -> None:
        """Mark the code's time step as used; raises Refused when the code is of none, or of one that was used."""
        counter = _counter(self._vault.open(row.secret), _bare(code), now)
        fresh = or_(second_factors.c.last_counter.is_(None), second_factors.c.last_counter < (counter or 0))
        mine = update(second_factors).where(second_factors.c.person_id == row.person_id, fresh)
        if counter is None or connection.execute(mine.values(last_counter=counter)).rowcount != 1:
            raise Refused(_WRONG)

    def _let_in(self, connection: Connection, viewer: Viewer, device: str, codes: tuple[str, ...]) -> Enrolled:
        assert viewer.person_id is not None, "only people have second factors"
        forget_attempts(connection, code_key(viewer.login))
        end_sessions(connection, viewer.person_id)
        return Enrolled(token=self._entrance.open(connection, viewer.person_id, device, proven=True), codes=codes)


def remove_factor(connection: Connection, person_id: int) -> None:
    for table in (second_factors, recovery_codes):
        connection.execute(delete(table).where(table.c.person_id == person_id))


def _factor(connection: Connection, viewer: Viewer) -> Row[int, bytes, datetime | None] | None:
    columns = (second_factors.c.person_id, second_factors.c.secret, second_factors.c.confirmed_at)
    return connection.execute(select(*columns).where(second_factors.c.person_id == viewer.person_id)).one_or_none()


def _counter(key: str, code: str, now: datetime) -> int | None:
    """The time step a code belongs to; None when it is of none near now."""
    here = int(now.timestamp()) // int(STEP.total_seconds())
    app = pyotp.TOTP(key)
    steps = range(here - WINDOW, here + WINDOW + 1)
    fitting = [step for step in steps if hmac.compare_digest(app.generate_otp(step).encode(), code.encode())]
    return fitting[-1] if fitting else None


def _new_codes(connection: Connection, person_id: int) -> tuple[str, ...]:
    codes = tuple(_recovery_code() for _ in range(RECOVERY_CODES))
    connection.execute(delete(recovery_codes).where(recovery_codes.c.person_id == person_id))
    rows = [{"person_id": person_id, "code_hash": hashed(_bare(code))} for code in codes]
    connection.execute(insert(recovery_codes), rows)
    return codes


def _recovery_code() -> str:
    """Fifteen letters, 74 bits: no salt is needed against a stolen database."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(3))


def _take_recovery_code(connection: Connection, person_id: int, code: str, now: datetime) -> None:
    mine = recovery_codes.c.person_id == person_id
    used = delete(recovery_codes).where(mine, recovery_codes.c.code_hash == hashed(_bare(code)))
    if connection.execute(used).rowcount != 1:
        raise Refused(_WRONG)
    left = connection.execute(select(func.count()).select_from(recovery_codes).where(mine)).scalar_one()
    note(connection, person_id, "recovery_used", person_id, now, left=left)


def _bare(code: str) -> str:
    """A code without the blanks and dashes it is read with."""
    return re.sub(r"[\s-]", "", code).lower()[:40]
