"""A plugin's classifier is weighed with our own rules: believed when it is surer, heard, never trusted to work."""

from __future__ import annotations

from dataclasses import dataclass

from aggregator.contract import Opinion
from aggregator.services.triage import TriageDesk
from tests.fakes.demo import Demo


@dataclass
class Voice:
    """A classifier that says one thing, or breaks."""

    opinion: Opinion | None
    name: str = "suara"

    def classify(self, text: str, context: str | None) -> Opinion | None:
        if self.opinion is None:
            raise RuntimeError("broken")
        return self.opinion


def test_the_surer_opinion_decides(demo: Demo) -> None:
    unit = demo.core.units.all()[0]
    text = "hmm begitu ya ceritanya panjang"
    plain = TriageDesk(demo.core.database).judge(text)
    sure = Opinion(unit=unit.name, kind="question", confidence=0.99, reasons=("model kabupaten",))
    weighed = TriageDesk(demo.core.database, [Voice(sure)]).judge(text)
    assert (weighed.unit_id, weighed.kind, weighed.sure) == (unit.id, "question", True)
    assert weighed.reasons[0].text == "model kabupaten"
    unsure = Opinion(unit=unit.name, confidence=0.0)
    assert TriageDesk(demo.core.database, [Voice(unsure)]).judge(text) == plain


def test_a_broken_classifier_is_passed_over(demo: Demo) -> None:
    text = "lampu jalan mati di depan pasar"
    plain = TriageDesk(demo.core.database).judge(text)
    assert TriageDesk(demo.core.database, [Voice(None)]).judge(text) == plain
