"""A kabupaten with many items in every state, and viewers of every sort; the truth beside it in plain Python."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import event, insert, select, update

from aggregator.domain.access import Role, Viewer
from aggregator.domain.workflow import WAITING, State
from aggregator.services.inbox import Filter, Inbox, Page
from aggregator.services.ledger import rebuild_counts
from aggregator.services.search_index import SearchIndex
from aggregator.services.units import Units
from aggregator.storage.db import Database
from aggregator.storage.ids import code_of
from aggregator.storage.tables import items, messages, people, units
from tests.fakes.viewers import viewer_of
from tests.intake.house import NOW, House, said

UNITS = {1: None, 2: 1, 3: 2, 4: None}  # unit: the one above it
PLATFORMS = ("papan", "website")
KINDS = ("complaint", "question", "praise")
WORDS = ("jalan rusak", "lampu jalan mati", "air keruh", "sampah menumpuk")
AGES = (0.1, 0.9, 3.0, 20.0, 45.0)  # days
GOAL = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Fact:
    """One item as it should be found."""

    id: int
    unit: int | None
    state: str
    late: bool
    platform: str
    kind: str
    age: timedelta
    text: str
    mine: bool

    @property
    def code(self) -> str:
        return code_of(self.id)

    @property
    def waiting(self) -> bool:
        return State(self.state) in WAITING


class Desk:
    """`facts` are all items, newest first."""

    def __init__(self, database: Database, wanted: int = 120) -> None:
        self.database = database
        self.house = House(database)
        self.units = Units(database)
        self.inbox = Inbox(database, self.units, {}, GOAL, lambda: NOW)
        self._people()
        self.facts = sorted(self._items(wanted), key=lambda fact: -fact.id)
        SearchIndex(database).catch_up()

    def _people(self) -> None:
        with self.database.write() as connection:
            for unit, parent in list(UNITS.items())[1:]:
                connection.execute(
                    insert(units).values(id=unit, name=f"Unit {unit}", kind="dinas", parent_id=parent, created_at=NOW)
                )
            for number, login in enumerate(("me", "other"), start=1):
                row = {
                    "id": number,
                    "login": login,
                    "name": login.title(),
                    "role": "operator",
                    "password_hash": "-",
                    "created_at": NOW,
                }
                connection.execute(insert(people).values(row))
        self.units.forget()

    def _items(self, wanted: int) -> Iterator[Fact]:
        dice = random.Random(7)
        ages = {f"m{n}": dice.choice(AGES) + n / 86_400 for n in range(wanted)}
        texts = {key: dice.choice(WORDS) for key in ages}
        self.house.store(*(said(key, texts[key], created_at=NOW - timedelta(days=age)) for key, age in ages.items()))
        with self.database.write() as connection:
            for row in connection.execute(select(messages.c.id, messages.c.external_id)).all():
                key = row.external_id
                state = dice.choice(list(State))
                unit = dice.choice([None, *UNITS]) if state in WAITING else dice.choice(list(UNITS))
                mine, late = dice.random() < 0.3, state in WAITING and dice.random() < 0.4
                chosen = {
                    "unit_id": unit,
                    "state": state.value,
                    "late": late,
                    "platform": dice.choice(PLATFORMS),
                    "kind": dice.choice(KINDS),
                }
                more = {"waiting": state in WAITING, "claimed_by": 1 if mine else dice.choice([None, 2])}
                connection.execute(update(items).where(items.c.id == row.id).values(chosen | more))
                yield Fact(
                    row.id,
                    unit,
                    state.value,
                    late,
                    chosen["platform"],
                    chosen["kind"],
                    timedelta(days=ages[key]),
                    texts[key],
                    mine,
                )  # type: ignore[arg-type]
            rebuild_counts(connection)

    def expected(self, viewer: Viewer, wanted: Filter) -> list[str]:
        """Codes of what the viewer should find, newest first."""
        return [fact.code for fact in self.facts if viewer.may_see(fact.unit) and fits(fact, wanted)]

    def walk(self, viewer: Viewer, wanted: Filter) -> list[Page]:
        """Every page from the newest to the oldest."""
        pages = [self.inbox.page(viewer, wanted)]
        while pages[-1].older:
            pages.append(self.inbox.page(viewer, wanted, older_than=pages[-1].older))
        return pages

    def walk_back(self, viewer: Viewer, wanted: Filter, last: Page) -> list[Page]:
        """From the last page to the newest again; in this order."""
        pages = [last]
        while pages[-1].newer:
            pages.append(self.inbox.page(viewer, wanted, newer_than=pages[-1].newer))
        return pages


def fits(fact: Fact, wanted: Filter) -> bool:
    waits_for_nobody = fact.waiting and fact.unit is None
    tab = {
        "open": fact.waiting,
        "mine": fact.waiting and fact.mine,
        "late": fact.late,
        "triage": waits_for_nobody,
        "all": True,
    }
    days = {"today": (0, 1), "week": (0, 7), "month": (0, 30), "older": (30, 10_000), None: (0, 10_000)}[wanted.age]
    return (
        tab[wanted.tab]
        and wanted.unit in (None, fact.unit)
        and wanted.platform in (None, fact.platform)
        and wanted.kind in (None, fact.kind)
        and days[0] <= fact.age / timedelta(days=1) <= days[1]
        and set((wanted.search or "").split()) <= set(fact.text.split())
    )


EVERYWHERE = viewer_of(Role.DISKOMINFO)
LEADER = viewer_of(Role.LEADER)
DEVELOPER = viewer_of(Role.DEVELOPER)
BELOW = viewer_of(Role.OPERATOR, 2, frozenset({2, 3}))  # a unit with one below it
ALONE = viewer_of(Role.OPERATOR, 4)
NOWHERE = viewer_of(Role.OPERATOR)
OUTSIDER = replace(ALONE, person_id=2)


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """What the database is asked meanwhile; the frame of a transaction is not counted."""
    said_to_it: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            said_to_it.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield said_to_it
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
