"""From what a text says to the units responsible: weights of evidence, shares of belief, and the reasons in words.

Every weight is a logarithm of odds. The packaged word lists, the packaged model over families of offices and the names
of units and places speak first; what was learnt from this kabupaten's own decisions is weighed against them.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aggregator.contract import Opinion
from aggregator.domain.triage.evidence import Evidence
from aggregator.domain.triage.features import word_features
from aggregator.domain.triage.holders import Holders
from aggregator.domain.triage.lexicon import OUTSIDE, WHOLE_FAMILY, family_model
from aggregator.domain.triage.linear import log_softmax
from aggregator.domain.triage.place import Gazetteer, PlaceFinding
from aggregator.domain.triage.records import Because, Reason, UnitProfile

PLACE_FAMILIES = ("kecamatan", "kelurahan_desa")
# Chosen on half a year of a large city and on a national set, families by their names alone (`docs/triage.md`).
_SHARPNESS, _NOBODY = 1.1, 0.5
_MODEL, _MODEL_FLOOR, _MODEL_ALONE = 0.5, -6.0, 0.8
_OUTSIDE_MODEL = 1.1
_NAMED, _PLACE, _PRECEDENT = 2.9, 0.4, 3.0
# An office's own page, and nothing said that another office does, or the words say so too: its own matter. A general page
# says little.
_ACCOUNT, _ACCOUNT_AGREES, _ACCOUNT_ALONE, _ACCOUNT_GENERAL = 2.0, 4.5, 6.0, 0.35
_OPINION, _SUREST = 2.0, 0.995
_MOST = 30.0


@dataclass(slots=True)
class Belief:
    """How much speaks for each unit (`weights`), for bodies outside the kabupaten and for nobody, and why."""

    weights: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    reasons: dict[int, list[Reason]] = field(default_factory=lambda: defaultdict(list))
    outside: float = 0.0
    nobody: float = _NOBODY

    @property
    def unplaced(self) -> bool:
        """Whether an office of a place is meant more than any unit that was named, and which is not said."""
        return self.nobody > _NOBODY and self.nobody > max(self.weights.values(), default=0.0)

    def shares(self) -> tuple[list[tuple[int, float]], float]:
        """Units with their share of belief, best first, and the share of bodies outside."""
        odds = {unit: math.exp(min(weight, _MOST)) for unit, weight in self.weights.items()}
        outside = math.exp(min(self.outside, _MOST)) if self.outside else 0.0
        total = sum(odds.values()) + outside + math.exp(min(self.nobody, _MOST))
        ranked = sorted(((unit, one / total) for unit, one in odds.items()), key=lambda pair: (-pair[1], pair[0]))
        return ranked, outside / total


class FamilyOpinion:
    """What the packaged model says of a text: `logs`, logarithms of probabilities by family."""

    def __init__(self, words: Sequence[str]) -> None:
        self._model = family_model()
        self._vector = self._model.vector(word_features(words))
        logs = log_softmax(self._model.scores_of(self._vector)).tolist()
        self.logs: Mapping[str, float] = dict(zip(self._model.classes, logs, strict=True))

    def telling(self, family: str) -> list[str]:
        """The words that speak most for a family."""
        return self._model.telling(self._vector, self._model.classes.index(family))


class Scorer:
    """Weighs evidence for the units of one kabupaten."""

    def __init__(self, holders: Holders, gazetteer: Gazetteer, units: Sequence[UnitProfile]) -> None:
        self._holders = holders
        self._gazetteer = gazetteer
        self._names = {unit.id: unit.short_name or unit.name for unit in units}
        self._called = {name: unit.id for unit in units for name in (unit.short_name, unit.name) if name}

    def weigh(
        self,
        evidence: Evidence,
        families: FamilyOpinion,
        place: PlaceFinding,
        account: int | None,
        precedents: Mapping[int, int],
    ) -> Belief:
        """`families`: what the packaged model says; `account`: the unit whose account received it;
        `precedents`: unit -> how often officers gave it the same words."""
        belief = Belief()
        self._weigh_topics(evidence, place, belief)
        self._weigh_families(evidence, families, place, belief)
        self._weigh_names(evidence, place, account, belief)
        for unit, often in precedents.items():
            if unit in self._names:
                belief.weights[unit] += _PRECEDENT
                said = f"kata yang sama sudah {often} kali diteruskan petugas ke {self._names[unit]}"
                belief.reasons[unit].append(Reason(Because.LEARNED, said))
        return belief

    def hear(self, opinions: Sequence[Opinion], belief: Belief) -> None:
        """Weigh what classifiers of plugins think: the surer one is, the more; one that is unsure changes nothing."""
        for opinion in opinions:
            unit = self._called.get(opinion.unit or "")
            if unit is not None and opinion.confidence > 0:
                sure = min(opinion.confidence, _SUREST)
                belief.weights[unit] += max(_OPINION + math.log(sure / (1 - sure)), 0.0)
                said = "; ".join(opinion.reasons) or f"pendapat plugin → {self._names[unit]}"
                belief.reasons[unit].insert(0, Reason(Because.PLUGIN, said))

    def _responsible(self, family: str, topic: int, evidence: Evidence, place: PlaceFinding) -> Sequence[int]:
        """The units that bear a topic; of the offices of places only the one that is meant."""
        if family in PLACE_FAMILIES:
            office = self._gazetteer.office_for(family, place)
            return () if office is None else (office,)
        if topic == WHOLE_FAMILY:
            topic = evidence.strongest_topic(family)
        return self._holders.of.get((family, topic), ())

    def _weigh_topics(self, evidence: Evidence, place: PlaceFinding, belief: Belief) -> None:
        said: dict[int, list[str]] = defaultdict(list)
        for (family, topic), weight in sorted(evidence.topics.items(), key=lambda pair: -pair[1]):
            if family == OUTSIDE:
                belief.outside += _SHARPNESS * weight
                continue
            units = self._responsible(family, topic, evidence, place)
            if not units and family in PLACE_FAMILIES:  # somebody's, but whose is not said
                belief.nobody = max(belief.nobody, _NOBODY) + _SHARPNESS * weight
            for unit in units:
                belief.weights[unit] += _SHARPNESS * weight
                said[unit] += [p for p in evidence.phrases[family, topic] if p not in said[unit]]
        for unit, phrases in said.items():
            belief.reasons[unit].append(Reason(Because.WORD, f"kata {quoted(phrases)} → {self._names[unit]}"))

    def _weigh_families(self, evidence: Evidence, families: FamilyOpinion, place: PlaceFinding, belief: Belief) -> None:
        """The packaged model moves what other evidence named, and names a family by itself only when it is fairly sure."""
        even = -math.log(len(families.logs))
        for family, logarithm in families.logs.items():
            weight = _MODEL * (max(logarithm, _MODEL_FLOOR) - even)
            alone = weight >= _MODEL_ALONE
            if family == OUTSIDE:
                if belief.outside or alone:
                    belief.outside += _OUTSIDE_MODEL / _MODEL * weight
                continue
            if not alone and not any(unit in belief.weights for unit in self._any_of(family)):
                continue
            for unit in self._responsible(family, WHOLE_FAMILY, evidence, place):
                belief.weights[unit] += weight
                if alone and not belief.reasons[unit]:
                    telling = families.telling(family)
                    if telling:
                        said = f"{quoted(telling)} biasanya urusan {self._names[unit]}"
                        belief.reasons[unit].append(Reason(Because.WORD, said))

    def _any_of(self, family: str) -> Sequence[int]:
        return self._holders.of.get((family, WHOLE_FAMILY), ())

    def _weigh_names(self, evidence: Evidence, place: PlaceFinding, account: int | None, belief: Belief) -> None:
        for unit, name in evidence.named.items():
            belief.weights[unit] += _NAMED
            belief.reasons[unit].append(Reason(Because.NAME, f"nama unit “{name}”"))
        if place.unit_id is not None and place.name is not None:
            belief.weights[place.unit_id] += _PLACE
            belief.reasons[place.unit_id].append(Reason(Because.PLACE, f"nama tempat “{place.name}”"))
        if account in self._names:
            assert account is not None
            belief.weights[account] += self._account_weight(account, evidence, belief)
            belief.reasons[account].append(Reason(Because.ACCOUNT, f"ditulis di akun {self._names[account]}"))

    def _account_weight(self, account: int, evidence: Evidence, belief: Belief) -> float:
        if account in self._holders.general:
            return _ACCOUNT_GENERAL
        weak = not evidence.named and all(topic == WHOLE_FAMILY for _, topic in evidence.topics)
        if weak or (not belief.outside and all(unit == account for unit in belief.weights)):
            return _ACCOUNT_ALONE
        own = self._holders.families_of[account]
        strongest = max(evidence.topics, key=lambda key: evidence.topics[key], default=("", WHOLE_FAMILY))[0]
        first = max(belief.weights, key=lambda unit: belief.weights[unit], default=None)
        return _ACCOUNT_AGREES if first == account or strongest in own else _ACCOUNT


def quoted(phrases: Sequence[str]) -> str:
    """The first three, each in quotation marks."""
    return ", ".join(f"“{phrase}”" for phrase in phrases[:3])
