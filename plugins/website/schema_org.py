"""Comments that a page marks up with schema.org, as JSON-LD or microdata: what is left when no CMS is
known."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any
from urllib.parse import urldefrag, urlsplit

from bs4 import BeautifulSoup, Tag

from aggregator.contract import Author, Kind, Message, ThreadRef, Unreadable
from plugins.website.dates import Moment, read_date
from plugins.website.rest_records import NAMELESS
from plugins.website.text import clean, one_line, plain, visible_text

_ITEMS = '[itemtype$="/Comment"], [itemtype$="/UserComments"]'
_TYPES = frozenset(("Comment", "UserComments"))
_COMMENT_TYPE = re.compile(r"/(?:Comment|UserComments)$")
_MAX_NODES = 20_000


@dataclass
class Hashes:
    """Ids for items that carry none: the same item gives the same id, identical twins differ by their
    order."""

    seen: Counter[str] = field(default_factory=Counter)

    def id_of(self, *parts: str) -> str:
        """A stable id from what identifies the item."""
        digest = hashlib.sha256("\x1f".join(" ".join(part.lower().split()) for part in parts).encode()).hexdigest()[:24]
        self.seen[digest] += 1
        twin = self.seen[digest]
        return f"h:{digest}" if twin == 1 else f"h:{digest}-{twin}"


def read_comments(
    soup: BeautifulSoup, url: str, title: str | None, zone: tzinfo, now: datetime
) -> list[Message | Unreadable]:
    """Every comment the page declares; JSON-LD first, else microdata."""
    thread = ThreadRef(external_id=page_id(url), url=url, title=title)
    reader = _Reader(thread, zone, now)
    return list(reader.json_ld(soup)) or list(reader.microdata(soup))


def page_id(url: str) -> str:
    """A page's name within its site: path and query."""
    parts = urlsplit(url)
    return ((parts.path.rstrip("/") or "/") + (f"?{parts.query}" if parts.query else ""))[:500]


class _Reader:
    def __init__(self, thread: ThreadRef, zone: tzinfo, now: datetime) -> None:
        self.thread, self.zone, self.now, self.hashes = thread, zone, now, Hashes()

    def json_ld(self, soup: BeautifulSoup) -> Iterator[Message | Unreadable]:
        for script in soup.select('script[type="application/ld+json"]'):
            try:
                data = json.loads(script.string or "", strict=False)
            except (ValueError, RecursionError):
                continue
            for comment, parent in _comments_in(data):
                yield self._from_json(comment, parent)

    def microdata(self, soup: BeautifulSoup) -> Iterator[Message | Unreadable]:
        ids: dict[int, str] = {}
        for item in soup.select(_ITEMS):
            above = item.find_parent(lambda tag: id(tag) in ids)
            record = self._from_item(item, ids[id(above)] if above else None)
            if record.external_id:
                ids[id(item)] = record.external_id
            yield record

    def _from_json(self, comment: Mapping[str, Any], parent: Mapping[str, Any] | None) -> Message | Unreadable:
        text, date = (
            comment.get("text") or comment.get("commentText"),
            _first(comment, "dateCreated", "datePublished", "commentTime"),
        )
        when = read_date(date, self.zone, self.now) if isinstance(date, str) else None
        if not isinstance(text, str) or when is None:
            return Unreadable(reason="schema.org comment without text or time", external_id=_json_id(comment))
        writer = _first(comment, "author", "creator")
        writer = writer[0] if isinstance(writer, list) and writer else writer
        name = writer.get("name") if isinstance(writer, dict) else writer
        above = parent or comment.get("parentItem")
        return self._message(
            _json_id(comment),
            str(name or ""),
            plain(text),
            when,
            _json_id(above) if isinstance(above, dict) else None,
        )

    def _from_item(self, item: Tag, parent: str | None) -> Message | Unreadable:
        text, date = (
            _property(item, "text", "commentText"),
            _property(item, "dateCreated", "datePublished", "commentTime"),
        )
        raw = (date.get("datetime") or date.get("content") or visible_text(date)) if date else ""
        when = read_date(str(raw), self.zone, self.now)
        own = str(item.get("id") or item.get("itemid") or "") or None
        if text is None or when is None:
            return Unreadable(reason="schema.org comment without text or time", external_id=own)
        writer = _property(item, "author", "creator")
        named = writer and writer.select_one("[itemprop=name]")
        name = str(writer.get("content") or "") or visible_text(named or writer) if writer else ""
        return self._message(own, name, visible_text(text), when, parent)

    def _message(self, own: str | None, name: str, text: str, when: Moment, parent: str | None) -> Message:
        author = Author(external_id=None, name=one_line(name) or NAMELESS)
        number = own or self.hashes.id_of(self.thread.external_id, author.name, when.at.isoformat(), text)
        return Message(
            external_id=clean(number)[:500],
            kind=Kind.COMMENT,
            thread=self.thread,
            author=author,
            text=text,
            created_at=when.at,
            precision=when.precision,
            parent_id=parent if parent != number else None,
            url=self.thread.url,
        )


def _comments_in(data: Any) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any] | None]]:
    """Comments anywhere in a JSON-LD document with the comment they stand in; a stack, for deep documents."""
    stack: list[tuple[Any, Mapping[str, Any] | None]] = [(data, None)]
    for _ in range(_MAX_NODES):
        if not stack:
            return
        node, parent = stack.pop()
        if isinstance(node, list):
            stack.extend((one, parent) for one in reversed(node))
        elif isinstance(node, dict):
            kind = node.get("@type")
            is_comment = bool(_TYPES & set(kind if isinstance(kind, list) else [str(kind)]))
            if is_comment:
                yield node, parent
            inner = node if is_comment else parent
            skipped = ("parentItem", "author", "creator", "about")
            stack.extend(
                (value, inner)
                for key, value in reversed(node.items())
                if key not in skipped and isinstance(value, dict | list)
            )


def _json_id(comment: Mapping[str, Any]) -> str | None:
    value = _first(comment, "@id", "identifier", "url")
    if not isinstance(value, str | int) or value == "":
        return None
    fragment = urldefrag(str(value)).fragment
    number = fragment.removeprefix("comment-")
    return number if number.isdigit() else str(value)


def _first(data: Mapping[str, Any], *names: str) -> Any:
    return next((data[name] for name in names if data.get(name)), None)


def _property(item: Tag, *names: str) -> Tag | None:
    """A property of this item, not of one inside it."""
    for name in names:
        for element in item.select(f'[itemprop~="{name}"]'):
            if element.find_parent(itemtype=_COMMENT_TYPE) is item:
                return element
    return None
