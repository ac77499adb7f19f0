"""Logins at platforms: the apps Diskominfo registered, the consents under way, the credentials that came of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from authlib.common.security import generate_token
from sqlalchemy import ColumnElement, Connection, RowMapping, delete, func, insert, select, true, update

from aggregator.clock import Clock
from aggregator.contract import Consent, Credential
from aggregator.domain.access import Viewer
from aggregator.domain.pace import renewal
from aggregator.services.errors import NotFound, Refused
from aggregator.services.keyring import Keyring
from aggregator.services.sources import SettingView, Source, checked, views
from aggregator.storage.db import Database
from aggregator.storage.tables import accounts, app_secrets, consents, glances, login_secrets, logins

CONSENT_LASTS = timedelta(minutes=15)
RENEWAL_LASTS = timedelta(minutes=5)
WARN_BEFORE = timedelta(days=14)
SHORT_LIVED = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginRow:
    """A login as people see it: who, for how many accounts, and what stands in the way. `expires_at` is when a person
    must log in again; None where Sahut renews it by itself, or nothing is known."""

    id: int
    platform: str
    title: str
    accounts: int
    expires_at: datetime | None
    expires_soon: bool
    problem: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GlanceRow:
    """The last look at all accounts of a login (0: the app itself): how many it saw, with how many calls."""

    platform: str
    login_id: int
    looked: int
    calls: int
    last_success_at: datetime | None
    problem: str | None


class Logins:
    """What Diskominfo sets up once per platform, and what people connect."""

    def __init__(
        self, database: Database, keyring: Keyring, sources: Mapping[str, Source], base_url: str, clock: Clock
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._sources = sources
        self._redirect = base_url.rstrip("/") + "/hubungkan/kembali/"
        self._clock = clock

    # -- the apps --------------------------------------------------------------------------------------------------

    def app_settings(self, viewer: Viewer, platform: str) -> tuple[SettingView, ...]:
        """The fields of the platform's app; a secret's value is never shown again."""
        _may_tend(viewer)
        with self._database.read() as connection:
            return views(self._source(platform).app_settings, self._keyring.of_app(connection, platform))

    def keep_app(self, viewer: Viewer | None, platform: str, values: Mapping[str, str]) -> None:
        """Store the app's fields; an empty secret keeps the old one. Accounts of the platform are read again soon."""
        if viewer is not None:
            _may_tend(viewer)
        declared = self._source(platform).app_settings
        secret = {setting.name for setting in declared if setting.secret}
        given = {name: value for name, value in checked(declared, values).items() if value or name not in secret}
        now = self._clock()
        with self._database.write() as connection:
            self._keyring.keep_for_app(connection, platform, given)
            mine = (accounts.c.platform == platform) & accounts.c.state.in_(("active", "auth_expired", "blocked"))
            connection.execute(update(accounts).where(mine).values(next_pull_at=now, state="active"))

    def app_values(self, platform: str) -> dict[str, str]:
        with self._database.read() as connection:
            return self._keyring.of_app(connection, platform)

    # -- consent ---------------------------------------------------------------------------------------------------

    def begin(self, viewer: Viewer, platform: str) -> Consent:
        """Note that this person goes to the platform's consent page now."""
        source = self._source(platform)
        if not (viewer.works or viewer.tends_accounts) or viewer.person_id is None:
            raise NotFound
        if not source.connects:
            raise Refused(f"Akun {source.title} tidak dihubungkan lewat halaman izin; isi pengaturannya.")
        consent = Consent(state=generate_token(43), verifier=generate_token(64), redirect_uri=self._redirect)
        now = self._clock()
        with self._database.write() as connection:
            connection.execute(delete(consents).where(consents.c.created_at < now - CONSENT_LASTS))
            connection.execute(
                insert(consents).values(
                    state_hash=_hashed(consent.state), platform=platform, person_id=viewer.person_id,
                    verifier=self._keyring.seal(consent.verifier), created_at=now,
                )
            )  # fmt: skip
        return consent

    def end(self, viewer: Viewer, state: str) -> tuple[str, Consent]:
        """The platform and consent that `state` belongs to, once, for the person who began it, for 15 minutes."""
        mine = (consents.c.state_hash == _hashed(state)) & (consents.c.person_id == viewer.person_id)
        with self._database.write() as connection:
            row = connection.execute(select(consents).where(mine)).mappings().one_or_none()
            if row is None or row["created_at"] < self._clock() - CONSENT_LASTS:
                raise Refused("Penghubungan ini sudah tidak berlaku. Ulangi dari tombol Hubungkan akun.")
            taken = connection.execute(delete(consents).where(mine)).rowcount
            if not taken:
                raise Refused("Penghubungan ini sudah dipakai. Ulangi dari tombol Hubungkan akun.")
            verifier = self._keyring.open(row["verifier"])
        return row["platform"], Consent(state=state, verifier=verifier, redirect_uri=self._redirect)

    # -- logins ----------------------------------------------------------------------------------------------------

    def add(self, viewer: Viewer, platform: str, credential: Credential) -> int:
        """Keep what a consent gave; the login's number."""
        now = self._clock()
        with self._database.write() as connection:
            values = {"platform": platform, "person_id": viewer.person_id, "created_at": now, **_dates(credential, now)}
            row = connection.execute(insert(logins).values(values))
            login_id = int(row.inserted_primary_key[0])  # type: ignore[index]  # one key
            self._keyring.keep_for_login(connection, login_id, credential.secrets)
        return login_id

    def credential(self, login_id: int) -> tuple[str, Credential]:
        """The login's platform and credential; NotFound when it is gone."""
        with self._database.read() as connection:
            row = connection.execute(select(logins).where(logins.c.id == login_id)).mappings().one_or_none()
            if row is None:
                raise NotFound
            secrets = self._keyring.of_login(connection, login_id)
        return row["platform"], Credential(secrets=secrets, title=row["title"], expires_at=row["expires_at"])

    def visible(self, viewer: Viewer, login_id: int) -> tuple[str, Credential]:
        """The same for a person: their own logins, or all for those who tend accounts."""
        with self._database.read() as connection:
            owner = connection.execute(select(logins.c.person_id).where(logins.c.id == login_id)).scalar_one_or_none()
        if not viewer.tends_accounts and (owner is None or owner != viewer.person_id):
            raise NotFound
        return self.credential(login_id)

    def due(self, now: datetime) -> list[int]:
        """Logins to renew, or to look at, now."""
        with self._database.read() as connection:
            return list(connection.execute(select(logins.c.id).where(logins.c.renew_at <= now)).scalars())

    def take_for_renewal(self, login_id: int, now: datetime) -> bool:
        """Whether this caller, and nobody else for the next minutes, renews the login: two renewals at once would
        lose one of two new pairs."""
        due = (logins.c.id == login_id) & (logins.c.renew_at <= now)
        with self._database.write() as connection:
            taken = update(logins).where(due).values(renew_at=now + RENEWAL_LASTS)
            return connection.execute(taken).rowcount == 1

    def renewed(self, login_id: int, credential: Credential) -> None:
        """A new credential, all of it in one transaction: some platforms kill the old one at once."""
        now = self._clock()
        with self._database.write() as connection:
            connection.execute(update(logins).where(logins.c.id == login_id).values(_dates(credential, now)))
            self._keyring.keep_for_login(connection, login_id, credential.secrets)

    def put_off(self, login_id: int, until: datetime | None, problem: str) -> None:
        """Renewing failed: try again then, or with None leave it to a person."""
        with self._database.write() as connection:
            connection.execute(update(logins).where(logins.c.id == login_id).values(renew_at=until, problem=problem))

    def list(self, viewer: Viewer) -> tuple[LoginRow, ...]:
        """Every login, the soonest to die first."""
        _may_tend(viewer)
        return self._rows(true())

    def of_account(self, account_id: int) -> LoginRow | None:
        """The login that an account is read with; None when it has none. Whoever asks may see the account."""
        mine = select(accounts.c.login_id).where(accounts.c.id == account_id).scalar_subquery()
        return next(iter(self._rows(logins.c.id == mine)), None)

    def _rows(self, wanted: ColumnElement[bool]) -> tuple[LoginRow, ...]:
        now = self._clock()
        with self._database.read() as connection:
            uses = _uses(connection)
            found = connection.execute(select(logins).where(wanted)).mappings()
            rows = [_row(row, *uses.get(row["id"], (0, None)), now) for row in found]
        return tuple(sorted(rows, key=lambda row: (row.expires_at is None, row.expires_at or now, row.id)))

    def glances(self, viewer: Viewer) -> tuple[GlanceRow, ...]:
        """The last look of every login."""
        _may_tend(viewer)
        columns = [glances.c[name] for name in GlanceRow.__dataclass_fields__]
        with self._database.read() as connection:
            rows = connection.execute(select(*columns).order_by(glances.c.platform, glances.c.login_id)).mappings()
            return tuple(GlanceRow(**row) for row in rows)

    def ready(self) -> frozenset[str]:
        """The platforms whose app was filled in, with all that it requires; those that need no app."""
        with self._database.read() as connection:
            rows = connection.execute(select(app_secrets.c.platform, app_secrets.c.name))
            kept = {(row.platform, row.name) for row in rows}
        return frozenset(
            source.id
            for source in self._sources.values()
            if _filled_in(source, {name for platform, name in kept if platform == source.id})
        )

    def forget(self, viewer: Viewer, login_id: int) -> None:
        """Drop a login and its secrets; its accounts wait for another."""
        _may_tend(viewer)
        with self._database.write() as connection:
            orphans = accounts.c.login_id == login_id
            connection.execute(update(accounts).where(orphans).values(login_id=None, state="auth_expired"))
            connection.execute(delete(login_secrets).where(login_secrets.c.login_id == login_id))
            connection.execute(delete(logins).where(logins.c.id == login_id))

    def _source(self, platform: str) -> Source:
        source = self._sources.get(platform)
        if source is None:
            raise NotFound
        return source


