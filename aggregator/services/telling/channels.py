"""The media, as Diskominfo sets them up: settings (sealed), what stands in the way, how long each rests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, update

from aggregator.clock import Clock
from aggregator.domain.access import Viewer
from aggregator.services.errors import NotFound, Refused
from aggregator.services.keyring import Keyring
from aggregator.services.notices import announce
from aggregator.services.sources import SettingView, checked, views
from aggregator.services.telling.media import Medium
from aggregator.storage.bulk import execute_many
from aggregator.storage.db import Database, to_micros
from aggregator.storage.tables import app_secrets, channels, contacts, deliveries

_PREFIX = "notify:"  # beside the platforms' apps, in the same sealed table
_REST = timedelta(minutes=5)
_LONGEST_REST = timedelta(hours=1)
_LONGEST_WAIT = timedelta(hours=6)  # of what a medium may ask for
_DAY = timedelta(days=1)
_KNOWN = "INSERT INTO channels (name, failures, changed_at) VALUES (?, 0, ?) ON CONFLICT (name) DO NOTHING"
_MADE = "INSERT INTO app_secrets (platform, name, ciphertext) VALUES (?, ?, ?) ON CONFLICT (platform, name) DO NOTHING"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRow:
    """A medium as Diskominfo sees it: `sent` and `failed` of the last day, `waiting` now, `people` who are reached."""

    name: str
    title: str
    settings: tuple[SettingView, ...]
    ready: bool
    by_browser: bool
    problem: str | None
    rests_until: datetime | None
    people: int
    sent: int
    failed: int
    waiting: int


class Channels:
    """Reads and keeps what each medium needs."""

    def __init__(self, database: Database, keyring: Keyring, media: Mapping[str, Medium], clock: Clock) -> None:
        self._database = database
        self._keyring = keyring
        self._media = media
        self._clock = clock

    # -- for Diskominfo --------------------------------------------------------------------------------------------

    def rows(self, viewer: Viewer) -> tuple[ChannelRow, ...]:
        """Every medium by title, in a fixed number of statements and one for each medium's settings."""
        _may_keep(viewer)
        now = self._clock()
        with self._database.read() as connection:
            states = {row["name"]: row for row in connection.execute(select(channels)).mappings()}
            counts = _counts(connection, now)
            reached = _reached(connection)
            kept = {name: self.settings(connection, name) for name in self._media}
        rows = []
        for medium in self._media.values():
            state = states.get(medium.name)
            told = {name: counts.get((medium.name, name), 0) for name in ("sent", "failed", "waiting")}
            holds = state["hold_until"] if state else None
            rows.append(
                ChannelRow(
                    name=medium.name,
                    title=medium.title,
                    settings=views(medium.settings, kept[medium.name]),
                    ready=medium.filled_in(kept[medium.name]),
                    by_browser=medium.by_browser,
                    problem=state["problem"] if state else None,
                    rests_until=holds if holds and holds > now else None,
                    people=reached.get(medium.name, 0),
                    **told,
                )
            )
        return tuple(sorted(rows, key=lambda row: row.title.casefold()))

    def keep(self, viewer: Viewer, name: str, values: Mapping[str, str]) -> None:
        """Store a medium's settings; an empty secret keeps the old one. It is tried again at once."""
        _may_keep(viewer)
        medium = self.medium(name)
        secret = {setting.name for setting in medium.settings if setting.secret}
        given = {key: value for key, value in checked(medium.settings, values).items() if value or key not in secret}
        now = self._clock()
        with self._database.write() as connection:
            self._refuse_another_use(connection, name, {given[key] for key in secret & given.keys()})
            self._keyring.keep_for_app(connection, _PREFIX + name, given)
            _know(connection, name, now)
            fresh = {"problem": None, "hold_until": None, "failures": 0, "changed_at": now}
            connection.execute(update(channels).where(channels.c.name == name).values(fresh))
            ours = select(contacts.c.id).where(contacts.c.medium == name)
            waiting = update(deliveries).where(deliveries.c.contact_id.in_(ours), deliveries.c.state == "queued")
            connection.execute(waiting.where(deliveries.c.tries > 0).values(send_after=now))

    def try_out(self, viewer: Viewer, name: str) -> None:
        """Send the viewer a notice through this medium alone. Refused without an own address there."""
        _may_keep(viewer)
        self.medium(name)
        now = self._clock()
        mine = (
            (contacts.c.person_id == viewer.person_id)
            & (contacts.c.medium == name)
            & contacts.c.confirmed_at.is_not(None)
        )
        with self._database.write() as connection:
            if connection.execute(select(contacts.c.id).where(mine)).first() is None or viewer.person_id is None:
                raise Refused(
                    "Anda sendiri belum terhubung lewat saluran ini. Hubungkan dulu di halaman Pemberitahuan saya."
                )
            key = f"trial:{name}:{to_micros(now)}"
            announce(
                connection, key=key, kind="trial", person_ids=[viewer.person_id], item_id=None, at=now,
                data={"medium": name},
            )  # fmt: skip

    def _refuse_another_use(self, connection: Connection, name: str, secrets: set[str]) -> None:
        """A platform of the same name reads with its own key: a bot that does both would lose comments."""
        if secrets & set(self._keyring.of_app(connection, name).values()):
            raise Refused("Kunci itu sudah dipakai untuk membaca komentar. Buat yang tersendiri untuk pemberitahuan.")

    # -- for the others --------------------------------------------------------------------------------------------

    def medium(self, name: str) -> Medium:
        found = self._media.get(name)
        if found is None:
            raise NotFound
        return found

    def settings(self, connection: Connection, name: str) -> dict[str, str]:
        """What a medium is lent, secrets opened."""
        return self._keyring.of_app(connection, _PREFIX + name)

    def lent(self, name: str) -> dict[str, str]:
        with self._database.read() as connection:
            return self.settings(connection, name)

    def ready(self, connection: Connection) -> dict[str, Medium]:
        """The media that are set up, in the order of their titles."""
        rows = connection.execute(
            select(app_secrets.c.platform, app_secrets.c.name).where(app_secrets.c.platform.like(f"{_PREFIX}%"))
        )
        kept: dict[str, dict[str, str]] = {}
        for row in rows:
            kept.setdefault(row.platform.removeprefix(_PREFIX), {})[row.name] = "kept"
        found = [medium for medium in self._media.values() if medium.filled_in(kept.get(medium.name, {}))]
        return {medium.name: medium for medium in sorted(found, key=lambda medium: medium.title.casefold())}

    def prepare(self) -> None:
        """Make what media make themselves, once for the whole installation, whoever is first."""
        for medium in self._media.values():
            made = medium.made(self.lent(medium.name))
            rows = [(_PREFIX + medium.name, key, self._keyring.seal(value)) for key, value in made.items()]
            if rows:
                with self._database.write() as connection:
                    execute_many(connection, _MADE, rows)

    def resting(self, connection: Connection, now: datetime) -> list[str]:
        return list(connection.execute(select(channels.c.name).where(channels.c.hold_until > now)).scalars())

    def rest(
        self, connection: Connection, name: str, problem: str, now: datetime, until: datetime | None = None
    ) -> datetime:
        """Leave a medium alone: until the time it asked for, else longer with every failure; until when."""
        _know(connection, name, now)
        lock = select(channels.c.failures).where(channels.c.name == name).with_for_update()
        failures = connection.execute(lock).scalar_one()
        if until is None:
            until, told = now + min(_REST * 2 ** min(failures, 10), _LONGEST_REST), problem
            failures += 1
        else:
            until, told = min(max(until, now), now + _LONGEST_WAIT), None
        values = {"hold_until": until, "failures": failures, "problem": told, "changed_at": now}
        connection.execute(update(channels).where(channels.c.name == name).values(values))
        return until

    def works(self, connection: Connection, name: str, now: datetime) -> None:
        """It brought something just now."""
        troubled = (channels.c.name == name) & (channels.c.failures > 0)
        well = {"problem": None, "hold_until": None, "failures": 0, "changed_at": now}
        connection.execute(update(channels).where(troubled).values(well))


