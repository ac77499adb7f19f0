"""The kit is itself under test: no wrong plugin may pass, and the clause that catches it is the right one."""

from __future__ import annotations

import pytest

from aggregator.conformance.kit import CLAUSES, broken
from tests.conformance import zoo
from tests.plugins.contoh import test_contoh

SPECIMENS = list(zoo.specimens())


def kit_for(plugin):
    kit = type("Kit", (test_contoh.TestContoh,), {"platform": lambda self: plugin()})
    return kit()


def test_the_zoo_is_large():
    assert len(SPECIMENS) >= 50


@pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda one: one.__name__)
def test_a_wrong_plugin_is_caught_by_its_clause(specimen):
    zoo.manners.CACHE.clear()
    failures = []
    for failure in broken(kit_for(specimen), specimen.breaks):
        failures.append(failure)
        clause = failure[1].split(":")[0]
        assert clause in CLAUSES, failure
        if clause == specimen.breaks and specimen.why in failure[1]:
            return
    pytest.fail(f"passed its clause; broke only {failures}")


def test_the_right_plugin_passes():
    assert list(broken(test_contoh.TestContoh())) == []
