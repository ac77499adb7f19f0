"""One pull of a channel: new videos, what YouTube counts under each, and the comments where the count moved.

Units when nothing is new: one page of the uploads, and one for every fifty videos.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import datetime, timedelta

from aggregator.contract import (
    Account,
    Checkpoint,
    Context,
    Cursor,
    Event,
    Gone,
    Message,
    ThreadRef,
    Tombstone,
)

from . import client, parse, websub
from .address import channel_filter
from .bookmark import TRACKED, Bookmark
from .parse import Thread, Video
from .walking import Walk

NET_REACH = timedelta(days=30)  # how far the first look at all other videos goes back
OVERLAP = timedelta(days=2)


def pull(account: Account, cursor: Cursor | None, ctx: Context) -> Iterator[Event]:
    """The events of one turn; a Checkpoint after every video that was read."""
    if not ctx.budget.allows():
        return
    mark = Bookmark.of(None if ctx.full else cursor) or Bookmark.at(client.channel(ctx, channel_filter(account.key)))
    if not _discover(mark, ctx):
        return
    videos = yield from _look(mark, ctx)
    if videos is None:
        return
    yield Checkpoint(cursor=mark.cursor())
    for video in videos:
        if not mark.is_read(video):
            if not (yield from _read(video, mark, ctx)):
                return
            mark.read(video)
            yield Checkpoint(cursor=mark.cursor())
    if mark.more and not (yield from _net(mark, ctx)):
        return
    websub.keep_subscribed(mark, ctx)
    yield Checkpoint(cursor=mark.cursor())


def batches(ids: list[str]) -> Iterator[list[str]]:
    return (ids[start : start + client.BATCH] for start in range(0, len(ids), client.BATCH))


def _discover(mark: Bookmark, ctx: Context) -> bool:
    """Find new videos, page by page until one is known; False when the budget ended first."""
    found: list[str] = []
    token = None
    while ctx.budget.allows():
        page = client.uploads(ctx, mark.uploads, token)
        ids = [parse.upload_of(row)[0] for row in page.rows]
        found += [one for one in ids if one not in mark.videos]
        token = page.next
        if token is None or len(found) >= TRACKED or any(one in mark.videos for one in ids):
            mark.more = mark.more or (token is not None and not mark.videos)
            mark.watch(found)
            return True
    return False


def _look(mark: Bookmark, ctx: Context) -> Generator[Event, None, list[Video] | None]:
    """Yield the videos themselves and return them, newest first; None when the budget ended first. Those no longer
    public are forgotten, and buried if the core held them."""
    videos: list[Video] = []
    for ids in batches(list(mark.videos)):
        if not ctx.budget.allows():
            return None
        shown = {video.id: video for video in map(parse.video_of, client.videos(ctx, ids)) if video.public}
        videos += [shown[one] for one in ids if one in shown]
        yield from (video.message() for video in shown.values())
        for one in (one for one in ids if one not in shown):
            del mark.videos[one]
            if ctx.known([one]):
                yield Tombstone(external_id=one, seen_at=ctx.now)
    return videos


def _read(video: Video, mark: Bookmark, ctx: Context) -> Generator[Event, None, bool]:
    try:
        return (yield from Walk(ctx=ctx, ref=video.thread, promised=mark.promised(video)).run())
    except Gone:  # deleted a moment ago: the next look finds it missing
        return True


def _net(mark: Bookmark, ctx: Context) -> Generator[Event, None, bool]:
    """New threads under videos too old to be watched one by one: all threads of the channel, newest first, down to the
    overlap before the newest one seen. False when the budget ended first."""
    floor = (mark.net or ctx.now - NET_REACH) - OVERLAP
    newest, token = mark.net, None
    while ctx.budget.allows():
        page = client.threads(ctx, {"allThreadsRelatedToChannelId": mark.channel}, token)
        if page is None:
            return True
        threads = [thread for thread in map(parse.thread_of, page.rows) if thread.public]
        times = [one.created_at for one in _shown(threads) if isinstance(one, Message) and one.parent_id is None]
        newest = max([*times, newest] if newest else times, default=None)
        yield from _shown([thread for thread in threads if thread.video not in mark.videos])
        token = page.next
        if token is None or _all_before(times, floor):
            mark.net = newest
            return True
    return False


def _shown(threads: list[Thread]) -> Iterator[Event]:
    for thread in threads:
        ref = ThreadRef(external_id=thread.video, url=parse.watch_url(thread.video))
        yield from (parse.comment_of(row, ref) for row in thread.rows)


def _all_before(times: list[datetime], floor: datetime) -> bool:
    return bool(times) and max(times) < floor