def _know(connection: Connection, name: str, now: datetime) -> None:
    execute_many(connection, _KNOWN, [(name, to_micros(now))])


def _reached(connection: Connection) -> dict[str, int]:
    """By medium: how many people it reaches."""
    grouped = select(contacts.c.medium, func.count(contacts.c.person_id.distinct()).label("n"))
    confirmed = grouped.where(contacts.c.confirmed_at.is_not(None)).group_by(contacts.c.medium)
    return {row.medium: row.n for row in connection.execute(confirmed)}


def _counts(connection: Connection, now: datetime) -> dict[tuple[str, str], int]:
    """By medium: what is waiting, and what became of the rest in the last day."""
    names = {"queued": "waiting", "unsure": "waiting", "sending": "waiting", "sent": "sent", "failed": "failed"}
    grouped = (
        select(contacts.c.medium, deliveries.c.state, func.count().label("n"))
        .join_from(deliveries, contacts, contacts.c.id == deliveries.c.contact_id)
        .where(deliveries.c.state.in_(names), deliveries.c.created_at > now - _DAY)
        .group_by(contacts.c.medium, deliveries.c.state)
    )
    found: dict[tuple[str, str], int] = {}
    for row in connection.execute(grouped):
        place = (row.medium, names[row.state])
        found[place] = found.get(place, 0) + row.n
    return found


def _may_keep(viewer: Viewer) -> None:
    if not viewer.administers:
        raise NotFound
