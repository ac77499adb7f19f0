"""One item of unit 2 and the people around it: two colleagues there, one of unit 4, one of Diskominfo."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from sqlalchemy import insert, update

from aggregator.domain.access import Role
from aggregator.services.acts import Acts
from aggregator.services.errors import Conflict, Refused
from aggregator.services.ledger import counted, recounted
from aggregator.services.search_index import SearchIndex
from aggregator.storage.db import Database
from aggregator.storage.ids import code_of
from aggregator.storage.tables import events, items, notices, people
from tests.fakes.clock import SteppableClock
from tests.fakes.viewers import viewer_of
from tests.intake.house import said
from tests.services.desk import GOAL, Desk

RINA = viewer_of(Role.OPERATOR, 2, frozenset({2, 3}), person_id=1, login="rina", name="Rina")
BUDI = viewer_of(Role.OPERATOR, 2, frozenset({2, 3}), person_id=2, login="budi", name="Budi")
TONO = viewer_of(Role.OPERATOR, 4, person_id=3, login="tono", name="Tono")
KOMINFO = viewer_of(Role.DISKOMINFO, None, person_id=4, login="kominfo", name="Kominfo")
BUPATI = viewer_of(Role.LEADER, None, person_id=5, login="bupati", name="Bupati")
EVERYBODY = (RINA, BUDI, TONO, KOMINFO, BUPATI)


class Team:
    """`desk`, the acts, and the item `a`; more items by `more`."""

    def __init__(self, database: Database, clock: SteppableClock) -> None:
        self.desk = Desk(database, wanted=0)
        self.clock = clock
        self.acts = Acts(database, self.desk.units, GOAL, clock)
        with database.write() as connection:
            connection.execute(people.delete())
            for one in EVERYBODY:
                row = {"id": one.person_id, "login": one.login, "name": one.name, "role": one.role.value}
                row |= {"unit_id": one.unit_id, "confidential": one.confidential, "password_hash": "-"}
                connection.execute(insert(people).values(row | {"created_at": clock()}))
        self.desk.house.office()
        self.code = self.more("a")

    def more(
        self, key: str, words: str = "Jalan rusak parah di depan pasar lama", unit: int | None = 2, **said_more: Any
    ) -> str:
        """Another item of this unit; its code."""
        self.desk.house.store(said(key, words, **said_more))
        self.put(key, unit_id=unit, state="routed" if unit else "new")
        SearchIndex(self.desk.database).catch_up()
        return code_of(self.desk.house.message(key).id)

    def put(self, key: str = "a", **columns: Any) -> None:
        """Set an item as an earlier act would have left it."""
        from aggregator.services.ledger import rebuild_counts

        with self.desk.database.write() as connection:
            wanted = items.c.id == self.desk.house.message(key).id
            connection.execute(update(items).where(wanted).values(columns))
            rebuild_counts(connection)

    def item(self, key: str = "a") -> Any:
        return self.desk.house.item(key)

    def page(self, who: Any = RINA, code: str | None = None) -> Any:
        inbox = self.desk.inbox
        inbox._clock = self.clock
        return inbox.item(who, code or self.code)

    def kinds(self, key: str = "a") -> list[str]:
        wanted = events.c.item_id == self.desk.house.message(key).id
        return [event.kind for event in self.desk.house.rows(events, wanted)]

    def told(self) -> list[tuple[int, str]]:
        """Who was told what, in order."""
        return [(notice.person_id, notice.kind) for notice in self.desk.house.rows(notices)]

    def check(self) -> None:
        with self.desk.database.read() as connection:
            assert counted(connection) == recounted(connection)


def at_once(*acts: Callable[[], object]) -> list[str]:
    """All at the same moment; what became of each: done, conflict or refused."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        start.wait()
        try:
            act()
        except Conflict:
            return "conflict"
        except Refused:
            return "refused"
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))
