"""From a text to the tokens it is found by. SQLite and PostgreSQL index exactly these, so they find exactly the same.

A document is one list of tokens: its words as they were written (`=jln =rusaknya`), its author (`@siti @aminah`), the stems
of all of them with slang spelled out (`jalan rusak siti aminah`), and what it belongs to (`#u17`, a unit). Personal data is
left out: nobody can find out by searching what the pages mask.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from Sastrawi.Dictionary.ArrayDictionary import ArrayDictionary
from Sastrawi.Stemmer.Stemmer import Stemmer
from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

from aggregator.domain.triage.masking import findings
from aggregator.domain.triage.normalise import fold, speller

WRITTEN, AUTHOR, FACET, GAP = "=", "@", "#", "_"
EVERY = f"{FACET}x"  # every document carries it: what only excludes excludes from these
LONGEST_TEXT = 24_000  # characters; what follows is not searched
_MOST_WORDS = 4_000  # PostgreSQL numbers 16,383 places
_MOST_PLACES = 255  # of one word in one document: PostgreSQL forgets further ones
_LONGEST_WORD = 64
_WORD = re.compile(r"[^\W_]+")
_K_AN = re.compile(r"(?!di|me)([a-z]+k)an(?:nya|lah|kah|ku|mu)?")
_LETTERS = re.compile(r"[a-z]{4,40}")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text, folded; text[start:end] is how it was written."""

    token: str
    start: int
    end: int


def words_of(text: str) -> list[Word]:
    """The words of a text in their order: folded letters and digits, split at everything else."""
    text = text[:LONGEST_TEXT]
    if text.isascii():
        found = _WORD.finditer(text.lower())
        return [Word(m[0][:_LONGEST_WORD], m.start(), m.end()) for m in found]
    folded, places = _folded(text)
    return [Word(m[0][:_LONGEST_WORD], places[m.start()], places[m.end() - 1] + 1) for m in _WORD.finditer(folded)]


def _folded(text: str) -> tuple[str, list[int]]:
    """The text folded letter by letter, and where each of its characters stood."""
    letters, places = [], []
    for place, character in enumerate(text):
        letter = _folded_letter(character)
        letters.append(letter)
        places += [place] * len(letter)
    return "".join(letters), places


@lru_cache(maxsize=4_096)
def _folded_letter(character: str) -> str:
    return fold(character)


@lru_cache(maxsize=200_000)
def stems_of(token: str) -> tuple[str, ...]:
    """What a folded word is found by: "jln" by "jalan", "kerusakannya" by "rusak", "trmksh" by "terima" and "kasih"."""
    return tuple(_stem(word) for word in _spell()(token)) or (token,)


@cache
def _roots() -> frozenset[str]:
    return frozenset(StemmerFactory().get_words())


@cache
def _spell() -> Callable[[str], tuple[str, ...]]:
    return speller(_roots())


def _stem(word: str) -> str:
    if not _LETTERS.fullmatch(word):
        return word
    # Sastrawi takes "kan" off before "an": "kerusakan" would end at "rusa", a deer. Verbs do end in "kan".
    ending = _K_AN.fullmatch(word)
    if ending:
        whole = _sastrawi(ending[1])
        if whole.endswith("k") and whole in _roots():
            return whole
    return _sastrawi(word)


def _sastrawi(word: str) -> str:
    return str(_stemmer()(word))


@cache
def _stemmer() -> Callable[[str], str]:
    """Sastrawi's stemmer without its own memory, which has no bound; `stems_of` remembers."""
    return Stemmer(ArrayDictionary(_roots())).stem  # type: ignore[no-any-return]


def author_tokens(words: str) -> tuple[str, ...]:
    """A name or handle, with or without its @, as the tokens of an author."""
    return tuple(AUTHOR + word.token for word in words_of(words))


def facet(kind: str, value: object) -> str:
    """What a document belongs to: kind "u" a unit, "p" a place, "k" a platform."""
    return f"{FACET}{kind}{''.join(_WORD.findall(str(value)))}"


def index_tokens(text: str, author_name: str, author_id: str | None, facets: Iterable[str]) -> list[str]:
    """The document of one message: a phrase is neighbours in this list; `_` stands where none may lead across."""
    written = list(_written(text))[:_MOST_WORDS]
    author = [*author_tokens(author_name), GAP, *author_tokens(author_id or "")]
    plain = [token[1:] for token in (*written, *author_tokens(author_name)) if token != GAP]
    stems = dict.fromkeys(stem for token in plain for stem in stems_of(token))
    return _bounded([*written, GAP, *author, GAP, *stems, EVERY, *facets])


def _written(text: str) -> Iterator[str]:
    """Words as written; personal data, cut as it is masked on every page, leaves a gap."""
    text, at = text[:LONGEST_TEXT], 0
    for one in findings(text):
        yield from (WRITTEN + word.token for word in words_of(text[at : one.start]))
        yield GAP
        at = one.end
    yield from (WRITTEN + word.token for word in words_of(text[at:]))


def _bounded(tokens: list[str]) -> list[str]:
    if len(tokens) <= _MOST_PLACES:
        return tokens
    seen: Counter[str] = Counter()
    bounded = []
    for token in tokens:
        seen[token] += 1
        bounded.append(token if seen[token] <= _MOST_PLACES else GAP)
    return bounded
