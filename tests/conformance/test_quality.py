"""Quality levels follow from claims and from what the kit was given."""

from __future__ import annotations

from dataclasses import replace

from aggregator.conformance.quality import Quality, level_of, quality_of
from aggregator.contract import Capability
from plugins.contoh.platform import ContohPlatform
from tests.conformance import test_wall
from tests.plugins.contoh import test_contoh


def kit(base, **given):
    return type("Kit", (base,), given)()


def without(capability):
    info = replace(ContohPlatform.info, capabilities=ContohPlatform.info.capabilities - {capability})
    return type("Less", (ContohPlatform,), {"info": info})


def test_the_example_is_gold():
    assert quality_of(test_contoh.TestContoh()) is Quality.GOLD


def test_an_excused_key_costs_the_gold():
    assert level_of(kit(test_contoh.TestContoh, optional_keys={"next": "absent on the last page"})) is Quality.SILVER


def test_without_answers_it_is_silver_and_without_edits_bronze():
    silver, bronze = without(Capability.ANSWER), without(Capability.EDITS)
    assert level_of(kit(test_contoh.TestContoh, platform=lambda self: silver())) is Quality.SILVER
    assert level_of(kit(test_contoh.TestContoh, platform=lambda self: bronze())) is Quality.BRONZE
    assert level_of(test_wall.TestWall()) is Quality.BRONZE


def test_who_fails_has_no_level():
    assert quality_of(kit(test_wall.TestWall, platform=lambda self: test_wall.EmptyPageIsFine())) is None
