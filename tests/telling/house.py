"""What the tests of telling people do over and over: let something happen, let time pass, look at what was told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
from sqlalchemy import Connection, func, insert, select, update

from aggregator.app import App
from aggregator.app import Telling as Parts
from aggregator.contract import Author, Kind, Message, ThreadRef
from aggregator.domain.access import Role, Viewer
from aggregator.services.intake import Source
from aggregator.services.notices import announce
from aggregator.storage.ids import code_of
from aggregator.storage.tables import contacts, deliveries, events, items, messages, notices
from tests.fakes.clock import SteppableClock
from tests.fakes.demo import PASSWORD, Demo
from tests.fakes.mailbox import Mailbox


@dataclass(frozen=True)
class Told:
    """A notice as it was written."""

    person: str
    kind: str
    key: str
    data: dict[str, Any]
    item: int | None


class Telling:
    """`operator` works for PUPR, `kominfo` is Diskominfo's admin; both are reached by e-mail."""

    def __init__(self, demo: Demo, mailbox: Mailbox) -> None:
        self.demo, self.mailbox = demo, mailbox
        self.core: App = demo.core
        self.parts: Parts = demo.core.telling
        self.set_up_mail(demo.core, demo.people["kominfo"])
        self.contacts = {login: self.reach(login, f"{login}@kab.example") for login in ("operator", "kominfo")}
        self.parts.follower.follow(self.now)
        self.clock.step(minutes=20)
        self.parts.watch.look(self.now)

    def set_up_mail(self, core: App, admin: Viewer, **more: str) -> None:
        told = {"host": "127.0.0.1", "port": str(self.mailbox.port), "security": "tanpa sandi"}
        core.telling.channels.keep(admin, "email", told | {"sender": "sahut@kab.example"} | more)

    @property
    def now(self) -> Any:
        return self.core.clock()

    @property
    def clock(self) -> SteppableClock:
        clock = self.core.clock
        assert isinstance(clock, SteppableClock)
        return clock

    # -- people --------------------------------------------------------------------------------------------------------

    def person(self, login: str, role: Role, unit: str | None = None) -> Viewer:
        """Somebody more, reached by e-mail."""
        self.core.people.add(login, login.title(), role, self.demo.units[unit] if unit else None, PASSWORD)
        self.demo.people[login] = self.core.people.find(login)
        self.contacts[login] = self.reach(login, f"{login}@kab.example")
        return self.demo.people[login]

    def reach(self, login: str, address: str, medium: str = "email") -> int:
        """A confirmed address of a person."""
        row = {
            "person_id": self.demo.people[login].person_id, "medium": medium, "digest": address, "shown": address,
            "address": self.core.vault.seal(address), "confirmed_at": self.now, "created_at": self.now,
        }  # fmt: skip
        with self.core.database.write() as connection:
            result = connection.execute(insert(contacts).values(row))
            return int(result.inserted_primary_key[0])  # type: ignore[index]  # one key

    # -- what happens --------------------------------------------------------------------------------------------------

    def item(self, external_id: str) -> int:
        with self.core.database.read() as connection:
            return int(
                connection.execute(select(messages.c.id).where(messages.c.external_id == external_id)).scalar_one()
            )

    def happen(self, external_id: str, kind: str, data: str = "{}", actor: str | None = None) -> int:
        """Something happened to an item; the event's number."""
        person = self.demo.people[actor].person_id if actor else None
        row = {"item_id": self.item(external_id), "at": self.now, "kind": kind, "data": data, "actor_id": person}
        with self.core.database.write() as connection:
            result = connection.execute(insert(events).values(row))
            return int(result.inserted_primary_key[0])  # type: ignore[index]  # one key

    def change(self, external_id: str, **values: Any) -> None:
        with self.core.database.write() as connection:
            connection.execute(update(items).where(items.c.id == self.item(external_id)).values(values))

    def write(self, external_id: str, text: str, author: str, parent: str | None = None) -> str:
        """A citizen writes under the first post; the public code of what became of it."""
        message = Message(
            external_id=external_id,
            kind=Kind.COMMENT,
            thread=ThreadRef(external_id="p1", url="https://pupr.contoh.example/p1"),
            author=Author(external_id=author, name=author.title()),
            text=text,
            created_at=self.now,
            parent_id=parent,
        )
        demo = self.demo
        source = Source(account_id=demo.accounts["PUPR"], platform="website", unit_id=demo.units["PUPR"], own_host=True)
        self.core.intake.store(source, [message], self.now)
        return code_of(self.item(external_id))

    def announce(self, login: str, key: str = "k", kind: str = "assigned", **data: Any) -> int:
        """Tell one person something; the notice's number."""
        with self.core.database.write() as connection:
            self.announce_in(connection, login, key, kind, **data)
        with self.core.database.read() as connection:
            wanted = select(notices.c.id).where(
                notices.c.key == key, notices.c.person_id == self.demo.people[login].person_id
            )
            return int(connection.execute(wanted).scalar_one())

    def announce_in(self, connection: Connection, login: str, key: str, kind: str = "assigned", **data: Any) -> None:
        item_id = data.pop("item_id", None)
        person = self.demo.people[login].person_id
        assert person is not None
        announce(
            connection, key=key, kind=kind, person_ids=[person], item_id=item_id, at=self.now, data=data
        )  # fmt: skip

    # -- time passes ---------------------------------------------------------------------------------------------------

    def follow(self) -> list[Told]:
        """What the follower tells of what is new."""
        before = self._newest()
        self.parts.follower.follow(self.now)
        return self.told(before)

    def look(self, **delta: float) -> list[Told]:
        """What the watch tells after some time."""
        if delta:
            self.clock.step(**delta)
        before = self._newest()
        self.parts.watch.look(self.now)
        return self.told(before)

    def told(self, after: int = 0) -> list[Told]:
        logins = {viewer.person_id: login for login, viewer in self.demo.people.items()}
        with self.core.database.read() as connection:
            rows = connection.execute(select(notices).where(notices.c.id > after).order_by(notices.c.id)).all()
        return [Told(logins[row.person_id], row.kind, row.key, orjson.loads(row.data), row.item_id) for row in rows]

    def _newest(self) -> int:
        with self.core.database.read() as connection:
            return int(connection.execute(select(func.coalesce(func.max(notices.c.id), 0))).scalar_one())

    def due(self) -> list[int]:
        return self.parts.outbox.due(self.now)

    def work(self) -> list[str]:
        """Spread what is new and send what is due; what became of each."""
        self.parts.spreader.spread(self.now)
        return [self.parts.messenger.deliver(one) for one in self.due()]

    def deliveries(self) -> list[tuple[str, int, str | None]]:
        """(state, tries, problem) of every delivery."""
        with self.core.database.read() as connection:
            rows = connection.execute(select(deliveries).order_by(deliveries.c.id)).all()
        return [(row.state, row.tries, row.problem) for row in rows]

    def after(self, index: int = -1) -> timedelta:
        """How long a delivery still waits."""
        with self.core.database.read() as connection:
            rows = connection.execute(select(deliveries.c.send_after).order_by(deliveries.c.id)).scalars().all()
        return rows[index] - self.now
