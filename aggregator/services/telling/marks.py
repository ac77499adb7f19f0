"""How far something was told: a number in `meta`."""

from __future__ import annotations

from sqlalchemy import Connection, select

from aggregator.storage.bulk import execute_many
from aggregator.storage.tables import meta

_KEEP = (
    "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value "
    "WHERE CAST(meta.value AS BIGINT) < CAST(excluded.value AS BIGINT)"
)


def mark(connection: Connection, name: str) -> int | None:
    """The number; None when nothing was told yet."""
    kept = connection.execute(select(meta.c.value).where(meta.c.name == name)).scalar_one_or_none()
    return None if kept is None else int(kept)


def keep_mark(connection: Connection, name: str, reached: int) -> None:
    """Remember it. A mark never goes back: of two schedulers the one that got further counts."""
    execute_many(connection, _KEEP, [(name, str(reached))])
