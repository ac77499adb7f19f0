"""Where people are reached. An address counts once its owner showed that it is theirs: by a code that was sent there, by a
code they sent from there, or by the browser they are logged in with."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from aggregator.clock import Clock
from aggregator.contract import Bound, Permanent
from aggregator.domain.access import Viewer
from aggregator.services.errors import NotFound, Refused
from aggregator.services.keyring import Keyring
from aggregator.services.notices import announce
from aggregator.services.telling.channels import Channels
from aggregator.services.telling.media import Medium
from aggregator.storage.db import Database, to_micros
from aggregator.storage.tables import contacts, notices

CODE_LASTS = timedelta(minutes=15)
MOST = 10  # addresses of one person
CODES_AN_HOUR = 5
_TRIES = 5
_HOUR = timedelta(hours=1)
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
_LONGEST = 4_000
_WRONG = "Kode itu tidak cocok atau sudah tidak berlaku."


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRow:
    """An address as its owner sees it. `code` is shown only where the person must send it themselves."""

    id: int
    medium: str
    title: str
    shown: str
    confirmed: bool
    problem: str | None
    code: str | None
    start: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A medium that is set up: how a person adds themselves. `public` is for the browser."""

    name: str
    title: str
    label: str | None
    help: str
    listens: bool
    public: Mapping[str, str]


