"""Breakers: a platform that keeps failing, or a plugin that does, is only probed until it works again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from aggregator.domain.pace import PROBE
from aggregator.storage.bulk import execute_many
from aggregator.storage.db import Database, to_micros
from aggregator.storage.tables import breakers

FAILURES_TO_OPEN = 5


class Fuses:
    """Breakers per platform, shared by all workers through the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open_until(self, platform: str, now: datetime) -> datetime | None:
        """Until when this platform is only probed; None while its breaker is closed."""
        with self._database.read() as connection:
            until = connection.execute(
                select(breakers.c.open_until).where(breakers.c.platform == platform)
            ).scalar_one_or_none()
        return until if until is not None and until > now else None

    def stumbled(self, platform: str) -> bool:
        """Whether its last reading failed through a fault of its own, breaker open or not."""
        with self._database.read() as connection:
            return (
                connection.execute(select(breakers.c.platform).where(breakers.c.platform == platform)).first()
                is not None
            )

    def plugin_failed(self, platform: str, reason: str, now: datetime, *, at_once: bool = False) -> None:
        """Count a fault of the plugin or of its platform as a whole; five in a row (or one, `at_once`) open its
        breaker for an hour."""
        opens = to_micros(now + PROBE)
        first = opens if at_once else None
        with self._database.write() as connection:
            execute_many(
                connection,
                "INSERT INTO breakers (platform, failures, open_until, reason) VALUES (?, 1, ?, ?) "
                "ON CONFLICT (platform) DO UPDATE SET failures = breakers.failures + 1, reason = excluded.reason, open_until = "
                f"CASE WHEN breakers.failures + 1 >= {FAILURES_TO_OPEN} THEN ? ELSE excluded.open_until END",
                [(platform, first, reason, opens)],
            )

    def plugin_worked(self, platform: str) -> None:
        """A pull succeeded: faults in a row start at nothing again."""
        with self._database.read() as connection:
            if connection.execute(select(breakers.c.platform).where(breakers.c.platform == platform)).first() is None:
                return
        with self._database.write() as connection:
            connection.execute(delete(breakers).where(breakers.c.platform == platform))
