"""How a shared allowance is divided: whatever accounts do, nobody loses their own part and answers keep theirs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.domain.fairness import READING, fair_share, shared_rest

LIMITS = st.integers(0, 2_000_000)
PEERS = st.integers(0, 5_000)
OPENED = st.floats(0, 1)


@given(limit=LIMITS, peers=PEERS, opened=OPENED)
def test_all_shares_together_are_what_is_for_reading(limit: int, peers: int, opened: float) -> None:
    now, evening = fair_share(limit, peers, opened=opened), fair_share(limit, peers, opened=1.0)
    assert min(now.own, now.common) >= 0
    assert max(1, peers) * evening.own + evening.common == int(limit * READING)
    assert now.own == evening.own, "the own part is there from the first minute on"


@given(limit=LIMITS, peers=PEERS, hours=st.lists(OPENED, min_size=2, max_size=2).map(sorted))
def test_the_common_part_opens_with_the_day(limit: int, peers: int, hours: list[float]) -> None:
    early, late = (fair_share(limit, peers, opened=hour).common for hour in hours)
    assert early <= late <= fair_share(limit, peers, opened=1.0).common


@given(limit=st.integers(100, 2_000_000), peers=PEERS)
def test_at_least_half_of_it_is_common_so_a_busy_account_gets_on(limit: int, peers: int) -> None:
    share = fair_share(limit, peers, opened=1.0)
    assert share.common >= limit * READING / 2 - 1


@pytest.mark.parametrize(
    ("peers", "opened", "own", "common"),
    [
        (1, 0.0, 4_500, 1_125),
        (1, 1.0, 4_500, 4_500),
        (200, 0.5, 22, 3_450),
        (200, 1.0, 22, 4_600),
        (9_999, 1.0, 0, 9_000),
    ],
)
def test_ten_thousand_units_by_hand(peers: int, opened: float, own: int, common: int) -> None:
    share = fair_share(10_000, peers, opened=opened)
    assert (share.own, share.common) == (own, common)


@pytest.mark.parametrize(("used", "rest"), [(0, 9_000), (8_999, 1), (9_000, 0), (12_000, 0)])
def test_the_answers_part_is_never_read_away(used: int, rest: int) -> None:
    assert shared_rest(10_000, used) == rest
