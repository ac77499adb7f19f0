"""Gambling and advertising: recognised by how it is written as much as by what it says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from aggregator.domain.triage.features import piece_features, word_features
from aggregator.domain.triage.lexicon import spam_model
from aggregator.domain.triage.normalise import fold, is_word, latin, pieces

# Logarithm of the odds from which a text counts as gambling spam; measured on brands that no weight was learnt from.
_SPAM_AT = -1.0
_TOKEN = re.compile(r"[A-Za-z0-9]+")
_BRANDED = re.compile(r"([A-Za-z]{3,})(\d{1,4}[dD]?)")
_LEET = re.compile(r"[A-Za-z]\d+[A-Za-z]")
_SPACED_OUT = re.compile(r"(?<![^\W_])(?:[^\W_][ .\-_*]{1,3}){3,}[^\W_]{1,2}(?![^\W_])")
_IMITATIONS = (
    *("MATHEMATICAL", "FULLWIDTH", "CIRCLED LATIN", "NEGATIVE CIRCLED LATIN", "SQUARED LATIN"),
    *("NEGATIVE SQUARED LATIN", "PARENTHESIZED LATIN", "DOUBLE-STRUCK", "SCRIPT", "BLACK-LETTER", "TAG LATIN"),
    *("CYRILLIC", "GREEK", "CHEROKEE", "LISU", "LATIN LETTER SMALL CAPITAL", "REGIONAL INDICATOR", "CANADIAN"),
)
_PLAIN = frozenset("²³¹½¼¾™ªº…№℃")
_LONG_WORD = 6


def is_gambling(text: str, folded: str) -> bool:
    """Whether this advertises gambling. A report about gambling does not: it speaks otherwise, and is written plainly."""
    model = spam_model()
    judol, plain = (model.classes.index(name) for name in ("judol", "bukan"))
    scores = model.scores(gambling_features(text, folded))
    return float(scores[judol] - scores[plain]) / 2 >= _SPAM_AT


def gambling_features(text: str, folded: str | None = None) -> list[str]:
    """Words, pieces of words, and signs of writing ('!'): imitated letters, names with numbers, capitals amid small
    letters, gaps between letters."""
    folded = fold(text) if folded is None else folded
    words = [piece for piece in pieces(folded) if is_word(piece)]
    return [*word_features(words), *piece_features(words), *(f"!{sign}" for sign in _signs(text, folded, words))]


def _signs(text: str, folded: str, words: Sequence[str]) -> Iterator[str]:
    fancy = fancy_letters(text)
    yield from (f"fancy>{least}" for least in (0, 3, 6, 12) if fancy > least)
    if _spaced_out(folded, words):
        yield "gaps"
    yield f"length{min(len(words) // 4, 6)}"
    plain = latin(text)
    calm = sum(map(str.islower, plain)) > sum(map(str.isupper, plain))
    yield f"calm{calm:d}"
    for token in _TOKEN.findall(plain):
        yield from _signs_of_token(token, calm=calm)


def _signs_of_token(token: str, *, calm: bool) -> Iterator[str]:
    branded = _BRANDED.fullmatch(token)
    if branded:
        name, number = branded.groups()
        style = "capitals" if name.isupper() else "title" if name[0].isupper() else "small"
        yield from (
            f"brand-{style}",
            f"brand-{style}{len(number)}",
            f"brand-{style}-calm{calm:d}",
            f"number-{number.lower()}",
        )
        yield from _ends(name, 3, 4)
    elif len(token) > 4 and _LEET.search(token):
        yield "leet"
    elif len(token) >= _LONG_WORD and token.isalpha():
        if token.isupper() and calm:
            yield "shouted"
            yield from _ends(token, 3, 4, 5)
        else:
            yield from _ends(token, 4, 5)


def _ends(word: str, *lengths: int) -> Iterator[str]:
    lower = word.lower()
    for length in lengths:
        yield f"begins-{lower[:length]}"
        yield f"ends-{lower[-length:]}"


def fancy_letters(text: str) -> int:
    """How many characters imitate plain letters or digits: mathematical, enclosed, full-width, small
    capitals, other scripts inside Latin words, marks stacked over letters."""
    if text.isascii():
        return 0
    return sum(map(_is_fancy, text)) + _stacked(text)


def _spaced_out(folded: str, words: Sequence[str]) -> bool:
    """A name of five and more characters written with gaps: "a b c w i n 7 7"."""
    if sum(len(word) == 1 for word in words) < 4:
        return False
    runs = (re.sub(r"[^a-z0-9]", "", run) for run in _SPACED_OUT.findall(folded))
    return any(len(run) > 4 and not run.isdigit() for run in runs)


@lru_cache(maxsize=4_096)
def _is_fancy(character: str) -> bool:
    if character.isascii() or character in _PLAIN:
        return False
    return unicodedata.name(character, "").startswith(_IMITATIONS)


def _stacked(text: str) -> int:
    return sum(unicodedata.combining(c) > 0 or c in "\u0336\u0332\u035f" for c in text)
