"""What holds a worker back: the breaker of a plugin that keeps failing, and the spent budget of a credential."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from aggregator.domain.pace import PROBE
from aggregator.storage.bulk import execute_many
from aggregator.storage.db import Database, to_micros
from aggregator.storage.tables import breakers, credentials

FAILURES_TO_OPEN = 5


class Fuses:
    """Breakers per plugin and budgets per credential, shared by all workers through the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open_until(self, platform: str, now: datetime) -> datetime | None:
        """Until when this platform is only probed; None while its breaker is closed."""
        with self._database.read() as connection:
            until = connection.execute(
                select(breakers.c.open_until).where(breakers.c.platform == platform)
            ).scalar_one_or_none()
        return until if until is not None and until > now else None

    def plugin_failed(self, platform: str, reason: str, now: datetime, *, at_once: bool = False) -> None:
        """Count a fault of the plugin itself; five in a row (or one, `at_once`) open its breaker for an hour."""
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

    def calls_left(self, credential: str, limit: int, now: datetime) -> tuple[int, datetime | None]:
        """How many calls this credential may still make today, and until when it must wait."""
        with self._database.read() as connection:
            row = (
                connection.execute(select(credentials).where(credentials.c.credential == credential))
                .mappings()
                .one_or_none()
            )
        if row is None:
            return limit, None
        blocked = row["blocked_until"] if row["blocked_until"] and row["blocked_until"] > now else None
        return (limit - row["calls"] if row["day"] == now.date() else limit), blocked

    def spent(self, credential: str, calls: int, now: datetime, blocked_until: datetime | None) -> None:
        """Book calls, and the wait a platform asked for."""
        block = to_micros(blocked_until) if blocked_until else None
        day = now.date().isoformat() if self._database.is_sqlite else now.date()
        with self._database.write() as connection:
            execute_many(
                connection,
                "INSERT INTO credentials (credential, day, calls, blocked_until) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (credential) DO UPDATE SET calls = CASE WHEN credentials.day = excluded.day "
                "THEN credentials.calls ELSE 0 END + excluded.calls, day = excluded.day, blocked_until = excluded.blocked_until",
                [(credential, day, calls, block)],
            )
