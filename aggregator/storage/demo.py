"""Whether this installation is a demo. One that is never reaches anything but its pretended platforms."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from aggregator.storage.db import Database
from aggregator.storage.tables import meta

BEGAN = "demo_began"
ORIGIN = "demo_origin"


def demo_began(database: Database) -> datetime | None:
    """When the demo was first loaded; None for an installation of its own."""
    noted = _noted(database, BEGAN)
    return datetime.fromisoformat(noted) if noted else None


def demo_origin(database: Database) -> str | None:
    """Where the demo's pretended platforms are served; None for an installation of its own."""
    return _noted(database, ORIGIN)


def _noted(database: Database, name: str) -> str | None:
    with database.read() as connection:
        return connection.execute(select(meta.c.value).where(meta.c.name == name)).scalar_one_or_none()
