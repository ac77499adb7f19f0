"""A search as a formula over tokens, and the two languages it is written in: FTS5's and tsquery's.

Tokens hold letters, digits and our four marks only, so whatever was typed, nothing in a formula can be read as syntax.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aggregator.domain.search.analysis import AUTHOR, EVERY, WRITTEN, stems_of
from aggregator.domain.search.typed import AskedKind, Part

Phrase = tuple[str, ...]
Clause = tuple[tuple[Phrase, ...], ...]  # any of these; each: all of these phrases
NOWHERE: Clause = ()


@dataclass(frozen=True, slots=True)
class Query:
    """What every document found must match, and what none may. A clause with nothing in it matches nothing."""

    needs: tuple[Clause, ...]
    without: tuple[Clause, ...] = ()

    def fts5(self) -> str | None:
        """As FTS5 reads it; None when nothing can match."""
        return self._written(_FTS5)

    def tsquery(self) -> str | None:
        """As PostgreSQL's type tsquery reads it; None when nothing can match."""
        return self._written(_TSQUERY)

    def _written(self, language: _Language) -> str | None:
        if not all(self.needs):
            return None
        needs = language.both.join(language.clause(clause) for clause in self.needs or (_EVERYTHING,))
        without = language.either.join(language.clause(clause) for clause in self.without if clause)
        return f"({needs}){language.but}({without})" if without else needs


_EVERYTHING: Clause = (((EVERY,),),)


@dataclass(frozen=True, slots=True)
class _Language:
    both: str
    either: str
    but: str
    quote: str
    next: str

    def clause(self, clause: Clause) -> str:
        return f"({self.either.join(f'({self.both.join(map(self.phrase, one))})' for one in clause)})"

    def phrase(self, phrase: Phrase) -> str:
        return f"({self.next.join(f'{self.quote}{token}{self.quote}' for token in phrase)})"


# In FTS5 neighbours joined by + are one phrase.
_FTS5 = _Language(both=" AND ", either=" OR ", but=" NOT ", quote='"', next=" + ")
_TSQUERY = _Language(both=" & ", either=" | ", but=" & !", quote="'", next=" <-> ")


def clause_of(part: Part, own_slang: Mapping[str, str]) -> Clause:
    """A word, phrase or author as a clause. `own_slang`: the region's spellings and their meaning, folded; the index does
    not know them, so that a new one is found in old messages at once."""
    if part.kind is AskedKind.WORD:
        return _word_clause(part.words[0], own_slang)
    mark = AUTHOR if part.kind is AskedKind.AUTHOR else WRITTEN
    return ((tuple(mark + word for word in part.words),),)


def _word_clause(word: str, own_slang: Mapping[str, str]) -> Clause:
    """The stems of a word; the word as it stands, when its stems are another's; spellings of the region that mean it."""
    meaning = own_slang.get(word)
    stems = _stems(meaning.split() if meaning else (word,))
    written = {word} if meaning else set()
    written |= {spelling for spelling, means in own_slang.items() if _stems(means.split()) == stems}
    return (stems, *(((WRITTEN + one,),) for one in sorted(written)))


def _stems(words: Iterable[str]) -> tuple[Phrase, ...]:
    return tuple(dict.fromkeys((stem,) for word in words for stem in stems_of(word)))


def any_of(tokens: Iterable[str]) -> Clause:
    """A clause that any of these tokens fulfils; NOWHERE when there is none."""
    return tuple(((token,),) for token in tokens)
