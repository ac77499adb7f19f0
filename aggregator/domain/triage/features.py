"""What a model sees of a text: its words, pairs of words, and pieces of words that survive a typing error."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

_PIECES = (3, 4, 5)
_LONGEST_WORD = 24


def word_features(words: Sequence[str]) -> list[str]:
    """Words and pairs of neighbouring words."""
    return [*words, *(f"{first} {second}" for first, second in pairwise(words))]


def piece_features(words: Sequence[str]) -> list[str]:
    """Each word marked with '#': it stands for its pieces, which `expanded` names. A model looks them up once a word."""
    return [f"#{word[:_LONGEST_WORD]}" for word in words]


def expanded(feature: str) -> tuple[str, ...]:
    """What a feature stands for: of "#jalan" its runs of 3 to 5 letters, its ends counting as a letter; else itself."""
    if feature[0] != "#":
        return (feature,)
    padded = f" {feature[1:]} "
    return tuple(
        f"#{padded[start : start + length]}" for length in _PIECES for start in range(len(padded) - length + 1)
    )
