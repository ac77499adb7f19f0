"""From Threads' answers to records. Only what is named here leaves this file.

Threads names writers by username only; the profile's own replies are marked (`is_reply_owned_by_me`), and get its id.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aggregator.contract import Author, Kind, Malformed, Message, ThreadRef, Unreadable, fault_of
from plugins.dialects.graph import moment, rows_of

from .addresses import normal, profile_url

MENTION = "mention:"  # begins the id of a thread that is someone else's
_REPOST, _TEXT = "REPOST_FACADE", "TEXT_POST"
_TITLE_LENGTH = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """The profile itself: its id (of this app) and its username in lower case."""

    id: str
    username: str

    @property
    def author(self) -> Author:
        return Author(external_id=self.id, name=self.username, handle=self.username, url=profile_url(self.username))


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post of the profile; `answered` whether anyone replied."""

    id: str
    at: datetime
    text: str
    url: str | None
    answered: bool

    @property
    def thread(self) -> ThreadRef:
        return ThreadRef(external_id=self.id, url=self.url, title=self.text[:_TITLE_LENGTH] or None)

    def message(self, own: Own) -> Message:
        return Message(
            external_id=self.id,
            kind=Kind.POST,
            thread=self.thread,
            author=own.author,
            text=self.text,
            created_at=self.at,
            url=self.url,
        )


def page_of(answer: Mapping[str, Any], limit: int) -> tuple[list[Any], str | None]:
    """A list's rows and the cursor after them: no `next` address is given, so a list ends with a page that is empty or
    without a cursor. Raises Malformed for a full page without a word about how it goes on."""
    rows, paging = rows_of(answer), answer.get("paging")
    cursors = paging.get("cursors") if isinstance(paging, dict) else None
    after = cursors.get("after") if isinstance(cursors, dict) else None
    if not isinstance(after, str | None) or (after is None and len(rows) >= limit):
        raise Malformed("Daftar dari Threads tidak menyebut kelanjutannya.")
    return rows, after if rows else None


def post_of(row: Any) -> Post | None:
    """Read a post of the profile, None for a repost of someone else's; raises Malformed."""
    try:
        if row["media_type"] == _REPOST:
            return None
        if not isinstance(row["has_replies"], bool):
            raise TypeError("not a boolean")
        return Post(
            id=identity(row["id"]),
            at=moment(row["timestamp"]),
            text=_words(row),
            url=_url(row),
            answered=row["has_replies"],
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        raise Malformed("Kiriman Threads tidak berbentuk seperti biasanya.") from None


def reply_of(row: Any, thread: ThreadRef, own: Own) -> Message | Unreadable:
    """Read a reply of any depth below one of the profile's posts."""
    return _sound(row, lambda: _reply(row, thread, own))


def mention_of(row: Any) -> Message | Unreadable:
    """Read a post or reply of someone else's that names the profile."""
    return _sound(row, lambda: _mention(row))


def own_answer_of(row: Any, mention: ThreadRef, parent: str, own: Own) -> Message | Unreadable:
    """Read the profile's own reply to a mention."""
    return _sound(row, lambda: _message(row, mention, own.author, Kind.COMMENT, parent))


def is_repost(row: Any) -> bool:
    """Whether a row only passes on what someone else wrote."""
    return isinstance(row, dict) and row.get("media_type") == _REPOST


def parent_of(row: Any) -> str | None:
    """The id of what a reply answers; None where it is not told."""
    return known_id(row.get("replied_to")) if isinstance(row, dict) else None


def root_of(row: Any) -> str | None:
    """The id of the post at the top of a reply's conversation."""
    return known_id(row.get("root_post")) if isinstance(row, dict) else None


def reaches(rows: list[Any], at: datetime) -> bool:
    """Whether a page, newest first, goes back beyond `at`; raises Malformed."""
    try:
        return any(moment(row["timestamp"]) < at for row in rows)
    except (KeyError, TypeError, ValueError):
        raise Malformed("Daftar dari Threads tidak menyebut waktunya.") from None


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


def _reply(row: Mapping[str, Any], thread: ThreadRef, own: Own) -> Message:
    parent = identity(row["replied_to"]["id"])
    mine = row["is_reply_owned_by_me"]
    if not isinstance(mine, bool):
        raise TypeError("not a boolean")
    author = own.author if mine else _author(row, own)
    return _message(row, thread, author, Kind.COMMENT, None if parent == thread.external_id else parent)


def _mention(row: Mapping[str, Any]) -> Message:
    one, text = identity(row["id"]), _words(row)
    thread = ThreadRef(external_id=f"{MENTION}{one}", url=_url(row), title=text[:_TITLE_LENGTH] or None)
    return _message(row, thread, _author(row, None), Kind.MENTION, None)


def _message(
    row: Mapping[str, Any], thread: ThreadRef, author: Author | None, kind: Kind, parent: str | None
) -> Message:
    status = row.get("hide_status")
    return Message(
        external_id=identity(row["id"]),
        kind=kind,
        thread=thread,
        author=author,
        text=_words(row),
        created_at=moment(row["timestamp"]),
        parent_id=parent,
        url=_url(row),
        raw={"hide_status": status} if isinstance(status, str) and status != "NOT_HUSHED" else {},
    )


def _author(row: Mapping[str, Any], own: Own | None) -> Author | None:
    """Who wrote, by name alone; absent for people who left."""
    name = _maybe_text(row, "username")
    if name is None:
        return None
    if own and name.lower() == own.username:
        return own.author
    return Author(external_id=None, name=name, handle=name, url=profile_url(name))


def _words(row: Mapping[str, Any]) -> str:
    """What is written; only a picture may come without words."""
    text = _maybe_text(row, "text")
    if text is None and row["media_type"] == _TEXT:
        raise KeyError("text")
    return text or ""


def _url(row: Mapping[str, Any]) -> str | None:
    permalink = _maybe_text(row, "permalink")
    return normal(permalink) if permalink else None


def _maybe_text(row: Mapping[str, Any], key: str) -> str | None:
    value = row.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise TypeError("not text")
    return value.replace("\x00", "")
