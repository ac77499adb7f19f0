"""Who follows an item is told what becomes of it, in the transaction of the change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete, select

from aggregator.domain.access import Right
from aggregator.services.audience import Audience
from aggregator.services.notices import announce
from aggregator.services.units import Units
from aggregator.storage.bulk import rows_where_in
from aggregator.storage.db import to_micros
from aggregator.storage.tables import item_units, item_viewers, watchers

TOLD_TO_WATCHERS = frozenset({"answered", "confirmed", "reopened", "noted", "merged"})
_WATCHERS = (
    "SELECT w.item_id, w.person_id FROM watchers w JOIN items i ON i.id = w.item_id JOIN people p ON p.id = w.person_id "
    "WHERE p.active AND (NOT i.confidential OR p.confidential OR EXISTS (SELECT 1 FROM item_viewers v "
    "WHERE v.item_id = w.item_id AND v.person_id = w.person_id))"
)


def tell_watchers(
    connection: Connection, kind: str, item_ids: Collection[int], at: datetime, *, actor_id: int | None = None
) -> None:
    """One statement when nobody follows these items. Whoever acted knows already."""
    found = defaultdict(set)
    for item_id, person_id in rows_where_in(connection, _WATCHERS, (), "w.item_id", item_ids):
        found[item_id].add(person_id)
    for item_id, people in sorted(found.items()):
        key = f"{kind}:{item_id}:{to_micros(at)}"
        announce(connection, key=key, kind=kind, person_ids=people - {actor_id}, item_id=item_id, at=at)


def seers(
    connection: Connection, units: Units, now: datetime, item_id: int, unit_id: int | None, *, confidential: bool
) -> set[int]:
    """Everybody who may see an item: those of its unit, of units that take part, and who is named for it."""
    audience = Audience(connection, units, now)
    shares = connection.execute(
        select(item_units.c.unit_id).where(item_units.c.item_id == item_id, item_units.c.ended_at.is_(None))
    ).scalars()
    found = {
        member.id for unit in (unit_id, *shares) for member in audience.of(unit, Right.READ, confidential=confidential)
    }
    named = select(item_viewers.c.person_id).where(item_viewers.c.item_id == item_id)
    return found | set(connection.execute(named).scalars())


def drop_blind_watchers(
    connection: Connection, units: Units, now: datetime, item_id: int, unit_id: int | None, *, confidential: bool
) -> None:
    """Whoever may no longer see the item does not follow it any longer."""
    following = set(connection.execute(select(watchers.c.person_id).where(watchers.c.item_id == item_id)).scalars())
    if following:
        blind = following - seers(connection, units, now, item_id, unit_id, confidential=confidential)
        connection.execute(delete(watchers).where(watchers.c.item_id == item_id, watchers.c.person_id.in_(blind)))
