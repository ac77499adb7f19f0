"""What is remembered of an account between pulls: the content of its cursor, below 16 KiB."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aggregator.contract import Cursor

VERSION = 1
MOST_MEDIA = 350  # posts whose fingerprint is kept, at some 35 bytes each


@dataclass(slots=True, kw_only=True)
class State:
    """`own` is the account's id. `prints` are the fingerprints of posts as they were last read; a post whose print
    differs has something new. `until` (with `last`, the post finished there) is how far down an unfinished walk through
    older posts came, `deep` when the last one ended. `reading` is the post in which the turn ended, the cursor to go on
    from and the print it had when its reading began. `tagged`: all older tags were read."""

    own: str | None = None
    prints: dict[str, int] = field(default_factory=dict)
    until: datetime | None = None
    last: str | None = None
    deep: datetime | None = None
    reading: tuple[str, str, int] | None = None
    tagged: bool = False

    @classmethod
    def of(cls, cursor: Cursor | None) -> State:
        if cursor is None or cursor.version != VERSION:
            return cls()
        data = cursor.data
        return cls(
            own=data["own"],
            prints=dict(data["prints"]),
            until=_time(data["until"]),
            last=data["last"],
            deep=_time(data["deep"]),
            reading=tuple(data["reading"]) if data["reading"] else None,
            tagged=data["tagged"],
        )

    def cursor(self) -> Cursor:
        data: dict[str, Any] = {
            "own": self.own,
            "prints": dict(self.prints),
            "until": self.until and self.until.isoformat(),
            "last": self.last,
            "deep": self.deep and self.deep.isoformat(),
            "reading": list(self.reading) if self.reading else None,
            "tagged": self.tagged,
        }
        return Cursor(version=VERSION, data=data)

    def finished(self, media: str, print: int, *, newest: bool) -> None:
        """Note that a post was read whole. The newest posts are kept first."""
        old = {one: value for one, value in self.prints.items() if one != media}
        kept = {media: print, **old} if newest else {**old, media: print}
        self.prints = dict(list(kept.items())[:MOST_MEDIA])
        self.reading = None


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
