"""Full text over messages: FTS5 beside the table on SQLite, a generated tsvector with GIN on PostgreSQL.

Both index the citizen's words and the author's name, split at everything that is no letter or digit, without
accents on SQLite and in the `simple` configuration on PostgreSQL (the Indonesian stemmer is wrong too often).
PostgreSQL would keep "Jl.Kenanga" as a host's name and "a/b" as a file's: such marks are blanked before it reads.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import Connection, text

from aggregator.storage.bulk import execute_many

SQLITE_CREATE = (
    "CREATE VIRTUAL TABLE messages_fts USING fts5(text, author_name, content='messages', content_rowid='id', "
    "tokenize='unicode61 remove_diacritics 2', detail='full')",
)
SQLITE_DROP = ("DROP TABLE messages_fts",)
_MARKS = "./-_:@&<>+~?=#%"
POSTGRES_CREATE = (
    "ALTER TABLE messages ADD COLUMN search tsvector GENERATED ALWAYS AS "
    f"(to_tsvector('simple', translate(author_name || ' ' || text, '{_MARKS}', '{' ' * len(_MARKS)}'))) STORED",
    "CREATE INDEX ix_messages_search ON messages USING gin (search)",
)
POSTGRES_DROP = ("DROP INDEX ix_messages_search", "ALTER TABLE messages DROP COLUMN search")

_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_MAX_WORDS = 12


def create_search(connection: Connection) -> None:
    for statement in SQLITE_CREATE if connection.dialect.name == "sqlite" else POSTGRES_CREATE:
        connection.execute(text(statement))


def drop_search(connection: Connection) -> None:
    for statement in SQLITE_DROP if connection.dialect.name == "sqlite" else POSTGRES_DROP:
        connection.execute(text(statement))


def index_new(connection: Connection, rows: Sequence[tuple[int, str, str]]) -> None:
    """Add new messages given as (id, text, author_name). PostgreSQL does it by itself."""
    if connection.dialect.name == "sqlite" and rows:
        cursor = connection.connection.cursor()
        for start in range(0, len(rows), 200):
            chunk = rows[start : start + 200]
            marks = ",".join(["(?,?,?)"] * len(chunk))
            cursor.execute(
                f"INSERT INTO messages_fts(rowid, text, author_name) VALUES {marks}",
                [value for row in chunk for value in row],
            )
        cursor.close()


def index_changed(
    connection: Connection, old: Sequence[tuple[int, str, str]], new: Sequence[tuple[int, str, str]]
) -> None:
    """Replace changed messages; FTS5 needs the old words to forget them."""
    if connection.dialect.name == "sqlite":
        execute_many(
            connection,
            "INSERT INTO messages_fts(messages_fts, rowid, text, author_name) VALUES ('delete', ?, ?, ?)",
            old,
        )
        index_new(connection, new)


def match_expression(words: str, *, sqlite: bool) -> str | None:
    """What a person typed as a query that means "all of these words"; None when no word is in it."""
    found = _WORD.findall(words)[:_MAX_WORDS]
    if not found:
        return None
    if sqlite:
        return " ".join(f'"{word}"' for word in found)
    return " & ".join(found)
