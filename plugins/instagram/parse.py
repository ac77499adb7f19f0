"""From Instagram's answers to records. Only what is named here leaves this file.

Objects as the Graph API v26.0 gives them: times with their offset, ids as text, an edge without entries and a field
without a value left out. There is no time of an edit.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aggregator.contract import Author, Kind, Malformed, Message, ThreadRef, Unreadable, fault_of
from plugins.dialects.graph import moment, rows_of

from .addresses import profile_url

_TITLE_LENGTH = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """The account itself: its professional account's id (1784…) and its username in lower case."""

    id: str
    username: str

    @property
    def author(self) -> Author:
        return Author(external_id=self.id, name=self.username, handle=self.username, url=profile_url(self.username))


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A post of the account. `comments` is Instagram's own count, replies included; `newest` the id of its newest
    visible comment, None when none is shown; `open` whether people may comment."""

    id: str
    at: datetime
    caption: str
    url: str | None
    comments: int
    newest: str | None
    open: bool

    @property
    def thread(self) -> ThreadRef:
        return ThreadRef(external_id=self.id, url=self.url, title=self.caption[:_TITLE_LENGTH] or None)

    @property
    def print(self) -> int:
        """A small number that changes when the caption or the comments do."""
        return zlib.crc32(f"{self.comments} {self.newest} {self.caption}".encode())

    def post(self, own: Own) -> Message:
        return Message(
            external_id=self.id,
            kind=Kind.POST,
            thread=self.thread,
            author=own.author,
            text=self.caption,
            created_at=self.at,
            url=self.url,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A page of a list asked with `limit`: its rows, and the cursor after them. `surely_more`: a next page was announced
    or this one is full; otherwise a cursor is given even on the last page."""

    rows: list[Any]
    after: str | None
    surely_more: bool
    limit: int


def edge_of(page: Any, limit: int) -> Edge:
    """Read a list's page; None is an edge that was left out, so an empty one. Raises Malformed when it is no list, or
    full without a word about how it goes on."""
    if page is None:
        return Edge(rows=[], after=None, surely_more=False, limit=limit)
    if not isinstance(page, dict):
        raise Malformed("Daftar dari Instagram tidak berbentuk seperti biasanya.")
    rows, paging = rows_of(page), page.get("paging")
    cursors = paging.get("cursors") if isinstance(paging, dict) else None
    after = cursors.get("after") if isinstance(cursors, dict) else None
    if (after is not None and not isinstance(after, str)) or (after is None and len(rows) >= limit):
        raise Malformed("Daftar dari Instagram tidak menyebut kelanjutannya.")
    surely = isinstance(paging, dict) and (bool(paging.get("next")) or len(rows) >= limit)
    return Edge(rows=rows, after=after, surely_more=surely and after is not None, limit=limit)


def media_of(row: Any) -> Media:
    """Read a post of the account; raises Malformed: without its post no comment can be read."""
    try:
        first = edge_of(row.get("comments"), limit=1_000).rows[:1]
        return Media(
            id=identity(row["id"]),
            at=moment(row["timestamp"]),
            caption=_maybe_text(row, "caption") or "",
            url=_maybe_text(row, "permalink"),
            comments=_count(row["comments_count"]),
            newest=identity(first[0]["id"]) if first else None,
            open=row.get("is_comment_enabled") is not False,
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        raise Malformed("Kiriman Instagram tidak berbentuk seperti biasanya.") from None


def comment_of(row: Any, thread: ThreadRef, own: Own, parent: str | None = None) -> Message | Unreadable:
    """Read a comment, or below `parent` a reply."""
    return _sound(row, lambda: _comment(row, thread, own, parent))


def tag_of(row: Any) -> Message | Unreadable:
    """Read someone's post in which the account is tagged."""
    return _sound(row, lambda: _their_post(row, f"tag:{identity(row['id'])}"))


def mentioned_media_of(row: Any, thread: str) -> Message | Unreadable:
    """Read someone's post whose caption names the account."""
    return _sound(row, lambda: _their_post(row, thread))


def mentioned_comment_of(row: Any, thread: str) -> Message | Unreadable:
    """Read a comment under someone's post that names the account. Instagram does not say who wrote it."""
    return _sound(row, lambda: _their_comment(row, thread))


def identity(value: Any) -> str:
    """An id as text; raises ValueError. Ids exceed 2^53, so they stay text from end to end."""
    if isinstance(value, bool) or not isinstance(value, int | str) or value == "":
        raise ValueError("not an id")
    return str(value)


def known_id(row: Any) -> str | None:
    try:
        return identity(row["id"])
    except (KeyError, TypeError, ValueError):
        return None


def _sound(row: Any, read: Callable[[], Message]) -> Message | Unreadable:
    """The record, or why it cannot be read: the key's name, never what stood there."""
    try:
        message = read()
    except KeyError as error:
        return Unreadable(reason=f"key missing: {error.args[0]}", external_id=known_id(row))
    except (AttributeError, TypeError, ValueError):
        return Unreadable(reason="a key holds another type than before", external_id=known_id(row))
    fault = fault_of(message)
    return Unreadable(reason=fault, external_id=known_id(row)) if fault else message


def _comment(row: Mapping[str, Any], thread: ThreadRef, own: Own, parent: str | None) -> Message:
    told = row.get("parent_id")
    return Message(
        external_id=identity(row["id"]),
        kind=Kind.COMMENT,
        thread=thread,
        author=_author(row, own),
        text=_text(row["text"]),
        created_at=moment(row["timestamp"]),
        parent_id=parent if told is None else identity(told),
        url=thread.url,
        raw={"hidden": True} if row.get("hidden") is True else {},
    )


def _their_post(row: Mapping[str, Any], thread: str) -> Message:
    url, caption = _maybe_text(row, "permalink"), _maybe_text(row, "caption") or ""
    return Message(
        external_id=identity(row["id"]),
        kind=Kind.MENTION,
        thread=ThreadRef(external_id=thread, url=url, title=caption[:_TITLE_LENGTH] or None),
        author=_named(_maybe_text(row, "username")),
        text=caption,
        created_at=moment(row["timestamp"]),
        url=url,
    )


def _their_comment(row: Mapping[str, Any], thread: str) -> Message:
    url = _maybe_text(row["media"], "permalink")
    return Message(
        external_id=identity(row["id"]),
        kind=Kind.MENTION,
        thread=ThreadRef(external_id=thread, url=url),
        author=None,
        text=_text(row["text"]),
        created_at=moment(row["timestamp"]),
        url=url,
    )


def _author(row: Mapping[str, Any], own: Own) -> Author | None:
    """Who wrote: null or left out for deleted people. The account's own comments come under several ids, one for each
    app and way in, and are known by its name; here they all get its one id."""
    sender = row.get("from")
    if sender is None:
        name, one = _maybe_text(row, "username"), None
    else:
        names = sender if "username" in sender else row
        name, one = None if names["username"] is None else _text(names["username"]), identity(sender["id"])
    if one == own.id or (name is not None and name.lower() == own.username):
        return own.author
    return _named(name, one)


def _named(name: str | None, one: str | None = None) -> Author | None:
    if name is None:
        return Author(external_id=one, name="Pengguna Instagram") if one else None
    return Author(external_id=one, name=name, handle=name, url=profile_url(name))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not text")
    return value.replace("\x00", "")


def _maybe_text(row: Mapping[str, Any], key: str) -> str | None:
    value = row.get(key)
    return None if value is None else _text(value)


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise TypeError("not a count")
    return value
