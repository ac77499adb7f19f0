"""What people decide teaches triage: examples in the same transaction, a model that must prove itself, a way back."""

from __future__ import annotations

import random
from typing import Any

import pytest
from sqlalchemy import select, update

from aggregator.domain.sameness import same_words
from aggregator.domain.triage import Context
from aggregator.services.acts import Acts
from aggregator.services.errors import NotFound, Refused
from aggregator.services.learning.corpus import Labelled, import_labelled, learnable
from aggregator.storage.ids import id_of
from aggregator.storage.tables import examples, items, models, units
from tests.fakes.clock import SteppableClock
from tests.fakes.demo import Demo

# Words that no packaged list knows: what is learnt can only come from the examples.
STRANGE = {"PUPR": ("bebatuan", "kerikil", "tambalan", "jembul"), "Dinkes": ("mantri", "jarum", "balur", "boreh")}


def invented(per_unit: int, units_of: dict[str, int], *, seed: int = 1, wrong: bool = False) -> list[Labelled]:
    lot = random.Random(seed)
    names = list(STRANGE)
    found = []
    for name in names:
        for number in range(per_unit):
            words = lot.sample(STRANGE[name], 2)
            label = lot.choice(names) if wrong else name
            text = f"keluhan nomor {seed}{number} soal {words[0]} dan {words[1]} di tempat kami"
            found.append(Labelled(text=text, unit_id=units_of[label]))
    lot.shuffle(found)
    return found


def teach(demo: Demo, rows: list[Labelled]) -> str:
    """Keep the rows and train; the state the new model ended in."""
    core = demo.core
    with core.database.write() as connection:
        import_labelled(connection, rows, core.clock())
    model_id = core.models.ask(None)
    core.trainer.run(model_id)
    core.triage.forget()
    return next(row.state for row in core.models.page().rows if row.id == model_id)


def example(demo: Demo, name: str) -> Any:
    with demo.core.database.read() as connection:
        statement = select(examples).where(examples.c.item_id == id_of(demo.codes[name]))
        return connection.execute(statement).mappings().one_or_none()


def revision(demo: Demo, name: str) -> int:
    with demo.core.database.read() as connection:
        return int(
            connection.execute(select(items.c.revision).where(items.c.id == id_of(demo.codes[name]))).scalar_one()
        )


def test_each_decision_is_one_example_and_the_newest_counts(demo: Demo) -> None:
    acts, kominfo, operator = demo.core.acts, demo.people["kominfo"], demo.people["operator"]
    code = demo.codes["c3"]
    acts.claim(operator, code, revision(demo, "c3"))
    assert (example(demo, "c3")["outcome"], example(demo, "c3")["source"]) == ("unit", "worked")
    acts.give_back(operator, code, revision(demo, "c3"), "urusan Dinkes")
    assert (example(demo, "c3")["outcome"], example(demo, "c3")["reason"]) == ("returned", "urusan Dinkes")
    acts.route(kominfo, code, revision(demo, "c3"), demo.units["Dinkes"], "sanitasi")
    kept = example(demo, "c3")
    assert (kept["outcome"], kept["unit_id"], kept["source"]) == ("unit", demo.units["Dinkes"], "corrected")
    assert kept["proposed_unit_id"] == demo.units["PUPR"]
    assert kept["auto"]
    acts.not_ours(kominfo, code, revision(demo, "c3"), "jalan provinsi")
    assert (example(demo, "c3")["outcome"], example(demo, "c3")["body"]) == ("outside", "jalan provinsi")
    acts.reopen(kominfo, code, revision(demo, "c3"), "ternyata milik kita")
    acts.route(kominfo, code, revision(demo, "c3"), demo.units["PUPR"])
    assert example(demo, "c3")["source"] == "confirmed"


def test_noise_that_is_looked_at_is_an_example_both_ways(demo: Demo) -> None:
    acts, kominfo = demo.core.acts, demo.people["kominfo"]
    hidden = demo.core.inbox.hidden(kominfo)
    assert [row.code for row in hidden.rows] == [demo.codes["c6"]]
    acts.rightly_hidden(kominfo, demo.codes["c6"], revision(demo, "c6"))
    assert (example(demo, "c6")["outcome"], example(demo, "c6")["source"]) == ("nobody", "reviewed")
    assert demo.core.inbox.hidden(kominfo).total == 0
    acts.reopen(kominfo, demo.codes["c6"], revision(demo, "c6"), "bertanya")
    assert (example(demo, "c6")["outcome"], example(demo, "c6")["source"]) == ("returned", "reviewed")


