"""Which schema this code expects, and whether a database has it: asked by every process at its start, so without
loading Alembic for an answer that is nearly always yes."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.exc import OperationalError, ProgrammingError

from aggregator.storage.db import Database

NEWEST = "0002"  # the last file of migrations/versions; a test compares


def is_newest(database: Database) -> bool:
    """Whether nothing needs to be migrated."""
    try:
        with database.read() as connection:
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none() == NEWEST
    except (OperationalError, ProgrammingError):  # no such table: an empty database
        return False
