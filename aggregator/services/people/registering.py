"""Who a person is on paper: what must be known of them before they get a log-in, and how it is changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from aggregator.domain.access import OF_A_UNIT, READS_CONFIDENTIAL, Role
from aggregator.services.errors import Refused
from aggregator.storage.tables import people

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{1,59}")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """What an admin fills in about a person."""

    login: str
    name: str
    role: Role
    unit_id: int | None
    email: str | None = None


def cleaned_login(typed: str) -> str:
    """A login as it is kept, of whatever a person typed."""
    return _clean(typed).lower()[:_LONGEST]


def cleaned_email(typed: str | None) -> str | None:
    """An e-mail address as it is kept; None when nothing was typed. Raises Refused when it is none."""
    address = _clean(typed or "").lower()
    if not address:
        return None
    if len(address) > 254 or not _EMAIL.fullmatch(address):
        raise Refused("Alamat e-mail itu tidak lengkap. Contoh: nama@kabupaten.go.id")
    return address


def checked(person: Newcomer) -> Newcomer:
    """The same as it is kept; raises Refused when something is missing."""
    tidy = Newcomer(
        login=cleaned_login(person.login),
        name=_clean(person.name)[:_LONGEST],
        role=person.role,
        unit_id=person.unit_id,
        email=cleaned_email(person.email),
    )
    if not tidy.login or not tidy.name:
        raise Refused("Nama pengguna dan nama lengkap harus diisi.")
    if tidy.unit_id is None and tidy.role in OF_A_UNIT:
        raise Refused("Orang dengan peran itu harus mempunyai unit. Pilih unitnya.")
    return tidy


def check_login(login: str) -> None:
    """Raises Refused for a login that would be hard to type or to say on the telephone."""
    if not _LOGIN.fullmatch(cleaned_login(login)):
        raise Refused("Nama pengguna: 2 sampai 60 huruf kecil, angka, titik, atau garis; tanpa spasi.")


def register(connection: Connection, person: Newcomer, password_hash: str, now: datetime) -> int:
    """Add a checked person; their id. Raises Refused when the login or the e-mail is taken."""
    if connection.execute(select(people.c.id).where(people.c.login == person.login)).first():
        raise Refused(f"Nama pengguna “{person.login}” sudah dipakai.")
    check_email_free(connection, person.email)
    row = {
        "login": person.login, "name": person.name, "role": person.role.value, "unit_id": person.unit_id,
        "email": person.email, "password_hash": password_hash, "created_at": now,
        "confidential": person.role in READS_CONFIDENTIAL,
    }  # fmt: skip
    with taken_meanwhile():
        return int(connection.execute(insert(people).values(row)).inserted_primary_key[0])  # type: ignore[index]  # one key


@contextmanager
def taken_meanwhile() -> Iterator[None]:
    """Two admins at once: the schema lets one win, the other is told."""
    try:
        yield
    except IntegrityError:
        raise Refused("Nama pengguna atau e-mail itu baru saja dipakai rekan Anda. Pilih yang lain.") from None


def check_email_free(connection: Connection, email: str | None, but: int | None = None) -> None:
    """Raises Refused when an active person other than `but` has this address."""
    holder = select(people.c.id).where(people.c.email == email, people.c.active, people.c.id != (but or 0))
    if email is not None and connection.execute(holder).first():
        raise Refused(f"Alamat e-mail “{email}” sudah dipakai orang lain.")


def _clean(typed: str) -> str:
    """What a person typed, as every database can hold it."""
    return typed.replace("\x00", "").encode("utf-8", "replace").decode().strip()
