"""Full text over what citizens wrote: FTS5 on SQLite, tsvector with GIN on PostgreSQL, both fed the same tokens.

`message_words` holds a document an item (`domain.search.index_tokens` says of what). Triggers note what must be indexed in
`search_queue`, whoever changes it; a tick works that off (`services/search_index.py`), so the intake pays for a number only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, text

from aggregator.domain.search.analysis import AUTHOR, GAP, WRITTEN
from aggregator.storage.bulk import execute_many

_AGAIN = "ON CONFLICT (message_id) DO UPDATE SET ticket = search_queue.ticket + 1"
_MOVED = "OLD.unit_id IS {0} NEW.unit_id OR OLD.place_unit_id IS {0} NEW.place_unit_id"
_REWORDED = "OLD.text <> NEW.text OR OLD.author_name <> NEW.author_name"


def _sqlite_trigger(name: str, event: str, row: str, when: str = "") -> str:
    condition = f"WHEN {when} " if when else ""
    return (
        f"CREATE TRIGGER {name} AFTER {event} FOR EACH ROW {condition}BEGIN "
        f"INSERT INTO search_queue (message_id, ticket) VALUES ({row}.id, 1) {_AGAIN}; END"
    )


def _postgres_trigger(name: str, event: str, row: str, when: str) -> str:
    return f"CREATE TRIGGER {name} AFTER {event} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION search_again()"


def _postgres_statement_trigger(name: str, event: str, rows: str) -> str:
    """Once a statement: a COPY of a thousand items costs one INSERT."""
    return (
        f"CREATE TRIGGER {name} AFTER {event} REFERENCING {rows} TABLE AS touched FOR EACH STATEMENT "
        "EXECUTE FUNCTION search_touched()"
    )


_INSERTED, _DELETED = ("search_item_new", "INSERT ON items"), ("search_item_gone", "DELETE ON items")
_ITEM_MOVED = ("search_item_moved", "UPDATE OF unit_id, place_unit_id ON items")
_MESSAGE_REWORDED = ("search_message_reworded", "UPDATE OF text, author_name ON messages")
SQLITE_CREATE = (
    # Every character of a token that is no letter or digit, and every letter beyond ASCII, belongs to it.
    "CREATE VIRTUAL TABLE message_words USING fts5(words, tokenize=\"ascii tokenchars '=@#_'\", detail='full')",
    _sqlite_trigger(*_INSERTED, "NEW"),
    _sqlite_trigger(*_DELETED, "OLD"),
    _sqlite_trigger(*_ITEM_MOVED, "NEW", _MOVED.format("NOT")),
    _sqlite_trigger(*_MESSAGE_REWORDED, "NEW", _REWORDED),
)
_DROP_TRIGGERS = tuple(
    (name, event.rpartition(" ")[2]) for name, event in (_INSERTED, _DELETED, _ITEM_MOVED, _MESSAGE_REWORDED)
)
SQLITE_DROP = (*(f"DROP TRIGGER {name}" for name, _ in _DROP_TRIGGERS), "DROP TABLE message_words")
POSTGRES_CREATE = (
    "CREATE TABLE message_words (id BIGINT PRIMARY KEY, words TSVECTOR NOT NULL)",
    "CREATE INDEX ix_message_words ON message_words USING gin (words) WITH (gin_pending_list_limit = 512)",
    "CREATE FUNCTION search_again() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"INSERT INTO search_queue (message_id, ticket) VALUES (NEW.id, 1) {_AGAIN}; RETURN NULL; END $$",
    "CREATE FUNCTION search_touched() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"INSERT INTO search_queue (message_id, ticket) SELECT id, 1 FROM touched ORDER BY id {_AGAIN}; RETURN NULL; END $$",
    _postgres_statement_trigger(*_INSERTED, "NEW"),
    _postgres_statement_trigger(*_DELETED, "OLD"),
    _postgres_trigger(*_ITEM_MOVED, "NEW", _MOVED.format("DISTINCT FROM")),
    _postgres_trigger(*_MESSAGE_REWORDED, "NEW", _REWORDED),
)
POSTGRES_DROP = (
    *(f"DROP TRIGGER {name} ON {table}" for name, table in _DROP_TRIGGERS),
    "DROP FUNCTION search_again()",
    "DROP FUNCTION search_touched()",
    "DROP TABLE message_words",
)


class Waiting(NamedTuple):
    """One message that must be indexed anew; without `platform` it has no item any more and leaves the index."""

    message_id: int
    ticket: int
    text: str
    author_name: str
    author_id: str | None
    unit_id: int | None
    place_unit_id: int | None
    platform: str | None


def create_search(connection: Connection) -> None:
    """Make the index and the triggers that feed its queue."""
    for statement in SQLITE_CREATE if connection.dialect.name == "sqlite" else POSTGRES_CREATE:
        connection.exec_driver_sql(statement)


def drop_search(connection: Connection) -> None:
    for statement in SQLITE_DROP if connection.dialect.name == "sqlite" else POSTGRES_DROP:
        connection.exec_driver_sql(statement)


def waiting(connection: Connection, most: int) -> list[Waiting]:
    """What waits, newest messages first."""
    statement = (
        "SELECT q.message_id, q.ticket, m.text, m.author_name, m.author_external_id, i.unit_id, i.place_unit_id, i.platform "
        "FROM search_queue q LEFT JOIN messages m ON m.id = q.message_id LEFT JOIN items i ON i.id = q.message_id "
        "ORDER BY q.message_id DESC LIMIT :most"
    )
    return [Waiting(*row) for row in connection.execute(text(statement), {"most": most})]


def backlog(connection: Connection, most: int) -> int:
    """How many messages wait, counted to `most`."""
    counted = "SELECT count(*) FROM (SELECT 1 FROM search_queue LIMIT :most) q"
    return int(connection.execute(text(counted), {"most": most}).scalar_one())


def take(connection: Connection, rows: Sequence[Waiting]) -> frozenset[int]:
    """Out of the queue: the ids of those that nobody changed or took since they were read."""
    if not rows:
        return frozenset()
    cursor = connection.connection.cursor()
    try:
        if connection.dialect.name == "sqlite":
            marks = ",".join(["(?,?)"] * len(rows))
            statement = f"DELETE FROM search_queue WHERE (message_id, ticket) IN (VALUES {marks}) RETURNING message_id"
            cursor.execute(statement, [value for row in rows for value in row[:2]])
        else:
            cursor.execute(
                "DELETE FROM search_queue q USING unnest(%s::bigint[], %s::int[]) AS t (id, ticket) "
                "WHERE q.message_id = t.id AND q.ticket = t.ticket RETURNING q.message_id",
                ([row.message_id for row in rows], [row.ticket for row in rows]),
            )
        return frozenset(row[0] for row in cursor.fetchall())
    finally:
        cursor.close()


def write_documents(connection: Connection, documents: Sequence[tuple[int, Sequence[str]]]) -> None:
    """Index (message id, tokens), over what stood there."""
    ordered = sorted(documents, key=lambda document: document[0])  # FTS5 flushes its memory when an id goes down
    if connection.dialect.name == "sqlite":
        insert = "INSERT OR REPLACE INTO message_words (rowid, words) VALUES (?, ?)"
        execute_many(connection, insert, [(key, " ".join(tokens)) for key, tokens in ordered])
    else:
        insert = (
            "INSERT INTO message_words (id, words) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET words = excluded.words"
        )
        execute_many(connection, insert, [(key, _tsvector(tokens)) for key, tokens in ordered])


def remove_documents(connection: Connection, ids: Sequence[int]) -> None:
    key = "rowid" if connection.dialect.name == "sqlite" else "id"
    execute_many(connection, f"DELETE FROM message_words WHERE {key} = ?", [(one,) for one in sorted(ids)])


def _tsvector(tokens: Sequence[str]) -> str:
    """As PostgreSQL's type reads it; places only where a phrase may ask for them."""
    places: dict[str, list[str]] = {}
    for place, token in enumerate(tokens, start=1):
        if token != GAP:
            at = places.setdefault(token, [])
            if token[0] in (WRITTEN, AUTHOR):
                at.append(str(place))
    return " ".join(f"'{token}':{','.join(at)}" if at else f"'{token}'" for token, at in places.items())
