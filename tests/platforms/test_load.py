"""Many accounts with many new comments, read by `sahut run` as people start it: nothing lost, nothing doubled."""

from __future__ import annotations

import pytest

from bench.load import measure


@pytest.mark.timeout(180)
def test_two_workers_read_everything_once_and_their_reports_add_up() -> None:
    outcome = measure(count=60, comments=20, seconds=90)
    assert (outcome.lost, outcome.doubled, outcome.made_up, outcome.crooked) == (0, 0, 0, 0)
    assert outcome.reported == outcome.held >= outcome.said - 20  # Telegram's come by glance
    assert set(outcome.outcomes) <= {"ok", "partial", "postponed"}
    assert outcome.said == outcome.accounts * 20
