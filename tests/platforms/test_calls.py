"""What a quiet cycle costs, through the whole house, beside the least that each platform allows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aggregator.domain.plan import cost_of
from bench.calls import CASES, MOST, Case, measure
from tests.platforms.stage import Stage

CYCLES = 48  # of half an hour that is a day: what is read again once a day is among them
SMALL = {"facebook": 55, "google_business": 51, "telegram": 3, "youtube": 3}
pytestmark = pytest.mark.parametrize("new_database_url", ["sqlite"], indirect=True)  # calls, not rows, are counted
GLANCING = ("facebook", "youtube", "google_business", "telegram")


def named(case: Case) -> str:
    return f"{case.platform}-{case.face or 'any'}-{case.counts}"


@pytest.mark.parametrize("case", CASES, ids=named)
def test_a_quiet_cycle_costs_hardly_more_than_it_must(stage: Stage, case: Case) -> None:
    small = replace(case, accounts=SMALL.get(case.platform, 1))
    cost = measure(stage, small, CYCLES if case.platform not in GLANCING else 5)
    assert cost.failed == 0
    assert cost.calls > 0
    assert cost.ratio <= MOST


@pytest.mark.parametrize("case", [case for case in CASES if case.platform not in GLANCING], ids=named)
def test_the_planner_counts_no_less(new_database_url: object, case: Case) -> None:
    assert cost_of(case.platform).pull >= case.calls


def test_every_platform_that_is_read_is_measured(stage: Stage) -> None:
    read = {name for name in stage.app.host.platforms if name not in ("file", "contoh")}
    assert {case.platform for case in CASES} == read
