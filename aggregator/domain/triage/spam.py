"""Gambling and advertising: recognised by how it is written as much as by what it says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache

_SPACED_OUT = re.compile(r"(?<![^\W_])(?:[^\W_][ .\-_*]{1,3}){3,}[^\W_]{1,2}(?![^\W_])")
_BRAND = re.compile(
    r"(?:[a-z]{2,}(?:toto|slot|togel|bet|jp|win|play|gacor|hoki|poker|4d|jackpot|zeus)[0-9]{0,4}"
    r"|(?:toto|slot|togel|gacor|hoki|zeus|raja|dewa|mega|bola)[a-z]{0,8}[0-9]{1,4}"
    r"|[a-z]{3,}(?:4d|3d|77|88|99|69|777|888|99|303|138|168|123|188|86|89|55|33)"
    r"|[a-z]*(?:toge1|s1ot|sl0t|m4xwin|g4cor|gac0r|j4ckpot)[a-z0-9]*)"
)
_NOT_BRANDS = frozenset({"covid19", "darwin", "erwin", "edwin", "alphabet", "internet", "gang77"})
_IMITATIONS = (
    *("MATHEMATICAL", "FULLWIDTH", "CIRCLED LATIN", "NEGATIVE CIRCLED LATIN", "SQUARED LATIN"),
    *(
        "NEGATIVE SQUARED LATIN",
        "PARENTHESIZED LATIN",
        "DOUBLE-STRUCK",
        "SCRIPT",
        "BLACK-LETTER",
        "TAG LATIN",
    ),
    *("CYRILLIC", "GREEK", "CHEROKEE", "LISU", "LATIN LETTER SMALL CAPITAL", "REGIONAL INDICATOR"),
)
_PLAIN = frozenset("²³¹½¼¾™ªº…№℃")


def fancy_letters(text: str) -> int:
    """How many characters imitate plain letters or digits: mathematical, enclosed, full-width, small
    capitals, other scripts inside Latin words, marks stacked over letters."""
    if text.isascii():
        return 0
    return sum(map(_is_fancy, text)) + _stacked(text)


def gambling_score(text: str, folded: str, words: Sequence[str], groups: Mapping[str, Sequence[str]]) -> float:
    """How surely this advertises gambling; 3 and more is spam. `groups`: cue group -> distinct phrases found.

    A report about gambling talks of reporting, blocking, victims: each such word speaks against.
    """
    fancy, brands = fancy_letters(text), sum(_is_brand(word) for word in set(words) if len(word) > 4)
    gambling, lures = len(groups.get("gambling", ())), len(groups.get("lure", ()))
    score = 2.5 * (fancy >= 3) + 0.6 * (fancy >= 6) + 2.4 * min(brands, 2) + 1.2 * min(gambling, 3)
    score += 3.0 * _spaced_out(folded, words)
    if not score:
        return 0.0
    score += 0.5 * min(lures, 3)
    if fancy < 3:  # plainly written: only then can it be an honest report
        score -= 1.2 * min(len(groups.get("report", ())), 3) + 0.4 * min(len(groups.get("request", ())), 2)
    return score


def _spaced_out(folded: str, words: Sequence[str]) -> bool:
    """A name of five and more characters written with gaps: "a b c w i n 7 7"."""
    if sum(len(word) == 1 for word in words) < 4:
        return False
    runs = (re.sub(r"[^a-z0-9]", "", run) for run in _SPACED_OUT.findall(folded))
    return any(len(run) > 4 and not run.isdigit() for run in runs)


@lru_cache(maxsize=20_000)
def _is_brand(word: str) -> bool:
    return word not in _NOT_BRANDS and _BRAND.fullmatch(word) is not None


@lru_cache(maxsize=4_096)
def _is_fancy(character: str) -> bool:
    if character.isascii() or character in _PLAIN:
        return False
    return unicodedata.name(character, "").startswith(_IMITATIONS)


def _stacked(text: str) -> int:
    return sum(unicodedata.combining(c) > 0 or c in "\u0336\u0332\u035f" for c in text)
