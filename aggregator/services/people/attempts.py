"""Tries of passwords and codes, counted in the database: five in a minute for one person, whoever guesses and wherever."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from aggregator.services.errors import TooManyAttempts
from aggregator.storage.bulk import execute_many
from aggregator.storage.db import Database, to_micros
from aggregator.storage.tables import login_attempts

TRIES = 5
WINDOW = timedelta(seconds=60)


def code_key(login: str) -> str:
    """Under which tries of a person's codes are counted: the blank keeps it apart from every login."""
    return f" kode {login}"


def count_attempt(database: Database, key: str, now: datetime) -> None:
    """Count this try before looking whether it is right, so that parallel tries count too; raises TooManyAttempts."""
    with database.write() as connection:
        connection.execute(delete(login_attempts).where(login_attempts.c.first_at < now - WINDOW))
        execute_many(
            connection,
            "INSERT INTO login_attempts (login, failures, first_at) VALUES (?, 1, ?) "
            "ON CONFLICT (login) DO UPDATE SET failures = login_attempts.failures + 1",
            [(key, to_micros(now))],
        )
        row = connection.execute(select(login_attempts).where(login_attempts.c.login == key)).one()
    if row.failures > TRIES:
        raise TooManyAttempts(max(1, int((row.first_at + WINDOW - now).total_seconds())))


def forget_attempts(connection: Connection, key: str) -> None:
    connection.execute(delete(login_attempts).where(login_attempts.c.login == key))
