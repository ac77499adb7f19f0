"""Confidential items: who may open one, and who did."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, RowMapping, func, insert, select

from aggregator.domain.access import Right, Viewer
from aggregator.services.audience import Audience
from aggregator.services.inbox.views import Confidants, Look, Named
from aggregator.services.units import Units
from aggregator.storage.tables import item_viewers, looks, people

_SHOWN = 10


def note_look(connection: Connection, viewer: Viewer, item_id: int, now: datetime) -> None:
    """Every look counts, also the second one of a minute."""
    connection.execute(insert(looks).values(item_id=item_id, person_id=viewer.person_id, at=now))


def confidants(connection: Connection, item: RowMapping, units: Units, now: datetime) -> Confidants:
    """Four short statements, for confidential items only."""
    of_unit = Audience(connection, units, now).of(item["unit_id"], Right.READ, confidential=True)
    named = [Named(person.id, person.name, single=False) for person in of_unit]
    known = {person.id for person in of_unit}
    single = select(people.c.id, people.c.name).join(item_viewers, item_viewers.c.person_id == people.c.id)
    rows = connection.execute(single.where(item_viewers.c.item_id == item["id"]).order_by(people.c.name))
    named += [Named(row.id, row.name, single=True) for row in rows if row.id not in known]
    total = connection.execute(select(func.count()).where(looks.c.item_id == item["id"])).scalar_one()
    return Confidants(tuple(named), _newest_looks(connection, item["id"]), total)


def _newest_looks(connection: Connection, item_id: int) -> tuple[Look, ...]:
    newest = (
        select(people.c.name, looks.c.at)
        .join_from(looks, people, people.c.id == looks.c.person_id, isouter=True)
        .where(looks.c.item_id == item_id)
        .order_by(looks.c.id.desc())
        .limit(_SHOWN)
    )
    return tuple(Look(row.name or "Pengelola mesin", row.at) for row in connection.execute(newest))
