"""The bookmark stays within its bounds, and keeps the newest."""

from __future__ import annotations

from datetime import UTC, datetime

from aggregator.conformance.store import reread
from aggregator.contract import cursor_fault
from plugins.instagram.state import MOST_MEDIA, State

AT = datetime(2026, 3, 9, 5, 0, 0, 123456, tzinfo=UTC)


def filled():
    state = State(own="17841400000000001", until=AT, last="9" * 19, deep=AT, reading=("9" * 19, "Q" * 400, 2**32 - 1))
    for number in range(MOST_MEDIA + 50):
        state.finished(str(10**18 + number), 2**32 - 1, newest=True)
    state.reading = ("9" * 19, "Q" * 400, 2**32 - 1)
    return state


def test_a_full_bookmark_fits():
    state = filled()
    assert len(state.prints) == MOST_MEDIA
    assert cursor_fault(state.cursor()) is None


def test_the_newest_posts_are_kept():
    state = filled()
    state.finished("1", 7, newest=False)
    assert "1" not in state.prints
    state.finished("2", 7, newest=True)
    assert next(iter(state.prints)) == "2"


def test_a_bookmark_comes_back_as_it_was():
    assert State.of(reread(filled().cursor())) == filled()
