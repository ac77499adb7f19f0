"""From what a person typed in the search field to a query, to what is said about it, and to where its words stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from aggregator.domain.access import Viewer
from aggregator.domain.search import (
    NOWHERE,
    AskedKind,
    Clause,
    Part,
    Query,
    Word,
    any_of,
    asked_of,
    clause_of,
    facet,
    stems_of,
    words_of,
)
from aggregator.domain.triage.holders import PLACE_KINDS
from aggregator.domain.triage.normalise import fold
from aggregator.services.inbox.scope import units_alone
from aggregator.services.inbox.views import Filter, Row, Sought, Term
from aggregator.services.units import UnitChoice, Units
from aggregator.storage.search import backlog
from aggregator.storage.tables import slang_words

EXCERPT = 240
_SEEN = 90  # characters of a piece that stand in the three lines a phone shows
_BEFORE = 40  # characters shown before the first hit, when it stands further in
_MOST_ALSO = 6
_MANY_WAIT = 2_000  # below that the index is only a moment behind


@dataclass(frozen=True, slots=True)
class Search:
    """One search, ready to be asked and shown."""

    query: Query
    sought: Sought
    words: Mapping[str, frozenset[str]]  # a stem, or a spelling marked "=", of a word that was asked for -> those words
    phrases: tuple[tuple[str, ...], ...]


def understand(connection: Connection, viewer: Viewer, wanted: Filter, units: Units) -> Search | None:
    """The search of a filter, narrowed to what the filter and the viewer's own offices allow, which the query proves again;
    None when none is asked for."""
    if not wanted.search:
        return None
    asked = asked_of(wanted.search)
    slang = _own_slang(connection)
    clauses = [(part, _clause(part, slang, units)) for part in asked.parts]
    needs = [clause for part, clause in clauses if not part.without]
    query = Query(
        needs=(*needs, *_narrowed(viewer, wanted)) if asked.parts else (NOWHERE,),
        without=tuple(clause for part, clause in clauses if part.without),
    )
    sought = Sought(
        terms=tuple(_term(part, clause, units) for part, clause in clauses),
        also=(),
        personal=asked.personal,
        partly=backlog(connection, _MANY_WAIT) == _MANY_WAIT,
    )
    positive = [part for part in asked.parts if not part.without]
    phrases = tuple(part.words for part in positive if part.kind is AskedKind.PHRASE)
    return Search(query, sought, _marks(positive, slang), phrases)


def _own_slang(connection: Connection) -> dict[str, str]:
    told = connection.execute(select(slang_words.c.spelling, slang_words.c.meaning))
    return {fold(spelling): fold(meaning) for spelling, meaning in told}


def _clause(part: Part, slang: Mapping[str, str], units: Units) -> Clause:
    if part.kind is AskedKind.UNIT:
        return any_of(facet("u", unit.id) for unit in _named(part, units))
    if part.kind is AskedKind.PLACE:
        inside = {below for place in _places(part, units) for below in units.subtree(place.id)}
        return any_of(facet("p", unit_id) for unit_id in sorted(inside))
    if part.kind is AskedKind.PLATFORM:
        return any_of([facet("k", "".join(part.words))])
    return clause_of(part, slang)


def _named(part: Part, units: Units) -> list[UnitChoice]:
    """Units whose name, or short name, holds all the words."""
    wanted = set(part.words)
    return [
        unit
        for unit in units.all()
        if wanted <= {word.token for word in words_of(f"{unit.name} {unit.short_name or ''}")}
    ]


def _places(part: Part, units: Units) -> list[UnitChoice]:
    return [unit for unit in _named(part, units) if unit.kind in PLACE_KINDS]


def _narrowed(viewer: Viewer, wanted: Filter) -> Iterator[Clause]:
    """What the index can leave out before an item is looked at: full text then walks one office's messages only."""
    offices = units_alone(viewer)
    if offices is not None and wanted.tab != "support":  # there other units' items are looked at
        yield any_of(facet("u", unit_id) for unit_id in sorted(offices))
    if wanted.unit is not None:
        yield any_of([facet("u", wanted.unit)])
    if wanted.platform:
        yield any_of([facet("k", wanted.platform)])


def _term(part: Part, clause: Clause, units: Units) -> Term:
    """How a part was understood, in names where it names offices."""
    known = bool(clause)
    if part.kind is AskedKind.UNIT and known:
        return Term(part.kind.value, _listed(_named(part, units)), part.without, known)
    if part.kind is AskedKind.PLACE and known:
        return Term(part.kind.value, _listed(_places(part, units)), part.without, known)
    return Term(part.kind.value, part.label, part.without, known)


def _listed(found: Sequence[UnitChoice]) -> str:
    names = [unit.name for unit in found]
    return ", ".join(names[:3]) + (f" dan {len(names) - 3} lainnya" if len(names) > 3 else "")


def _marks(parts: Iterable[Part], slang: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """What to look for in a text, so that the words found by the query are those that are marked."""
    marks: dict[str, set[str]] = {}
    for part in parts:
        if part.kind is AskedKind.WORD:
            for conjunction in clause_of(part, slang):
                for phrase in conjunction:
                    marks.setdefault(phrase[0], set()).add(part.words[0])
    return {token: frozenset(words) for token, words in marks.items()}


# -- where the words stand ----------------------------------------------------------------------------------------------


def excerpt_of(shown: str, search: Search | None) -> tuple[str, tuple[tuple[int, int], ...]]:
    """A piece of a text as the viewer may see it, and the places in the piece, (start, end), of what was searched: the
    beginning, or the words around the first hit when that stands further in."""
    words = words_of(shown) if search else []
    hits = sorted({*_word_hits(words, search), *_phrase_hits(words, search)}) if search else []
    start = _start(words, words[hits[0]]) if hits else 0
    whole = len(shown) - start <= EXCERPT
    end = len(shown) if whole else start + EXCERPT - 1
    before = "…" if start else ""
    moved = start - len(before)
    places = tuple((word.start - moved, word.end - moved) for word in map(words.__getitem__, hits) if word.end <= end)
    return before + shown[start:end] + ("" if whole else "…"), places


def _start(words: Sequence[Word], hit: Word) -> int:
    """Where the piece begins: with the text when the first hit is seen then, else with a word shortly before it."""
    if hit.end <= _SEEN:
        return 0
    return next(word.start for word in words if word.start >= hit.start - _BEFORE)


def _word_hits(words: Sequence[Word], search: Search) -> Iterator[int]:
    for place, word in enumerate(words):
        if f"={word.token}" in search.words or any(stem in search.words for stem in stems_of(word.token)):
            yield place


def _phrase_hits(words: Sequence[Word], search: Search) -> Iterator[int]:
    tokens = [word.token for word in words]
    for phrase in search.phrases:
        for place in range(len(tokens) - len(phrase) + 1):
            if tuple(tokens[place : place + len(phrase)]) == phrase:
                yield from range(place, place + len(phrase))


def with_spellings(search: Search, rows: Iterable[Row]) -> Sought:
    """How the search was understood, with other spellings than the typed ones that it found, the shortest first: they show
    how far it reached."""
    typed = {word for words in search.words.values() for word in words} | {w for p in search.phrases for w in p}
    found = {word.token for row in rows for start, end in row.hits for word in words_of(row.excerpt[start:end])}
    also = sorted(found - typed, key=lambda word: (len(word), word))
    return replace(search.sought, also=tuple(also[:_MOST_ALSO]))
