"""Reading a Blogger blog by the feeds it publishes without a key.

The blog's comment feed lists every comment, newest first, replies included; asked with its validators it answers
"unchanged" in one small call. A feed is paged by index, and Blogger cuts what it finds too long without a word: the
next index follows from what came, with an overlap for comments deleted meanwhile. Whenever the feed's count and what
is held drift apart, and at least daily, it is read to its end.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterable, Iterator
from datetime import timedelta

from aggregator.contract import (
    Census,
    Checkpoint,
    Context,
    Event,
    Message,
    OpenThread,
    Permanent,
    Response,
    Tombstone,
    Unreadable,
)
from plugins.website.blogger_records import (
    PREFIX,
    Entry,
    Page,
    Removed,
    number_of,
    parse_comments,
    parse_posts,
    read_page,
)
from plugins.website.state import State, older_than
from plugins.website.validators import ask_if_changed, keep_validators

PER_PAGE = 150  # Blogger answers with no more, whatever is asked
OVERLAP = 10  # entries read twice, for those that moved up while others were deleted
LIST_AGAIN = timedelta(days=1)
COMMENTS = "/feeds/comments/default"
NO_FEED = (
    "Feed blog ini dimatikan. Nyalakan di Blogger: Setelan, Feed situs, Izinkan feed blog, pilih Penuh untuk komentar."
)


class BloggerReader:
    """One reading of one blog. `state` is changed as the reading goes on."""

    def __init__(self, base: str, state: State, ctx: Context) -> None:
        self.base, self.state, self.ctx = base, state, ctx
        self.arrived: set[str] = set()  # seen here, not held by the core when this pull began
        self._removed: set[str] = set()
        self._asked: set[int] = set()  # posts
        self._from_top = False  # this reading began at the newest comment and goes to the oldest

    # -- what is new -----------------------------------------------------------------------------------------------

    def pull(self) -> Iterator[Event]:
        """What is new; everything when the feed's count does not fit what is held."""
        state = self.state
        due = self.ctx.full or bool(state.walk) or older_than(state.listed, LIST_AGAIN, self.ctx.now)
        if due:
            state.etag = state.modified = ""
        response = ask_if_changed(self._address(COMMENTS), state, self.ctx, allow=(404,))
        if response.status == 304:
            yield Checkpoint(cursor=state.cursor(), replies_included=True)
            return
        page = _page_of(response, 1)
        yield from self._events(page)
        if not state.walk:
            self._from_top = page.is_last or due or self._drifted(page)
            state.walk = {"at": _next(page)} if self._from_top else None
        finished = yield from self._walk(page)
        finished = finished and not state.owed_posts
        if finished:
            keep_validators(state, response)
            yield Census(count=max(0, page.total - state.hidden))
        yield Checkpoint(cursor=state.cursor(), replies_included=finished)

    def _events(self, page: Page) -> Iterator[Event]:
        """The page's posts that are not known yet, then its comments."""
        comments = parse_comments(page)
        self._owe_posts(comments)
        yield from self._owed_posts()
        known = self.ctx.known({one.external_id for one in comments if one.external_id})
        self.arrived |= {one.external_id for one in comments if isinstance(one, Message)} - known
        self._removed |= {one.external_id for one in comments if isinstance(one, Removed)}
        yield from self._shown(comments, known)

    def _shown(self, comments: Iterable[Entry], known: Collection[str]) -> Iterator[Message | Unreadable | Tombstone]:
        """Comments as events: words that were taken away are buried if the core holds them."""
        for one in comments:
            if not isinstance(one, Removed):
                yield one
            elif one.external_id in known:
                yield Tombstone(external_id=one.external_id, seen_at=self.ctx.now)

    def _drifted(self, page: Page) -> bool:
        """Whether the newest page cannot explain the difference between blog and core."""
        state, fresh = self.state, len(self.arrived)
        gap = page.total - self.ctx.held - fresh
        if state.gap is None and page.total - fresh == state.total:
            state.gap = gap
        return fresh >= len(page.entries) or gap != state.gap

    def _walk(self, first: Page) -> Generator[Event, None, bool]:
        """Go down the feed as far as the budget allows; True when its end was reached or need not be."""
        state = self.state
        if not state.walk:
            return True
        while state.walk["at"]:
            yield Checkpoint(cursor=state.cursor())
            if not self.ctx.budget.allows():
                return False
            page = self._page(COMMENTS, state.walk["at"])
            yield from self._events(page)
            state.walk["at"] = None if self._out_of_reach(page) else _next(page)
        if self._from_top:
            state.hidden = len(self._removed)
        state.walk, state.gap, state.total = None, None, first.total
        state.listed = self.ctx.now.isoformat()
        return True

    def _out_of_reach(self, page: Page) -> bool:
        """Older than the core wants."""
        times = [one.created_at for one in parse_comments(page) if isinstance(one, Message)]
        return self.ctx.since is not None and bool(times) and min(times) < self.ctx.since

    # -- posts -----------------------------------------------------------------------------------------------------

    def _owe_posts(self, comments: Iterable[Entry]) -> None:
        """Note which posts were never seen; index 1 of the feed of posts is where the search for them begins."""
        threads = {one.thread.external_id for one in comments if isinstance(one, Message)}
        known = self.ctx.known(threads) if threads else frozenset()
        numbers = {number for one in threads - known if (number := number_of(one))}
        numbers -= {number for number, _ in self.state.owed_posts} | self._asked | set(self.state.checked)
        self._asked |= numbers
        self.state.owed_posts += [[number, 1] for number in sorted(numbers)]

    def _owed_posts(self) -> Iterator[Event]:
        """Search the feed of posts, newest first; what it does not list (a page, a draft) stays without."""
        state = self.state
        while state.owed_posts and self.ctx.budget.allows():
            start = min(at for _, at in state.owed_posts)
            page = self._page("/feeds/posts/summary", start)
            found = {one.external_id: one for one in parse_posts(page) if one.external_id}
            wanted = [number for number, at in state.owed_posts if at == start]
            yield from self._shown([found[f"{PREFIX}{one}"] for one in wanted if f"{PREFIX}{one}" in found], ())
            missing = [one for one in wanted if f"{PREFIX}{one}" not in found]
            later = [entry for entry in state.owed_posts if entry[1] != start]
            if page.is_last:
                state.checked += missing
                missing = []
            state.owed_posts = later + [[one, page.end + 1] for one in missing]

    # -- threads again ---------------------------------------------------------------------------------------------

    def threads_again(self, threads: Collection[OpenThread]) -> Iterator[Event]:
        """These posts' comments, whole; a known one that its post's own feed does not list is gone.

        The blog's whole feed serves many threads in few calls. It only ever clears a thread: comments that seem
        missing are looked for in the feed of their post.
        """
        left = list(threads)
        if len(left) > 1:
            listed = yield from self._whole_blog({one.ref.external_id for one in left}, most=len(left))
            left = left if listed is None else [one for one in left if one.known - listed - {one.ref.external_id}]
        for thread in left:
            yield from self._one_thread(thread)

    def _whole_blog(self, threads: Collection[str], most: int) -> Generator[Event, None, set[str] | None]:
        """Ids of all comments of the blog, of which those in `threads` are yielded; None when that takes more than
        `most` calls or the budget ends."""
        at: int | None = 1
        listed: set[str] = set()
        while at:
            if not self.ctx.budget.allows():
                return None
            page = self._page(COMMENTS, at, everything=True)
            if page.total > most * max(1, len(page.entries)):
                return None
            found = [one for one in parse_comments(page) if isinstance(one, Message)]
            listed |= {one.external_id for one in found}
            yield from (one for one in found if one.thread.external_id in threads)
            at = _next(page)
        return listed

    def _one_thread(self, thread: OpenThread) -> Iterator[Event]:
        path = f"/feeds/{number_of(thread.ref.external_id)}/comments/default"
        at: int | None = 1
        shown: set[str | None] = {thread.ref.external_id}
        while at:
            if not self.ctx.budget.allows():
                return
            response = self.ctx.http.get(self._address(path, at, everything=True), allow=(400, 404))
            if response.status in (400, 404):
                if not self.ctx.budget.allows():
                    return
                self._page(COMMENTS, 1)  # raises when it is the blog that does not answer
                shown.clear()
                break
            page = _page_of(response, at)
            found = parse_comments(page)
            yield from (one for one in found if not isinstance(one, Removed))
            shown |= {one.external_id for one in found if not isinstance(one, Removed)}
            at = _next(page)
        for one in sorted(thread.known - shown):
            yield Tombstone(external_id=one, seen_at=self.ctx.now)

    # -- the line out ----------------------------------------------------------------------------------------------

    def _page(self, path: str, start: int, *, everything: bool = False) -> Page:
        return _page_of(self.ctx.http.get(self._address(path, start, everything=everything), allow=(404,)), start)

    def _address(self, path: str, start: int = 1, *, everything: bool = False) -> str:
        """Always the same for the same page, so that its validators mean something."""
        address = f"{self.base}{path}?alt=json&max-results={PER_PAGE}&start-index={start}&orderby=published"
        if start == 1 or everything or self.ctx.since is None or path != COMMENTS:
            return address
        return f"{address}&published-min={self.ctx.since:%Y-%m-%d}T00:00:00Z"


def _page_of(response: Response, start: int) -> Page:
    if response.status == 404:
        raise Permanent(NO_FEED)
    return read_page(response.json(), start)


def _next(page: Page) -> int | None:
    """Where to go on, None at the end."""
    return None if page.is_last else page.end + 1 - min(OVERLAP, len(page.entries) // 2)
