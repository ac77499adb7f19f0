"""When a person leaves: they are put out, and what they had taken on waits for colleagues again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import orjson
from sqlalchemy import Connection, RowMapping, case, delete, func, insert, select, update

from aggregator.clock import Clock
from aggregator.domain.access import Viewer
from aggregator.domain.workflow import State
from aggregator.services.errors import NotFound, Refused
from aggregator.services.ledger import CountChange, lock_items, place_of
from aggregator.services.people.audit import note
from aggregator.services.people.passwords import NONE
from aggregator.services.people.registering import check_email_free, taken_meanwhile
from aggregator.services.people.second_factor import remove_factor
from aggregator.services.people.sessions import end_sessions
from aggregator.storage.db import Database
from aggregator.storage.tables import events, invitations, items, people, sso_subjects

BATCH = 500  # items a transaction: pulls and colleagues wait for no more


class Leaving:
    """Ends a person's access and hands their open items over."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def held(self, viewer: Viewer, person_id: int) -> int:
        """How many waiting items the person has taken on."""
        _may_manage(viewer)
        mine = (items.c.claimed_by == person_id) & items.c.waiting
        with self._database.read() as connection:
            return int(connection.execute(select(func.count()).select_from(items).where(mine)).scalar_one())

    def deactivate(self, viewer: Viewer, person_id: int, reason: str = "") -> int:
        """The person can do nothing from now on; their claims are released, their drafts stay. How many items wait for
        colleagues again. Harmless to repeat: it goes on where an earlier call was cut off."""
        _may_manage(viewer)
        if person_id == viewer.person_id:
            raise Refused("Anda tidak dapat menonaktifkan diri sendiri. Mintalah rekan admin lain.")
        self._put_out(viewer, person_id, reason.strip()[:500])
        released = 0
        while True:
            seen, handed_over = self._hand_over(viewer, person_id)
            released += handed_over
            if seen < BATCH:
                break
        if released:
            with self._database.write() as connection:
                note(connection, person_id, "handed_over", viewer.person_id, self._clock(), released=released)
        return released

    def reinstate(self, viewer: Viewer, person_id: int) -> None:
        """Who left comes back: with a new password, by a new link."""
        _may_manage(viewer)
        with self._database.write() as connection:
            email = select(people.c.email).where(people.c.id == person_id)
            check_email_free(connection, connection.execute(email).scalar_one_or_none(), but=person_id)
            away = update(people).where(people.c.id == person_id, ~people.c.active)
            with taken_meanwhile():
                back = connection.execute(away.values(active=True, password_hash=NONE)).rowcount
            if back:
                note(connection, person_id, "reinstated", viewer.person_id, self._clock())

    def _put_out(self, viewer: Viewer, person_id: int, reason: str) -> None:
        now = self._clock()
        with self._database.write() as connection:
            person = connection.execute(select(people.c.active).where(people.c.id == person_id)).one_or_none()
            if person is None:
                raise NotFound
            connection.execute(update(people).where(people.c.id == person_id).values(active=False))
            end_sessions(connection, person_id)
            remove_factor(connection, person_id)
            for table in (invitations, sso_subjects):
                connection.execute(delete(table).where(table.c.person_id == person_id))
            if person.active:
                note(connection, person_id, "deactivated", viewer.person_id, now, reason=reason)

    def _hand_over(self, viewer: Viewer, person_id: int) -> tuple[int, int]:
        """One batch: how many items were looked at, how many of them waited. Items that are done lose the name too: when
        a citizen writes again, they must not wait for someone who left."""
        now = self._clock()
        with self._database.write() as connection:
            held = _lock_held(connection, person_id)
            ids = [item["id"] for item in held]
            working = items.c.state == State.WORKING.value
            state = case((working & items.c.waiting, State.ROUTED.value), else_=items.c.state)
            freed = update(items).where(items.c.id.in_(ids))
            connection.execute(freed.values(claimed_by=None, state=state, revision=items.c.revision + 1))
            waiting = [item for item in held if item["waiting"]]
            _tell(connection, waiting, viewer, now)
            _recount(connection, waiting)
        return len(held), len(waiting)


def _lock_held(connection: Connection, person_id: int) -> Sequence[RowMapping]:
    """The next items the person holds, locked as everyone locks items, and read under the lock."""
    mine = items.c.claimed_by == person_id
    found = select(items.c.id).where(mine).order_by(items.c.rank).limit(BATCH)
    ids = connection.execute(found).scalars().all()
    lock_items(connection, ids)
    columns = (items.c.id, items.c.unit_id, items.c.state, items.c.late, items.c.waiting, items.c.confidential)
    return connection.execute(select(*columns).where(mine, items.c.id.in_(ids))).mappings().all()


def _tell(connection: Connection, held: Sequence[RowMapping], viewer: Viewer, now: datetime) -> None:
    data = orjson.dumps({"reason": "Petugas yang memegang butir ini sudah tidak aktif."}).decode()
    fixed = {"at": now, "kind": "released", "actor_id": viewer.person_id, "data": data}
    if held:
        connection.execute(insert(events), [fixed | {"item_id": item["id"]} for item in held])


def _recount(connection: Connection, held: Sequence[RowMapping]) -> None:
    counts = CountChange()
    for item in held:
        before = place_of(item)
        after = State.ROUTED.value if before.state == State.WORKING.value else before.state
        counts.move(before, before._replace(state=after))
    counts.write(connection)


def _may_manage(viewer: Viewer) -> None:
    if not viewer.administers:
        raise NotFound
