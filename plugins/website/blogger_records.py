"""Blogger's feeds (`alt=json`) as records: nothing here touches the network.

Comments and posts are numbered in one space of 64 bits ("tag:blogger.com,1999:blog-111.post-999"), so "blogger:999"
names either. What is read is a whitelist: a commenter's e-mail and picture are never looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from aggregator.contract import Author, Kind, Malformed, Message, ThreadRef, Unreadable
from plugins.website.rest_records import NAMELESS, OFFICE
from plugins.website.text import one_line, plain

PREFIX = "blogger:"
_ATOM_ID = re.compile(r"tag:blogger\.com,1999:blog-\d+\.post-(\d+)")
_PARENT = re.compile(r"/comments/default/(\d+)(?:\?|$)")
_PROFILE = re.compile(r"/profile/(\d+)")
_REMOVED_WORDS = re.compile(
    r"(?:Komentar ini telah dihapus oleh (?:pengarang|administrator blog)"
    r"|This comment has been removed by (?:the author|a blog administrator))\.?"
)
_SAVING = timedelta(minutes=1)  # `updated` of a comment nobody touched is a few seconds after `published`


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a feed; `total` counts all entries that match, `start` is the first one's index, from 1."""

    entries: list[Any]
    total: int
    start: int

    @property
    def end(self) -> int:
        """The index of the last entry."""
        return self.start + len(self.entries) - 1

    @property
    def is_last(self) -> bool:
        return self.end >= self.total


@dataclass(frozen=True, slots=True)
class Removed:
    """A comment whose words its author or the blog took away: its place is still listed."""

    external_id: str


Entry = Message | Removed | Unreadable


def read_page(answer: Any, start: int) -> Page:
    """A feed's answer to `start-index`; `entry` is missing where nothing is left."""
    try:
        feed = answer["feed"]
        total, entries = int(feed["openSearch$totalResults"]["$t"]), feed.get("entry", [])
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Malformed("Feed Blogger berbentuk tidak dikenal.") from None
    if not isinstance(entries, list) or (not entries and start <= total):
        raise Malformed("Feed Blogger menyebut komentar yang tidak ditampilkannya.")
    return Page(entries, total, start)


def parse_comments(page: Page) -> list[Entry]:
    """The comments of a page; raises Malformed when none of several can be read."""
    found = [_entry(one, _comment, "comment") for one in page.entries]
    if len(found) > 1 and all(isinstance(one, Unreadable) for one in found):
        raise Malformed("Blogger menampilkan komentar dalam bentuk yang tidak dikenal.")
    return found


def parse_posts(page: Page) -> Iterator[Entry]:
    """The posts of a page as the office's own messages."""
    return (_entry(one, _post, "post") for one in page.entries)


def owner_ids(answer: Any) -> frozenset[str]:
    """Ids under which the blog's owner and the writers of these posts comment."""
    feed = answer["feed"] if isinstance(answer, dict) and isinstance(answer.get("feed"), dict) else {}
    people = [one for part in (feed, *(feed.get("entry") or ())) for one in part.get("author") or ()]
    return frozenset(who for one in people if (who := _author(one).external_id))


def number_of(external_id: str) -> int | None:
    """Blogger's number of a message or thread; None when it is not Blogger's."""
    number = external_id.removeprefix(PREFIX)
    return int(number) if external_id.startswith(PREFIX) and number.isdigit() else None


def moment_of(value: str) -> datetime:
    """Blogger's times carry the offset of the blog's zone."""
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError
    return moment.astimezone(UTC)


def _entry(entry: Any, read: Any, what: str) -> Entry:
    try:
        record: Entry = read(entry)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError) as error:
        missing = f"lacks {error}" if isinstance(error, KeyError) else f"has an unexpected {type(error).__name__}"
        return Unreadable(reason=f"Blogger {what} {missing}", external_id=_id_or_none(entry))
    return record


def _comment(entry: Mapping[str, Any]) -> Message | Removed:
    one, text = _id(entry["id"]["$t"]), plain(entry["content"]["$t"])
    if _is_removed(entry, text):
        return Removed(one)
    thread, links = entry["thr$in-reply-to"], _links(entry)
    created, updated = moment_of(entry["published"]["$t"]), moment_of(entry["updated"]["$t"])
    return Message(
        external_id=one,
        kind=Kind.COMMENT,
        thread=ThreadRef(external_id=_id(thread["ref"]), url=_text(thread["href"])),
        author=_author(entry["author"][0]),
        text=text,
        created_at=created,
        edited_at=updated if updated - created >= _SAVING else None,
        parent_id=_parent(links["related"]) if "related" in links else None,
        url=links["alternate"],
    )


def _post(entry: Mapping[str, Any]) -> Message:
    number, title = _id(entry["id"]["$t"]), one_line(plain(entry["title"]["$t"]))
    thread = ThreadRef(external_id=number, url=_links(entry)["alternate"], title=title or None)
    return Message(
        external_id=number,
        kind=Kind.POST,
        thread=thread,
        author=_author(entry["author"][0], OFFICE),
        text="\n\n".join(filter(None, (title, plain(entry["summary"]["$t"])))),
        created_at=moment_of(entry["published"]["$t"]),
        url=thread.url,
    )


def _author(author: Mapping[str, Any], nameless: str = NAMELESS) -> Author:
    """Who wrote; an anonymous commenter has no `uri`. A profile's number stays when its name changes."""
    name, uri = one_line(author["name"]["$t"]) or nameless, author.get("uri")
    if uri is None:
        return Author(external_id=None, name=name)
    profile = _PROFILE.search(uri["$t"])
    return Author(external_id=f"{PREFIX}user:{profile[1] if profile else uri['$t'].partition('//')[2]}", name=name)


def _is_removed(entry: Mapping[str, Any], text: str) -> bool:
    """By Blogger's mark, or by the sentence it puts in the words' place."""
    marks = entry.get("gd$extendedProperty") or ()
    marked = any(isinstance(one, dict) and one.get("name") == "blogger.contentRemoved" for one in marks)
    return marked or _REMOVED_WORDS.fullmatch(text) is not None


def _links(entry: Mapping[str, Any]) -> dict[str, str]:
    return {_text(one["rel"]): _text(one["href"]) for one in entry["link"]}


def _parent(link: str) -> str:
    found = _PARENT.search(link)
    if not found:
        raise ValueError
    return PREFIX + found[1]


def _id(atom_id: str) -> str:
    found = _ATOM_ID.fullmatch(atom_id)
    if not found:
        raise ValueError
    return PREFIX + found[1]


def _id_or_none(entry: Any) -> str | None:
    try:
        return _id(entry["id"]["$t"])
    except (KeyError, TypeError, ValueError):
        return None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
