"""Filling templates in, and which unit's rule counts."""

from __future__ import annotations

import pytest

from aggregator.domain.answer_templates import HANDOFF, NOBODY, addressed, fill, unknown_variables
from aggregator.domain.unit_rules import EVERY_UNIT, NO_RULE, Approval, End, UnitRule, nearest


def test_variables_are_filled_in() -> None:
    text = "Halo {nama}, {unit} menjawab pada { Tanggal }. Nomor {nomor}."
    values = {"nama": "Siti", "unit": "Dinkes", "tanggal": "3 Mei 2026", "nomor": "1abc"}
    assert fill(text, values) == "Halo Siti, Dinkes menjawab pada 3 Mei 2026. Nomor 1abc."


def test_a_value_is_no_template() -> None:
    assert (
        fill("Halo {nama} dari {unit}", {"nama": "{unit} {nama}", "unit": "Dinkes"}) == "Halo {unit} {nama} dari Dinkes"
    )
    assert fill("Halo {nama}", {"nama": "Siti\n\n  Aminah"}) == "Halo Siti Aminah"
    assert len(fill("{nama}", {"nama": "x" * 5_000})) == 300


def test_what_has_no_value_leaves_no_hole() -> None:
    assert fill(HANDOFF, {"nama": "Bu Siti", "tujuan": "Dinkes"}).startswith(
        "Terima kasih sudah menulis, Bu Siti. Hal ini menjadi tanggung jawab Dinkes. "
    )
    there = fill(HANDOFF, {"nama": "Bu Siti", "tujuan": "Dinkes", "akun_tujuan": "(akun Dinkes: https://d.example)"})
    assert "tanggung jawab Dinkes (akun Dinkes: https://d.example). " in there


def test_unknown_variables_are_named() -> None:
    assert unknown_variables("{nama} {nik} {NAMA} {alamat rumah} {nik} {} { tanggal }") == ["nik", "alamat rumah", ""]
    assert unknown_variables("tanpa apa-apa, {{nama}}") == []


@pytest.mark.parametrize(
    ("shown", "called"), [("Siti  Aminah", "Siti Aminah"), ("@budi_s", "budi_s"), ("Anonim", NOBODY), ("", NOBODY)]
)
def test_how_a_citizen_is_addressed(shown: str, called: str) -> None:
    assert addressed(shown) == called


def test_the_nearest_rule_up_the_tree_counts() -> None:
    own, above, all_units = UnitRule(most_uses=1), UnitRule(most_uses=2), UnitRule(most_uses=3)
    rules = {5: own, 2: above, EVERY_UNIT: all_units}
    assert nearest(rules, [5, 2, 1]) is own
    assert nearest(rules, [6, 2, 1]) is above
    assert nearest(rules, [7, 1]) is all_units and nearest(rules, []) is all_units
    assert nearest({}, [5]) is NO_RULE


def test_when_a_second_person_is_wanted() -> None:
    some = UnitRule(
        approval=Approval.BY_KIND, approval_kinds=frozenset({"complaint"}), verified_ends=frozenset({End.CLOSED})
    )
    assert some.wants_approval("complaint") and not some.wants_approval("praise")
    assert UnitRule(approval=Approval.ALWAYS).wants_approval("praise") and not NO_RULE.wants_approval("complaint")
    assert some.wants_verifier(End.CLOSED) and not some.wants_verifier(End.ELSEWHERE)
