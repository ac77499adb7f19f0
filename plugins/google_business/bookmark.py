"""What a pull remembers: {"name", "done", "newest", "page", "page_at", "whole_at", "at"}, some 300 bytes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from aggregator.contract import Cursor

VERSION = 1
OVERLAP = timedelta(hours=24)
WHOLE_EVERY = timedelta(hours=20)  # once a day everything is read: what Google released late has no new time
TOKEN_LIFE = timedelta(hours=1)
_TIMES = ("done", "newest", "page_at", "whole_at", "at")


@dataclass(slots=True, kw_only=True)
class Bookmark:
    """`name` is "accounts/…/locations/…". `done`: the latest change that the last complete walk saw, which ended `at`;
    `newest`: the latest this walk has seen; `page`: where a walk that the budget cut goes on within the hour (positions
    shift); `whole_at`: when one walk last saw everything."""

    name: str
    done: datetime | None = None
    newest: datetime | None = None
    page: str | None = None
    page_at: datetime | None = None
    whole_at: datetime | None = None
    at: datetime | None = None

    @classmethod
    def of(cls, cursor: Cursor | None) -> Bookmark | None:
        if cursor is None or cursor.version != VERSION:
            return None
        data: dict[str, Any] = dict(cursor.data)
        times = {name: datetime.fromisoformat(data[name]) if data[name] else None for name in _TIMES}
        return cls(**{**data, **times})

    def cursor(self) -> Cursor:
        data = {
            name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(self).items()
        }
        return Cursor(version=VERSION, data=data)

    def resumes(self, now: datetime) -> bool:
        return self.page is not None and self.page_at is not None and now - self.page_at < TOKEN_LIFE

    def is_due_whole(self, now: datetime) -> bool:
        return self.whole_at is None or now - self.whole_at > WHOLE_EVERY

    def floor(self) -> datetime | None:
        """Below this a list of latest changes holds no news: all of it had been seen when the last walk ended."""
        ended = self.at - OVERLAP if self.at else None
        return max((one for one in (self.done, ended) if one), default=None)

    def saw(self, changed: list[datetime]) -> None:
        self.newest = max([*changed, self.newest] if self.newest else changed, default=None)

    def finish(self, now: datetime, *, whole: bool) -> None:
        self.done = max((one for one in (self.done, self.newest) if one), default=None)
        self.newest, self.page, self.page_at, self.at = None, None, None, now
        self.whole_at = now if whole else self.whole_at
