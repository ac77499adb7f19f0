"""R1: a worker may die at any moment."""

from __future__ import annotations

from tests.reliability.kills import named_kills, random_kills


def test_random_kills_lose_and_double_nothing(database_url: str) -> None:
    assert random_kills(database_url, 20).killed >= 20


def test_kills_at_named_points_lose_and_double_nothing(database_url: str) -> None:
    assert named_kills(database_url).killed == 22
