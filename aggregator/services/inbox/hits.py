"""Where the items of a search come from, in the order of time.

FTS5 walks its lists backwards from the newest message and stops after a page, whatever was asked. PostgreSQL must either
read documents backwards, which is fast for what stands in many of them, or collect every hit from its index first, which is
fast for what stands in few; its planner guesses wrongly about phrases and words of one office. So the newest documents are
read first; when they do not fill the page, as many more as their hits promise, or, when that would be many, the index is asked.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, text

from aggregator.domain.search import Query
from aggregator.services.inbox.scope import Condition

NEWEST, MOST_READ = 5_000, 40_000  # documents that are read at first, and at most, before the index is asked
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
    return ("1 = 1", {"words": words}) if words else ("1 = 0", {"words": "'_'"})  # no document has that


def hit_rows(
    connection: Connection, statement: str, values: dict[str, Any], position: str, order: str, wanted: int
) -> list[Row[Any]]:
    """Run a statement, written with {source}, until the page is full. `position`: the page's mark as a condition on the
    key, or nothing."""
    if connection.dialect.name == "sqlite":  # CROSS JOIN: full text leads
        source = "message_words f CROSS JOIN items i ON i.id = f.rowid"
        return _run(connection, statement, source, values)
    connection.execute(text(_STEP_BY_STEP))
    beyond = position.replace("f.id", "id") or "true"
    found = _run(connection, statement, _newest(beyond, order, NEWEST), values)
    enough = NEWEST * wanted * 3 // (2 * len(found)) if found else MOST_READ + 1
    if len(found) < wanted and enough <= MOST_READ:
        found = _run(connection, statement, _newest(beyond, order, enough), values)
    if len(found) < wanted:
        hits = f"SELECT id FROM message_words WHERE {beyond} AND {_MATCH} ORDER BY id {order} OFFSET 0"
        found = _run(connection, statement, f"({hits}) f JOIN items i ON i.id = f.id", values)
    return found


def _newest(beyond: str, order: str, read: int) -> str:
    """The hits among so many documents next to the mark, without asking the index."""
    documents = f"SELECT id, words FROM message_words WHERE {beyond} ORDER BY id {order} LIMIT {read}"
    return f"(SELECT id FROM ({documents}) n WHERE {_MATCH}) f JOIN items i ON i.id = f.id"


def _run(connection: Connection, statement: str, source: str, values: dict[str, Any]) -> list[Row[Any]]:
    return list(connection.execute(text(statement.format(source=source)), values))
