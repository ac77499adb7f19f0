"""One reading of one village.

The front page first: it says which articles changed, and what it shows is remembered together with the articles that
are owed because of it. Then the newest complaints, then what is owed, and at last older pages of a first listing. So
each Checkpoint keeps its promise: what is older is out, or the cursor leads to it.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence

from aggregator.contract import (
    Account,
    Checkpoint,
    Context,
    Event,
    Gone,
    Message,
    OpenThread,
    Tombstone,
    Transient,
    Unreadable,
)

from .front import Front
from .parse import ComplaintPage
from .site import Site
from .state import LIST_AGAIN, State, older_than

_WAYS = ("json", "html")


class Reader:
    """A pull. `state` is changed as the reading goes on."""

    def __init__(self, account: Account, state: State, ctx: Context) -> None:
        self.site, self.state, self.ctx = Site(account, ctx), state, ctx

    def pull(self) -> Iterator[Event]:
        if not self.ctx.budget.allows():
            return
        front = self.site.front()
        self.state.note(front, self._known(front))
        yield self._checkpoint()
        if not (yield from self._complaints()):
            return
        if (yield from self._pay()) and (yield from self._older_articles()):
            yield self._checkpoint()

    def _complaints(self) -> Generator[Event, None, bool]:
        """The newest complaints, and the pages below while a listing is under way; False when the budget ended."""
        if self.state.way == "off" and not self.state.must_look_for_way(self.ctx.now):
            return True
        for way in sorted(_WAYS, key=lambda one: one != self.state.way):
            if not self.ctx.budget.allows():
                return False
            if (answer := self.site.complaints(way, 1)) is not None:
                self.state.found_way(way, self.ctx.now)
                return (yield from self._listing(answer[0]))
        self.state.found_way("off", self.ctx.now)
        return True

    def _listing(self, first: ComplaintPage) -> Generator[Event, None, bool]:
        state = self.state
        fresh = not self.ctx.known(first.complaints)
        yield from first.records
        if state.complaints_page is None and (fresh or older_than(state.listed_at, LIST_AGAIN, self.ctx.now)):
            state.complaints_page, state.listed_at = 2, self.ctx.now.isoformat()
        if state.complaints_page and state.complaints_page > first.last:
            state.complaints_page = None
        yield self._checkpoint()
        while number := state.complaints_page:
            if not self.ctx.budget.allows():
                return False
            answer = self.site.complaints(state.way, number)
            if answer is None:
                break
            yield from answer[0].records
            state.complaints_page = number + 1 if number < answer[0].last else None
            yield self._checkpoint()
        state.complaints_page = None
        return True

    def _pay(self) -> Generator[Event, None, bool]:
        """Read the articles that are owed; False when the budget ended."""
        while self.state.owed:
            if not self.ctx.budget.allows():
                return False
            yield from self._article(self.state.owed[0])
            self.state.owed.pop(0)
            yield self._checkpoint()
        return True

    def _article(self, path: str) -> Iterator[Event]:
        try:
            page, _ = self.site.article(path)
        except Gone:  # between the front page and now
            return
        except Transient:
            self.state.put_off()
            yield self._checkpoint()
            raise
        yield from page.records

    def _older_articles(self) -> Generator[Event, None, bool]:
        while number := self.state.front_page:
            if not self.ctx.budget.allows():
                return False
            front = self.site.front(number)
            self.state.note_older(front, number, self._known(front))
            yield self._checkpoint()
            if not (yield from self._pay()):
                return False
        return True

    def _known(self, front: Front) -> frozenset[str]:
        """Articles of this page that need no first reading."""
        return frozenset() if self.ctx.full else self.ctx.known([card.path for card in front.cards])

    def _checkpoint(self) -> Checkpoint:
        return Checkpoint(cursor=self.state.cursor())


class ThreadReader:
    """Threads again: articles by their pages, complaints by going through their list."""

    def __init__(self, account: Account, threads: Sequence[OpenThread], ctx: Context) -> None:
        self.threads, self.ctx = threads, ctx
        known_url = next((one.ref.url for one in threads if one.ref.url), "")
        self.site = Site(account, ctx, known_url=known_url)
        self._up = False

    def read(self) -> Iterator[Event]:
        complaints = {one.ref.external_id: one for one in self.threads if not _is_article(one)}
        for thread in filter(_is_article, self.threads):
            if not self.ctx.budget.allows():
                return
            yield from self._article(thread)
        if complaints:
            yield from self._complaints(complaints)

    def _article(self, thread: OpenThread) -> Iterator[Event]:
        try:
            page, whole = self.site.article(thread.ref.external_id)
        except Gone:
            if self._is_up():
                yield from self._buried(thread.known)
            return
        yield from page.records
        shown = {one.external_id for one in page.records}
        if whole and page.shows_all and all(isinstance(one, Message) for one in page.records):
            yield from self._buried(thread.known - shown)

    def _complaints(self, wanted: dict[str, OpenThread]) -> Iterator[Event]:
        """Page by page until all were seen. Who is on no page of a list that was read to its end is gone."""
        for way in _WAYS:
            if not self.ctx.budget.allows():
                return
            answer = self.site.complaints(way, 1)
            if answer is not None:
                yield from self._listed(way, answer, dict(wanted))
                return

    def _listed(self, way: str, answer: tuple[ComplaintPage, bool], wanted: dict[str, OpenThread]) -> Iterator[Event]:
        number, whole, last = 1, True, answer[0].last
        while True:
            page, arrived = answer
            whole = whole and arrived and page.last == last  # a list that changes underfoot may hide one
            yield from self._on_page(page, wanted, arrived)
            if not wanted or number >= page.last:
                break
            if not self.ctx.budget.allows():
                return
            number += 1
            following = self.site.complaints(way, number)
            if following is None:
                return
            answer = following
        if whole and wanted and self._is_up():
            for thread in wanted.values():
                yield from self._buried(thread.known)

    def _on_page(self, page: ComplaintPage, wanted: dict[str, OpenThread], arrived: bool) -> Iterator[Event]:
        nameless = [one for one in page.records if isinstance(one, Unreadable) and one.external_id is None]
        for one in sorted(page.complaints & wanted.keys()):
            thread = wanted.pop(one)
            records = [record for record in page.records if _belongs(record, one)]
            yield from (*records, *nameless)
            if arrived and not nameless and all(isinstance(record, Message) for record in records):
                yield from self._buried(thread.known - {record.external_id for record in records})

    def _is_up(self) -> bool:
        """Look at the front page before anything is called gone: it raises when the site is not itself. Once."""
        if not self._up and self.ctx.budget.allows():
            self.site.front()
            self._up = True
        return self._up

    def _buried(self, ids: frozenset[str]) -> Iterator[Tombstone]:
        return (Tombstone(external_id=one, seen_at=self.ctx.now) for one in sorted(ids))


def _is_article(thread: OpenThread) -> bool:
    return thread.ref.external_id.startswith("artikel/")


def _belongs(record: Message | Unreadable, thread: str) -> bool:
    return (record.thread.external_id if isinstance(record, Message) else record.external_id) == thread
