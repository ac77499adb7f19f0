"""An item's clocks, read anew from its events and from when its citizen wrote again; nothing of it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import merge

import orjson
from sqlalchemy import Connection, RowMapping, text

from aggregator.domain.sla.clocks import Clock, Happening, clocks_of
from aggregator.storage.db import from_micros, to_micros

_EVENTS = text("SELECT at, kind, data FROM events WHERE item_id = :id ORDER BY id")
# A guest without an id is nobody in particular: what another guest writes resumes nothing.
_WRITINGS = text(
    "SELECT m.first_seen_at FROM messages m JOIN messages own ON own.id = :id AND m.thread_id = own.thread_id "
    "AND m.author_external_id = own.author_external_id WHERE m.id <> own.id AND m.first_seen_at >= :since "
    "ORDER BY m.first_seen_at"
)


def clocks_now(connection: Connection, item: RowMapping) -> list[Clock]:
    """The clocks of an item, each of one unit and stage; one statement more when somebody waited for the citizen."""
    told = [
        Happening(from_micros(at), kind, orjson.loads(data))
        for at, kind, data in connection.execute(_EVENTS, {"id": item["id"]})
    ]
    return clocks_of(merge(told, _writings(connection, item, told), key=lambda one: one.at))


def _writings(connection: Connection, item: RowMapping, told: list[Happening]) -> Iterator[Happening]:
    """When the citizen wrote again ends waiting for them."""
    waited = [one.at for one in told if one.kind == "waiting"]
    if waited:
        for (at,) in connection.execute(_WRITINGS, {"id": item["id"], "since": to_micros(min(waited))}):
            yield Happening(from_micros(at), "resumed", {})
