"""From TikTok's JSON to records. Only what is named here leaves this file: avatars expire and stay behind. Without an
id nothing can be placed, so a missing id is Malformed; anything else that is missing spoils its own record only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from aggregator.contract import Author, Kind, Malformed, Message, ThreadRef, Unreadable, fault_of

from .addresses import profile_url

_TITLE = 120
_ODD = "Jawaban TikTok tidak berbentuk seperti biasanya."


@dataclass(frozen=True, slots=True)
class Video:
    """One own video. `comments` is TikTok's counter, None when it is not told."""

    id: str
    thread: ThreadRef
    post: Message | Unreadable
    comments: int | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One comment with the few replies that came along. `whole` False: it has more replies than these."""

    id: str
    record: Message | Unreadable
    replies: tuple[Message | Unreadable, ...] = ()
    whole: bool = True
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class VideoPage:
    """Videos, newest first. `next` is where the following page begins, None on the last one."""

    videos: tuple[Video, ...]
    next: int | None


@dataclass(frozen=True, slots=True)
class CommentPage:
    """Comments or replies, newest first; a short page need not be the last."""

    entries: tuple[Entry, ...]
    next: int | None


@dataclass(frozen=True, slots=True)
class Profile:
    """The account's public face; None where TikTok does not tell."""

    handle: str
    title: str
    followers: int | None
    verified: bool | None


def videos_in(data: Any, own: str) -> VideoPage:
    """Own videos; `own` is the handle of the account itself, and the id under which it writes."""
    rows, after = _page(data, "videos")
    return VideoPage(tuple(_video(row, own) for row in rows), after)


def comments_in(data: Any, thread: ThreadRef, own: str) -> CommentPage:
    """Top-level comments of one video."""
    rows, after = _page(data, "comments")
    return CommentPage(tuple(_comment(row, thread, own) for row in rows), after)


def replies_in(data: Any, thread: ThreadRef, own: str) -> CommentPage:
    """Replies to one comment."""
    rows, after = _page(data, "comments")
    return CommentPage(tuple(_reply(row, thread, own) for row in rows), after)


def found_in(data: Any, thread: ThreadRef, own: str) -> tuple[Entry, ...]:
    """Comments and replies that were looked up by id; a reply is told by its parent."""
    rows, _ = _page(data, "comments")
    return tuple((_reply if _names_parent(row) else _comment)(row, thread, own) for row in rows)


def profile_in(data: Any) -> Profile:
    try:
        handle, title = _text(data["username"]), data.get("display_name")
    except (KeyError, TypeError, AttributeError):
        raise Malformed(_ODD) from None
    followers, verified = data.get("followers_count"), data.get("is_verified")
    return Profile(
        handle=handle.lower(),
        title=title if isinstance(title, str) and title else handle,
        followers=followers if isinstance(followers, int) else None,
        verified=verified if isinstance(verified, bool) else None,
    )


def identity(value: Any) -> str:
    """An id as text; TikTok sends strings and 19-digit numbers. null, 0, "" and true are no ids."""
    if isinstance(value, bool) or not isinstance(value, int | str) or value in (0, "", "0"):
        raise ValueError("not an id")
    return str(value)


def text_in(data: Any, name: str) -> str:
    """A text that must be there; raises Malformed."""
    try:
        return _text(data[name])
    except (KeyError, TypeError):
        raise Malformed(_ODD) from None


def _page(data: Any, name: str) -> tuple[list[Any], int | None]:
    try:
        rows, more, after = data[name], data["has_more"], data["cursor"]
    except (KeyError, TypeError):
        raise Malformed(_ODD) from None
    if not isinstance(rows, list) or not isinstance(more, bool):
        raise Malformed(_ODD)
    if more and (isinstance(after, bool) or not isinstance(after, int)):
        raise Malformed(_ODD)
    return rows, after if more else None


