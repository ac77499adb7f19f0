"""Down the comments of one video: newest thread first, replies beyond the shown five where the count says so.

Order never tells that nothing new lies below: pinned threads come first, a new reply never lifts its old thread, and a
comment released late keeps its old place. The video's counter does: a walk ends when as many new comments were found
as the counter promised, else at the last page. Page tokens are positions that shift; they are never stored.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass, field

from aggregator.contract import Context, Event, Gone, ThreadRef

from . import client, parse
from .parse import Row, Thread


@dataclass(slots=True, kw_only=True)
class Walk:
    """One walk under the video `ref`. `promised`: stop after so many that the core does not hold; None: read all.
    Afterwards `seen` holds the ids that were shown, `private` those YouTube shows to their channel alone."""

    ctx: Context
    ref: ThreadRef
    promised: int | None = None
    found: int = 0
    seen: set[str] = field(default_factory=set)
    private: set[str] = field(default_factory=set)
    switched_off: bool = False

    def run(self) -> Generator[Event, None, bool]:
        """Yield what is shown; False when the budget ended before the walk did."""
        token = None
        while self.ctx.budget.allows():
            page = client.threads(self.ctx, {"videoId": self.ref.external_id}, token)
            if page is None:
                self.switched_off = True
                return True
            threads = self._public(map(parse.thread_of, page.rows))
            yield from self._show(row for thread in threads for row in thread.rows)
            if not (yield from self._long(threads)):
                return False
            token = page.next
            if token is None or self._enough():
                return True
        return False

    def _public(self, threads: Iterable[Thread]) -> list[Thread]:
        public = []
        for thread in threads:
            if thread.public:
                public.append(thread)
            else:
                self.private |= parse.ids_of(thread.rows)
        return public

    def _long(self, threads: Iterable[Thread]) -> Generator[Event, None, bool]:
        for thread in threads:
            if thread.replies > len(thread.shown) and not self._enough() and not (yield from self._replies(thread)):
                return False
        return True

    def _replies(self, thread: Thread) -> Generator[Event, None, bool]:
        token = None
        while self.ctx.budget.allows():
            try:
                page = client.replies(self.ctx, thread.id, token)
            except Gone:  # deleted since its page was read
                return True
            yield from self._show(row for row in page.rows if parse.known_id(row) not in self.seen)
            token = page.next
            if token is None:
                return True
        return False

    def _show(self, rows: Iterable[Row]) -> Generator[Event, None, None]:
        shown = list(rows)
        ids = parse.ids_of(shown)
        self.found += len(ids - self.ctx.known(ids))
        self.seen |= ids
        for row in shown:
            yield parse.comment_of(row, self.ref)

    def _enough(self) -> bool:
        return self.promised is not None and self.found >= self.promised
