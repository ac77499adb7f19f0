"""Reading a text against the word lists: which topics, units, places and cues it names, and with which words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aggregator.domain.triage.holders import Holders
from aggregator.domain.triage.lexicon import WHOLE_FAMILY, Entry, entries
from aggregator.domain.triage.phrases import PhraseBook

# After these words a name tells where something is, not what it is about.
_NEAR = frozenset(
    (
        *("depan", "dekat", "samping", "belakang", "sebelah", "sekitar", "seberang", "arah", "menuju"),
        *("perempatan", "pertigaan", "simpang", "jl", "gang", "perum", "komplek", "kompleks", "blok"),
    )
)
_NEAR_WEIGHT = 0.3


@dataclass(slots=True)
class Evidence:
    """What a text says. `topics`: (family, topic) -> weight, with the `phrases` that said so; `groups`: cue group ->
    phrases; `named`: unit -> the name it was called by."""

    topics: dict[tuple[str, int], float] = field(default_factory=lambda: defaultdict(float))
    phrases: dict[tuple[str, int], list[str]] = field(default_factory=lambda: defaultdict(list))
    groups: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    named: dict[int, str] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    @property
    def topical(self) -> bool:
        """Whether it names something an office does."""
        return any(topic != WHOLE_FAMILY for _, topic in self.topics)

    def strongest_topic(self, family: str) -> int:
        """The family's topic that weighs most, WHOLE_FAMILY when none was named: weak words follow it."""
        named = [(weight, n) for (code, n), weight in self.topics.items() if code == family and n != WHOLE_FAMILY]
        return max(named)[1] if named else WHOLE_FAMILY


class Reader:
    """Finds the phrases of the word lists and the names of the units in a text."""

    def __init__(self, holders: Holders) -> None:
        self._aliases = holders.aliases
        phrases = (*entries(), *holders.aliases)
        self._book = PhraseBook(phrases)
        self.vocabulary = frozenset(word for phrase in phrases for word in phrase.split())

    def read(self, words: Sequence[str], evidence: Evidence, weight: float = 1.0) -> None:
        """Longest phrases first, from left to right; each phrase counts once."""
        known: Mapping[str, Entry] = entries()
        for position, phrase in self._book.found(words):
            if phrase in evidence.seen:
                continue
            evidence.seen.add(phrase)
            for unit in self._aliases.get(phrase, ()):
                evidence.named[unit] = phrase
            entry = known.get(phrase)
            if entry:
                near = _NEAR_WEIGHT if _NEAR.intersection(words[max(0, position - 2) : position]) else 1.0
                _note(phrase, entry, weight * near, evidence)


def _note(phrase: str, entry: Entry, weight: float, evidence: Evidence) -> None:
    for sense in entry.senses:
        key = (sense.family, sense.topic)
        evidence.topics[key] += sense.weight * weight
        evidence.phrases[key].append(phrase)
    for group in entry.cues:
        evidence.groups[group].append(phrase)
