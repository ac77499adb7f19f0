"""The kabupaten's own rules decide before triage, and are tried on last month's items before they are kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from aggregator.domain.access import Role
from aggregator.domain.triage import Context
from aggregator.domain.triage.rules import Rule, compile_rules
from aggregator.services.errors import NotFound, Refused
from tests.fakes.demo import Demo
from tests.services.test_learning import revision

LAMPS = Rule(id=0, name="PJU ke Dinkes", words=("lampu jalan", "pju"), without=("pln",))


def lamps(demo: Demo) -> Rule:
    return replace(LAMPS, unit_id=demo.units["Dinkes"])


def test_a_rule_decides_before_triage_and_is_the_reason(demo: Demo) -> None:
    core = demo.core
    core.rules.save(demo.people["kominfo"], lamps(demo))
    core.triage.forget()
    verdict = core.triage.judge("Lampu jln mati di gang kami")
    assert (verdict.unit_id, verdict.sure, verdict.rule) == (demo.units["Dinkes"], True, "PJU ke Dinkes")
    assert verdict.reasons[0].text == "aturan “PJU ke Dinkes”"
    assert core.triage.judge("Lampu jalan mati, kata PLN bukan urusannya").rule is None


def test_a_trial_says_what_it_would_have_moved_and_where_officers_thought_otherwise(demo: Demo) -> None:
    core, kominfo = demo.core, demo.people["kominfo"]
    trial = core.rules.trial(kominfo, lamps(demo))
    assert (trial.tried, trial.whole, trial.fits, trial.moved, trial.agreed, trial.against) == (4, True, 1, 1, 0, 0)
    core.acts.route(kominfo, demo.codes["c4"], revision(demo, "c4"), demo.units["Diskominfo"])
    trial = core.rules.trial(kominfo, lamps(demo))
    assert (trial.agreed, trial.against) == (0, 1)
    assert [(one.code, one.officers, one.rule) for one in trial.listed] == [
        (demo.codes["c4"], "Dinas Komunikasi dan Informatika", "Dinas Kesehatan")
    ]
    assert core.rules.page() == ()  # nothing was kept by trying


def test_a_trial_shows_no_confidential_words_to_who_is_not_named(demo: Demo) -> None:
    core, kominfo = demo.core, demo.people["kominfo"]
    core.acts.route(kominfo, demo.codes["c4"], revision(demo, "c4"), demo.units["Diskominfo"])
    core.acts.make_confidential(kominfo, demo.codes["c4"], revision(demo, "c4"), "Menyebut nama anak.")
    unnamed = replace(kominfo, role=Role.VERIFIER, confidential=False)
    assert len(core.rules.trial(kominfo, lamps(demo)).listed) == 1
    trial = core.rules.trial(unnamed, lamps(demo))
    assert (trial.tried, trial.fits, trial.listed) == (3, 0, ())
    with pytest.raises(NotFound):
        core.rules.trial(demo.people["operator"], lamps(demo))


def test_order_switching_and_dropping(demo: Demo) -> None:
    core, kominfo = demo.core, demo.people["kominfo"]
    first = core.rules.save(kominfo, lamps(demo))
    second = core.rules.save(kominfo, replace(lamps(demo), name="PJU ke PUPR", unit_id=demo.units["PUPR"]))
    core.rules.sooner(kominfo, second)
    core.triage.forget()
    assert core.triage.judge("lampu jalan mati").rule == "PJU ke PUPR"
    core.rules.switch(kominfo, second, active=False)
    core.triage.forget()
    assert core.triage.judge("lampu jalan mati").rule == "PJU ke Dinkes"
    core.rules.drop(kominfo, first)
    core.triage.forget()
    assert core.triage.judge("lampu jalan mati").rule is None
    with pytest.raises(NotFound):
        core.rules.save(demo.people["operator"], lamps(demo))


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"name": " "}, "nama"),
        ({"words": ()}, "syarat"),
        ({"words": ("🙏",), "without": ()}, "dicari"),
        ({"unit_id": 99_999}, "unit"),
        ({"from_hour": 7}, "jam"),
        ({"valid_from": date(2026, 2, 1), "valid_to": date(2026, 1, 1)}, "Tanggal"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_in_words(demo: Demo, change: dict[str, object], word: str) -> None:
    with pytest.raises(Refused, match=word):
        demo.core.rules.save(demo.people["kominfo"], replace(lamps(demo), **change))  # type: ignore[arg-type]
    assert demo.core.rules.page() == ()


def test_the_same_name_twice_is_refused(demo: Demo) -> None:
    demo.core.rules.save(demo.people["kominfo"], lamps(demo))
    with pytest.raises(Refused, match="nama lain"):
        demo.core.rules.save(demo.people["kominfo"], lamps(demo))


def test_time_place_account_and_platform() -> None:
    def fits(rule: Rule, context: Context = Context(), places: frozenset[int] = frozenset()) -> bool:  # noqa: B008  # frozen
        return compile_rules([rule]).first(["lampu", "mati"], "lampu mati", context, places) is rule

    rule = Rule(id=1, name="x", words=("lampu",))
    assert fits(rule)
    assert not fits(replace(rule, account_id=5))
    assert fits(replace(rule, account_id=5), Context(account_id=5))
    assert not fits(replace(rule, place_unit_id=3))
    assert fits(replace(rule, place_unit_id=3), places=frozenset({3, 1}))
    assert fits(replace(rule, platform="facebook"), Context(platform="facebook"))
    night = replace(rule, from_hour=22, to_hour=5)
    monday = datetime(2026, 11, 2)
    for hour, inside in ((21, False), (22, True), (0, True), (4, True), (5, False)):
        assert fits(night, Context(said_at=monday.replace(hour=hour))) is inside
    assert not fits(replace(rule, days=frozenset({6, 7})), Context(said_at=monday))
    assert fits(replace(rule, days=frozenset({1})), Context(said_at=monday))
    assert not fits(replace(rule, valid_to=date(2026, 11, 1)), Context(said_at=monday))
    assert fits(replace(rule, valid_from=date(2026, 11, 2), valid_to=date(2026, 11, 2)), Context(said_at=monday))
    assert not fits(night, Context())  # when is not known: a rule of time says nothing
