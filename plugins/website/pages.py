"""Reading a site by what it shows to people, when REST is closed or there is none.

The comment feed tells in one call where somebody wrote; the page itself tells who answered whom and who is
the
office. Without feeds, the sitemap or the front page leads to the posts.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import replace
from datetime import timedelta, tzinfo
from typing import Any

from bs4 import BeautifulSoup

from aggregator.contract import (
    Checkpoint,
    Context,
    Event,
    Message,
    OpenThread,
    Response,
    Tombstone,
    Unreadable,
)
from plugins.website.address import absolute, same_site
from plugins.website.errors import REFUSALS
from plugins.website.feeds import WINDOW, parse_comments, parse_posts_feed
from plugins.website.probe import forum_in
from plugins.website.rest_client import Closed
from plugins.website.rest_records import post_id
from plugins.website.schema_org import read_comments
from plugins.website.state import State, fingerprint, older_than
from plugins.website.text import soup_of
from plugins.website.wordpress_html import CommentPage, post_links, read_page

NEWEST_POSTS = 5  # read at every pull where there is no feed
LIST_AGAIN = timedelta(days=7)
MAX_PAGES = 50
_SITEMAPS = ("/wp-sitemap.xml", "/sitemap_index.xml", "/sitemap.xml", "/?sitemap=index")
_NOT_CONTENT = (
    "sitemap=taxonomies",
    "sitemap=users",
    "-taxonomies-",
    "-users-",
    "author-sitemap",
    "category-sitemap",
    "post_tag-sitemap",
    "image-sitemap",
)


class AtDisqus(Exception):
    """The site's pages load their comments from Disqus, where `forum` is its name."""

    def __init__(self, forum: str) -> None:
        super().__init__(forum)
        self.forum = forum


