"""Full text as the first schema had it: what revision 0001 makes and 0008 replaces. Kept as it was."""

from __future__ import annotations

from sqlalchemy import Connection

_MARKS = "./-_:@&<>+~?=#%"
_SQLITE_CREATE = (
    "CREATE VIRTUAL TABLE messages_fts USING fts5(text, author_name, content='messages', content_rowid='id', "
    "tokenize='unicode61 remove_diacritics 2', detail='full')",
)
_SQLITE_DROP = ("DROP TABLE messages_fts",)
_POSTGRES_CREATE = (
    "ALTER TABLE messages ADD COLUMN search tsvector GENERATED ALWAYS AS "
    f"(to_tsvector('simple', translate(author_name || ' ' || text, '{_MARKS}', '{' ' * len(_MARKS)}'))) STORED",
    "CREATE INDEX ix_messages_search ON messages USING gin (search)",
)
_POSTGRES_DROP = ("DROP INDEX ix_messages_search", "ALTER TABLE messages DROP COLUMN search")


def create(connection: Connection) -> None:
    for statement in _SQLITE_CREATE if connection.dialect.name == "sqlite" else _POSTGRES_CREATE:
        _run(connection, statement)


def drop(connection: Connection) -> None:
    for statement in _SQLITE_DROP if connection.dialect.name == "sqlite" else _POSTGRES_DROP:
        _run(connection, statement)


def rebuild(connection: Connection) -> None:
    """Index all messages; PostgreSQL does it with its column."""
    if connection.dialect.name == "sqlite":
        _run(connection, "INSERT INTO messages_fts (messages_fts) VALUES ('rebuild')")


def _run(connection: Connection, statement: str) -> None:
    connection.exec_driver_sql(statement.replace("%", "%%") if connection.dialect.name != "sqlite" else statement)