class Contacts:
    """A person's own addresses."""

    def __init__(self, database: Database, keyring: Keyring, channels: Channels, clock: Clock) -> None:
        self._database = database
        self._keyring = keyring
        self._channels = channels
        self._clock = clock

    def offers(self) -> tuple[Offer, ...]:
        """The media that are set up."""
        with self._database.read() as connection:
            return tuple(self._offer(connection, medium) for medium in self._channels.ready(connection).values())

    def _offer(self, connection: Connection, medium: Medium) -> Offer:
        asked = medium.address
        return Offer(
            name=medium.name,
            title=medium.title,
            label=asked.label if asked else None,
            help=asked.help if asked else "",
            listens=medium.listens,
            public=medium.public(self._channels.settings(connection, medium.name)),
        )

    def of(self, viewer: Viewer) -> tuple[ContactRow, ...]:
        """The viewer's addresses, oldest first."""
        now = self._clock()
        offers = {offer.name: offer for offer in self.offers()}
        mine = select(contacts).where(contacts.c.person_id == viewer.person_id).order_by(contacts.c.id)
        with self._database.read() as connection:
            rows = list(connection.execute(mine).mappings())
        return tuple(self._row(row, offers.get(row["medium"]), now) for row in rows)

    def _row(self, row: RowMapping, offer: Offer | None, now: datetime) -> ContactRow:
        told = offer is not None and offer.listens and row["code"] and row["code_until"] > now
        code = self._keyring.open(row["code"]) if told else None
        start = offer.public.get("start") if offer else None
        return ContactRow(
            id=row["id"],
            medium=row["medium"],
            title=offer.title if offer else row["medium"],
            shown=row["shown"],
            confirmed=row["confirmed_at"] is not None,
            problem=row["problem"],
            code=code,
            start=f"{start}{code}" if start and code else None,
        )

    # -- adding ----------------------------------------------------------------------------------------------------

    def add(self, viewer: Viewer, name: str, typed: str) -> None:
        """Keep an address and send its code there; Refused, in words for the person, when it is none."""
        medium = self._ready(name)
        if medium.address is None:
            raise NotFound
        address = _read(medium, typed)
        code = "".join(secrets.choice("0123456789") for _ in range(6))
        now = self._clock()
        with self._database.write() as connection:
            contact_id = self._put(connection, viewer, medium, address, now, code=code)
            announce(
                connection, key=f"code:{contact_id}:{to_micros(now)}", kind="code", person_ids=[_person(viewer)],
                item_id=None, at=now, data={"contact": contact_id, "medium": medium.title},
            )  # fmt: skip

    def expect(self, viewer: Viewer, name: str) -> None:
        """Make a code for the person to send from where they want to be reached."""
        medium = self._ready(name)
        if not medium.listens:
            raise NotFound
        code = "".join(secrets.choice(_LETTERS) for _ in range(8))
        pending = (contacts.c.medium == name) & contacts.c.confirmed_at.is_(None)
        with self._database.write() as connection:
            connection.execute(delete(contacts).where(contacts.c.person_id == viewer.person_id, pending))
            self._put(connection, viewer, medium, f"?{secrets.token_hex(8)}", self._clock(), code=code)

    def add_device(self, viewer: Viewer, name: str, subscription: str) -> None:
        """Keep the browser that sent this: it showed who it belongs to by being logged in."""
        medium = self._ready(name)
        if not medium.by_browser:
            raise NotFound
        with self._database.write() as connection:
            address = _read(medium, subscription)
            self._leave_others(connection, viewer, medium, address)
            self._put(connection, viewer, medium, address, self._clock(), code=None)

    def _leave_others(self, connection: Connection, viewer: Viewer, medium: Medium, address: str) -> None:
        """A browser belongs to whoever is logged in with it now: on a shared computer nobody hears another's news."""
        same = (contacts.c.medium == medium.name) & (contacts.c.digest == _digest(address))
        connection.execute(delete(contacts).where(same, contacts.c.person_id != viewer.person_id))

    def _put(
        self, connection: Connection, viewer: Viewer, medium: Medium, address: str, now: datetime, *, code: str | None
    ) -> int:
        """Insert the address, or begin anew with one that is there; its id."""
        person_id, digest = _person(viewer), _digest(address)
        same = (contacts.c.person_id == person_id) & (contacts.c.medium == medium.name) & (contacts.c.digest == digest)
        found = connection.execute(select(contacts.c.id, contacts.c.confirmed_at).where(same).with_for_update())
        row = found.one_or_none()
        if row is not None and row.confirmed_at is not None and code is not None:
            raise Refused("Alamat itu sudah terhubung.")
        self._not_too_many(connection, person_id, now, adds=row is None)
        values = {
            "address": self._keyring.seal(address),
            "shown": _shown(medium, address, code),
            "confirmed_at": now if code is None else None,
            "code": self._keyring.seal(code) if code else None,
            "code_until": now + CODE_LASTS if code else None,
            "code_tries": 0,
            "problem": None,
            "created_at": now,
        }
        if row is not None:
            connection.execute(update(contacts).where(same).values(values))
            return int(row.id)
        kept = {"person_id": person_id, "medium": medium.name, "digest": digest}
        result = connection.execute(insert(contacts).values(values | kept))
        return int(result.inserted_primary_key[0])  # type: ignore[index]  # one key

    def _not_too_many(self, connection: Connection, person_id: int, now: datetime, *, adds: bool) -> None:
        """Bounds what one person can make Sahut send to strangers."""
        mine = contacts.c.person_id == person_id
        if adds and connection.execute(select(func.count()).where(mine)).scalar_one() >= MOST:
            raise Refused(f"Paling banyak {MOST} alamat. Hapus dulu salah satunya.")
        lately = (notices.c.person_id == person_id) & (notices.c.kind == "code") & (notices.c.at > now - _HOUR)
        if connection.execute(select(func.count()).where(lately)).scalar_one() >= CODES_AN_HOUR:
            raise Refused("Terlalu banyak kode dalam satu jam. Coba lagi nanti.")

    # -- confirming ------------------------------------------------------------------------------------------------

    def confirm(self, viewer: Viewer, contact_id: int, code: str) -> None:
        """The person read the code that was sent there. After five wrong ones it is worth nothing."""
        now = self._clock()
        right = False
        with self._database.write() as connection:
            row = self._own(connection, viewer, contact_id)
            open_still = row["code"] is not None and row["code_until"] > now and row["code_tries"] < _TRIES
            if open_still and not self._channels.medium(row["medium"]).listens:
                right = compare_digest(self._keyring.open(row["code"]), _digits(code))
            values = _confirmed(now) if right else {"code_tries": row["code_tries"] + 1}
            connection.execute(update(contacts).where(contacts.c.id == contact_id).values(values))
        if not right:
            raise Refused(_WRONG)

    def bind(self, name: str, told: Iterable[Bound]) -> int:
        """Join people to the addresses from which their codes came; how many."""
        medium = self._channels.medium(name)
        return sum(self._bind_one(medium, bound) for bound in told)

    def _bind_one(self, medium: Medium, bound: Bound) -> bool:
        now = self._clock()
        try:
            address = medium.read(bound.address)
        except Permanent:  # the plugin's own mistake: the others are joined all the same
            return False
        waiting = (contacts.c.medium == medium.name) & contacts.c.confirmed_at.is_(None) & (contacts.c.code_until > now)
        with self._database.write() as connection:
            rows = connection.execute(select(contacts).where(waiting).with_for_update()).mappings()
            row = next((one for one in rows if compare_digest(self._keyring.open(one["code"]), bound.code)), None)
            if row is None:
                return False
            same = (contacts.c.medium == medium.name) & (contacts.c.digest == _digest(address))
            connection.execute(delete(contacts).where(same, contacts.c.person_id == row["person_id"]))
            values = {
                "address": self._keyring.seal(address),
                "digest": _digest(address),
                "shown": medium.shown(address),
            }
            connection.execute(update(contacts).where(contacts.c.id == row["id"]).values(values | _confirmed(now)))
        return True

    def expected(self, now: datetime) -> list[int]:
        """One contact of each medium in which somebody is expected to send a code."""
        waiting = contacts.c.confirmed_at.is_(None) & (contacts.c.code_until > now) & contacts.c.digest.like("?%")
        grouped = select(func.min(contacts.c.id)).where(waiting).group_by(contacts.c.medium)
        with self._database.read() as connection:
            return list(connection.execute(grouped).scalars())

    def medium_of(self, contact_id: int) -> str | None:
        with self._database.read() as connection:
            wanted = select(contacts.c.medium).where(contacts.c.id == contact_id)
            return connection.execute(wanted).scalar_one_or_none()

    # -- leaving ---------------------------------------------------------------------------------------------------

    def remove(self, viewer: Viewer, contact_id: int) -> None:
        """Forget an address; what was on its way there is not sent."""
        with self._database.write() as connection:
            self._own(connection, viewer, contact_id)
            connection.execute(delete(contacts).where(contacts.c.id == contact_id))

    def remove_device(self, viewer: Viewer, name: str, subscription: str) -> None:
        """The browser no longer wants to be told; harmless when it is unknown."""
        digest = _digest(_read(self._channels.medium(name), subscription))
        mine = (contacts.c.person_id == viewer.person_id) & (contacts.c.medium == name) & (contacts.c.digest == digest)
        with self._database.write() as connection:
            connection.execute(delete(contacts).where(mine))

    def _own(self, connection: Connection, viewer: Viewer, contact_id: int) -> RowMapping:
        mine = (contacts.c.id == contact_id) & (contacts.c.person_id == viewer.person_id)
        row = connection.execute(select(contacts).where(mine).with_for_update()).mappings().one_or_none()
        if row is None:
            raise NotFound
        return row

    def _ready(self, name: str) -> Medium:
        with self._database.read() as connection:
            found = self._channels.ready(connection).get(name)
        if found is None:
            raise Refused("Saluran itu belum disiapkan Diskominfo.")
        return found


def _read(medium: Medium, typed: str) -> str:
    try:
        return medium.read(typed[:_LONGEST])
    except Permanent as refusal:
        raise Refused(refusal.message) from None


def _person(viewer: Viewer) -> int:
    if viewer.person_id is None:
        raise NotFound
    return viewer.person_id


def _digest(address: str) -> str:
    """What tells addresses apart without opening them; an address that is still to come begins with "?"."""
    return address if address.startswith("?") else sha256(address.encode()).hexdigest()


def _shown(medium: Medium, address: str, code: str | None) -> str:
    return "menunggu kode dari Anda" if address.startswith("?") else medium.shown(address)


def _digits(code: str) -> str:
    return "".join(letter for letter in code if letter.isascii() and letter.isdigit())


def _confirmed(now: datetime) -> dict[str, object]:
    return {"confirmed_at": now, "code": None, "code_until": None, "code_tries": 0, "problem": None}
