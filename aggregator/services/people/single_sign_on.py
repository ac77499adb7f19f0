"""Log-in through the government's own accounts (OpenID Connect): the visits under way, and who a returning person is.
Nobody is added by it: who comes must have been invited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from authlib.common.security import generate_token
from sqlalchemy import Connection, delete, insert, select

from aggregator.clock import Clock
from aggregator.services.errors import Refused
from aggregator.services.people.audit import note
from aggregator.services.people.sessions import Entrance, hashed
from aggregator.storage.crypto import Vault
from aggregator.storage.db import Database
from aggregator.storage.tables import people, sso_subjects, sso_visits

VISIT_LASTS = timedelta(minutes=10)
_OVER = "Waktu masuk lewat akun instansi habis, atau sudah dipakai. Ulangi dari halaman masuk."
_UNKNOWN = (
    "Akun instansi itu belum dikenal di Sahut. Mintalah Diskominfo mengundang Anda dengan alamat e-mail yang sama."
)
_OTHER = "Alamat e-mail itu sudah terikat pada akun instansi lain. Mintalah Diskominfo melepas ikatan yang lama."


@dataclass(frozen=True, slots=True, kw_only=True)
class SsoVisit:
    """One browser on its way to the issuer: `state` comes back in the address, `nonce` in the signed token, `verifier`
    (PKCE) goes to the issuer only. `nonce` is empty on the way back: it is kept as a hash."""

    state: str
    nonce: str
    nonce_hash: str
    verifier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who the issuer says it is, after its signature was checked. `email` only when the issuer verified it."""

    issuer: str
    subject: str
    email: str | None


class SingleSignOn:
    """What the database knows of visits and identities."""

    def __init__(self, database: Database, vault: Vault, entrance: Entrance, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._entrance = entrance
        self._clock = clock

    def begin(self) -> SsoVisit:
        """Note that someone leaves for the issuer."""
        now = self._clock()
        state, nonce = generate_token(43), generate_token(43)
        visit = SsoVisit(state=state, nonce=nonce, nonce_hash=hashed(nonce), verifier=generate_token(64))
        row = {"state_hash": hashed(state), "nonce_hash": visit.nonce_hash, "created_at": now}
        with self._database.write() as connection:
            connection.execute(delete(sso_visits).where(sso_visits.c.created_at < now - VISIT_LASTS))
            connection.execute(insert(sso_visits).values(row | {"verifier": self._vault.seal(visit.verifier)}))
        return visit

    def end(self, state: str) -> SsoVisit:
        """The visit this state belongs to, once, for ten minutes; raises Refused otherwise."""
        taken = (
            delete(sso_visits)
            .where(sso_visits.c.state_hash == hashed(state))
            .returning(sso_visits.c.nonce_hash, sso_visits.c.verifier, sso_visits.c.created_at)
        )
        with self._database.write() as connection:
            row = connection.execute(taken).one_or_none()
        if row is None or row.created_at < self._clock() - VISIT_LASTS:
            raise Refused(_OVER)
        return SsoVisit(state=state, nonce="", nonce_hash=row.nonce_hash, verifier=self._vault.open(row.verifier))

    def enter(self, identity: Identity, device: str) -> str:
        """The new session's token of the person the issuer named; raises Refused when Sahut knows no such person."""
        with self._database.write() as connection:
            person_id = _bound(connection, identity) or self._bind(connection, identity)
            return self._entrance.open(connection, person_id, device)

    def _bind(self, connection: Connection, identity: Identity) -> int:
        """First visit: known by the verified e-mail, and from now on by the subject."""
        now = self._clock()
        person_id = _by_email(connection, identity.email)
        meanwhile = _bound(connection, identity)  # by the same person's other window, before the lock was ours
        if meanwhile is not None:
            return meanwhile
        row = {"issuer": identity.issuer, "subject": identity.subject, "person_id": person_id, "bound_at": now}
        # What binds this subject to someone who left, binds nobody.
        same = (sso_subjects.c.issuer == identity.issuer) & (sso_subjects.c.subject == identity.subject)
        connection.execute(delete(sso_subjects).where(same))
        mine = (sso_subjects.c.issuer == identity.issuer) & (sso_subjects.c.person_id == person_id)
        if connection.execute(select(sso_subjects.c.subject).where(mine)).first() is not None:
            raise Refused(_OTHER)
        connection.execute(insert(sso_subjects).values(row))
        note(connection, person_id, "sso_bound", person_id, now)
        return person_id


def _bound(connection: Connection, identity: Identity) -> int | None:
    """The active person an earlier visit bound."""
    return connection.execute(
        select(people.c.id)
        .join_from(sso_subjects, people, people.c.id == sso_subjects.c.person_id)
        .where(sso_subjects.c.issuer == identity.issuer, sso_subjects.c.subject == identity.subject, people.c.active)
    ).scalar_one_or_none()


def _by_email(connection: Connection, email: str | None) -> int:
    """The active person with this address, locked: only one visit binds them."""
    known = (
        select(people.c.id).where(people.c.email == (email or "").strip().lower(), people.c.active).with_for_update()
    )
    person_id: int | None = connection.execute(known).scalar_one_or_none() if email else None
    if person_id is None:
        raise Refused(_UNKNOWN)
    return person_id