def _video(row: Any, own: str) -> Video:
    one, count = _id(row, "item_id"), row.get("comments")
    thread = ThreadRef(external_id=one, url=_clean(row.get("share_url")), title=_title(row.get("caption")))
    counted = isinstance(count, int) and not isinstance(count, bool)
    return Video(one, thread, _record(one, row, lambda row: _post(row, thread, own)), count if counted else None)


def _post(row: Mapping[str, Any], thread: ThreadRef, own: str) -> Message:
    return Message(
        external_id=thread.external_id,
        kind=Kind.POST,
        thread=thread,
        author=Author(external_id=own, name=own, handle=own, url=profile_url(own)),
        text=_text(row["caption"]),
        created_at=_moment(row["create_time"]),
        url=_clean(_text(row["share_url"])),
    )


def _comment(row: Any, thread: ThreadRef, own: str) -> Entry:
    one = _id(row, "comment_id")
    inline, count = row.get("reply_list"), row.get("replies")
    replies = tuple(_reply(reply, thread, own).record for reply in inline) if isinstance(inline, list) else ()
    whole = isinstance(count, int) and count <= len(replies)
    record = _record(one, row, lambda row: _message(one, row, thread, own, None))
    return Entry(one, record, replies, whole, row.get("pinned") is True)


def _reply(row: Any, thread: ThreadRef, own: str) -> Entry:
    one = _id(row, "comment_id")

    def read(row: Any) -> Message:
        return _message(one, row, thread, own, identity(row["parent_comment_id"]))

    return Entry(one, _record(one, row, read))


def _message(one: str, row: Mapping[str, Any], thread: ThreadRef, own: str, parent: str | None) -> Message:
    image, text = row.get("image_url"), row["text"]
    media = (image,) if isinstance(image, str) and image else ()
    return Message(
        external_id=one,
        kind=Kind.COMMENT,
        thread=thread,
        author=_author(row, own),
        text="" if media and text is None else _text(text),
        created_at=_moment(row["create_time"]),
        parent_id=parent,
        url=thread.url,
        media=media,
        raw={"status": _text(row["status"])},
    )


def _author(row: Mapping[str, Any], own: str) -> Author:
    """Who wrote. The owner of the video is the account itself, whatever id TikTok gives it today."""
    owner, handle, name = row["owner"], row.get("username"), row.get("display_name")
    if not isinstance(owner, bool):
        raise TypeError("owner is not a boolean")
    handle = handle if isinstance(handle, str) and handle else None
    ours = owner or (handle is not None and handle.lower() == own)
    return Author(
        external_id=own if ours else identity(row["unique_identifier"]),
        name=name if isinstance(name, str) and name else handle or "Pengguna TikTok",
        handle=handle,
        url=profile_url(handle) if handle else None,
    )


def _record(one: str, row: Any, read: Callable[[Any], Message]) -> Message | Unreadable:
    try:
        message = read(row)
    except KeyError as error:
        return Unreadable(reason=f"key missing: {error.args[0]}", external_id=one)
    except (TypeError, ValueError, OverflowError):
        return Unreadable(reason="a key holds another type than before", external_id=one)
    fault = fault_of(message)
    return Unreadable(reason=fault, external_id=one) if fault else message


def _id(row: Any, name: str) -> str:
    try:
        return identity(row[name])
    except (KeyError, TypeError, ValueError):
        raise Malformed(_ODD) from None


def _names_parent(row: Any) -> bool:
    parent = row.get("parent_comment_id") if isinstance(row, dict) else None
    return parent not in (None, 0, "", "0")


def _moment(value: Any) -> datetime:
    """Seconds since 1970, as text or as a number."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError("not a time")
    return datetime.fromtimestamp(int(value), UTC)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not text")
    return value


def _title(value: Any) -> str | None:
    return " ".join(value.split())[:_TITLE] or None if isinstance(value, str) else None


def _clean(url: Any) -> str | None:
    """A share link without what follows the person who shared it."""
    if not isinstance(url, str) or not url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return f"{parts.scheme}://{parts.netloc}{parts.path}"
