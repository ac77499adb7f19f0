"""Search: which tokens a text is found by, and what a person's words ask for. Both databases hold these tokens alone."""

from aggregator.domain.search.analysis import EVERY, Word, facet, index_tokens, stems_of, words_of
from aggregator.domain.search.query import NOWHERE, Clause, Query, any_of, clause_of
from aggregator.domain.search.typed import Asked, AskedKind, Part, asked_of

__all__ = [
    "EVERY",
    "NOWHERE",
    "Asked",
    "AskedKind",
    "Clause",
    "Part",
    "Query",
    "Word",
    "any_of",
    "asked_of",
    "clause_of",
    "facet",
    "index_tokens",
    "stems_of",
    "words_of",
]
