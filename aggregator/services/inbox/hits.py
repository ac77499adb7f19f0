"""Where the items of a search come from, in the order of time.

FTS5 walks its lists backwards from the newest message and stops after a page, whatever was asked. PostgreSQL must either
read documents backwards, which is fast for what stands in many of them, or collect every hit from its index first, which is
fast for what stands in few; its planner guesses wrongly about phrases and words of one office. So it is asked twice: first the
newest documents, then, when they do not fill the page, the index.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row, text

from aggregator.domain.search import Query
from aggregator.services.inbox.scope import Condition

NEWEST = 5_000  # documents that are read before the index is asked
_MATCH = "words @@ CAST(:words AS tsquery)"
# Hits are few by then: each leads to its item by the primary key, never by walking a whole table beside them.
_STEP_BY_STEP = "SELECT set_config('enable_mergejoin', 'off', true), set_config('enable_hashjoin', 'off', true)"


def key_of(connection: Connection) -> str:
    """The column by which hits are ordered."""
    return "f.rowid" if connection.dialect.name == "sqlite" else "f.id"


def matching(connection: Connection, query: Query) -> Condition:
    """What a hit must match; nothing does when nothing in the query can be searched."""
    if connection.dialect.name == "sqlite":
        words = query.fts5()
        return ("message_words MATCH :words", {"words": words}) if words else ("1 = 0", {})
    words = query.tsquery()  # the match itself is part of the sources
    return ("1 = 1", {"words": words}) if words else ("1 = 0", {"words": "''"})


def hit_rows(
    connection: Connection, statement: str, values: dict[str, Any], position: str, order: str, wanted: int
) -> list[Row[Any]]:
    """Run a statement, written with {source}, until the page is full. `position`: the page's mark as a condition on the
    key, or nothing."""
    found: list[Row[Any]] = []
    if connection.dialect.name != "sqlite":
        connection.execute(text(_STEP_BY_STEP))
    for source in _sources(connection, position, order):
        found = list(connection.execute(text(statement.format(source=source)), values))
        if len(found) >= wanted:
            break
    return found


def _sources(connection: Connection, position: str, order: str) -> Iterator[str]:
    if connection.dialect.name == "sqlite":  # CROSS JOIN: full text leads
        yield "message_words f CROSS JOIN items i ON i.id = f.rowid"
        return
    beyond = position.replace("f.id", "id") or "true"
    newest = f"SELECT id, words FROM message_words WHERE {beyond} ORDER BY id {order} LIMIT {NEWEST}"
    for documents in (
        f"SELECT id FROM ({newest}) n WHERE {_MATCH}",
        f"SELECT id FROM message_words WHERE {beyond} AND {_MATCH} ORDER BY id {order} OFFSET 0",
    ):
        yield f"({documents}) f JOIN items i ON i.id = f.id"
