"""The states of an item and what moves it from one to the next."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    """Where an item stands, as the office sees it."""

    NEW = "new"
    ROUTED = "routed"
    WORKING = "working"
    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"
    CLOSED = "closed"
    NOT_OURS = "not_ours"
    NO_ANSWER_NEEDED = "no_answer_needed"
    MERGED = "merged"  # says the same as another item, whose end it shares


_PARTS_OF_GOAL = (1, 3, 12)  # ordinary, soon, danger: of a day that is 24, 8 and 2 hours

WAITING = frozenset({State.NEW, State.ROUTED, State.WORKING, State.ACKNOWLEDGED})


def reopened_state(unit_id: int | None, claimed_by: int | None) -> State:
    """Where an item returns to when its answer no longer counts."""
    if unit_id is None:
        return State.NEW
    return State.ROUTED if claimed_by is None else State.WORKING


def due_at(received_at: datetime, goal: timedelta, urgency: int = 0) -> datetime:
    """When the first answer is due: the clock starts when *this unit* received the item, and runs faster when it is
    urgent."""
    return received_at + goal / _PARTS_OF_GOAL[urgency]
