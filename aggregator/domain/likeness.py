"""How alike two texts are: the share of words they have in common, whatever their order."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W_]{3,}", re.UNICODE)
SAME_AUTHOR = 0.4  # one person who asks again changes half of the words
_SET = 3
ANYONE = 0.65  # two people describe one thing with the same words less often


def words_of(text: str) -> frozenset[str]:
    """Words of three letters or more, in small letters."""
    return frozenset(_WORD.findall(text.casefold()))


def likeness(one: str, other: str) -> float:
    """0.0 to 1.0 (Jaccard); two texts without words have nothing in common."""
    a, b = words_of(one), words_of(other)
    return len(a & b) / len(a | b) if a and b else 0.0


def telling_words(text: str) -> tuple[tuple[str, ...], ...]:
    """Two sets of its longest words: a text that differs in one of them still holds the other set whole. One set, or none,
    when there are too few words to tell."""
    found = sorted(filter(str.isalpha, words_of(text)), key=lambda word: (-len(word), word))
    return tuple(tuple(found[at : at + _SET]) for at in (0, _SET) if len(found) >= at + _SET)
