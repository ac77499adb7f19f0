"""Reading comments: one video, newest first, and a thread again.

TikTok's counter tells that something changed, not where: a new reply may hang under an old comment. So a video that
was read before is read down until the page is older than that reading *and* the rise of the counter is explained.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from aggregator.contract import Event, Malformed, Message, OpenThread, ThreadRef, Tombstone, Unreadable

from . import parse
from .bookmark import Seen
from .client import MOST_COMMENTS, MOST_VIDEOS, Client

SORTED = 500  # beyond so many comments TikTok sorts by likes and repeats itself
OVERLAP = timedelta(days=2)  # what was in moderation appears late under its old time

Record = Message | Unreadable
_Page = TypeVar("_Page", parse.CommentPage, parse.VideoPage)
_Item = TypeVar("_Item")


class Paused(Exception):
    """The turn's budget has ended; never leaves this plugin."""


@dataclass(frozen=True, slots=True)
class Floor:
    """Where a reading may end: below `time`, once `rise` unknown messages were found."""

    time: datetime
    rise: int

    @classmethod
    def of(cls, before: Seen | None, comments: int | None) -> Floor | None:
        """None: read to the end."""
        if before is None or comments is None:
            return None
        return cls(datetime.fromtimestamp(before.at, UTC) - OVERLAP, comments - before.comments)


@dataclass(slots=True)
class _Descent:
    """One way down a video's comments: how many were `seen`, how many of them are `fresh` to the core."""

    client: Client
    thread: ThreadRef
    floor: Floor | None
    seen: int = 0
    fresh: int = 0
    below: bool = False

    def page(self, page: parse.CommentPage) -> Iterator[Record]:
        """Comments and replies: at most three replies come along, the rest is a list of its own. That list is
        left alone when nothing is missing any more."""
        records = [record for entry in page.entries for record in (entry.record, *entry.replies)]
        known = self._count(records)
        self.seen += len(page.entries)
        self.below = self.below or (self.floor is not None and _older(page.entries, self.floor.time))
        for entry in page.entries:
            yield entry.record
            if entry.whole or (entry.replies and entry.id in known and self._explained()):
                yield from entry.replies
            else:
                yield from self._replies(entry)

    def ended(self) -> bool:
        return self.below and (self._explained() or self.seen >= SORTED)

    def _replies(self, entry: parse.Entry) -> Iterator[Record]:
        inline = {record.external_id for record in entry.replies}
        for page in reply_pages(self.client, self.thread, entry.id):
            replies = [reply.record for reply in page.entries]
            self._count([record for record in replies if record.external_id not in inline])
            yield from replies

    def _explained(self) -> bool:
        return self.floor is not None and self.fresh >= self.floor.rise

    def _count(self, records: Sequence[Record]) -> frozenset[str]:
        """Which of these the core already holds; the others are fresh."""
        if self.floor is None:
            return frozenset()
        ids = {record.external_id for record in records if record.external_id}
        known = self.client.ctx.known(ids)
        self.fresh += len(ids - known)
        return known


def pages(
    client: Client, ask: Callable[[int | None], Any], read: Callable[[Any], _Page], page: int | None = None
) -> Iterator[_Page]:
    """Every page of a list from `page` on; raises Paused when the budget ends before the list does."""
    while True:
        if not client.ctx.budget.allows():
            raise Paused
        found = read(ask(page))
        yield found
        if found.next is None:
            return
        if found.next == page:
            raise Malformed("Daftar TikTok berputar di tempat.")
        page = found.next


def video_pages(client: Client, page: int | None = None) -> Iterator[parse.VideoPage]:
    """Own videos, newest first."""
    return pages(client, client.videos, lambda data: parse.videos_in(data, client.own), page)


def comments_down(client: Client, video: parse.Video, page: int, floor: Floor | None) -> Iterator[Record | int]:
    """A video's comments and replies from `page` on; after each page a number: where to go on."""
    descent = _Descent(client, video.thread, floor)
    for found in pages(client, lambda at: client.comments(video.id, at or 0), _reader(client, video.thread), page):
        yield from descent.page(found)
        if found.next is None or descent.ended():
            return
        yield found.next


def threads_again(client: Client, threads: Sequence[OpenThread]) -> Iterator[Event]:
    """Threads whole, or only the messages that were asked for. A message is buried when TikTok, asked for that very
    id, no longer has it; a thread when its video is gone."""
    for some in _portions(threads, MOST_VIDEOS):
        videos = _videos(client, [thread.ref.external_id for thread in some])
        for thread in some:
            video = videos.get(thread.ref.external_id)
            if video is None:
                yield from _buried(client, thread.known | {thread.ref.external_id})
            elif thread.whole:
                yield from _whole(client, video, thread.known)
            else:
                yield from _looked_up(client, video.thread, thread.known - {video.id}, tell=True)


def reply_pages(client: Client, thread: ThreadRef, comment: str) -> Iterator[parse.CommentPage]:
    """All replies to one comment, newest first."""

    def read(data: Any) -> parse.CommentPage:
        return parse.replies_in(data, thread, client.own)

    return pages(client, lambda at: client.replies(thread.external_id, comment, at or 0), read)


def _videos(client: Client, ids: Sequence[str]) -> dict[str, parse.Video]:
    def read(data: Any) -> parse.VideoPage:
        return parse.videos_in(data, client.own)

    found = pages(client, lambda page: client.videos(page, ids), read)
    return {video.id: video for page in found for video in page.videos}


def _whole(client: Client, video: parse.Video, known: frozenset[str]) -> Iterator[Event]:
    yield video.post
    shown: set[str | None] = {video.id}
    for record in comments_down(client, video, 0, None):
        if not isinstance(record, int):
            shown.add(record.external_id)
            yield record
    yield from _looked_up(client, video.thread, known - shown, tell=False)


def _looked_up(client: Client, thread: ThreadRef, ids: Iterable[str], *, tell: bool) -> Iterator[Event]:
    """Ask for these very ids and bury what TikTok no longer has; with `tell` the others are yielded."""
    for some in _portions(sorted(ids), MOST_COMMENTS):
        if not client.ctx.budget.allows():
            raise Paused
        found = parse.found_in(client.look_up(thread.external_id, some), thread, client.own)
        if tell:
            yield from (entry.record for entry in found)
        yield from _buried(client, set(some) - {entry.id for entry in found})


def _reader(client: Client, thread: ThreadRef) -> Callable[[Any], parse.CommentPage]:
    return lambda data: parse.comments_in(data, thread, client.own)


def _older(entries: Iterable[parse.Entry], floor: datetime) -> bool:
    """Whether a page reaches below `floor`. A pinned comment stands on top whatever its age."""
    loose = [entry.record for entry in entries if not entry.pinned]
    return any(isinstance(record, Message) and record.created_at < floor for record in loose)


def _buried(client: Client, ids: Iterable[str]) -> Iterator[Tombstone]:
    return (Tombstone(external_id=one, seen_at=client.ctx.now) for one in sorted(ids))


def _portions(items: Sequence[_Item], size: int) -> Iterator[Sequence[_Item]]:
    return (items[start : start + size] for start in range(0, len(items), size))
