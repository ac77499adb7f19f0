"""Whether many citizens complain under the same post just now: then the talk is heating up, and someone must look soon."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from aggregator.domain.triage import Verdict
from aggregator.services.intake.facts import NAMELESS, Stored
from aggregator.storage.bulk import rows_where_in
from aggregator.storage.db import to_micros
from aggregator.storage.ids import first_id_at

_WITHIN = timedelta(hours=24)
_ANGRY = ("complaint", "criticism")
_SELECT = (
    "SELECT DISTINCT i.thread_id, COALESCE(m.author_external_id, m.author_name) FROM items i "
    f"JOIN messages m ON m.id = i.id WHERE i.waiting AND i.kind IN {_ANGRY} AND i.id >= ?"
)


def crowds_around(
    connection: Connection, stored: Sequence[Stored], verdicts: Mapping[str, Verdict], now: datetime
) -> dict[str, int]:
    """Of each message of the last day, by external id: how many different citizens have an open complaint or criticism of
    the last day under the same post, those of this batch among them. One statement, along the index of open items of a
    thread; it reads one row a citizen."""
    since = first_id_at(to_micros(now - _WITHIN))
    lately = [entry for entry in stored if not entry.official and entry.id >= since]
    citizens: dict[int, set[str]] = defaultdict(set)
    for thread_id, author in rows_where_in(
        connection, _SELECT, (since,), "i.thread_id", {entry.thread_id for entry in lately}
    ):
        citizens[int(str(thread_id))].add(str(author))
    for entry in lately:
        if verdicts[entry.message.external_id].kind in _ANGRY:
            author = entry.message.author or NAMELESS
            citizens[entry.thread_id].add(author.external_id or author.name)
    return {entry.message.external_id: len(citizens[entry.thread_id]) for entry in lately}
