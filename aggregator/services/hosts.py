"""What every worker knows of a host: when it may be called next, and its robots.txt."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, select, text, update

from aggregator.storage.db import Database
from aggregator.storage.tables import hosts


class HostBook:
    """Turns and robots.txt of hosts, shared by all processes through the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def reserve_turn(self, host: str, *, now: datetime, gap: timedelta, latest: datetime | None) -> datetime | None:
        """Take the host's next turn in one step; None, with nothing taken, when it would be after `latest`."""
        with self._database.write() as connection:
            _ensure(connection, host)
            booked = connection.execute(
                select(hosts.c.next_at).where(hosts.c.host == host).with_for_update()
            ).scalar_one()
            turn = max(now, booked) if booked else now
            if latest is not None and turn > latest:
                return None
            connection.execute(update(hosts).where(hosts.c.host == host).values(next_at=turn + gap))
            return turn

    def robots(self, site: str) -> tuple[str, datetime, datetime | None] | None:
        """The site's robots.txt, when it was read, and until when the site is left alone; None when never read."""
        table = hosts
        with self._database.read() as connection:
            row = connection.execute(
                select(table.c.robots, table.c.robots_at, table.c.blocked_until).where(table.c.host == site)
            ).one_or_none()
        return None if row is None or row.robots_at is None else (row.robots or "", row.robots_at, row.blocked_until)

    def keep_robots(self, site: str, text: str, read_at: datetime, blocked_until: datetime | None) -> None:
        with self._database.write() as connection:
            _ensure(connection, site)
            connection.execute(
                update(hosts)
                .where(hosts.c.host == site)
                .values(robots=text, robots_at=read_at, blocked_until=blocked_until)
            )


def _ensure(connection: Connection, host: str) -> None:
    connection.execute(text("INSERT INTO hosts (host) VALUES (:host) ON CONFLICT DO NOTHING"), {"host": host})
