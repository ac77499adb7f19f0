"""Putting a verdict together: what is said of a text that needs someone, needs nobody, or that a rule decides."""

from __future__ import annotations

from dataclasses import dataclass, replace

from aggregator.domain.triage.evidence import Evidence
from aggregator.domain.triage.lexicon import OUTSIDE, WHOLE_FAMILY, families
from aggregator.domain.triage.place import PlaceFinding
from aggregator.domain.triage.records import Because, Candidate, Reason, Urgency, Verdict
from aggregator.domain.triage.rules import Rule
from aggregator.domain.triage.supervision import Supervision

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Common:
    """What every verdict that needs someone says, whoever is responsible."""

    kind: str
    candidates: tuple[Candidate, ...]
    place: PlaceFinding
    urgency: Urgency
    supervision: Supervision

    def verdict(
        self, unit: int | None, topic: str | None, confidence: float, reasons: tuple[Reason, ...], *, sure: bool
    ) -> Verdict:
        return Verdict(
            kind=self.kind,
            needs_someone=True,
            unit_id=unit,
            candidates=self.candidates,
            topic=topic,
            confidence=confidence,
            sure=sure,
            reasons=reasons,
            outside=False,
            place_unit_id=self.place.unit_id,
            unclear_place=self.place.name if self.place.others else None,
            urgency=self.urgency,
            confidential=self.supervision.confidential,
            sp4n=self.supervision.sp4n,
        )


def topic_of(evidence: Evidence, *, outside: bool) -> str | None:
    named = [
        (score, (family, number))
        for (family, number), score in evidence.topics.items()
        if number != WHOLE_FAMILY and (family == OUTSIDE) is outside
    ]
    if not named:
        return None
    code, number = max(named)[1]
    return next(family.topics[number].name for family in families() if family.code == code)


def unplaced(place: PlaceFinding, evidence: Evidence) -> tuple[Reason, ...]:
    """What is missing to say which place is meant."""
    if place.others:
        return (Reason(Because.DOUBT, f"“{place.name}” bisa berarti beberapa tempat"),)
    wanted = {family for family, _ in evidence.topics} & {"kecamatan", "kelurahan_desa"}
    if wanted and place.unit_id is None:
        return (Reason(Because.DOUBT, "menyebut kantor kecamatan, kelurahan, atau desa tanpa nama tempatnya"),)
    return ()


def nobody_needed(kind: str, reason: str, place: PlaceFinding) -> Verdict:
    return Verdict(
        kind=kind,
        needs_someone=False,
        unit_id=None,
        candidates=(),
        topic=None,
        confidence=0.0,
        sure=False,
        reasons=(Reason(Because.NOISE, reason),),
        outside=False,
        place_unit_id=place.unit_id,
    )


def ruled(verdict: Verdict, rule: Rule) -> Verdict:
    """The kabupaten's own rule decides; what triage thought stays as the runner-up."""
    reason = Reason(Because.RULE, f"aturan “{rule.name}”")
    if verdict.confidential:  # a rule of words must not hide an accusation, nor hand it to the office it accuses
        return replace(verdict, reasons=(*verdict.reasons, reason))
    decided = replace(verdict, reasons=(reason, *verdict.reasons), rule=rule.name, confidence=1.0)
    if rule.outcome == "nobody":
        return replace(decided, needs_someone=False, unit_id=None, sure=True, outside=False)
    if rule.outcome == "outside":
        return replace(decided, unit_id=None, outside=True, body=rule.body, sure=False)
    first = Candidate(unit_id=rule.unit_id or 0, probability=1.0, reasons=(reason,))
    others = tuple(one for one in verdict.candidates if one.unit_id != rule.unit_id)
    chosen = (first, *others)[:SHOWN]
    return replace(decided, unit_id=rule.unit_id, candidates=chosen, outside=False, body=None, sure=True)
