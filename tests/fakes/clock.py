"""A clock that moves only when told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)


class SteppableClock:
    """Call it for the time; `step` moves it."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def step(self, **delta: float) -> datetime:
        """Move on by a timedelta's arguments; the new time."""
        self.now += timedelta(**delta)
        return self.now
