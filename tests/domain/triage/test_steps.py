"""The steps of triage beside the choice of a unit: spelling, place, urgency, supervision, learning, and what they cost."""

from __future__ import annotations

import time

import pytest

from aggregator.contract import Opinion
from aggregator.domain.triage import Context, Lessons, Place, Triage, UnitProfile, Urgency
from aggregator.domain.triage.examples import Example, TooFew
from aggregator.domain.triage.learned import LearnedModel, interpolated
from aggregator.domain.triage.linear import LinearModel
from aggregator.domain.triage.measures import Judged, above, calibration_error, f1, interval, macro_f1, score, surest
from aggregator.domain.triage.outside import suggested_answer
from aggregator.domain.triage.rules import Rule, compile_rules
from aggregator.domain.triage.training import points, train
from tests.domain.triage.test_triage import UNITS, unit

TRIAGE = Triage(UNITS)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("lamaaa bangettt", ["lama", "banget"]),
        ("jln rusak", ["jalan", "rusak"]),
        ("𝗷𝗮𝗹𝗮𝗻 r\u200busak", ["jalan", "rusak"]),
        ("jаlаn", ["jalan"]),  # Cyrillic а
        ("RT 1000", ["rt", "1000"]),
    ],
)
def test_words_are_read_however_they_are_written(text: str, words: list[str]) -> None:
    assert TRIAGE.words_of(text) == words


def test_the_regions_own_spelling_outranks_the_packaged_one() -> None:
    own = Triage(UNITS, Lessons(slang={"lobong": "berlubang"}))
    assert own.judge("jalan lobong parah").unit_id == 1
    assert own.words_of("Lobong") == ["berlubang"]


# -- place -----------------------------------------------------------------------------------------------------------------

CURUP = [
    *UNITS,
    UnitProfile(id=60, name="Desa Air Bang", short_name=None, kind="desa", parent_id=22, affairs=()),
    UnitProfile(id=61, name="Desa Sukarami", short_name=None, kind="desa", parent_id=21, affairs=()),
    UnitProfile(id=62, name="Desa Sukarami", short_name=None, kind="desa", parent_id=22, affairs=()),
]


def test_an_ambiguous_name_is_resolved_by_what_stands_around_it_or_asked() -> None:
    triage = Triage(CURUP)
    asked = triage.judge("tolong bantuan untuk warga sukarami")
    assert (asked.place_unit_id, asked.unclear_place) == (None, "sukarami")
    assert any("bisa berarti beberapa tempat" in reason.text for reason in asked.reasons)
    assert triage.judge("tolong warga sukarami kecamatan curup tengah").place_unit_id == 61
    assert triage.judge("jalan rusak di sukarami", Context(account_unit_id=22)).place_unit_id == 62
    assert triage.judge("kelurahan air bang banjir").place_unit_id == 30
    assert triage.judge("desa air bang banjir").place_unit_id == 60


def test_curup_alone_may_be_any_of_its_places() -> None:
    assert TRIAGE.judge("jalan rusak di curup").unclear_place == "curup"
    assert TRIAGE.judge("jalan rusak di kecamatan curup").place_unit_id == 20
    assert TRIAGE.judge("jalan rusak di curup tengah").place_unit_id == 21


def test_roads_and_landmarks_that_were_added_lead_to_their_place() -> None:
    triage = Triage(UNITS, Lessons(places=(Place(name="Pasar Atas", kind="pasar", unit_id=20),)))
    assert triage.judge("sampah menumpuk di pasar atas").place_unit_id == 20
    assert TRIAGE.judge("sampah menumpuk di pasar atas").place_unit_id is None


# -- urgency, supervision ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "urgency"),
    [
        ("kebakaran di pasar, tolong cepat!", Urgency.DANGER),
        ("kabel putus menjuntai di jalan", Urgency.DANGER),
        ("tetangga saya korban KDRT, anaknya dipukuli", Urgency.DANGER),
        ("jembatan putus, warga terjebak", Urgency.DANGER),
        ("pohon rawan tumbang di depan sekolah", Urgency.SOON),
        ("lampu jalan mati, rawan begal", Urgency.SOON),
        ("banjir lagi di perumahan kami", Urgency.SOON),
        ("jalan berlubang sudah lama", Urgency.ORDINARY),
        ("tahun lalu ada kebakaran di sini", Urgency.ORDINARY),
        ("kapan sosialisasi pencegahan kebakaran?", Urgency.ORDINARY),
        ("mantap, pemadamnya cepat datang saat kebakaran", Urgency.ORDINARY),
    ],
)
def test_urgency(text: str, urgency: Urgency) -> None:
    assert TRIAGE.judge(text).urgency is urgency


INSPECTED = Triage([*UNITS, unit(70, "Inspektorat Daerah", "opd")])


@pytest.mark.parametrize(
    "text", ["ada pungli di kantor dukcapil", "bantuan saya dipotong oknum petugas dinsos", "diduga korupsi dana desa"]
)
def test_an_accusation_goes_to_the_inspectorate_and_never_to_the_accused(text: str) -> None:
    verdict = INSPECTED.judge(text, Context(account_unit_id=7))
    assert verdict.confidential
    assert not verdict.sure
    assert verdict.candidates[0].unit_id == 70
    assert 7 not in {candidate.unit_id for candidate in verdict.candidates}
    assert verdict.sp4n == "pengaduan berkadar pengawasan"


def test_criticism_in_general_accuses_nobody() -> None:
    assert not INSPECTED.judge("percuma lapor, pejabatnya korupsi semua wkwk").confidential
    assert not INSPECTED.judge("jalan rusak belum diperbaiki").confidential


