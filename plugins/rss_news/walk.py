"""Where the reading of a feed stands.

The first page of a feed is its newest. A pull asks whether it changed; if so, it reads down to the newest entry of
the last complete walk, as far as the feed lets it. A walk that the budget cuts short goes on from its page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256

from aggregator.contract import Cursor, Response

from .names import Names
from .parse import Feed

CURSOR_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """`seen`: the marks of the first page as the last complete walk found it ("etag", "modified", "sha"); `top`: as
    this walk found it. `done`: the newest time of the last complete walk; `newest` and `oldest`: of this one. `page`
    is the next to read. With other `names` old entries count as unread."""

    names: str
    seen: Mapping[str, str] = field(default_factory=dict)
    top: Mapping[str, str] = field(default_factory=dict)
    done: datetime | None = None
    newest: datetime | None = None
    oldest: datetime | None = None
    page: int = 1

    @classmethod
    def of(cls, cursor: Cursor | None, names: Names) -> Walk:
        mark = sha256(repr((names.names, names.places)).encode()).hexdigest()[:16]
        if cursor is None or cursor.version != CURSOR_VERSION or cursor.data["names"] != mark:
            return cls(names=mark)
        data = cursor.data
        times = {name: _time(data[name]) for name in ("done", "newest", "oldest")}
        return cls(names=mark, seen=data["seen"], top=data["top"], page=data["page"], **times)

    def conditions(self) -> dict[str, str]:
        """Headers that ask for the first page only if it changed."""
        if self.page > 1:
            return {}
        headers = {"if-none-match": self.seen.get("etag"), "if-modified-since": self.seen.get("modified")}
        return {name: value for name, value in headers.items() if value}

    def knows(self, response: Response) -> bool:
        """Whether the first page is, byte for byte, what it was: some sites give no marks of their own."""
        return self.page == 1 and self.seen.get("sha") == marks_of(response)["sha"]

    def stuck_at(self, feed: Feed) -> bool:
        """Whether a later page shows nothing older: the site takes no notice of the page asked for."""
        return self.page > 1 and (not feed.times or (self.oldest is not None and min(feed.times) >= self.oldest))

    def down(self, feed: Feed, response: Response) -> Walk:
        return replace(
            self,
            top=marks_of(response) if self.page == 1 else self.top,
            newest=max((*feed.times, *_known(self.newest)), default=None),
            oldest=min((*feed.times, *_known(self.oldest)), default=None),
            page=self.page + 1,
        )

    def finished(self) -> Walk:
        done = max((*_known(self.done), *_known(self.newest)), default=None)
        return Walk(names=self.names, seen=self.top or self.seen, done=done)

    def cursor(self) -> Cursor:
        times = {name: time and time.isoformat() for name, time in self._times().items()}
        data = {"names": self.names, "seen": dict(self.seen), "top": dict(self.top), "page": self.page, **times}
        return Cursor(version=CURSOR_VERSION, data=data)

    def _times(self) -> dict[str, datetime | None]:
        return {"done": self.done, "newest": self.newest, "oldest": self.oldest}


def marks_of(response: Response) -> dict[str, str]:
    """What the site and the bytes say of this state of the page; the site's words are kept to the letter."""
    told = {"etag": response.headers.get("etag", ""), "modified": response.headers.get("last-modified", "")}
    kept = {name: value for name, value in told.items() if 0 < len(value) <= 512}
    return {**kept, "sha": sha256(response.body).hexdigest()}


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _known(time: datetime | None) -> tuple[datetime, ...]:
    return (time,) if time else ()
