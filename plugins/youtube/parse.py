"""From YouTube's JSON to records. Only what is named here leaves this file. A key that is missing is never guessed: a
comment that cannot be read becomes Unreadable, a list or thread of another shape is Malformed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aggregator.contract import Author, Kind, Message, ThreadRef, Unreadable, fault_of
from plugins.dialects.google import shaped

from .address import SITE, url_of

Row = Mapping[str, Any]

NAME = "YouTube"
_COUNTERS = {"viewCount", "likeCount", "favoriteCount", "commentCount"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A channel's face. `uploads` is the playlist of its videos; `subscribers` None when hidden."""

    id: str
    title: str
    handle: str | None
    uploads: str
    subscribers: int | None
    videos: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """A video as videos.list shows it. `comments` is YouTube's own count with replies, None when it gives none: the
    comments are switched off."""

    id: str
    channel: str
    channel_title: str
    title: str
    published: datetime
    comments: int | None
    public: bool

    @property
    def thread(self) -> ThreadRef:
        return ThreadRef(external_id=self.id, url=watch_url(self.id), title=self.title)

    def message(self) -> Message:
        return Message(
            external_id=self.id,
            kind=Kind.POST,
            thread=self.thread,
            author=Author(external_id=self.channel, name=self.channel_title, url=url_of(self.channel)),
            text=self.title,
            created_at=self.published,
            url=watch_url(self.id),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A top-level comment with the replies shown beside it (at most five); `replies` is how many there are."""

    id: str
    video: str
    public: bool
    replies: int
    top: Row
    shown: tuple[Row, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        return (self.top, *self.shown)


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one page and the token of the next, None on the last."""

    rows: tuple[Row, ...]
    next: str | None


def page_of(answer: Any) -> Page:
    """A list's page; raises Malformed. YouTube leaves `items` out only where it counts nothing."""
    with shaped(NAME):
        empty = "items" not in answer and answer["pageInfo"]["totalResults"] == 0
        rows, after = [] if empty else answer["items"], answer.get("nextPageToken")
        if not isinstance(rows, list) or not isinstance(after, str | None) or not all(map(_is_row, rows)):
            raise TypeError
        return Page(tuple(rows), after)


def channel_of(row: Row) -> Channel:
    with shaped(NAME):
        face, counts = row["snippet"], row["statistics"]
        return Channel(
            id=_text(row["id"]),
            title=_text(face["title"]),
            handle=face.get("customUrl"),
            uploads=_text(row["contentDetails"]["relatedPlaylists"]["uploads"]),
            subscribers=None if counts.get("hiddenSubscriberCount") else _count(counts["subscriberCount"]),
            videos=_count(counts["videoCount"]),
        )


def upload_of(row: Row) -> tuple[str, datetime]:
    """A playlist's item: the video's id and when it was published."""
    with shaped(NAME):
        details = row["contentDetails"]
        return _text(details["videoId"]), moment(details["videoPublishedAt"])


def video_of(row: Row) -> Video:
    with shaped(NAME):
        face = row["snippet"]
        return Video(
            id=_text(row["id"]),
            channel=_text(face["channelId"]),
            channel_title=_text(face["channelTitle"]),
            title=_text(face["title"]),
            published=moment(face["publishedAt"]),
            comments=comment_count(row),
            public=_text(row["status"]["privacyStatus"]) == "public",
        )


def comment_count(row: Row) -> int | None:
    """The counter of videos.list (a string), None when YouTube leaves it out."""
    with shaped(NAME):
        counters = row["statistics"]
        if not _COUNTERS.intersection(counters):
            raise KeyError("statistics")
        value = counters.get("commentCount")
        return None if value is None else _count(value)


def thread_of(row: Row) -> Thread:
    with shaped(NAME):
        snippet, replies = row["snippet"], row.get("replies")
        public, count = snippet["isPublic"], snippet["totalReplyCount"]
        if not isinstance(public, bool) or not isinstance(count, int):
            raise TypeError
        shown = [] if replies is None else replies["comments"]
        top = snippet["topLevelComment"]
        if not isinstance(shown, list) or not all(map(_is_row, (top, *shown))):
            raise TypeError
        return Thread(
            id=_text(row["id"]),
            video=_text(snippet["videoId"]),
            public=public,
            replies=count,
            top=top,
            shown=tuple(shown),
        )


def comment_of(row: Row, thread: ThreadRef) -> Message | Unreadable:
    """One comment or reply under the video `thread`."""
    try:
        message = _comment(row, thread)
    except KeyError as error:
        return Unreadable(reason=f"key missing: {error.args[0]}", external_id=known_id(row))
    except (TypeError, ValueError, AttributeError):
        return Unreadable(reason="a key holds another type than before", external_id=known_id(row))
    fault = fault_of(message)
    return Unreadable(reason=fault, external_id=known_id(row)) if fault else message


def known_id(row: Row) -> str | None:
    one = row.get("id")
    return one if isinstance(one, str) and one else None


def ids_of(rows: Iterable[Row]) -> set[str]:
    """The ids of rows; raises Malformed when one has none."""
    with shaped(NAME):
        return {_text(row["id"]) for row in rows}


def moment(value: Any) -> datetime:
    """RFC 3339 as UTC; raises ValueError without an offset."""
    parsed = datetime.fromisoformat(_text(value))
    if parsed.utcoffset() is None:
        raise ValueError("time without offset")
    return parsed.astimezone(UTC)


def watch_url(video: str) -> str:
    return f"{SITE}/watch?v={video}"


def _comment(row: Row, thread: ThreadRef) -> Message:
    one, snippet = _text(row["id"]), row["snippet"]
    created, updated = moment(snippet["publishedAt"]), moment(snippet["updatedAt"])
    parent = snippet.get("parentId")
    if (parent is None) == ("." in one):
        raise KeyError("parentId")  # a reply's id is its thread's with a suffix
    return Message(
        external_id=one,
        kind=Kind.COMMENT,
        thread=thread,
        author=_author(snippet),
        text=_words(snippet),
        created_at=created,
        edited_at=updated if updated > created else None,
        parent_id=None if parent is None else _text(parent),
        url=f"{watch_url(thread.external_id)}&lc={one}",
    )


def _words(snippet: Row) -> str:
    """The words as written, which YouTube promises to the writer alone; else as shown, asked for without markup."""
    written = snippet.get("textOriginal")
    words = snippet["textDisplay"] if written is None else written
    if not isinstance(words, str):
        raise TypeError("not text")
    return words  # a comment may be a picture alone


def _author(snippet: Row) -> Author:
    """Deleted and very old accounts have a name but no id."""
    channel = snippet.get("authorChannelId")
    one = None if channel is None else _text(channel["value"])
    name = _text(snippet["authorDisplayName"])
    handle = name if name.startswith("@") else None
    return Author(external_id=one, name=name, handle=handle, url=url_of(one) if one else None)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError("not text")
    return value


def _count(value: Any) -> int:
    """uint64 as the string YouTube sends."""
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise TypeError("not a count")
    return int(value)


def _is_row(row: Any) -> bool:
    return isinstance(row, dict)
