"""Which unit an account belongs to, guessed by its name; a person always looks before anything is connected."""

from __future__ import annotations

import re
from collections.abc import Iterable

from aggregator.services.units import UnitChoice

_WORD = re.compile(r"\w+")
_SHORTEST_NAME = 3  # letters; a shorter abbreviation is found in too many names


def guessed(title: str, units: Iterable[UnitChoice]) -> UnitChoice | None:
    """The unit whose whole name, or abbreviation, stands in the title; of several the one with the longest name."""
    words = _words(title)
    found = [unit for unit in units if _stands_in(unit, words)]
    return max(found, key=lambda unit: (len(_words(unit.name)), -unit.id), default=None)


def _stands_in(unit: UnitChoice, words: frozenset[str]) -> bool:
    short = unit.short_name or ""
    return _words(unit.name) <= words or (len(short) >= _SHORTEST_NAME and _words(short) <= words)


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))
