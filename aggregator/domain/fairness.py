"""How an allowance that many accounts share is divided. Pure arithmetic."""

from __future__ import annotations

from dataclasses import dataclass

READING = 0.9  # the rest is kept for answers, which people wait for
_OWN = 0.5  # of what is for reading, this part belongs to the accounts in equal shares
_HEAD_START = 0.25  # of the common part, open at the day's first minute


@dataclass(frozen=True, slots=True)
class Share:
    """Units of one account: its `own` part, nobody else's; and the `common` part, open to all, as far as the day
    has opened it."""

    own: int
    common: int


def fair_share(limit: int, peers: int, *, opened: float) -> Share:
    """The share of one of `peers` accounts when `opened` (0 to 1) of the day is over."""
    reading = int(limit * READING)
    own = int(reading * _OWN / max(1, peers))
    common = reading - own * max(1, peers)
    return Share(own=own, common=int(common * min(1.0, opened + _HEAD_START)))


def shared_rest(limit: int, used: int) -> int:
    """What is left for reading in all: everything but the answers' part."""
    return max(0, int(limit * READING) - used)
