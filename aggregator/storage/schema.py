"""Bringing a database up to the newest schema, and back."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from aggregator.storage.db import Database

_MIGRATIONS = Path(__file__).parent / "migrations"


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def migrate(database: Database, target: str = "head") -> None:
    """Upgrade to `target`; does nothing when the database is there already. Processes that start together wait for
    each other: the write lock of SQLite, an advisory lock on PostgreSQL."""
    with database.write() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(743201)")
        command.upgrade(_config(connection), target)


def downgrade(database: Database, target: str) -> None:
    """Go back to an older schema."""
    with database.write() as connection:
        command.downgrade(_config(connection), target)


def current_revision(database: Database) -> str | None:
    """The revision the database is at; None when it is empty."""
    with database.read() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str:
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None, "there is at least one migration"
    return head
