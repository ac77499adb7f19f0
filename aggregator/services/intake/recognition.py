"""When someone turns out to speak for an office, what they wrote before was the office's too: it stops being work and
may turn out to be the answer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, insert, literal, select, update

from aggregator.domain.workflow import State
from aggregator.services.intake.conversation import count_reply_texts
from aggregator.services.intake.dissolving import gathered_by, let_go, touched_by_people
from aggregator.services.intake.facts import reply_hash
from aggregator.services.intake.records import Source
from aggregator.services.ledger import CountChange, lock_items, place_of
from aggregator.storage.tables import accounts, events, items, messages, proofs, replies

_AUTHORS_AT_ONCE = 1_000
_ITEMS_AT_ONCE = 10_000  # a statement may hold 32,766 values on SQLite
_OWN_WORDS = "Ditulis oleh kantor sendiri."


@dataclass(frozen=True, slots=True)
class Recognised:
    """An older message that turned out to be an office's."""

    id: int
    account_id: int
    thread_id: int
    external_id: str
    parent_id: str | None
    text: str
    shown: bool


def recognise(
    connection: Connection, source: Source, author_ids: Sequence[str], counts: CountChange, now: datetime
) -> list[Recognised]:
    """Mark older messages of these authors as official and take back their items; on a platform where author ids
    are everywhere the same, on all its accounts."""
    found: list[Recognised] = []
    for start in range(0, len(author_ids), _AUTHORS_AT_ONCE):
        some = author_ids[start : start + _AUTHORS_AT_ONCE]
        found += [Recognised(*row) for row in connection.execute(_unrecognised(source, some))]
    if found:
        said = [{"key": r.id, "official": True, "reply_hash": reply_hash(r.account_id, r.text)} for r in found]
        connection.execute(update(messages).where(messages.c.id == bindparam("key")), said)
        count_reply_texts(connection, [reply_hash(row.account_id, row.text) for row in found if row.shown])
    for start in range(0, len(found), _ITEMS_AT_ONCE):
        _withdraw_items(connection, [row.id for row in found[start : start + _ITEMS_AT_ONCE]], counts, now)
    return found


def _unrecognised(source: Source, author_ids: Sequence[str]) -> Any:
    table = messages
    here = (
        table.c.account_id == source.account_id
        if source.own_host
        else table.c.account_id.in_(select(accounts.c.id).where(accounts.c.platform == source.platform))
    )
    named = [author_id for author_id in author_ids if author_id.startswith("name:")]
    theirs: ColumnElement[bool] = table.c.author_external_id.in_(author_ids)
    if named:  # by its name only an author whom the site knows: a guest may type any name
        theirs |= table.c.author_external_id.is_not(None) & (literal("name:") + func.lower(table.c.author_name)).in_(
            named
        )
    columns = (
        table.c.id,
        table.c.account_id,
        table.c.thread_id,
        table.c.external_id,
        table.c.parent_external_id,
        table.c.text,
        table.c.deleted_at.is_(None),
    )
    return select(*columns).where(theirs, here, table.c.official.is_(False))


def _withdraw_items(connection: Connection, ids: Collection[int], counts: CountChange, now: datetime) -> None:
    """An item that nobody touched is none; one that was worked on stays and says what it was. Its history stays either
    way: to that, rows are only added."""
    lock_items(connection, [*ids, *gathered_by(connection, ids)])
    let_go(connection, ids, counts, now)
    columns = (items.c.id, items.c.unit_id, items.c.state, items.c.late, items.c.confidential, items.c.claimed_by)
    rows = connection.execute(select(*columns).where(items.c.id.in_(ids))).mappings().all()
    worked = set(connection.execute(select(replies.c.item_id).where(replies.c.item_id.in_(ids))).scalars())
    worked |= {row["id"] for row in rows if row["claimed_by"] is not None} | touched_by_people(connection, ids)
    for row in rows:
        counts.add(place_of(row), -1)
        if row["id"] in worked:
            counts.add(place_of(row)._replace(state=State.NO_ANSWER_NEEDED.value, late=False))
    untouched = [row["id"] for row in rows if row["id"] not in worked]
    connection.execute(delete(proofs).where(proofs.c.item_id.in_(untouched)))
    connection.execute(delete(items).where(items.c.id.in_(untouched)))
    values = {"state": State.NO_ANSWER_NEEDED.value, "waiting": False, "late": False, "closed_reason": _OWN_WORDS}
    connection.execute(update(items).where(items.c.id.in_(worked)).values(values))
    if rows:
        data = orjson.dumps({"reason": _OWN_WORDS}).decode()
        told = [{"item_id": row["id"], "at": now, "kind": "withdrawn", "data": data} for row in rows]
        connection.execute(insert(events), told)
