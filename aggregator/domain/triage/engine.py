"""Triage: one pass over a text's words gives its kind, place, topic, urgency and the unit responsible, with reasons.

Built once for a list of units, then cheap: look-ups and a few small sums. What officers decided earlier comes in as a
learned model, the kabupaten's own rules as a rule book; both may be missing on the first day.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace

from aggregator.contract import Opinion
from aggregator.domain.triage.decide import DEFAULT_THRESHOLD, calibrated
from aggregator.domain.triage.evidence import Evidence, Reader
from aggregator.domain.triage.holders import find_holders
from aggregator.domain.triage.kinds import NEEDS_NOBODY, Reading, judge_kind
from aggregator.domain.triage.learned import NOBODY_CLASS, OUTSIDE_CLASS, LearnedModel, learning_features
from aggregator.domain.triage.lexicon import OUTSIDE, WHOLE_FAMILY
from aggregator.domain.triage.normalise import fold, is_word, pieces, speller
from aggregator.domain.triage.outside import body_of
from aggregator.domain.triage.place import Gazetteer, PlaceFinding
from aggregator.domain.triage.records import (
    NOWHERE,
    Because,
    Candidate,
    Context,
    Place,
    Reason,
    UnitProfile,
    Verdict,
)
from aggregator.domain.triage.rules import RuleBook
from aggregator.domain.triage.scoring import PLACE_FAMILIES, Belief, FamilyOpinion, Scorer, quoted
from aggregator.domain.triage.supervision import Supervision, judge_supervision
from aggregator.domain.triage.urgency import is_alarming, judge_urgency
from aggregator.domain.triage.verdicts import SHOWN, Common, nobody_needed, ruled, topic_of, unplaced

_FORMAL_CHANNELS = frozenset({"file", "email", "whatsapp", "lapor", "sp4n"})
_TITLE_WEIGHT, _ABOVE_WEIGHT = 0.5, 0.3
_WORTH_A_REASON = 0.05
_ACCUSED_FROM = 0.5
_KIND_BELIEVED = 0.8  # from here a plugin is believed about the kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """What one kabupaten taught: its own spellings and places, its rules, the learned model and the thresholds (unit 0:
    all others)."""

    slang: Mapping[str, str] = field(default_factory=dict)
    places: Sequence[Place] = ()
    rules: RuleBook = field(default_factory=RuleBook)
    model: LearnedModel | None = None
    thresholds: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ranking:
    """Units with their share of belief, best first; the share of bodies outside; how sure the better of both is."""

    units: tuple[tuple[int, float], ...]
    outside: float
    confidence: float

    @property
    def choices(self) -> tuple[int | None, ...]:
        """Units, best first; None where bodies outside stand among them."""
        before = sum(share >= self.outside for _, share in self.units) if self.outside else len(self.units)
        units = [unit for unit, _ in self.units]
        return (*units[:before], *((None,) if self.outside else ()), *units[before:])


@dataclass(slots=True)
class _Said:
    """A text taken apart."""

    text: str
    folded: str
    words: list[str]
    typed: list[str]  # the words as they stand there, links and tags left out
    topics: tuple[tuple[str, int], ...]  # what its own words name
    title: list[str]
    evidence: Evidence
    reading: Reading
    place: PlaceFinding


class Triage:
    """Judges texts for one list of units. Safe to share between threads."""

    def __init__(self, units: Sequence[UnitProfile], lessons: Lessons | None = None) -> None:
        self._lessons = lessons or Lessons()
        self._names = {unit.id: unit.short_name or unit.name for unit in units}
        holders = find_holders(units)
        self._holders = holders
        self._gazetteer = Gazetteer(units, self._lessons.places)
        self._reader = Reader(holders)
        self._scorer = Scorer(holders, self._gazetteer, units)
        self._spell = speller(self._reader.vocabulary | self._gazetteer.vocabulary, self._lessons.slang)

    def judge(
        self,
        text: str,
        context: Context = NOWHERE,
        precedents: Mapping[int, int] | None = None,
        opinions: Sequence[Opinion] = (),
    ) -> Verdict:
        """Read one message where it stands. `precedents`: unit -> how often officers gave it the same words; `opinions`:
        what classifiers of plugins think of it. Never raises for any text."""
        said = self._take_apart(text, context)
        kind, reason = judge_kind(said.reading)
        louder = max((one for one in opinions if one.kind), key=lambda one: one.confidence, default=None)
        if louder is not None and louder.kind and louder.confidence >= _KIND_BELIEVED:
            kind, reason = louder.kind, "; ".join(louder.reasons)
        if kind == "other" and context.platform in _FORMAL_CHANNELS and said.words:
            kind, reason = "complaint", None  # a channel that only reaches the office holds no mere chatter
        rule = self._lessons.rules.first(said.words, said.folded, context, said.place.named)
        if kind in NEEDS_NOBODY and (rule is None or rule.outcome == "nobody"):
            return nobody_needed(kind, reason or "", said.place)
        self._read_around(said, context)
        verdict = self._route(kind, said, context, precedents or {}, opinions)
        return ruled(verdict, rule) if rule is not None else verdict

    def with_model(self, model: LearnedModel | None) -> Triage:
        """The same with another learned model."""
        other = copy(self)
        other._lessons = replace(self._lessons, model=model)
        return other

    def ranking_of(self, text: str, context: Context = NOWHERE) -> Ranking:
        """Whose a text is that needs someone, whatever kind it is; without rules, urgency and confidentiality."""
        said = self._take_apart(text, context)
        self._read_around(said, context)
        ranked, outside = self._with_lessons(self._weigh(said, context, {}), said, context)
        best = ranked[0][1] if ranked else 0.0
        return Ranking(tuple(ranked), outside, self._confidence(max(best, outside)))

    def trier(self, book: RuleBook) -> Callable[[str, Context], bool]:
        """Says of a text whether a rule of this book fits it."""

        def fits(text: str, context: Context) -> bool:
            folded = fold(text)
            words = self._spelled(folded)
            title = self._spelled(fold(context.thread_title)) if context.thread_title else []
            return book.first(words, folded, context, self._gazetteer.find(words, context, title).named) is not None

        return fits

    def words_of(self, text: str) -> list[str]:
        """The words a text is read as."""
        return self._spelled(fold(text))

    def reading_of(self, text: str) -> Reading:
        """A text taken apart, as its kind is judged by."""
        return self._take_apart(text, NOWHERE).reading

    def lesson_of(self, text: str, context: Context = NOWHERE) -> tuple[list[str], dict[str, float]]:
        """What learning builds on: the features of a text, and shares of belief by class before anything learnt here."""
        said = self._take_apart(text, context)
        features = _learning_features(said, context)
        self._read_around(said, context)
        return features, self._by_class(*self._weigh(said, context, {}).shares())

    def class_of(self, unit_id: int) -> str:
        """What learning calls a unit: offices of places share a class, as words tell the kind and the place tells which."""
        return self._gazetteer.shared_class(unit_id) or str(unit_id)

    # -- reading -------------------------------------------------------------------------------------------------------

    def _take_apart(self, text: str, context: Context) -> _Said:
        evidence = Evidence()
        folded = fold(text)
        found = pieces(folded)
        words = [word for piece in found for word in self._spell(piece)]
        self._reader.read(words, evidence)
        title = self._spelled(fold(context.thread_title)) if context.thread_title else []
        reading = Reading(
            text=text,
            folded=folded,
            words=words,
            groups=evidence.groups,
            has_tag="@" in folded or "#" in folded,
            has_link="http" in folded or "www." in folded,
            has_question_mark="?" in folded,
            replies=bool(found) and found[0][0] == "@",
            topical=evidence.topical or bool(evidence.named),
            alarming=is_alarming(words),
        )
        place = self._gazetteer.find(words, context, title)
        typed = [piece for piece in found if is_word(piece)]
        return _Said(text, folded, words, typed, tuple(evidence.topics), title, evidence, reading, place)

    def _spelled(self, folded: str) -> list[str]:
        return [word for piece in pieces(folded) for word in self._spell(piece)]

    def _read_around(self, said: _Said, context: Context) -> None:
        """The post it stands under and the message above it, with less weight than its own words."""
        if said.title:
            self._reader.read(said.title, said.evidence, _TITLE_WEIGHT)
        if context.replies_to:
            self._reader.read(self._spelled(fold(context.replies_to)), said.evidence, _ABOVE_WEIGHT)

    # -- whose it is ---------------------------------------------------------------------------------------------------

    def _weigh(self, said: _Said, context: Context, precedents: Mapping[int, int]) -> Belief:
        families = FamilyOpinion(said.words)
        return self._scorer.weigh(said.evidence, families, said.place, context.account_unit_id, precedents)

    def _route(
        self,
        kind: str,
        said: _Said,
        context: Context,
        precedents: Mapping[int, int],
        opinions: Sequence[Opinion] = (),
    ) -> Verdict:
        belief = self._weigh(said, context, precedents)
        self._scorer.hear(opinions, belief)
        ranked, outside = self._with_lessons(belief, said, context)
        supervision = judge_supervision(said.words, kind)
        urgency, urgent = judge_urgency(said.words, kind)
        extra = tuple(reason for reason in (urgent, supervision.hint) if reason is not None)
        allowed = self._allowed(ranked, supervision, context)
        candidates = tuple(
            Candidate(unit_id=unit, probability=round(share, 4), reasons=tuple(belief.reasons[unit]))
            for unit, share in allowed[:SHOWN]
            if unit in self._names
        )
        best = candidates[0] if candidates else None
        common = Common(kind, self._as_measured(candidates), said.place, urgency, supervision)
        if outside > (best.probability if best else 0.0):
            return self._outside(common, said.evidence, self._confidence(outside), extra)
        topic = topic_of(said.evidence, outside=False)
        if best is None or (belief.unplaced and self._lessons.model is None):
            why = (
                (*unplaced(said.place, said.evidence), *extra)
                if belief.unplaced
                else (Reason(Because.DOUBT, "belum ada petunjuk unit"), *unplaced(said.place, said.evidence), *extra)
            )
            return common.verdict(None, topic, 0.0, why, sure=False)
        confidence = self._confidence(best.probability)
        sure = confidence >= self._threshold(best.unit_id) and not supervision.confidential
        reasons = (*best.reasons, *unplaced(said.place, said.evidence), *extra) if not sure else (*best.reasons, *extra)
        return common.verdict(best.unit_id, topic, confidence, reasons, sure=sure)

    def _with_lessons(self, belief: Belief, said: _Said, context: Context) -> tuple[list[tuple[int, float]], float]:
        """Units with their share of belief, best first, and the share of bodies outside; what was learnt here weighed in."""
        ranked, outside = belief.shares()
        model = self._lessons.model
        if model is None:
            return ranked, outside
        vector = model.vector(_learning_features(said, context))
        shares = model.weigh(self._by_class(ranked, outside), vector)
        units: dict[int, tuple[float, str]] = {}
        for name, share in shares.items():
            unit = self._unit_of(name, said.place)
            if unit is not None and share > units.get(unit, (0.0, ""))[0]:
                units[unit] = share, name
        best = sorted(units.items(), key=lambda pair: (-pair[1][0], pair[0]))
        for unit, (share, name) in best[:SHOWN]:
            telling = model.telling(name, vector) if share > _WORTH_A_REASON else []
            if telling:
                often = f" ({model.examples[unit]} keputusan petugas)" if unit in model.examples else ""
                why = f"{quoted(telling)} sering diteruskan ke {self._names[unit]}{often}"
                belief.reasons[unit].append(Reason(Because.LEARNED, why))
        return [(unit, share) for unit, (share, _) in best], shares.get(OUTSIDE_CLASS, 0.0)

    def _by_class(self, ranked: Sequence[tuple[int, float]], outside: float) -> dict[str, float]:
        shares = {OUTSIDE_CLASS: outside, NOBODY_CLASS: max(1.0 - outside - sum(share for _, share in ranked), 0.0)}
        for unit, share in ranked:
            name = self.class_of(unit)
            shares[name] = shares.get(name, 0.0) + share
        return shares

    def _unit_of(self, name: str, place: PlaceFinding) -> int | None:
        """The unit behind a class; of the offices of places the one that is meant."""
        if name in PLACE_FAMILIES:
            return self._gazetteer.office_for(name, place)
        return int(name) if name.isdecimal() and int(name) in self._names else None

    def _as_measured(self, candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
        """Shares of belief as measured probabilities: the first by the curve, what is left for the others as they stand to
        each other."""
        if not candidates:
            return ()
        first = candidates[0].probability
        measured = self._confidence(first)
        left = (1 - measured) / max(1 - first, 1e-6)
        shares = (measured, *(min(one.probability * left, measured) for one in candidates[1:]))
        return tuple(replace(one, probability=round(share, 4)) for one, share in zip(candidates, shares, strict=True))

    def _confidence(self, share: float) -> float:
        """The measured share of right decisions at this share of belief."""
        model = self._lessons.model
        return model.calibrated(share) if model is not None else calibrated(share)

    def _threshold(self, unit_id: int) -> float:
        own = self._lessons.thresholds
        return own.get(unit_id, own.get(0, DEFAULT_THRESHOLD))

    def _allowed(
        self, ranked: Sequence[tuple[int, float]], supervision: Supervision, context: Context
    ) -> Sequence[tuple[int, float]]:
        """What may accuse an official goes to the inspectorate, never to the office it was written at or speaks of."""
        if not supervision.accuses:
            return ranked
        inspectors = self._holders.of.get(("inspektorat", WHOLE_FAMILY), ())
        accused = {context.account_unit_id, *(unit for unit, share in ranked[:1] if share > _ACCUSED_FROM)}
        shares = dict(ranked)
        others = [pair for pair in ranked if pair[0] not in inspectors and pair[0] not in accused]
        return [*((unit, max(shares.get(unit, 0.0), _ACCUSED_FROM)) for unit in inspectors), *others]

    def _outside(self, common: Common, evidence: Evidence, confidence: float, extra: tuple[Reason, ...]) -> Verdict:
        words = [p for (family, _), phrases in evidence.phrases.items() if family == OUTSIDE for p in phrases]
        topic = topic_of(evidence, outside=True)
        whose = f" ({topic})" if topic else ""
        said = f"kata {quoted(words)} → " if words else "isinya → "
        reason = Reason(Because.WORD, f"{said}bukan kewenangan kabupaten{whose}")
        verdict = common.verdict(None, topic, confidence, (reason, *extra), sure=False)
        return replace(verdict, outside=True, body=body_of(topic))


def _learning_features(said: _Said, context: Context) -> list[str]:
    topics = (f"{family}/{topic}" for family, topic in said.topics)
    return learning_features(said.typed, topics, context)