@pytest.mark.parametrize("outcome", ["unit", "outside", "nobody"])
def test_a_rule_neither_hands_an_accusation_over_nor_hides_it(outcome: str) -> None:
    book = compile_rules([Rule(id=1, name="KTP", words=("dukcapil",), outcome=outcome, unit_id=7)])
    verdict = Triage([*UNITS, unit(70, "Inspektorat Daerah", "opd")], Lessons(rules=book)).judge(
        "ada pungli di dukcapil"
    )
    assert (verdict.sure, verdict.confidential, verdict.needs_someone, verdict.outside) == (False, True, True, False)


def test_what_is_not_the_kabupatens_has_a_polite_answer_that_promises_nothing() -> None:
    answer = suggested_answer("PLN", "PLN")
    assert "PLN" in answer
    assert "123" in answer
    assert "lapor.go.id" in suggested_answer(None, None)


# -- opinions of plugins -------------------------------------------------------------------------------------------------------


def test_a_plugins_opinion_is_weighed_with_the_others() -> None:
    text = "jalan rusak di depan sekolah"
    weak, strong = Opinion(unit="Dinas Kesehatan", confidence=0.3), Opinion(unit="Dinas Kesehatan", confidence=0.99)
    plain = TRIAGE.judge(text)
    assert plain.unit_id == 1
    heard = TRIAGE.judge(text, opinions=[weak])
    assert heard.unit_id == 1
    assert {c.unit_id for c in heard.candidates} >= {1, 2}
    assert TRIAGE.judge(text, opinions=[strong]).unit_id == 2
    assert TRIAGE.judge(text, opinions=[Opinion(unit="Dinas Antah", confidence=0.99)]).unit_id == 1


# -- learning --------------------------------------------------------------------------------------------------------------


def lessons(per_unit: int = 30) -> list[Example]:
    words = {1: "kerikil jembul", 2: "mantri boreh", None: "setrum gardu"}
    return [
        Example(text=f"keluhan {n} soal {said} di sini", unit_id=unit_id)
        for unit_id, said in words.items()
        for n in range(per_unit)
    ]


def test_a_learned_model_survives_its_bytes_and_explains_itself() -> None:
    model = LearnedModel.of_bytes(train(lessons(), TRIAGE).to_bytes())
    triage = TRIAGE.with_model(model)
    verdict = triage.judge("keluhan soal boreh di sini")
    assert verdict.unit_id == 2
    assert any("“boreh”" in reason.text and "30 keputusan" in reason.text for reason in verdict.reasons)
    assert triage.judge("keluhan soal gardu setrum di sini").outside
    assert all(low <= high for (_, low), (_, high) in zip(model.calibration, model.calibration[1:], strict=False))


def test_too_few_or_all_of_one_kind_teach_nothing() -> None:
    with pytest.raises(TooFew):
        train(lessons(5), TRIAGE)
    with pytest.raises(TooFew):
        train([Example(text=f"keluhan {n}", unit_id=1) for n in range(100)], TRIAGE)


def test_a_linear_model_survives_its_lines() -> None:
    linear = train(lessons(), TRIAGE).linear
    again = LinearModel.of_lines(list(linear.lines()))
    for text in ("keluhan soal boreh", "kerikil jembul", "tak dikenal"):
        words = TRIAGE.words_of(text)
        assert linear.scores(words).argmax() == again.scores(words).argmax()


# -- figures ---------------------------------------------------------------------------------------------------------------


def test_figures_by_hand() -> None:
    judged = [
        Judged(truth="a", choices=("a", "b"), confidence=0.9),
        Judged(truth="b", choices=("a", "b"), confidence=0.6),
        Judged(truth="b", choices=("b",), confidence=0.8),
        Judged(truth="c", choices=(), confidence=0.1),
    ]
    found = score(judged)
    assert (found.n, found.accuracy, found.top3) == (4, 0.5, 0.75)
    assert found.macro_f1 == pytest.approx((2 / 3 + 2 / 3 + 0) / 3)
    assert f1([(True, True), (True, False), (False, True)]) == pytest.approx(0.5)
    assert macro_f1([("a", "a")]) == 1.0
    assert calibration_error([(0.9, True), (0.9, False)]) == pytest.approx(0.4)
    assert above([(0.9, True), (0.5, False)], 0.8) == (0.5, 1.0)
    assert above([(0.5, False)], 0.8) == (0.0, None)
    assert surest([(0.9, True), (0.8, False), (0.1, False)], 1 / 3) == 1.0
    low, high = interval(90, 100)
    assert low == pytest.approx(0.826, abs=0.001)
    assert high == pytest.approx(0.945, abs=0.001)
    assert interpolated(0.5, ((0.0, 0.0), (1.0, 0.8))) == pytest.approx(0.4)


def test_little_evidence_promises_little() -> None:
    assert points([0.9, 0.95, 0.99], [True, True, True])[-1][1] < 0.9


def test_it_is_fast_enough_with_everything() -> None:
    """A bound several times what is measured (`sahut bench triage`): only a wrong turn fails."""
    triage = TRIAGE.with_model(train(lessons(), TRIAGE))
    text = "min tolong jalan di depan sekolah kami rusak parah sudah lama tidak diperbaiki, anak-anak sering jatuh"
    triage.judge(text)
    start = time.process_time()
    for _ in range(300):
        triage.judge(text)
    assert (time.process_time() - start) / 300 < 0.005
