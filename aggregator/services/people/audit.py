"""What was done about a person: one row an act, in the transaction of the act, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, insert, select

from aggregator.storage.tables import people, person_events

SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonMoment:
    """One act about a person. `actor` is None for the command line; `own`: they did it themselves."""

    at: datetime
    kind: str
    actor: str | None
    own: bool
    data: Mapping[str, Any]


def note(
    connection: Connection, person_id: int, kind: str, actor_id: int | None, now: datetime, **data: object
) -> None:
    """Write an act down."""
    row = {"person_id": person_id, "at": now, "kind": kind, "actor_id": actor_id, "data": orjson.dumps(data).decode()}
    connection.execute(insert(person_events).values(row))


def moments(connection: Connection, person_id: int) -> tuple[PersonMoment, ...]:
    """The newest acts about a person, the newest first."""
    event = person_events.c
    statement = (
        select(event.at, event.kind, event.actor_id, event.data, people.c.name)
        .outerjoin_from(person_events, people, people.c.id == event.actor_id)
        .where(event.person_id == person_id)
        .order_by(event.id.desc())
        .limit(SHOWN)
    )
    return tuple(
        PersonMoment(
            at=row.at, kind=row.kind, actor=row.name, own=row.actor_id == person_id, data=orjson.loads(row.data)
        )
        for row in connection.execute(statement)
    )
