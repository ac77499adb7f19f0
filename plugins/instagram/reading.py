"""How a post's comments are read.

They come newest first and at most fifty a page, replies hang below their comment, and a new reply lifts nothing. So a
post is read whole or not at all; whether it must be, its fingerprint tells (`state`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from aggregator.contract import Message, Unreadable

from . import parse
from .client import Line
from .parse import Edge, Media, Own

Record = Message | Unreadable


@dataclass(slots=True, kw_only=True)
class Reading:
    """One post being read. `after` is the cursor of the page to read next, None for the first; `complete` once
    everything was read; `shown` are the ids that were."""

    line: Line
    own: Own
    media: Media
    after: str | None = None
    complete: bool = False
    shown: set[str] = field(default_factory=set)
    _stopped: bool = False  # the budget ended before the post did
    _unsure: list[tuple[str, str]] = field(default_factory=list)  # replies whose first page may have been the last

    def pages(self, first: Edge | None = None) -> Iterator[list[Record]]:
        """The comments page by page, each with its replies; ends early with the budget. `first` is the first page,
        where it is already there."""
        while first or self._may_call():
            page = first or self.line.comments(self.media.id, self.after)
            first = None
            yield from self._page(page)
            if self._stopped:
                return
            if not self._goes_on(page):
                yield from self._unsure_replies()
                return
            self.after = page.after

    def _page(self, page: Edge) -> Iterator[list[Record]]:
        records: list[Record] = []
        owed: list[tuple[str, str]] = []
        for row in page.rows:
            records.append(self._read(row))
            parent = parse.known_id(row)
            replies = parse.edge_of(row.get("replies") if isinstance(row, dict) else None, page.limit)
            records += [self._read(reply, parent) for reply in replies.rows]
            if parent and replies.after:
                (owed if replies.surely_more else self._unsure).append((parent, replies.after))
        yield records
        for parent, after in owed:
            yield from self._replies(parent, after)

    def _replies(self, parent: str, after: str | None) -> Iterator[list[Record]]:
        while after and self._may_call():
            page = self.line.replies(parent, after)
            yield [self._read(reply, parent) for reply in page.rows]
            after = page.after if page.surely_more or (page.rows and self._some_missing()) else None

    def _unsure_replies(self) -> Iterator[list[Record]]:
        for parent, after in self._unsure:
            if self._some_missing():
                yield from self._replies(parent, after)
        self.complete = not self._stopped

    def _goes_on(self, page: Edge) -> bool:
        """A cursor is given even on the last page; following it is a call wasted once all comments are there."""
        return page.surely_more or bool(page.rows and page.after and self._some_missing())

    def _may_call(self) -> bool:
        self._stopped = self._stopped or not self.line.ctx.budget.allows()
        return not self._stopped

    def _some_missing(self) -> bool:
        """Whether Instagram counts more than was read. It may count what it shows to nobody."""
        return len(self.shown) < self.media.comments

    def _read(self, row: Any, parent: str | None = None) -> Record:
        record = parse.comment_of(row, self.media.thread, self.own, parent)
        if record.external_id:
            self.shown.add(record.external_id)
        return record
