"""Host manners shared by every worker: the politeness of this package, kept in the database's host book."""

from __future__ import annotations

from datetime import datetime, timedelta

from aggregator.services.hosts import HostBook
from aggregator.sync.politeness import RobotsNote


class SharedHosts:
    """HostMemory over the database."""

    def __init__(self, book: HostBook) -> None:
        self._book = book

    def reserve(self, host: str, *, now: datetime, gap: timedelta, latest: datetime | None) -> datetime | None:
        return self._book.reserve_turn(host, now=now, gap=gap, latest=latest)

    def robots(self, site: str) -> RobotsNote | None:
        found = self._book.robots(site)
        return RobotsNote(text=found[0], read_at=found[1], blocked_until=found[2]) if found else None

    def keep_robots(self, site: str, note: RobotsNote) -> None:
        self._book.keep_robots(site, note.text, note.read_at, note.blocked_until)
