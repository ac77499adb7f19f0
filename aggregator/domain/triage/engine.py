"""First triage: one pass over a text's words gives its kind, its topic and the unit responsible, with
reasons.

Built once for a list of units, then cheap: dictionary look-ups only. Nothing is learnt here; a model that
learns from corrections can weigh its own candidates against these.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from aggregator.domain.triage.holders import find_holders, place_family
from aggregator.domain.triage.kinds import NEEDS_NOBODY, Reading, judge_kind
from aggregator.domain.triage.lexicon import OUTSIDE, WHOLE_FAMILY, Entry, entries, families
from aggregator.domain.triage.normalise import fold, pieces, speller
from aggregator.domain.triage.records import Candidate, UnitProfile, Verdict

# Measured on half a year of a city's complaints that no setting was chosen on: 0.93 of the messages at or
# above it went to the right office, 0.85 when those count that the city handed to one of its kelurahan.
SURE_AT = 0.88
_NEAR = frozenset(
    (
        *("depan", "dekat", "samping", "belakang", "sebelah", "sekitar", "seberang", "arah", "menuju"),
        *("perempatan", "pertigaan", "simpang", "jl", "gang", "perum", "komplek", "kompleks", "blok"),
    )
)
_PLACE_MARKS = frozenset(("kecamatan", "kelurahan", "desa", "camat", "lurah", "kades"))
_FORMAL_CHANNELS = frozenset({"file", "email", "whatsapp", "lapor"})
_NEAR_WEIGHT, _TITLE_WEIGHT = 0.3, 0.5
_ACCOUNT, _ACCOUNT_OF_FAMILY, _PLACE, _ALIAS = 1.5, 0.8, 0.35, 2.6
# An office's own page, and nothing said that another office does: its own matter. A general page says little.
_ACCOUNT_ALONE, _GENERAL_ACCOUNT = 3.8, 0.3
_SHARPNESS, _NOBODY = 1.1, 0.5


@dataclass(slots=True)
class _Evidence:
    """What a text says, collected while reading it."""

    topics: dict[tuple[str, int], float] = field(default_factory=lambda: defaultdict(float))
    phrases: dict[tuple[str, int], list[str]] = field(default_factory=lambda: defaultdict(list))
    groups: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    named: dict[int, str] = field(default_factory=dict)
    places: dict[int, str] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)


class Triage:
    """The rules for one list of units. Safe to share between threads."""

    def __init__(self, units: Sequence[UnitProfile]) -> None:
        self._units = {unit.id: unit for unit in units}
        self._short = {unit.id: unit.short_name or unit.name for unit in units}
        self._holders = find_holders(units)
        self._place_family = {unit.id: place_family(unit) for unit in units}
        phrases = (*entries(), *self._holders.aliases, *self._holders.places)
        self._longest: dict[str, int] = {}
        for phrase in phrases:
            first, length = phrase.split(" ", 1)[0], phrase.count(" ") + 1
            self._longest[first] = max(self._longest.get(first, 0), length)
        self._spell = speller({word for phrase in phrases for word in phrase.split()})

    def judge(
        self,
        text: str,
        *,
        account_unit_id: int | None = None,
        thread_title: str | None = None,
        platform: str | None = None,
    ) -> Verdict:
        """Read one message. account_unit_id: whose account received it; platform: where (a message on a
        channel that only reaches the office is never mere chatter). Never raises for any text."""
        evidence = _Evidence()
        reading = self._read(text, evidence)
        kind, reason = judge_kind(reading)
        if kind == "other" and platform in _FORMAL_CHANNELS and reading.words:
            kind, reason = "complaint", None
        if kind in NEEDS_NOBODY:
            return _nobody_needed(kind, reason or "")
        if thread_title:
            self._collect(self._spelled(pieces(fold(thread_title))), evidence, _TITLE_WEIGHT)
        return self._route(kind, evidence, account_unit_id)

    def _read(self, text: str, evidence: _Evidence) -> Reading:
        folded = fold(text)
        found = pieces(folded)
        words = self._spelled(found)
        self._collect(words, evidence, 1.0)
        return Reading(
            text=text,
            folded=folded,
            words=words,
            groups=evidence.groups,
            has_tag="@" in folded or "#" in folded,
            has_link="http" in folded or "www." in folded,
            has_question_mark="?" in folded,
            replies=bool(found) and found[0][0] == "@",
            topical=any(topic != WHOLE_FAMILY for _, topic in evidence.topics),
        )

    def _spelled(self, found: Sequence[str]) -> list[str]:
        return [word for piece in found for word in self._spell(piece)]

    def _collect(self, words: Sequence[str], evidence: _Evidence, weight: float) -> None:
        """Longest phrases first, from left to right; each phrase counts once."""
        known = entries()
        for position, phrase in self._phrases(words):
            if phrase in evidence.seen:
                continue
            evidence.seen.add(phrase)
            before = words[max(0, position - 2) : position]
            self._note_units(phrase, before, evidence)
            entry = known.get(phrase)
            if entry:
                near = _NEAR_WEIGHT if _NEAR.intersection(before) else 1.0
                _note(phrase, entry, weight * near, evidence)

    def _phrases(self, words: Sequence[str]) -> Iterator[tuple[int, str]]:
        known, aliases, places = entries(), self._holders.aliases, self._holders.places
        position, end = 0, len(words)
        while position < end:
            step, longest = 1, self._longest.get(words[position])
            for length in range(min(longest, end - position), 0, -1) if longest else ():
                phrase = words[position] if length == 1 else " ".join(words[position : position + length])
                if phrase in known or phrase in aliases or phrase in places:
                    yield position, phrase
                    step = length
                    break
            position += step

    def _note_units(self, phrase: str, before: Sequence[str], evidence: _Evidence) -> None:
        for unit in self._holders.aliases.get(phrase, ()):
            kept = evidence.places if self._place_family[unit] else evidence.named
            kept[unit] = phrase
        if phrase in self._holders.places and (
            phrase in self._holders.clear_places or _PLACE_MARKS.intersection(before[-1:])
        ):
            for unit in self._holders.places[phrase]:
                evidence.places[unit] = phrase

    # -- from evidence to units

    def _route(self, kind: str, evidence: _Evidence, account: int | None) -> Verdict:
        scores: dict[int, float] = defaultdict(float)
        reasons: dict[int, list[str]] = defaultdict(list)
        self._score_topics(evidence, account, scores, reasons)
        self._score_units(evidence, account, scores, reasons)
        outside = sum(score for (family, _), score in evidence.topics.items() if family == OUTSIDE)
        ranked = _probabilities(scores, outside)
        best = max(scores.values(), default=0.0)
        topic = _topic_of(evidence, outside=outside > best)
        candidates = tuple(
            Candidate(unit_id=unit, probability=round(p, 4), reasons=tuple(reasons[unit])) for unit, p in ranked[:3]
        )
        if outside > best:
            return self._outside(kind, evidence, candidates, topic, outside, best)
        if not candidates:
            return _verdict(kind, None, (), topic, 0.0, ("belum ada petunjuk unit", *_unplaced(evidence)))
        confidence = calibrated(candidates[0].probability)
        return _verdict(kind, candidates[0].unit_id, candidates, topic, confidence, candidates[0].reasons)

    def _score_topics(
        self,
        evidence: _Evidence,
        account: int | None,
        scores: dict[int, float],
        reasons: dict[int, list[str]],
    ) -> None:
        said: dict[int, list[str]] = defaultdict(list)
        for (family, topic), score in sorted(evidence.topics.items(), key=lambda item: -item[1]):
            if family == OUTSIDE:
                continue
            for unit in self._responsible(family, topic, evidence, account):
                scores[unit] += score
                said[unit] += [p for p in evidence.phrases[family, topic] if p not in said[unit]]
        for unit, phrases in said.items():
            reasons[unit].append(f"kata {_quoted(phrases)} → {self._short[unit]}")

    def _responsible(self, family: str, topic: int, evidence: _Evidence, account: int | None) -> Sequence[int]:
        if topic == WHOLE_FAMILY:  # weak words follow the strongest topic of their family
            topics = [
                (score, n) for (code, n), score in evidence.topics.items() if code == family and n != WHOLE_FAMILY
            ]
            topic = max(topics)[1] if topics else topic
        ids = self._holders.of.get((family, topic), ())
        if family in ("kecamatan", "kelurahan_desa") and len(ids) > 1:
            here = [unit for unit in ids if unit in evidence.places]
            return here or [unit for unit in ids if unit == account]
        return ids

    def _score_units(
        self,
        evidence: _Evidence,
        account: int | None,
        scores: dict[int, float],
        reasons: dict[int, list[str]],
    ) -> None:
        for unit, name in evidence.named.items():
            scores[unit] += _ALIAS
            reasons[unit].append(f'nama unit "{name}"')
        for unit, name in evidence.places.items():
            scores[unit] += _PLACE
            reasons[unit].append(f'nama tempat "{name}"')
        if account in self._units:
            assert account is not None
            scores[account] += self._account_weight(account, evidence)
            reasons[account].append(f"ditulis di akun {self._short[account]}")

    def _account_weight(self, account: int, evidence: _Evidence) -> float:
        if account in self._holders.general:
            return _GENERAL_ACCOUNT
        if not evidence.named and all(topic == WHOLE_FAMILY for _, topic in evidence.topics):
            return _ACCOUNT_ALONE
        own = self._holders.families_of[account]
        return _ACCOUNT + _ACCOUNT_OF_FAMILY * any(family in own for family, _ in evidence.topics)

    def _outside(
        self,
        kind: str,
        evidence: _Evidence,
        candidates: tuple[Candidate, ...],
        topic: str | None,
        outside: float,
        best: float,
    ) -> Verdict:
        confidence = calibrated(
            1 / (1 + math.exp(_SHARPNESS * (best - outside)) + math.exp(_NOBODY - _SHARPNESS * outside))
        )
        words = [p for (family, _), phrases in evidence.phrases.items() if family == OUTSIDE for p in phrases]
        reason = f"kata {_quoted(words)} → bukan kewenangan kabupaten ({topic})"
        return _verdict(kind, None, candidates, topic, confidence, (reason,), outside=True)


def calibrated(probability: float) -> float:
    """The share of right units measured at this probability, linear between the measured points."""
    for (low, at_low), (high, at_high) in pairwise(_CALIBRATION):
        if probability <= high:
            return round(at_low + (at_high - at_low) * (probability - low) / (high - low), 4)
    return _CALIBRATION[-1][1]


# Probability -> share of right units, on the earlier half (4,130 complaints) of a large city's year.
_CALIBRATION = (
    *((0.0, 0.0), (0.26, 0.15), (0.36, 0.33), (0.46, 0.50), (0.6, 0.58), (0.75, 0.76), (0.86, 0.77)),
    *((0.93, 0.845), (0.965, 0.88), (0.985, 0.905), (1.0, 0.935)),
)


def _quoted(phrases: Sequence[str]) -> str:
    return ", ".join(f'"{phrase}"' for phrase in phrases[:3])


def _note(phrase: str, entry: Entry, weight: float, evidence: _Evidence) -> None:
    for sense in entry.senses:
        key = (sense.family, sense.topic)
        evidence.topics[key] += sense.weight * weight
        evidence.phrases[key].append(phrase)
    for group in entry.cues:
        evidence.groups[group].append(phrase)


def _probabilities(scores: dict[int, float], outside: float) -> list[tuple[int, float]]:
    """Units with their share of belief, best first; nobody and the offices outside take theirs."""
    weights = {unit: math.exp(_SHARPNESS * min(score, 30.0)) for unit, score in scores.items()}
    total = sum(weights.values()) + math.exp(_NOBODY) + (math.exp(_SHARPNESS * min(outside, 30.0)) if outside else 0.0)
    return sorted(((unit, weight / total) for unit, weight in weights.items()), key=lambda item: (-item[1], item[0]))


def _topic_of(evidence: _Evidence, *, outside: bool) -> str | None:
    named = [
        (score, (family, number))
        for (family, number), score in evidence.topics.items()
        if number != WHOLE_FAMILY and (family == OUTSIDE) is outside
    ]
    if not named:
        return None
    code, number = max(named)[1]
    return next(family.topics[number].name for family in families() if family.code == code)


def _unplaced(evidence: _Evidence) -> tuple[str, ...]:
    wanted = {family for family, _ in evidence.topics} & {"kecamatan", "kelurahan_desa"}
    return ("menyebut kantor kecamatan, kelurahan, atau desa tanpa nama tempatnya",) if wanted else ()


def _nobody_needed(kind: str, reason: str) -> Verdict:
    return Verdict(
        kind=kind,
        needs_someone=False,
        unit_id=None,
        candidates=(),
        topic=None,
        confidence=0.0,
        sure=False,
        reasons=(reason,),
        outside=False,
    )


def _verdict(
    kind: str,
    unit: int | None,
    candidates: tuple[Candidate, ...],
    topic: str | None,
    confidence: float,
    reasons: tuple[str, ...],
    *,
    outside: bool = False,
) -> Verdict:
    return Verdict(
        kind=kind,
        needs_someone=True,
        unit_id=unit,
        candidates=candidates,
        topic=topic,
        confidence=confidence,
        sure=confidence >= SURE_AT,
        reasons=reasons,
        outside=outside,
    )
