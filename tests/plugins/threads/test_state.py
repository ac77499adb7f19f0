"""The bookmark stays within its bounds, and keeps what is lively."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from aggregator.conformance.store import reread
from aggregator.contract import cursor_fault
from plugins.threads.state import MOST_POSTS, State

AT = datetime(2026, 3, 9, 5, 0, 0, 123456, tzinfo=UTC)


def filled():
    state = State(
        own="24600000000000001", walked=True, until=AT, heard=AT, hearing=(AT, AT), reading=("9" * 19, "Q" * 400)
    )
    for number in range(MOST_POSTS + 50):
        state.was_read(str(10**18 + number), AT - timedelta(minutes=number), AT)
    return state


def test_a_full_bookmark_fits_and_forgets_the_silent_first():
    state = filled()
    assert set(state.posts) == {str(10**18 + number) for number in range(MOST_POSTS)}
    assert cursor_fault(state.cursor()) is None


def test_a_conversation_silent_for_sixty_days_is_forgotten():
    state = State(walked=True)
    state.was_read("1", AT - timedelta(days=61), AT)
    assert state.posts == {}
    assert not state.is_due("1", AT - timedelta(days=61), AT)


def test_a_bookmark_comes_back_as_it_was():
    assert State.of(reread(filled().cursor())) == filled()
