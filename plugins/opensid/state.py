"""What the plugin remembers of a village between pulls: the content of its cursor, a few kilobytes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any

from aggregator.contract import Cursor

from .front import Card, Front, mark_of

VERSION = 1
WAY_AGAIN = timedelta(days=7)  # how long a switched-off complaint menu is left alone
LIST_AGAIN = timedelta(days=7)  # how often the whole list of complaints is read
MAX_OWED = 8_000  # letters
MAX_NEWEST = 50


@dataclass(kw_only=True)
class State:
    """`way` is how complaints are read ("json", "html", "off", "" before the first look), since `way_at`;
    `complaints_page` the next page of an unfinished listing, `listed_at` when one was last finished.

    `newest` are fingerprints of the list of newest comments, `counts` what the front page's cards showed, by the
    fingerprint of their article; `owed` are articles still to be read, `front_page` the next older front page of the
    first listing, `turn` whose turn it is where the site has no list of newest comments.
    """

    way: str = ""
    way_at: str = ""
    complaints_page: int | None = None
    listed_at: str = ""
    newest: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    owed: list[str] = field(default_factory=list)
    front_page: int | None = None
    begun: bool = False
    turn: int = 0

    @classmethod
    def load(cls, cursor: Cursor | None) -> State:
        """The state in a cursor; a new one when there is none or it is not understood."""
        if cursor is None or cursor.version != VERSION or "begun" not in cursor.data:
            return cls()
        names = {one.name for one in fields(cls)}
        return cls(**{name: _copied(value) for name, value in cursor.data.items() if name in names})

    def cursor(self) -> Cursor:
        return Cursor(version=VERSION, data=asdict(self))

    def note(self, front: Front, known: Collection[str]) -> None:
        """Owe the articles that this front page shows to have changed, and remember what it shows.

        A link without a count (esensi's cards, "articles at random" beside them) is read once: when its article is
        not among those `known`.
        """
        counts = {mark_of(card.path): card.count for card in front.cards if card.count is not None}
        told = [one.path for one in front.newest if one.mark not in self.newest]
        told += [card.path for card in front.cards if card.count is not None and _has_changed(card, self.counts)]
        unread = [card.path for card in front.cards if card.count is None and card.path not in known]
        if not front.newest and front.cards:
            unread.append(front.cards[self.turn % len(front.cards)].path)
            self.turn += 1
        self._owe([*told, *self.owed, *unread])
        if not self.begun:
            self.begun, self.front_page = True, 2 if front.last > 1 else None
        self.newest, self.counts = [one.mark for one in front.newest][:MAX_NEWEST], counts

    def note_older(self, front: Front, page: int, known: Collection[str]) -> None:
        """Owe the articles of an older front page that somebody wrote under."""
        written = (card.path for card in front.cards if card.count or (card.count is None and card.path not in known))
        self._owe([*self.owed, *written])
        self.front_page = page + 1 if page < front.last else None

    def _owe(self, paths: Iterable[str]) -> None:
        """What a cursor cannot hold is left out from the end: there stands what a later turn finds again."""
        owed = dict.fromkeys(paths)
        self.owed = [one for one, size in zip(owed, accumulate(map(len, owed)), strict=True) if size <= MAX_OWED]

    def put_off(self) -> None:
        """The article that is due cannot be read today: let it not stand in the way of the others."""
        self.owed.append(self.owed.pop(0))

    def must_look_for_way(self, now: datetime) -> bool:
        return not self.way or (self.way == "off" and older_than(self.way_at, WAY_AGAIN, now))

    def found_way(self, way: str, now: datetime) -> None:
        if way != self.way:
            self.complaints_page, self.listed_at = None, ""
        self.way, self.way_at = way, now.isoformat()


def older_than(stamp: str, wait: timedelta, now: datetime) -> bool:
    """Whether the moment `stamp` (ISO 8601, "" for never) lies at least `wait` back."""
    return not stamp or now - datetime.fromisoformat(stamp) >= wait


def _has_changed(card: Card, counts: Mapping[str, int]) -> bool:
    return counts.get(mark_of(card.path)) != card.count


def _copied(value: Any) -> Any:
    """Cursors are shared: what is in them is never changed in place."""
    return value.copy() if isinstance(value, list | dict) else value
