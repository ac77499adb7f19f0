"""From the bytes of a feed to entries and records. Only title, summary, time, link and publisher leave this file:
reporters' names, addresses and whole articles stay behind.

Source: RSS 2.0, RFC 4287 (Atom), feedparser's documentation.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import feedparser
from bs4 import BeautifulSoup

from aggregator.contract import Author, Kind, Malformed, Message, Response, ThreadRef, Unreadable, fault_of
from aggregator.contract.records import MAX_ID

from .address import GOOGLE, canonical_link
from .dates import published
from .errors import NotAFeed

LONGEST_SUMMARY = 2_000  # characters; some portals put the whole article there
_EARLY = timedelta(hours=1)  # clocks of sites run ahead by so much
_TITLES_WITHOUT_ENTRIES = 2  # a feed's own title and its picture's
_UNSAFE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_BREAKS = re.compile(r"<(?=/?(?:blockquote|br|dd|div|dt|h[1-6]|hr|li|ol|p|table|td|th|tr|ul)\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One news item. `at` None: it tells no time; `source` is who published it: host and name."""

    id: str
    title: str
    summary: str
    at: datetime | None
    link: str | None
    source: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One page of a feed."""

    title: str
    entries: tuple[Entry | Unreadable, ...]

    @property
    def times(self) -> list[datetime]:
        return [entry.at for entry in self.entries if isinstance(entry, Entry) and entry.at]


def feed_of(response: Response) -> Feed:
    """Read an answer; raises NotAFeed, and Malformed when not one entry can be read.

    feedparser takes an error page for a feed without entries; only the version tells them apart.
    """
    headers = {"content-type": response.headers.get("content-type", ""), "content-location": response.url}
    parsed = feedparser.parse(io.BytesIO(response.body), response_headers=headers)
    titles = len(re.findall(rb"<title[\s>]", response.body))
    if not parsed.get("version") or (not parsed.entries and titles > _TITLES_WITHOUT_ENTRIES):
        raise NotAFeed
    host, title = (urlsplit(response.url).hostname or "").removeprefix("www."), _plain(parsed.feed.get("title"))
    entries = tuple(_entry(one, (host, title or host)) for one in parsed.entries)
    if entries and all(isinstance(one, Unreadable) for one in entries):
        raise Malformed("Tidak satu pun berita dalam umpan ini dapat dibaca.")
    return Feed(title=title or host, entries=entries)


def one_each(entries: Sequence[Entry | Unreadable]) -> Iterator[Entry | Unreadable]:
    """Every story once: searches show one under several links, portals one under several ids. The oldest stays."""
    twins: dict[object, Entry] = {}
    for entry in sorted((one for one in entries if isinstance(one, Entry)), key=_age):
        words = " ".join(re.findall(r"\w+", entry.title.casefold()))
        same = [(entry.source[0], words), canonical_link(entry.link) if entry.link else entry.id]
        kept = next((twins[name] for name in same if name in twins), entry)
        twins.update(dict.fromkeys(same, kept))
    chosen = {id(entry) for entry in twins.values()}
    return (one for one in entries if isinstance(one, Unreadable) or id(one) in chosen)


def record_of(entry: Entry, now: datetime) -> Message | Unreadable:
    """The entry as a mention. One without a time, or with a time that is yet to come, is dated by the day it is
    seen."""
    known = entry.at if entry.at and entry.at <= now + _EARLY else None
    host, name = entry.source
    message = Message(
        external_id=entry.id,
        kind=Kind.MENTION,
        thread=ThreadRef(external_id=entry.id, url=entry.link, title=entry.title),
        author=Author(external_id=host, name=name, url=f"https://{host}/"),
        text=f"{entry.title}\n\n{entry.summary}".strip(),
        created_at=min(known, now) if known else now,
        precision="second" if known else "day",
        url=entry.link,
    )
    fault = fault_of(message)
    return Unreadable(reason=fault, external_id=entry.id) if fault else message


def _entry(one: Any, feed: tuple[str, str]) -> Entry | Unreadable:
    title, link = _plain(one.get("title")), str(one.get("link") or "") or None
    link = link if link and urlsplit(link).scheme in ("http", "https") else None
    number = str(one.get("id") or "") or (canonical_link(link) if link else "")
    if not title:
        return Unreadable(reason="feed: entry without a title", external_id=_short(number) if number else None)
    source = _source(one)
    entry = Entry(
        id=_short(number or f"{title}|{one.get('published', '')}"),
        title=title,
        summary=_plain(one.get("summary"))[:LONGEST_SUMMARY],
        at=published(one),
        link=link,
        source=source or feed,
    )
    return _from_search(entry) if source and feed[0] == GOOGLE else entry


def _from_search(entry: Entry) -> Entry:
    """Google writes "title - publisher", and the title once more in place of a summary."""
    title = entry.title.removesuffix(f" - {entry.source[1]}")
    return replace(entry, title=title, summary="")


def _source(one: Any) -> tuple[str, str] | None:
    """Who published an entry that another site shows."""
    source = one.get("source") or {}
    host = urlsplit(str(source.get("href") or "")).hostname
    name = _plain(source.get("title"))
    return (host.removeprefix("www."), name or host) if host else None


def _plain(html: Any) -> str:
    """The words of a fragment on one line."""
    text = str(html or "")
    if "<" in text or "&" in text:
        text = BeautifulSoup(_BREAKS.sub(" <", text), "lxml").get_text()
    return " ".join(_UNSAFE.sub("", text).split())


def _short(number: str) -> str:
    """An id that can be stored: long ones by their fingerprint."""
    clean = _UNSAFE.sub("", number)
    return clean if len(clean) <= MAX_ID else sha256(clean.encode()).hexdigest()


def _age(entry: Entry) -> tuple[bool, float, str]:
    return (entry.at is None, entry.at.timestamp() if entry.at else 0.0, entry.id)