def test_an_act_that_fails_teaches_nothing(demo: Demo) -> None:
    acts: Acts = demo.core.acts
    with pytest.raises(Refused):
        acts.not_ours(demo.people["kominfo"], demo.codes["c1"], revision(demo, "c1"), " ")
    assert example(demo, "c1") is None


def test_what_was_learnt_decides_from_then_on_and_says_so(demo: Demo) -> None:
    text = "keluhan soal mantri dan balur di tempat kami"
    assert demo.core.triage.judge(text).unit_id != demo.units["Dinkes"]
    assert teach(demo, invented(40, demo.units)) == "active"
    verdict = demo.core.triage.judge(text)
    assert verdict.unit_id == demo.units["Dinkes"]
    assert any(r.because == "learned" and "40 keputusan" in r.text for r in verdict.reasons)
    assert demo.core.triage.model_id is not None
    assert demo.core.triage.judge("keluhan soal jembul dan kerikil di tempat kami").unit_id == demo.units["PUPR"]


def test_a_worse_model_does_not_take_over(demo: Demo) -> None:
    assert teach(demo, invented(40, demo.units)) == "active"
    before = demo.core.triage.judge("keluhan soal mantri dan balur di tempat kami").unit_id
    with demo.core.database.write() as connection:  # older nonsense, and a few recent sound decisions to be measured on
        connection.execute(update(models).values(newest_example=0))
    with demo.core.database.write() as connection:
        import_labelled(connection, invented(150, demo.units, seed=7, wrong=True), demo.core.clock())
    assert teach(demo, invented(60, demo.units, seed=9)) == "rejected"
    demo.core.triage.forget()
    assert demo.core.triage.judge("keluhan soal mantri dan balur di tempat kami").unit_id == before
    row = demo.core.models.page().rows[0]
    assert row.report is not None
    assert row.report.new.accuracy < row.report.old.accuracy
    assert not row.can_return


def test_the_way_back_to_an_earlier_version_and_to_none(demo: Demo) -> None:
    kominfo = demo.people["kominfo"]
    teach(demo, invented(40, demo.units))
    teach(demo, invented(60, demo.units, seed=2))
    newest, first = demo.core.models.page().rows
    assert (newest.state, first.state, first.can_return) == ("active", "retired", True)
    demo.core.models.roll_back(kominfo, first.id)
    assert [row.state for row in demo.core.models.page().rows] == ["retired", "active"]
    demo.core.models.forget_all(kominfo)
    demo.core.triage.forget()
    assert demo.core.triage.judge("keluhan soal mantri dan balur di tempat kami").unit_id != demo.units["Dinkes"]
    with pytest.raises(NotFound):
        demo.core.models.roll_back(demo.people["operator"], first.id)
    failed = demo.core.models.ask(None)
    demo.core.models.fail(failed, "terhenti", demo.core.clock())
    with pytest.raises(Refused):
        demo.core.models.roll_back(kominfo, failed)


def test_too_little_to_learn_is_said_and_a_killed_training_is_taken_again(demo: Demo, clock: SteppableClock) -> None:
    assert teach(demo, invented(5, demo.units)) == "failed"
    assert "terlalu sedikit" in demo.core.models.page().rows[0].progress
    core = demo.core
    model_id = core.models.ask(None)
    assert core.models.take(model_id, core.clock())
    assert not core.models.take(model_id, core.clock())  # two workers: one has it
    assert core.models.due(core.clock()) == []
    clock.step(hours=1)
    assert core.models.due(core.clock()) == [model_id]


def test_learning_starts_by_itself_when_enough_is_new(demo: Demo) -> None:
    assert demo.core.models.ask_when_due() is None
    with demo.core.database.write() as connection:
        import_labelled(connection, invented(30, demo.units), demo.core.clock())
    wanted = demo.core.models.ask_when_due()
    assert wanted is not None
    assert demo.core.models.ask_when_due() is None  # one waits already
    demo.core.trainer.run(wanted)
    assert demo.core.models.ask_when_due() is None  # nothing is new


