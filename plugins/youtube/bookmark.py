"""What a pull remembers: which videos it watches and what YouTube counted under each when they were read.

JSON: {"channel", "uploads", "videos": [[id, count]], "more", "net", "hub"}. `count` is null for a video that was not read yet
and -1 where YouTube gives no count. At most `TRACKED` videos of some 25 bytes: well below the cursor's 16 KiB.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from aggregator.contract import Cursor

from .parse import Channel, Video

VERSION = 1
TRACKED = 200
UNREAD = None
UNCOUNTED = -1


@dataclass(slots=True, kw_only=True)
class Bookmark:
    """`videos` are the newest of the channel, newest first. `more`: the channel has others; `net`: the newest comment
    seen under any of its videos; `hub`: when the subscription to new videos was last asked for."""

    channel: str
    uploads: str
    videos: dict[str, int | None] = field(default_factory=dict)
    more: bool = False
    net: datetime | None = None
    hub: datetime | None = None

    @classmethod
    def at(cls, channel: Channel) -> Bookmark:
        return cls(channel=channel.id, uploads=channel.uploads)

    @classmethod
    def of(cls, cursor: Cursor | None) -> Bookmark | None:
        if cursor is None or cursor.version != VERSION:
            return None
        data = cursor.data
        net, hub = data["net"], data["hub"]
        return cls(
            channel=data["channel"],
            uploads=data["uploads"],
            videos=dict(data["videos"]),
            more=data["more"],
            net=datetime.fromisoformat(net) if net else None,
            hub=datetime.fromisoformat(hub) if hub else None,
        )

    def cursor(self) -> Cursor:
        data = {
            "channel": self.channel,
            "uploads": self.uploads,
            "videos": [[one, count] for one, count in self.videos.items()],
            "more": self.more,
            "net": self.net.isoformat() if self.net else None,
            "hub": self.hub.isoformat() if self.hub else None,
        }
        return Cursor(version=VERSION, data=data)

    def watch(self, newest: Iterable[str]) -> None:
        """Put newly found videos on top; the oldest beyond the limit are left to the net."""
        videos = {**dict.fromkeys(newest, UNREAD), **self.videos}
        self.more = self.more or len(videos) > TRACKED
        self.videos = dict(list(videos.items())[:TRACKED])

    def promised(self, video: Video) -> int | None:
        """How many new comments the counter promises; None when that cannot be told and all must be read."""
        before = self.videos[video.id]
        if before is UNREAD or before == UNCOUNTED or video.comments is None:
            return None
        return video.comments - before if video.comments > before else None

    def is_read(self, video: Video) -> bool:
        return self.videos[video.id] == counted(video.comments)

    def read(self, video: Video) -> None:
        self.videos[video.id] = counted(video.comments)


def counted(comments: int | None) -> int:
    return UNCOUNTED if comments is None else comments
