"""A pretended internet, a house that reads it, and short words for what tests do with both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

from sqlalchemy import select, update

from aggregator.app import App
from aggregator.demo.kabupaten import add_account, set_up_apps
from aggregator.demo.town import AccountLine, account_lines
from aggregator.fakes.internet import FakeInternet, served
from aggregator.fakes.skin import Push
from aggregator.fakes.skins import SKINS
from aggregator.fakes.world import Comment, Person, Place, World
from aggregator.services.units import UnitRow, import_units
from aggregator.storage.tables import accounts, messages
from tests.fakes.clock import SteppableClock

FIRST_DAY = timedelta(days=3)


@dataclass
class Stage:
    """One world, one house. `ids` are account numbers by place key."""

    clock: SteppableClock
    internet: FakeInternet
    origin: str
    app: Any = None
    unit_id: int = 0
    ids: dict[str, int] = field(default_factory=dict)
    pushes: list[Push] = field(default_factory=list)

    @classmethod
    @contextmanager
    def opened(cls, clock: SteppableClock) -> Iterator[Self]:
        internet = FakeInternet(World(clock), SKINS)
        with served(internet) as origin:
            yield cls(clock, internet, origin)

    @property
    def world(self) -> World:
        return self.internet.world

    def begin(self, app: App) -> None:
        self.app = app
        import_units(app.database, [UnitRow(name="Dinas Uji", kind="dinas", short_name="Uji")], self.clock())
        app.units.forget()
        self.unit_id = app.units.find("Uji").id
        set_up_apps(app, self.internet)
        self.internet.send_pushes(self.pushes.append)

    def open(self, platform: str, face: str | None = None) -> Place:
        """The first account of the demo town on this platform, with nothing said there yet."""
        lines = [line for line in account_lines() if line.platform == platform]
        line = next(line for line in lines if face is None or f"face={face}" in line.more)
        return self.open_line(line)

    def open_line(self, line: AccountLine) -> Place:
        place = line.open(self.world)
        self.internet.skins[place.platform].secrets(place)
        self.ids[place.key] = add_account(self.app, self.internet, place, self.unit_id)
        return place

    def talk(self, place: Place, *, comments: int = 8) -> list[Comment]:
        """One thing published, citizens' questions under it, and an answer to the first."""
        began = self.clock() - FIRST_DAY
        asks = citizen(99) if place.platform == "opendk" else None  # there the office answers complaints only
        post = self.world.post(place, "Jadwal layanan pekan ini", began, author=asks)
        said = [
            self.world.say(post, citizen(n), question(n), began + timedelta(minutes=10 * n), **stars(place))
            for n in range(1, comments + 1)
        ]
        said.append(self.world.answer(said[0], "Jalan nomor 1 diperbaiki hari Kamis, Bu.", began + timedelta(hours=5)))
        return said

    def read(self, place: Place, *, turns: int = 1, later: timedelta = timedelta(hours=13)) -> list[str]:
        """Everything a running house would do for this account: glances, pulls; the outcomes of the pulls."""
        outcomes = []
        for _ in range(turns):
            self.glance(place.platform)
            end = self.app.engine.run_pull(self.ids[place.key])
            outcomes.append(f"{end.outcome}{': ' + end.problem if end.problem else ''}")
            self.clock.step(seconds=later.total_seconds())
        return outcomes

    def glance(self, platform: str) -> list[Any]:
        """Make every glance of this platform that is due."""
        due = self.app.glances.due([platform], self.clock()) if self._glances(platform) else []
        return [self.app.glancer.run(glance) for glance in due]

    def _glances(self, platform: str) -> bool:
        return "glance" in {str(one) for one in self.app.host.platforms[platform].info.capabilities}

    def row(self, place: Place) -> Any:
        with self.app.database.read() as connection:
            return connection.execute(select(accounts).where(accounts.c.id == self.ids[place.key])).one()

    def change(self, place: Place, **values: Any) -> None:
        with self.app.database.write() as connection:
            connection.execute(update(accounts).where(accounts.c.id == self.ids[place.key]).values(values))

    def held(self, place: Place) -> list[tuple[str, datetime]]:
        """Texts and times of what is held as shown, posts left out, in the order of time."""
        shown = (messages.c.account_id == self.ids[place.key]) & messages.c.deleted_at.is_(None)
        with self.app.database.read() as connection:
            rows = connection.execute(select(messages).where(shown, messages.c.kind != "post")).all()
        return sorted((row.text, row.created_at) for row in rows)

    def told(self, said: list[Comment]) -> list[str]:
        """What a person can read: what was said and is still shown, and the complaint it was said about."""
        complaint = [said[0].post.text] if said[0].post.author else []
        return complaint + [one.text for one in said if one.shown]


def question(number: int) -> str:
    return f"Kapan jalan nomor {number} diperbaiki, Pak?"


def citizen(number: int) -> Person:
    return Person(id=str(5_550_000_000_000_000 + number), name=f"Warga {number}", handle=f"warga{number}")


def stars(place: Place) -> dict[str, Any]:
    return {"stars": 2} if place.platform == "google_business" else {}