def _dates(credential: Credential, now: datetime) -> dict[str, object]:
    return {
        "title": credential.title,
        "expires_at": credential.expires_at,
        "renew_at": renewal(now, credential.expires_at),
        "problem": None,
    }


def _uses(connection: Connection) -> dict[int, tuple[int, datetime | None]]:
    """By login: how many accounts it reads, and the soonest end that looking at them told."""
    told = select(accounts.c.login_id, func.count(), func.min(accounts.c.credential_expires_at))
    rows = connection.execute(told.where(accounts.c.login_id.is_not(None)).group_by(accounts.c.login_id))
    return {row[0]: (row[1], row[2]) for row in rows}


def _row(row: RowMapping, read: int, told: datetime | None, now: datetime) -> LoginRow:
    ends = told or row["expires_at"]
    if told is None and row["problem"] is None and ends is not None and ends < now + SHORT_LIVED:
        ends = None  # an hour's token that is renewed in time, over and over: no date for people
    return LoginRow(
        id=row["id"],
        platform=row["platform"],
        title=row["title"] or f"Login {row['id']}",
        accounts=read,
        expires_at=ends,
        expires_soon=ends is not None and ends < now + WARN_BEFORE,
        problem=row["problem"],
    )


def _filled_in(source: Source, kept: set[str]) -> bool:
    required = {setting.name for setting in source.app_settings if setting.required}
    return required <= kept and bool(kept or not source.app_settings)


def _may_tend(viewer: Viewer) -> None:
    if not viewer.tends_accounts:
        raise NotFound


def _hashed(state: str) -> str:
    return sha256(state.encode()).hexdigest()
