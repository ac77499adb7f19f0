"""What is remembered of a profile between pulls: the content of its cursor, below 16 KiB."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aggregator.contract import Cursor

VERSION = 1
MOST_POSTS = 220  # posts whose last reading is kept, at some 45 bytes each
SILENT = timedelta(days=60)  # after so long without a reply a conversation is read no more
_PACES = (  # how often a conversation is read, by how long it has been silent
    (timedelta(days=2), timedelta(minutes=5)),
    (timedelta(days=14), timedelta(hours=1)),
    (SILENT, timedelta(days=1)),
)


@dataclass(slots=True, kw_only=True)
class State:
    """`own` is the profile's id. `posts` are Unix times: when a post's conversation was last read, and of its newest
    reply (or the post itself). `walked` once all older posts were looked at, `until` how far down that walk came.
    `heard` is the newest mention of the last complete reading, `hearing` the newest and the oldest of an unfinished
    one. `reading` is the conversation in which the turn ended, and the cursor to go on from."""

    own: str | None = None
    posts: dict[str, tuple[int, int]] = field(default_factory=dict)
    walked: bool = False
    until: datetime | None = None
    heard: datetime | None = None
    hearing: tuple[datetime, datetime] | None = None
    reading: tuple[str, str] | None = None

    @classmethod
    def of(cls, cursor: Cursor | None) -> State:
        if cursor is None or cursor.version != VERSION:
            return cls()
        data: Mapping[str, Any] = cursor.data
        hearing = [datetime.fromisoformat(one) for one in data["hearing"] or ()]
        return cls(
            own=data["own"],
            posts={one: (times[0], times[1]) for one, times in data["posts"].items()},
            walked=data["walked"],
            until=_time(data["until"]),
            heard=_time(data["heard"]),
            hearing=(hearing[0], hearing[1]) if hearing else None,
            reading=(data["reading"][0], data["reading"][1]) if data["reading"] else None,
        )

    def cursor(self) -> Cursor:
        data = {
            "own": self.own,
            "posts": {one: list(times) for one, times in self.posts.items()},
            "walked": self.walked,
            "until": self.until and self.until.isoformat(),
            "heard": self.heard and self.heard.isoformat(),
            "hearing": [one.isoformat() for one in self.hearing] if self.hearing else None,
            "reading": list(self.reading) if self.reading else None,
        }
        return Cursor(version=VERSION, data=data)

    def is_due(self, post: str, at: datetime, now: datetime) -> bool:
        """Whether a conversation should be read again: the longer it is silent, the rarer."""
        if post not in self.posts:
            return not self.walked or now - at < SILENT
        read, active = (datetime.fromtimestamp(one, UTC) for one in self.posts[post])
        pace = next((pace for silence, pace in _PACES if now - active < silence), None)
        return pace is not None and now - read >= pace

    def active(self, post: str) -> datetime | None:
        """When the newest known reply came."""
        return datetime.fromtimestamp(self.posts[post][1], UTC) if post in self.posts else None

    def was_read(self, post: str, active: datetime, now: datetime) -> None:
        """Note a conversation's reading; the longest silent ones are forgotten first."""
        self.posts[post] = (int(now.timestamp()), int(active.timestamp()))
        lively = sorted(self.posts.items(), key=lambda one: one[1][1], reverse=True)[:MOST_POSTS]
        oldest = int((now - SILENT).timestamp())
        self.posts = {one: times for one, times in lively if times[1] > oldest}


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
