"""The floor of ingest: what plain SQL needs for the same pages. One table with four indexes, full text and counters,
multi-row statements, a transaction per 100. No dedupe but the unique key, no threads, no answers, no items."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import text

from aggregator.storage.db import Database

_COLUMNS = "id, external_id, post, parent, author_name, official, text, created_at"
_TABLE = (
    "CREATE TABLE floor_messages (id BIGINT PRIMARY KEY, external_id TEXT NOT NULL UNIQUE, post INTEGER NOT NULL, "
    "parent INTEGER, author_name TEXT NOT NULL, official BOOLEAN NOT NULL, text TEXT NOT NULL, created_at BIGINT NOT NULL)",
    "CREATE INDEX floor_post ON floor_messages (post, id)",
    "CREATE INDEX floor_created ON floor_messages (created_at)",
    "CREATE INDEX floor_parent ON floor_messages (parent)",
    "CREATE TABLE floor_counts (post INTEGER PRIMARY KEY, n INTEGER NOT NULL)",
)
_SQLITE_TEXT = ("CREATE VIRTUAL TABLE floor_fts USING fts5(text, content='floor_messages', content_rowid='id')",)
_POSTGRES_TEXT = (
    "ALTER TABLE floor_messages ADD COLUMN search tsvector GENERATED ALWAYS AS (to_tsvector('simple', text)) STORED",
    "CREATE INDEX floor_search ON floor_messages USING gin (search)",
)


def make_floor(database: Database) -> None:
    """Create the floor's tables."""
    table = (
        [_TABLE[0].replace("BIGINT PRIMARY KEY", "INTEGER PRIMARY KEY"), *_TABLE[1:]]
        if database.is_sqlite
        else list(_TABLE)
    )
    with database.write() as connection:
        for statement in (*table, *(_SQLITE_TEXT if database.is_sqlite else _POSTGRES_TEXT)):
            connection.execute(text(statement))


def write_floor(database: Database, pages: Iterable[bytes]) -> int:
    """Write pages; the number of comments written or skipped as known."""
    total = 0
    for page in pages:
        rows = [_row(comment) for comment in orjson.loads(page)]
        with database.write() as connection:
            cursor = connection.connection.cursor()
            _insert(cursor, rows, sqlite=database.is_sqlite)
            cursor.close()
        total += len(rows)
    return total


def _row(comment: dict[str, Any]) -> tuple[Any, ...]:
    moment = datetime.fromisoformat(comment["date_gmt"]).replace(tzinfo=UTC)
    body = comment["content"]["rendered"][3:-5]
    return (
        comment["id"], str(comment["id"]), comment["post"], comment["parent"], comment["author_name"],
        comment["author"] > 0, body, int(moment.timestamp() * 1_000_000),
    )  # fmt: skip


def _insert(cursor: Any, rows: list[tuple[Any, ...]], *, sqlite: bool) -> None:
    mark = "?" if sqlite else "%s"
    one = f"({', '.join([mark] * 8)})"
    values = ", ".join([one] * len(rows))
    flat = [value for row in rows for value in row]
    cursor.execute(f"INSERT INTO floor_messages ({_COLUMNS}) VALUES {values} ON CONFLICT DO NOTHING RETURNING id", flat)
    fresh = {row[0] for row in cursor.fetchall()}
    if not fresh:
        return
    if sqlite:
        words = [(row[0], row[6]) for row in rows if row[0] in fresh]
        marks = ", ".join(["(?, ?)"] * len(words))
        cursor.execute(f"INSERT INTO floor_fts (rowid, text) VALUES {marks}", [v for pair in words for v in pair])
    counts: dict[int, int] = {}
    for row in rows:
        if row[0] in fresh:
            counts[row[2]] = counts.get(row[2], 0) + 1
    marks = ", ".join([f"({mark}, {mark})"] * len(counts))
    cursor.execute(
        f"INSERT INTO floor_counts (post, n) VALUES {marks} "
        "ON CONFLICT (post) DO UPDATE SET n = floor_counts.n + excluded.n",
        [v for pair in sorted(counts.items()) for v in pair],
    )
