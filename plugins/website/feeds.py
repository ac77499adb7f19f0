"""WordPress feeds: the newest comments of a site or a post, and the posts with the number of their
comments."""

from __future__ import annotations

import re
from calendar import timegm
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import feedparser

from aggregator.contract import Author, Kind, Message, ThreadRef, Unreadable
from plugins.website.address import without_comment_page
from plugins.website.rest_records import NAMELESS
from plugins.website.text import one_line, plain

WINDOW = 10  # WordPress' default of posts_per_rss: the feed may hold more, rarely fewer
_COMMENT = re.compile(r"#comment-(\d{1,18})$")
_POST = re.compile(r"[?&](?:p|page_id)=(\d{1,18})")
# What WordPress itself writes before a reply in a feed. Links of citizens always carry rel="nofollow ugc".
_IN_REPLY = re.compile(r'\s*<p>[^<]{0,60}<a href="[^"<>]*#comment-(\d{1,18})">[^<]*</a>[^<]{0,20}</p>\s*')


@dataclass(frozen=True, slots=True)
class PostEntry:
    """A post in the feed of posts. `comments` is the feed's count, None when it gives none."""

    url: str
    comments: int | None


def parse_comments(body: bytes) -> list[Message | Unreadable] | None:
    """A comment feed, newest first; None when the answer is no feed."""
    feed = _feed(body)
    return None if feed is None else [_comment(one) for one in feed.entries if not _is_locked(one)]


def parse_posts_feed(body: bytes) -> list[PostEntry] | None:
    """A feed of posts; None when the answer is no feed."""
    feed = _feed(body)
    return None if feed is None else [_entry(one) for one in feed.entries if one.get("link")]


def _feed(body: bytes) -> Any:
    feed = feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False)
    return feed if feed.get("version") else None


def _comment(entry: Any) -> Message | Unreadable:
    link = str(entry.get("link") or "")
    number = _COMMENT.search(str(entry.get("id") or "")) or _COMMENT.search(link)
    if not number:
        return Unreadable(reason="WordPress feed: entry without a comment number")
    published = entry.get("published_parsed")
    content = entry.get("content") or []
    html = content[0].get("value") if content else entry.get("summary")
    if not published or html is None:
        return Unreadable(reason="WordPress feed: entry without time or text", external_id=number[1])
    reply = _IN_REPLY.match(html)
    page = without_comment_page(link)
    post = _POST.search(str(entry.get("id") or "")) or _POST.search(link)
    return Message(
        external_id=number[1],
        kind=Kind.COMMENT,
        thread=ThreadRef(external_id=post[1] if post else page, url=page or None),
        author=Author(external_id=None, name=one_line(str(entry.get("author") or "")) or NAMELESS),
        text=plain(html[reply.end() :] if reply else html),
        parent_id=reply[1] if reply and reply[1] != number[1] else None,
        created_at=datetime.fromtimestamp(timegm(published), UTC),
        url=link or None,
    )


def _is_locked(entry: Any) -> bool:
    """A comment on a post with a password: the feed shows a form in its place."""
    return any("post-password-form" in (one.get("value") or "") for one in entry.get("content") or [])


def _entry(one: Any) -> PostEntry:
    count = str(one.get("slash_comments") or "")
    return PostEntry(str(one["link"]), int(count) if count.isdigit() else None)