class PageReader:
    """One reading of one site by its pages. `state` is changed as the reading goes on."""

    def __init__(self, base: str, state: State, ctx: Context, zone: tzinfo) -> None:
        self.base, self.state, self.ctx, self.zone = base, state, ctx, zone
        self.read: set[str] = set()
        self._pages: dict[str, list[CommentPage]] = {}
        self._whole: set[str] = set()  # read to the last comment page
        self._gone: set[str] = set()
        self._maps: list[str] | None = None
        self._top = ""  # the first post of the page of the post feed read last

    def pull_feed(self) -> Iterator[Event]:
        """New comments by the comment feed; raises Closed when there is none."""
        records = self._comment_feed()
        ids = {one.external_id for one in records if one.external_id}
        known = self.ctx.known(ids)
        new = [one for one in records if one.external_id not in known]
        overflowed = len(new) == len(records) >= WINDOW
        seen_before = fingerprint(one.external_id for one in new) == self.state.stale
        self.state.stale = fingerprint(one.external_id for one in new)
        yield from self._fresh([] if seen_before else new)
        finished = yield from self._listing(overflowed and not seen_before)
        if finished:
            yield Checkpoint(cursor=self.state.cursor(), replies_included=not overflowed)

    def pull_pages(self) -> Iterator[Event]:
        """The newest posts of the front page, and now and then all posts; raises AtDisqus when there is nothing to
        read on them, and a key for where there is."""
        response = self._ask(self.base + "/")
        if response.status >= 300:
            raise Closed
        if (forum := forum_in(response.text)) and self.ctx.secrets.get("disqus_api_key"):
            raise AtDisqus(forum)
        soup = soup_of(response.text)
        yield from self._page(soup, f"{self.base}/", f"{self.base}/").messages
        newest = [one for one in dict.fromkeys(post_links(soup, self.base + "/")) if same_site(one, self.base)]
        for url in newest[:NEWEST_POSTS]:
            if self.ctx.budget.allows():
                yield from self.post(url)
        if (yield from self._listing(False)):
            yield Checkpoint(cursor=self.state.cursor())

    def threads_again(self, threads: list[OpenThread]) -> Iterator[Event]:
        """These threads by their pages; a known comment that a complete page does not show is gone."""
        for thread in threads:
            if not thread.ref.url or not self.ctx.budget.allows():
                continue
            yield from self._thread_again(thread, thread.ref.url)

    def post(self, url: str) -> Iterator[Message | Unreadable]:
        """All comments under a post, from all its comment pages; nothing for a page that is not there."""
        if url in self.read:
            return
        self.read.add(url)
        out: set[str | None] = set()  # the first comment page has two addresses
        for page in self.comment_pages(url):
            if page.post and not self.ctx.known({page.post.external_id}):
                yield page.post
            yield from (one for one in page.messages if one.external_id is None or one.external_id not in out)
            out.update(one.external_id for one in page.messages)

    def comment_pages(self, url: str) -> list[CommentPage]:
        """The pages of one post, each read once per pull."""
        if url not in self._pages:
            self._pages[url] = list(self._comment_pages(url))
        return self._pages[url]

    def _thread_again(self, thread: OpenThread, url: str) -> Iterator[Event]:
        yield from self.post(url)
        pages = self.comment_pages(url)
        shown = {one.external_id for page in pages for one in page.messages}
        whole = url in self._whole and (bool(shown) or any(page.is_post for page in pages))
        missing = sorted(thread.known - shown - {post_id(thread.ref.external_id)})
        if url in self._gone:
            missing = sorted(thread.known)
        elif not whole or not missing or not self.ctx.budget.allows():
            return
        else:
            alive = {one.external_id: one for one in self._post_feed(url)}
            yield from (self._placed(alive[one]) for one in missing if one in alive)
            missing = [one for one in missing if one not in alive]
        for one in missing:
            yield Tombstone(external_id=one, seen_at=self.ctx.now)

    def _post_feed(self, url: str) -> list[Message | Unreadable]:
        """The newest comments of a post: replies to a removed comment are here although no page shows
        them."""
        response = self._ask(f"{url}&feed=rss2&withcomments=1" if "?" in url else f"{url.rstrip('/')}/feed/")
        return (parse_comments(response.body) or []) if response.status < 300 else []

    def _comment_pages(self, url: str) -> Iterator[CommentPage]:
        waiting, asked = {0: url}, set[str]()
        while waiting and len(asked) < MAX_PAGES and self.ctx.budget.allows():
            target = waiting.pop(min(waiting))
            asked.add(target)
            response = self._ask(target)
            if response.status in (404, 410) and target == url:
                self._gone.add(url)
            if response.status >= 300:
                return
            page = self._page(soup_of(response.text), url, target)
            yield page
            waiting.update({number: link for number, link in page.elsewhere.items() if link not in asked})
        if not waiting:
            self._whole.add(url)

    def _page(self, soup: BeautifulSoup, url: str, target: str) -> CommentPage:
        page = read_page(soup, target, self.zone, self.ctx.now)
        if not page.messages and not page.pings:
            page.messages = read_comments(soup, url, page.thread.title, self.zone, self.ctx.now)
        return page

    def _comment_feed(self) -> list[Message | Unreadable]:
        for query in ("/comments/feed/", "/?feed=comments-rss2"):
            response = self.ctx.http.get(self.base + query, allow=REFUSALS)
            records = parse_comments(response.body) if response.status < 300 else None
            if records is not None:
                return records
        raise Closed

    def _fresh(self, new: list[Message | Unreadable]) -> Iterator[Event]:
        """The posts where somebody wrote, whole; what their pages do not show is taken from the feed."""
        shown: set[str | None] = set()
        for url in dict.fromkeys(one.thread.url for one in new if isinstance(one, Message)):
            if url is None or not self.ctx.budget.allows():
                continue
            for event in self.post(url):
                shown.add(event.external_id)
                yield event
            shown.update(number for page in self.comment_pages(url) for number in page.pings)
        for one in new:
            if one.external_id not in shown:
                yield self._placed(one)

    def _placed(self, one: Message | Unreadable) -> Message | Unreadable:
        """A comment of the feed in the thread its page names."""
        pages = self._pages.get(one.thread.url or "") if isinstance(one, Message) else None
        return replace(one, thread=pages[0].thread) if pages and isinstance(one, Message) else one

    def _listing(self, wanted: bool) -> Generator[Event, None, bool]:
        """All posts in turn, over as many pulls as it takes; True when no listing is under way any more."""
        state = self.state
        due = wanted or self.ctx.full or older_than(state.listed, LIST_AGAIN, self.ctx.now)
        if not state.walk and due:
            state.walk = {"list": "feed", "step": 0, "done": 0}
        while state.walk:
            if not self.ctx.budget.allows(2):
                yield Checkpoint(cursor=state.cursor())
                return False
            yield from self._step(state.walk)
        return True

    def _step(self, walk: dict[str, Any]) -> Iterator[Event]:
        """One list of posts: page after page of the post feed, then the sitemap, which has everything else
        too."""
        urls = self._feed_page(walk["step"]) if walk["list"] == "feed" else self._sitemap(walk["step"])
        if urls is None and walk["list"] == "feed":
            self.state.walk = {"list": "maps", "step": 0, "done": 0}
        elif urls is None:
            self.state.walk, self.state.listed = None, self.ctx.now.isoformat()
        else:
            for done, url in enumerate(urls[walk["done"] :], start=walk["done"]):
                walk["done"] = done
                if not self.ctx.budget.allows(2):
                    return
                yield from self.post(url)
            walk["step"], walk["done"], walk["top"] = walk["step"] + 1, 0, self._top

    def _feed_page(self, step: int) -> list[str] | None:
        """Posts with comments on one page of the post feed; None when there is no such page."""
        paths = (f"/feed/?paged={step + 1}" if step else "/feed/", f"/?feed=rss2&paged={step + 1}")
        for path in paths:
            response = self._ask(self.base + path) if self.ctx.budget.allows() else None
            entries = parse_posts_feed(response.body) if response and response.status < 300 else None
            if entries:
                self._top, before = entries[0].url, (self.state.walk or {}).get("top")
                if self._top == before:  # a site that gives its first page whatever is asked
                    return None
                return [one.url for one in entries if one.comments != 0 and same_site(one.url, self.base)]
        return None

    def _sitemap(self, step: int) -> list[str] | None:
        """The addresses in the site's step-th list; None when there are no more lists."""
        if self._maps is None:
            self._maps = self._find_maps()
        return self._locations(self._maps[step])[0] if step < len(self._maps) else None

    def _find_maps(self) -> list[str]:
        for path in _SITEMAPS:
            if not self.ctx.budget.allows():
                return []
            found, is_index = self._locations(self.base + path)
            if found:
                maps = [one for one in found if not any(sign in one for sign in _NOT_CONTENT)]
                return maps if is_index else [self.base + path]
        return []

    def _locations(self, url: str) -> tuple[list[str], bool]:
        """The site's own addresses in a sitemap, and whether they are sitemaps themselves."""
        response = self._ask(url)
        if response.status >= 300:
            return [], False
        soup = BeautifulSoup(response.body, "lxml-xml")
        links = (absolute(url, one.get_text()) for one in soup.find_all("loc"))
        return [one for one in links if one and same_site(one, self.base)], soup.find("sitemapindex") is not None

    def _ask(self, url: str) -> Response:
        return self.ctx.http.get(url, allow=REFUSALS)