def test_decisions_of_a_unit_that_ended_belong_to_its_successor(demo: Demo) -> None:
    core = demo.core
    with core.database.write() as connection:
        import_labelled(connection, invented(2, demo.units), core.clock())
        gone = {"valid_to": core.clock().date(), "successor_id": demo.units["Diskominfo"]}
        connection.execute(update(units).where(units.c.id == demo.units["Dinkes"]).values(gone))
    with core.database.read() as connection:
        kept = {one.example.unit_id for one in learnable(connection)}
    assert kept == {demo.units["PUPR"], demo.units["Diskominfo"]}


def test_the_same_words_again_go_where_officers_sent_them(demo: Demo) -> None:
    text = "Begitulah yang selalu kami sampaikan berulang kali kepada semuanya"
    core, code = demo.core, demo.codes["c3"]
    with core.database.write() as connection:
        connection.execute(update(items).where(items.c.id == id_of(code)).values(same_words=same_words(text)))
    assert core.triage.judge(text, Context()).unit_id != demo.units["Dinkes"]
    core.acts.route(demo.people["kominfo"], code, revision(demo, "c3"), demo.units["Dinkes"])
    verdict = core.triage.judge(text, Context())
    assert verdict.unit_id == demo.units["Dinkes"]
    assert any("sudah 1 kali" in reason.text for reason in verdict.reasons)


def test_an_example_of_an_item_keeps_no_copy_of_its_words(demo: Demo) -> None:
    demo.core.acts.route(demo.people["kominfo"], demo.codes["c3"], revision(demo, "c3"), demo.units["Dinkes"])
    assert example(demo, "c3")["text"] is None  # the words stay with the message alone


def test_a_threshold_holds_back_what_would_have_been_routed(demo: Demo) -> None:
    core, kominfo = demo.core, demo.people["kominfo"]
    text, context = "Jalan Kenanga berlubang parah", Context(account_unit_id=demo.units["PUPR"])
    assert core.triage.judge(text, context).sure
    core.thresholds.set(kominfo, demo.units["PUPR"], 1.0)
    core.triage.forget()
    assert not core.triage.judge(text, context).sure
    core.thresholds.set(kominfo, demo.units["PUPR"], None)
    core.triage.forget()
    assert core.triage.judge(text, context).sure
    with pytest.raises(Refused):
        core.thresholds.set(kominfo, 0, 0.2)
    with pytest.raises(NotFound):
        core.thresholds.set(demo.people["operator"], 0, 0.9)


def test_region_words_and_places_are_read_by_triage(demo: Demo) -> None:
    core, kominfo = demo.core, demo.people["kominfo"]
    core.words.add_spelling(kominfo, "lobong", "berlubang", "Rejang")
    core.words.add_place(kominfo, "Jalan Kenari", "jalan", demo.units["Kecamatan Sukamaju"])
    core.triage.forget()
    verdict = core.triage.judge("dalan lobong di jalan kenari", Context())
    assert verdict.unit_id == demo.units["PUPR"]
    assert verdict.place_unit_id == demo.units["Kecamatan Sukamaju"]
    for bad in (("dua kata", "x"), ("kata", ""), ("", "arti")):
        with pytest.raises(Refused):
            core.words.add_spelling(kominfo, *bad)
    with pytest.raises(Refused):
        core.words.add_place(kominfo, "Jalan Kenari", "jalan", demo.units["Kecamatan Sukamaju"])
    with pytest.raises(Refused):
        core.words.add_place(kominfo, "Pasar", "pasar", demo.units["PUPR"])


def test_quality_counts_what_was_decided_and_nothing_else(demo: Demo) -> None:
    core, kominfo, operator = demo.core, demo.people["kominfo"], demo.people["operator"]
    core.acts.claim(operator, demo.codes["c3"], revision(demo, "c3"))
    core.acts.route(kominfo, demo.codes["c4"], revision(demo, "c4"), demo.units["Dinkes"])
    with core.database.write() as connection:
        import_labelled(connection, invented(20, demo.units), core.clock())  # imported: no decision of an officer
    page = core.quality.page()
    assert (page.decided, page.proposed.hits, page.auto.n) == (2, 1, 2)
    assert [(one.said, one.meant, one.n) for one in page.confusions] == [
        ("Dinas Pekerjaan Umum dan Penataan Ruang", "Dinas Kesehatan", 1)
    ]
    assert page.proposed.rate is None  # two are no rate
    assert sum(week.proposed.n for week in page.weeks) == page.decided
    assert sum(unit.proposed.n for unit in page.units) == page.decided
