"""An item that is taken back lets go of what hangs on it: items merged into it wait again, its parts end with it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import orjson
from sqlalchemy import Connection, insert, or_, select, update

from aggregator.services.ledger import CountChange, lock_items, place_of
from aggregator.storage.tables import attachments, events, item_units, items, merges


def gathered_by(connection: Connection, ids: Collection[int]) -> list[int]:
    """Items that are merged into one of these now."""
    wanted = select(merges.c.item_id).where(merges.c.into_id.in_(ids), merges.c.undone_at.is_(None))
    return list(connection.execute(wanted).scalars())


def touched_by_people(connection: Connection, ids: Collection[int]) -> set[int]:
    """Which of these people merged, shared or put a file beside: they are ended, not removed."""
    found: set[int] = set()
    for column in (merges.c.item_id, merges.c.into_id, item_units.c.item_id, attachments.c.item_id):
        found |= set(connection.execute(select(column).where(column.in_(ids))).scalars())
    return found


def let_go(connection: Connection, ids: Collection[int], counts: CountChange, now: datetime) -> None:
    """Separate what was merged into these or they into others, and end their parts; the items themselves, which the caller
    ends, are locked already."""
    of_these = or_(merges.c.item_id.in_(ids), merges.c.into_id.in_(ids)) & merges.c.undone_at.is_(None)
    for merge in connection.execute(select(merges).where(of_these).order_by(merges.c.item_id)).mappings().all():
        connection.execute(update(merges).where(merges.c.id == merge["id"]).values(undone_at=now))
        if merge["item_id"] not in ids:
            _wait_again(connection, merge["item_id"], merge["state_before"], merge["late_before"], counts, now)
    open_ones = item_units.c.item_id.in_(ids) & item_units.c.ended_at.is_(None)
    connection.execute(update(item_units).where(open_ones).values(ended_at=now))
    connection.execute(update(items).where(items.c.id.in_(ids), items.c.open_parts > 0).values(open_parts=0))


def _wait_again(
    connection: Connection, item_id: int, state: str, late: bool, counts: CountChange, now: datetime
) -> None:
    lock_items(connection, [item_id])
    here = items.c.id == item_id
    item = connection.execute(select(items).where(here)).mappings().one()
    back = {"state": state, "late": late, "waiting": True}
    connection.execute(update(items).where(here).values(back | {"revision": item["revision"] + 1}))
    counts.move(place_of(item), place_of({**item, **back}))
    told = {"item_id": item_id, "at": now, "kind": "separated", "data": orjson.dumps({"why": "withdrawn"}).decode()}
    connection.execute(insert(events).values(told))
