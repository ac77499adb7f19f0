"""Good manners towards a host: one call at a time with a pause between, whichever worker makes it.

`HostMemory` is what must be shared for that to hold across processes; `InMemoryHosts` serves one process."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Protocol

from aggregator.contract import BudgetSpent
from aggregator.sync.addresses import is_loopback

Clock = Callable[[], datetime]
Sleep = Callable[[float], None]


def utc_now() -> datetime:
    """The time as an aware UTC datetime."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsNote:
    """A site's robots.txt as read at `read_at`; `blocked_until` when it could not be read for a fault of
    the site."""

    text: str
    read_at: datetime
    blocked_until: datetime | None = None


class HostMemory(Protocol):
    """What is remembered of a host between calls, pulls and processes. `host` is a name, `site` the same
    without "www." and with its port when that is unusual."""

    def reserve(self, host: str, *, now: datetime, gap: timedelta, latest: datetime | None) -> datetime | None:
        """Take the host's next turn in one atomic step: its time (`now` when the host is free); the turn
        after it is `gap` later. None, with nothing taken, when that time would be after `latest`."""

    def robots(self, site: str) -> RobotsNote | None: ...
    def keep_robots(self, site: str, note: RobotsNote) -> None: ...


class InMemoryHosts:
    """HostMemory of one process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._next: dict[str, datetime] = {}
        self._robots: dict[str, RobotsNote] = {}

    def reserve(self, host: str, *, now: datetime, gap: timedelta, latest: datetime | None) -> datetime | None:
        with self._lock:
            turn = max(now, self._next.get(host, now))
            if latest is not None and turn > latest:
                return None
            self._next[host] = turn + gap
            return turn

    def robots(self, site: str) -> RobotsNote | None:
        return self._robots.get(site)

    def keep_robots(self, site: str, note: RobotsNote) -> None:
        self._robots[site] = note


class HostPace(Protocol):
    """Makes a call wait for its turn."""

    def wait_turn(self, host: str, *, gap_seconds: float = 0.0, latest: datetime | None = None) -> None:
        """Sleep until `host` may be called. `gap_seconds` is what the site itself asks for (Crawl-delay);
        raises BudgetSpent at once when the turn would come after `latest`."""

    def wait_share(self, allowance: str, gap_seconds: float, *, latest: datetime | None = None) -> None:
        """Sleep until whoever shares `allowance` may call again, one call every `gap_seconds`."""


class LocalPace:
    """HostPace over a HostMemory. This machine itself needs no pause."""

    def __init__(
        self,
        memory: HostMemory,
        *,
        gap_seconds: float = 1.0,
        sleep: Sleep = time.sleep,
        clock: Clock = utc_now,
    ) -> None:
        self._memory = memory
        self._gap_seconds = gap_seconds
        self._sleep = sleep
        self._clock = clock

    def wait_turn(self, host: str, *, gap_seconds: float = 0.0, latest: datetime | None = None) -> None:
        if not is_loopback(host):
            self._wait(host, max(self._gap_seconds, gap_seconds), latest)

    def wait_share(self, allowance: str, gap_seconds: float, *, latest: datetime | None = None) -> None:
        self._wait(allowance, gap_seconds, latest)

    def _wait(self, name: str, gap_seconds: float, latest: datetime | None) -> None:
        now = self._clock()
        turn = self._memory.reserve(name, now=now, gap=timedelta(seconds=gap_seconds), latest=latest)
        if turn is None:
            raise BudgetSpent("Situs ini sedang dibaca bergiliran; dilanjutkan pada giliran berikutnya.")
        if turn > now:
            self._sleep((turn - now).total_seconds())
