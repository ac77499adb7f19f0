"""Reading a WordPress site by REST.

A pull asks for the newest page; on a quiet site it asks the comment feed whether there is anything new. Comments keep
the date of their submission, so one approved late appears deep in the past: it shows only in the site's own count.
Whenever that count and what the core holds drift apart, and at least daily, the whole site is listed.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Mapping
from datetime import timedelta

from aggregator.contract import (
    Census,
    Checkpoint,
    Context,
    Event,
    Malformed,
    Message,
    OpenThread,
    Tombstone,
    Unreadable,
)
from plugins.website.errors import code_of
from plugins.website.quiet_feed import QuietFeed
from plugins.website.rest_client import PER_PAGE, Page, PrivatePost, RestClient, Window
from plugins.website.rest_posts import PostBook
from plugins.website.rest_records import Records, ids_of, parse_page, post_id, post_numbers
from plugins.website.state import State, fingerprint, older_than

__all__ = ["RestReader", "parse_page"]

ZONE_SLACK = timedelta(hours=14)  # local and UTC order may differ by this where a site changed its time zone
LIST_DAILY_UP_TO = 2_000
MAX_ID_GAP = 100_000
_NOT_PUBLIC = frozenset(
    (
        "rest_comment_invalid_id",
        "rest_post_invalid_id",
        "rest_cannot_read",
        "rest_cannot_read_post",
        "rest_forbidden",
    )
)


class RestReader:
    """One reading of one site. `state` is changed as the reading goes on."""

    def __init__(self, root: str, state: State, ctx: Context, base: str = "") -> None:
        self.client, self.feed = RestClient(root, ctx), QuietFeed(base, state, ctx)
        self.state, self.ctx = state, ctx
        self.posts = PostBook(self.client, state, ctx)
        self.seen: set[str] = set()
        self.arrived = 0  # seen here, not held by the core when this pull began
        self._talked: set[str] = set()  # posts with a comment on any page of this reading
        self._from_top = False  # the listing began in this reading: `seen` is the whole site at its end

    def pull(self) -> Iterator[Event]:
        """What is new; everything when the site's count does not fit what is held."""
        if self.feed.is_silent():
            yield Checkpoint(cursor=self.state.cursor())
            return
        page = self.client.page(Window())
        new = self._unknown(page.records)
        fresh = 0 if fingerprint(new) == self.state.stale else len(new)
        self.feed.note(fresh)
        must_list = self._must_list(page, new, fresh)
        self.state.stale = fingerprint(new)
        yield from self._events(page, new)
        if self.state.walk and fresh < len(page.records):
            self.state.walk["fresh"] += fresh
        elif must_list:
            self._start_walk(page)
        listed = bool(self.state.walk)
        if listed:
            yield Checkpoint(cursor=self.state.cursor())
            listed = yield from self._walk()
        if page.total is not None:
            yield Census(count=max(0, page.total - self.state.hidden))
        yield Checkpoint(cursor=self.state.cursor(), replies_included=listed)

    def threads_again(self, threads: Collection[OpenThread]) -> Iterator[Event]:
        """These posts' comments, whole; a known one that is gone becomes a Tombstone."""
        whole = [one for one in threads if one.whole]
        slices = {number for one in threads if not one.whole for number in one.known}
        if whole and not (yield from self._read_threads(sorted(one.ref.external_id for one in whole))):
            return
        known = slices.union(*(one.known for one in whole))
        missing = sorted(known - self.seen, key=lambda one: (len(one), one))
        yield from self._confirm([one for one in missing if one.isdigit()])
        silent = [one for one in whole if one.ref.external_id not in self._talked and len(one.known) > 1]
        posts = {one.ref.external_id for one in silent if post_id(one.ref.external_id) in one.known}
        yield from self.posts.confirm(sorted(int(one) for one in posts))

    def _read_threads(self, posts: list[str]) -> Generator[Event, None, bool]:
        """All comments of these posts; True when the end was reached. WordPress refuses the whole list when
        one post became private: halves are tried then."""
        window: Window | None = Window()
        while window:
            if not self.ctx.budget.allows():
                return False
            try:
                page = self.client.page(window, post=",".join(posts))
            except PrivatePost:
                if len(posts) == 1:
                    return True
                middle = len(posts) // 2
                first = yield from self._read_threads(posts[:middle])
                return (yield from self._read_threads(posts[middle:])) and first
            yield from self._events(page, self._unknown(page.records))
            window = window.next(page)
        return True

    def _events(self, page: Page, new: Collection[str]) -> Iterator[Message | Unreadable]:
        """The page's posts that are not known yet, then its comments."""
        comments = list(parse_page(page.records))
        if len(comments) > 1 and not any(isinstance(one, Message) for one in comments):
            raise Malformed("WordPress menampilkan komentar dalam bentuk yang tidak dikenal.")
        fresh = [one for one in page.records if isinstance(one, dict) and str(one.get("id")) in new]
        self.posts.owe(fresh)
        if self.ctx.budget.allows():
            yield from self.posts.owed()
        self.arrived += len(set(new) - self.seen)
        self.seen.update(ids_of(page.records))
        self._talked.update(map(str, post_numbers(page.records)))
        yield from comments

    def _unknown(self, records: Records) -> frozenset[str]:
        ids = set(ids_of(records))
        return frozenset(ids - self.ctx.known(ids)) if ids else frozenset()

    def _must_list(self, page: Page, new: Collection[str], fresh: int) -> bool:
        """Whether what the newest page shows cannot explain the difference between site and core."""
        state = self.state
        if self.ctx.full or (new and len(new) == len(page.records)):
            return True
        days = 1 if (page.total or 0) <= LIST_DAILY_UP_TO else 7
        if older_than(state.listed, timedelta(days=days), self.ctx.now):
            return True
        if page.total is None:
            return False
        gap = page.total - self.ctx.held - fresh
        if state.gap is None:
            if page.total - fresh != state.total:
                return True
            state.gap = gap
        return gap != state.gap

    def _start_walk(self, page: Page) -> None:
        """Begin a listing below the newest page (which is already out)."""
        window = Window().next(page)
        if window and window.before and page.oldest:
            window = Window((page.oldest + ZONE_SLACK).isoformat())
        where = {"before": window.before, "offset": window.offset} if window else None
        self.state.walk = {"at": where, "total": page.total, "fresh": 0}
        self._from_top = True

    def _walk(self) -> Generator[Event, None, bool]:
        """Go down the listing as far as the budget allows; True when the end was reached."""
        walk = self.state.walk or {}
        while where := walk["at"]:
            if not self.ctx.budget.allows():
                return False
            window = Window(where["before"], where["offset"])
            page = self.client.page(window)
            yield from self._events(page, self._unknown(page.records))
            following = None if self._out_of_reach(page) else window.next(page)
            walk["at"] = {"before": following.before, "offset": following.offset} if following else None
            if following:
                yield Checkpoint(cursor=self.state.cursor())
        yield from self._end_walk(walk)
        return True

    def _out_of_reach(self, page: Page) -> bool:
        """Older than the core wants; with a day of slack, for dates here are local."""
        since = self.ctx.since
        if since is None or page.oldest is None:
            return False
        return page.oldest < since.replace(tzinfo=None) - timedelta(days=1)

    def _end_walk(self, walk: Mapping[str, object]) -> Iterator[Event]:
        """Everything was listed: what the core holds beyond it is gone; from here on counts are compared."""
        total, fresh = walk["total"], walk["fresh"]
        assert isinstance(fresh, int)
        if self._from_top and self.ctx.since is None:
            if self.ctx.held + self.arrived > len(self.seen):
                yield from self._confirm(self._vanished())
            if isinstance(total, int):
                self.state.hidden = max(0, total - len(self.seen))
        self.state.total = total + fresh if isinstance(total, int) else None
        self.state.gap, self.state.walk = None, None
        self.state.listed = self.ctx.now.isoformat()

    def _vanished(self) -> list[str]:
        """Ids the core holds although the whole site did not show them. Comment numbers are small integers,
        so
        all that could exist can be asked for."""
        numbers = {int(one) for one in self.seen}
        top = max(numbers, default=0)
        if top - len(numbers) > MAX_ID_GAP:
            return []  # re-reading thread by thread finds them
        candidates = [str(number) for number in range(1, top + 1) if number not in numbers]
        held: list[str] = []
        for start in range(0, len(candidates), 5_000):
            held += sorted(self.ctx.known(candidates[start : start + 5_000]), key=int)
        return held

    def _confirm(self, ids: list[str]) -> Iterator[Event]:
        """Ask for these comments by number; those the site does not show any more are gone."""
        for start in range(0, len(ids), PER_PAGE):
            some = ids[start : start + PER_PAGE]
            if not self.ctx.budget.allows(2):
                return
            page = self.client.page(Window(), include=",".join(some))
            shown = set(ids_of(page.records))
            if not page.records and not self._is_gone(some[0]):
                return
            yield from parse_page(page.records)
            for one in some:
                if one not in shown:
                    yield Tombstone(external_id=one, seen_at=self.ctx.now)

    def _is_gone(self, number: str) -> bool:
        """One comment by its own address: a list emptied by a cache or a filter must not delete a whole
        thread."""
        response = self.client.ask(f"comments/{number}", {"_fields": "id"})
        if response.status < 300:
            self.ctx.log.warning("website.list_hides_comment")
            return False
        return (code_of(response) or "") in _NOT_PUBLIC
