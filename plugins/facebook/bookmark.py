"""What a pull remembers: how far it came, what it still owes, and the mark of each of the newest posts.

`done`: the newest time seen; everything older is out but for the debts. A debt is a list that goes on: `where` an edge
of the Page or a post whose comments did not fit, `position` to go on from, `floor` the time below which known rows end
it (None: it is read to its end). A mark says in few letters how many comments a post had and when it last moved:
while it stays the same, nothing of the post needs to be read, and a glance has nothing to tell.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from aggregator.contract import Cursor
from plugins.dialects import graph

CURSOR_VERSION = 1
_POSITIONS_KEPT = 10  # of threads; positions are long, and a cursor has 16 KiB


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """A list that is not read to its end."""

    where: str
    position: Mapping[str, str] | None = None
    floor: datetime | None = None

    @property
    def is_thread(self) -> bool:
        """A post's id begins with a number, an edge's name does not."""
        return self.where[0].isdecimal()

    def data(self) -> list[Any]:
        return [self.where, dict(self.position or {}), self.floor and self.floor.isoformat()]

    @classmethod
    def of(cls, data: list[Any]) -> Debt:
        where, position, floor = data
        return cls(where=where, position=position or None, floor=graph.moment(floor) if floor else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bookmark:
    """The cursor of an account. `deep` is when the walk last went down to posts that are no longer new."""

    done: datetime | None = None
    deep: datetime | None = None
    debts: tuple[Debt, ...] = ()
    marks: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, cursor: Cursor | None) -> Bookmark:
        if cursor is None or cursor.version != CURSOR_VERSION:
            return cls()
        data = cursor.data
        done, deep = (graph.moment(data[name]) if data[name] else None for name in ("done", "deep"))
        return cls(done=done, deep=deep, debts=tuple(map(Debt.of, data["debts"])), marks=data["marks"])

    def cursor(self) -> Cursor:
        data = {
            "done": self.done and self.done.isoformat(),
            "deep": self.deep and self.deep.isoformat(),
            "debts": [debt.data() for debt in self._slim()],
            "marks": dict(self.marks),
        }
        return Cursor(version=CURSOR_VERSION, data=data)

    def _slim(self) -> Iterator[Debt]:
        """The debts as they are kept between turns: of many threads the later ones are read from their top."""
        for number, debt in enumerate(self.debts):
            keeps = number < _POSITIONS_KEPT or not debt.is_thread
            yield debt if keeps else Debt(where=debt.where)

    def paying(self, *instead: Debt) -> Bookmark:
        """The first debt replaced by what it turned into, each list once."""
        return replace(self, debts=_once((*instead, *self.debts[1:])))

    def owing(self, *more: Debt) -> Bookmark:
        return replace(self, debts=_once((*self.debts, *more)))

    def unchanged(self, post: str, moved: Any, comments: int | None) -> bool:
        """Whether a post still looks as it did when it was last read."""
        return self.marks.get(_short(post)) == mark_of(moved, comments)


def marks_of(posts: Mapping[str, tuple[Any, int | None]]) -> dict[str, str]:
    """The marks of posts given as {id: (updated_time, comments counted)}."""
    return {_short(post): mark_of(*told) for post, told in posts.items()}


def mark_of(moved: Any, comments: int | None) -> str:
    return _short(f"{moved}/{comments}")


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _once(debts: tuple[Debt, ...]) -> tuple[Debt, ...]:
    """Each list once. A thread that moved again while it was owed begins anew, and goes down as far as was owed; a list
    of posts goes on where it was, because every pull walks down its overlap anyway."""
    first: dict[str, Debt] = {}
    for debt in debts:
        known = first.setdefault(debt.where, debt)
        if known is not debt and debt.is_thread:
            first[debt.where] = replace(debt, floor=known.floor and debt.floor and min(known.floor, debt.floor))
    return tuple(first.values())
