"""Where the reading of one account stands: what its Cursor holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from aggregator.contract import Cursor

from .parse import Video

VERSION = 1
KEPT = 200  # videos whose counter is remembered: well within the size of a Cursor
SWEEP_EVERY = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Seen:
    """A video that was read to its end: TikTok's counter then, and when (seconds since 1970)."""

    comments: int
    at: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A video that is being read: where to go on, and what will be true of it when it was read to its end."""

    video: str
    page: int
    seen: Seen


@dataclass(frozen=True, slots=True)
class Bookmark:
    """`older` is the page of older videos to go on from; `swept` when they were last all looked at (0: never yet)."""

    seen: dict[str, Seen] = field(default_factory=dict)
    older: int | None = None
    swept: int = 0
    opened: Opened | None = None

    @classmethod
    def of(cls, cursor: Cursor | None) -> Bookmark:
        if cursor is None or cursor.version != VERSION:
            return cls()
        data = cursor.data
        seen = {one: Seen(*pair) for one, pair in data["seen"].items()}
        opened = data["opened"] and Opened(data["opened"][0], data["opened"][1], Seen(*data["opened"][2:]))
        return cls(seen, data["older"], data["swept"], opened)

    def cursor(self) -> Cursor:
        opened = self.opened and [
            self.opened.video, self.opened.page, self.opened.seen.comments, self.opened.seen.at,
        ]  # fmt: skip
        data: dict[str, Any] = {"older": self.older, "swept": self.swept, "opened": opened}
        return Cursor(version=VERSION, data={**data, "seen": {k: [v.comments, v.at] for k, v in self.seen.items()}})

    def due(self, videos: Sequence[Video]) -> list[Video]:
        """Those whose counter moved since they were read, the one already begun first."""
        moved = [video for video in videos if self._covers(video) and self._moved(video)]
        return sorted(moved, key=lambda video: self.opened is None or video.id != self.opened.video)

    def start(self, video: Video, now: datetime) -> Opened:
        """The reading of `video` that was begun in an earlier turn, or a new one."""
        if self.opened is not None and self.opened.video == video.id:
            return self.opened
        return Opened(video.id, 0, Seen(-1 if video.comments is None else video.comments, int(now.timestamp())))

    def at(self, opened: Opened) -> Bookmark:
        return replace(self, opened=opened)

    def done(self, opened: Opened) -> Bookmark:
        """After a video was read to its end. Only the newest are remembered; ids rise with time."""
        seen = {**self.seen, opened.video: opened.seen}
        newest = sorted(seen, key=int, reverse=True)[:KEPT]
        still = self.opened if self.opened and self.opened.video != opened.video else None
        return replace(self, seen={one: seen[one] for one in newest}, opened=still)

    def first_older(self, page: int | None, now: datetime) -> int | None:
        """The page of older videos to read in this turn, if any: `page` comes after the newest ones."""
        if self.older is not None:
            return self.older
        rested = now - datetime.fromtimestamp(self.swept, UTC) >= SWEEP_EVERY
        return page if rested else None

    def after_older(self, videos: Sequence[Video], page: int | None, now: datetime) -> Bookmark:
        """After a page of older videos. Later sweeps end where the remembered videos end: re-reading threads and
        webhooks see what is older still."""
        if page is None or (videos and not any(self._covers(video) for video in videos)):
            return replace(self, older=None, swept=int(now.timestamp()))
        return replace(self, older=page)

    def _covers(self, video: Video) -> bool:
        full = self.swept > 0 and len(self.seen) >= KEPT
        return not full or int(video.id) >= min(map(int, self.seen))

    def _moved(self, video: Video) -> bool:
        return video.id not in self.seen or self.seen[video.id].comments != video.comments
