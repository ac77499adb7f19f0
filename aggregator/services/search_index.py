"""Keeps the search index up with what citizens wrote and where it went: the tick works the queue off, newest first."""

from __future__ import annotations

import time

from aggregator.domain.search import facet, index_tokens
from aggregator.storage.db import Database
from aggregator.storage.search import Waiting, backlog, remove_documents, take, waiting, write_documents

AT_ONCE = 500
_MANY = 1_000_000_000


class SearchIndex:
    """Any number may work at once, and be killed at any time: what is indexed leaves the queue in the same transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def catch_up(self, seconds: float = 60.0) -> int:
        """Index what waits, for about so many seconds at most; how many messages were indexed."""
        until = time.monotonic() + seconds
        done = 0
        while found := self._some():
            done += found
            if time.monotonic() >= until:
                break
        return done

    def backlog(self) -> int:
        """How many messages wait to be indexed."""
        with self._database.read() as connection:
            return backlog(connection, _MANY)

    def _some(self) -> int:
        """One batch, analysed before anything is locked."""
        with self._database.read() as connection:
            rows = waiting(connection, AT_ONCE)
        if not rows:
            return 0
        documents = {row.message_id: _tokens(row) for row in rows if row.platform is not None}
        with self._database.write() as connection:
            taken = take(connection, rows)
            write_documents(connection, [(key, documents[key]) for key in taken & documents.keys()])
            remove_documents(connection, sorted(taken - documents.keys()))
        return len(rows)


def _tokens(row: Waiting) -> list[str]:
    facets = [facet("k", row.platform)]
    facets += [facet("u", row.unit_id)] if row.unit_id is not None else []
    facets += [facet("p", row.place_unit_id)] if row.place_unit_id is not None else []
    return index_tokens(row.text, row.author_name, row.author_id, facets)
