"""When to read again: an account, a thread, after a failure. Pure functions of time."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

FIRST_REREAD = timedelta(minutes=15)
PROBE = timedelta(hours=1)
BACKOFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
_LONGEST_WAIT = timedelta(hours=24)
_DAY = timedelta(days=1)

# How long an account has been silent -> how much slower it is read.
_SILENCE = ((_DAY, 1), (7 * _DAY, 2), (30 * _DAY, 4))
_SILENT_FOR_LONG = 16

# Age of a thread's youngest open question -> when to look for its answer again: tight at first, then slower.
_WAITING = (
    (timedelta(hours=2), FIRST_REREAD),
    (_DAY, timedelta(hours=1)),
    (3 * _DAY, timedelta(hours=4)),
    (14 * _DAY, timedelta(hours=12)),
    (90 * _DAY, _DAY),
)
_WAITING_FOR_LONG = 7 * _DAY


def next_pull(now: datetime, every: timedelta, last_new_at: datetime | None) -> datetime:
    """When to read an account again: a busy one at its platform's pace, a silent one daily at the most."""
    silence = now - last_new_at if last_new_at else None
    factor = _SILENT_FOR_LONG
    if silence is not None:
        factor = next((slower for limit, slower in _SILENCE if silence <= limit), _SILENT_FOR_LONG)
    return now + _spread(min(every * factor, max(every, _LONGEST_WAIT)))


def after_failure(now: datetime, failures: int) -> datetime:
    """When to try again after `failures` failures in a row (1 or more): 1, 5, 15, 60 minutes with full jitter above
    the first half, so that many accounts never come back at once."""
    wait = BACKOFF[min(failures, len(BACKOFF)) - 1]
    return now + wait / 2 + wait / 2 * random.random()  # noqa: S311 - spreads load, guards nothing


def next_thread_read(now: datetime, youngest_open: datetime | None, latest: datetime | None) -> datetime:
    """When to re-read a thread: `youngest_open` is its youngest unanswered question, `latest` its last message."""
    if youngest_open is not None:
        age = now - youngest_open
        return now + next((wait for limit, wait in _WAITING if age <= limit), _WAITING_FOR_LONG)
    age = now - latest if latest is not None else 365 * _DAY
    return now + (_DAY if age <= 14 * _DAY else 7 * _DAY if age <= 90 * _DAY else 30 * _DAY)


def renewal(now: datetime, expires_at: datetime | None) -> datetime:
    """When to renew a credential, or look at it again: after a third of what it still lives, daily at the most often
    for those that live long, five minutes before its end at the latest. One without an end is looked at daily."""
    if expires_at is None:
        return now + with_jitter(_DAY)
    left = expires_at - now
    return now + max(min(left / 3, _DAY), min(left - timedelta(minutes=5), timedelta(minutes=5)), timedelta(minutes=1))


def with_jitter(wait: timedelta) -> timedelta:
    """A wait that many accounts were given at once, drawn out by up to a tenth (a minute at most): never shorter."""
    return wait + min(wait / 10, timedelta(minutes=1)) * random.random()  # noqa: S311 - spreads load, guards nothing


def _spread(wait: timedelta) -> timedelta:
    return wait * (0.9 + 0.2 * random.random())  # noqa: S311 - spreads load, guards nothing
