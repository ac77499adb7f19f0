"""What a person typed, taken apart: words, "phrases", -exclusions, and the operators dari: unit: tempat: platform:.

Anything may be typed. What is no operator is words; marks without a word are nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from aggregator.domain.search.analysis import words_of
from aggregator.domain.triage.masking import findings

MOST_PARTS = 16
_LONGEST = 1_000
_MARKS = str.maketrans("“”„‟«»″−–—‐", '"""""""----')
# An optional minus, an optional operator, and a quoted or a bare value. A quote that is never closed is only a mark.
_PART = re.compile(
    r"(?<!\S)(?P<minus>-)?(?:(?P<name>dari|unit|tempat|platform):\s*)?(?:\"(?P<quoted>[^\"]*)\"|(?P<bare>[^\s\"]+))"
    r"|\"(?P<phrase>[^\"]*)\"|(?P<rest>[^\s\"]+)",
    re.IGNORECASE,
)


class AskedKind(StrEnum):
    WORD = "word"
    PHRASE = "phrase"
    AUTHOR = "dari"
    UNIT = "unit"
    PLACE = "tempat"
    PLATFORM = "platform"


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that is asked for, or with `without` one that must not be there. `words` are folded."""

    kind: AskedKind
    words: tuple[str, ...]
    without: bool = False

    @property
    def label(self) -> str:
        return " ".join(self.words)


@dataclass(frozen=True, slots=True)
class Asked:
    """Everything asked for. `personal`: a NIK, telephone number or the like was typed and left out: none can be found."""

    parts: tuple[Part, ...]
    personal: bool


def asked_of(typed: str) -> Asked:
    """Never raises, whatever is typed."""
    plain, personal = _without_personal_data(typed[:_LONGEST].translate(_MARKS))
    parts = dict.fromkeys(part for match in _PART.finditer(plain) for part in _parts(match))
    return Asked(tuple(parts)[:MOST_PARTS], personal)


def _without_personal_data(typed: str) -> tuple[str, bool]:
    found = findings(typed)
    for one in reversed(found):
        typed = f"{typed[: one.start]} {typed[one.end :]}"
    return typed, bool(found)


def _parts(match: re.Match[str]) -> Iterator[Part]:
    quoted = match["quoted"] if match["quoted"] is not None else match["phrase"]
    words = tuple(word.token for word in words_of(quoted if quoted is not None else match["bare"] or match["rest"]))
    without = match["minus"] is not None
    if not words:
        return
    if match["name"]:
        yield Part(AskedKind(match["name"].lower()), words, without)
    elif quoted is not None or (without and len(words) > 1):  # -jl.kenanga leaves out the road, not every "jl"
        yield Part(AskedKind.PHRASE, words, without)
    else:
        yield from (Part(AskedKind.WORD, (word,), without) for word in words)
