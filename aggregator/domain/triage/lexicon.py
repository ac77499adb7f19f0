"""The packaged word lists: families of offices with their topics and words, and the words that betray a kind.

The taxonomy holds what is the same in most kabupaten: which family of offices deals with what. Who bears a
family's name in a given kabupaten is found by `holders`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from aggregator.domain.triage.linear import LinearModel
from aggregator.domain.triage.normalise import fold, is_word, pieces, slang

OUTSIDE = "luar"
WHOLE_FAMILY = -1

_STRONG_PHRASE, _STRONG_WORD, _SHORT_WORD, _WEAK, _NAMED = 2.6, 2.0, 1.6, 0.7, 2.4
_OUTSIDE_SCALE = 0.85  # banks, schools and poles are often only landmarks


class Sense(NamedTuple):
    """What a phrase says about responsibility: a topic of a family (or WHOLE_FAMILY) and how loudly."""

    family: str
    topic: int
    weight: float


@dataclass(frozen=True, slots=True)
class Topic:
    name: str
    affairs: tuple[str, ...]
    strong_words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """A family of offices. `stand_ins`: words in the name of who usually does its work where it has no
    office."""

    code: str
    name: str
    names: tuple[str, ...]
    affairs: tuple[str, ...]
    stand_ins: tuple[str, ...]
    topics: tuple[Topic, ...]
    weak_words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """All that one phrase means. `cues`: names of the groups of `cues.json` it belongs to."""

    senses: tuple[Sense, ...] = ()
    cues: tuple[str, ...] = ()


@cache
def families() -> tuple[Family, ...]:
    return tuple(_family(row) for row in _load("taxonomy.json"))


@cache
def cues() -> Mapping[str, tuple[str, ...]]:
    return {group: tuple(words) for group, words in _load("cues.json").items()}


@cache
def entries() -> Mapping[str, Entry]:
    """Canonical phrase -> what it means. A longer phrase also carries the cues of the words inside it."""
    senses: dict[str, dict[tuple[str, int], Sense]] = {}
    for family in families():
        for phrase, sense in _senses(family):
            senses.setdefault(phrase, {}).setdefault(sense[:2], sense)
    groups = _cue_groups()
    return {
        phrase: Entry(tuple(senses.get(phrase, {}).values()), _cues_within(phrase, groups))
        for phrase in senses.keys() | groups.keys()
    }


def grouped_phrases(file: str) -> dict[str, frozenset[str]]:
    """A packaged file of groups of phrases, turned round: canonical phrase -> the groups it stands in."""
    found: dict[str, set[str]] = {}
    for group, phrases in _load(file).items():
        for phrase in phrases:
            found.setdefault(canonical(phrase), set()).add(group)
    return {phrase: frozenset(groups) for phrase, groups in found.items()}


@cache
def family_model() -> LinearModel:
    """Words and pairs of words -> families of offices: made by `bench/words.py`, `docs/triage.md` says of what."""
    return _model("families.tsv")


@cache
def kind_model() -> LinearModel:
    """Words and signs -> kinds of messages: made by `bench/words.py`."""
    return _model("kinds.tsv")


@cache
def spam_model() -> LinearModel:
    """Words, pieces of words and ways of writing -> gambling spam or not: made by `bench/words.py`."""
    return _model("gambling.tsv")


def _model(file: str) -> LinearModel:
    return LinearModel.of_lines(_read(file).splitlines())


def canonical(phrase: str) -> str:
    """A phrase of the word lists in the spelling that texts are brought to."""
    words = (word for word in pieces(fold(phrase)) if is_word(word))
    return " ".join(part for word in words for part in slang().get(word, (word,)))


def _load(file: str) -> Any:
    return json.loads(_read(file))


def _read(file: str) -> str:
    return resources.files(__package__).joinpath("data", file).read_text(encoding="utf-8")


def _family(row: Mapping[str, Any]) -> Family:
    topics = (Topic(t["name"], tuple(t["affairs"]), tuple(t["strong_words"])) for t in row["topics"])
    names = tuple(dict.fromkeys((row["name"], row["short_name"], *row["variants"])))
    return Family(
        row["code"],
        row["name"],
        names,
        tuple(row["affairs"]),
        tuple(row["stand_ins"]),
        tuple(topics),
        tuple(row["weak_words"]),
    )


def _senses(family: Family) -> Iterable[tuple[str, Sense]]:
    for number, topic in enumerate(family.topics):
        for word in topic.strong_words:
            phrase = canonical(word)
            weight = _loudness(phrase) * (_OUTSIDE_SCALE if family.code == OUTSIDE else 1.0)
            yield phrase, Sense(family.code, number, weight)
    if family.code != OUTSIDE:
        for name in family.names:
            yield canonical(name), Sense(family.code, WHOLE_FAMILY, _NAMED)
    for word in family.weak_words:
        yield canonical(word), Sense(family.code, WHOLE_FAMILY, _WEAK)


def _loudness(phrase: str) -> float:
    if " " in phrase:
        return _STRONG_PHRASE
    return _STRONG_WORD if len(phrase) > 3 else _SHORT_WORD


def _cue_groups() -> dict[str, set[str]]:
    groups: dict[str, set[str]] = {}
    for group, words in cues().items():
        for word in words:
            groups.setdefault(canonical(word), set()).add(group)
    return groups


def _cues_within(phrase: str, groups: Mapping[str, set[str]]) -> tuple[str, ...]:
    inside = set(groups.get(phrase, ()))
    if phrase not in groups:
        inside = {group for word in phrase.split() for group in groups.get(word, ())} & {"problem", "request"}
    return tuple(sorted(inside))
