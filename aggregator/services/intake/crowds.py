"""Whether many citizens complain under the same post just now: then the talk is heating up, and someone must look soon."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection

from aggregator.storage.bulk import rows_where_in
from aggregator.storage.db import to_micros
from aggregator.storage.ids import first_id_at

_WITHIN = timedelta(hours=24)
_SELECT = (
    "SELECT i.thread_id, count(DISTINCT COALESCE(m.author_external_id, m.author_name)) FROM items i "
    "JOIN messages m ON m.id = i.id WHERE i.waiting AND i.kind IN ('complaint', 'criticism') AND i.id >= ?"
)


def crowds_under(connection: Connection, thread_ids: Collection[int], now: datetime) -> dict[int, int]:
    """How many different citizens have an open complaint or criticism of the last day under each thread. One statement,
    along the index of open items of a thread."""
    since = first_id_at(to_micros(now - _WITHIN))
    rows = rows_where_in(connection, _SELECT, (since,), "i.thread_id", thread_ids, tail=" GROUP BY i.thread_id")
    return {row[0]: row[1] for row in rows}
