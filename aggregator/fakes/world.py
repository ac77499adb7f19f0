"""The world behind every pretended platform: who exists, what was said, what became of it."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from aggregator.clock import Clock, utc_now

_FIRST_NUMBER = 7_400_000_000_000_000_001  # above 2^53, as the platforms' own ids are


@dataclass(slots=True, kw_only=True)
class Person:
    """Someone who writes; `id` is what the platform calls them, None on platforms that name nobody."""

    id: str | None
    name: str
    handle: str | None = None


@dataclass(slots=True, kw_only=True)
class Place:
    """An office's account on one platform. `key` is the platform's own id of it, or the host of its site; `more` is
    what only one skin understands."""

    platform: str
    key: str
    title: str
    handle: str | None = None
    followers: int = 1_200
    verified: bool = False
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def office(self) -> Person:
        """The office as a writer at its own place."""
        return Person(id=self.key, name=self.title, handle=self.handle)


@dataclass(slots=True, kw_only=True)
class Post:
    """What people talk under: a post, a video, an article. `author` None: the office itself wrote it."""

    id: str
    place: Place
    text: str
    at: datetime
    author: Person | None = None
    shown: bool = True
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Comment:
    """One public utterance under a post. `shown` False: deleted, or not yet approved."""

    id: str
    post: Post
    author: Person | None
    text: str
    at: datetime
    parent: str | None = None
    edited_at: datetime | None = None
    shown: bool = True
    hidden: bool = False
    likes: int = 0
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def official(self) -> bool:
        return self.author is not None and self.author.id == self.post.place.key


@dataclass(frozen=True, slots=True)
class Change:
    """Something that just happened, for skins that tell it by webhook."""

    what: Literal["added", "edited", "removed", "hidden"]
    comment: Comment


class World:
    """Everything that exists. Every act and every reading that must be whole happens under `lock`."""

    def __init__(self, clock: Clock = utc_now) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.places: dict[tuple[str, str], Place] = {}
        self.posts: dict[tuple[str, str], Post] = {}
        self.comments: dict[tuple[str, str], Comment] = {}
        self._posts_of: dict[tuple[str, str], list[Post]] = {}
        self._comments_of: dict[tuple[str, str], list[Comment]] = {}
        self._notes: dict[str, dict[str, Any]] = {}
        self._numbers = itertools.count(_FIRST_NUMBER)
        self._listeners: list[Callable[[Change], None]] = []

    # -- what people do ------------------------------------------------------------------------------------------

    def place(self, platform: str, key: str, title: str, **more: Any) -> Place:
        """An office opens an account. Known names of `more` are the Place's own fields."""
        own = {name: more.pop(name) for name in ("handle", "followers", "verified") if name in more}
        place = Place(platform=platform, key=key, title=title, more=more, **own)
        self.places[platform, key] = place
        return place

    def post(
        self,
        place: Place,
        text: str,
        at: datetime | None = None,
        *,
        id: str | None = None,
        author: Person | None = None,
        **more: Any,
    ) -> Post:
        """The office (or `author`, a visitor) publishes something."""
        with self.lock:
            post = Post(id=id or self.new_id(), place=place, text=text, at=at or self.clock(), author=author, more=more)
            self.posts[place.platform, post.id] = post
            self._posts_of.setdefault((place.platform, place.key), []).append(post)
            return post

    def say(
        self,
        post: Post,
        author: Person | None,
        text: str,
        at: datetime | None = None,
        *,
        id: str | None = None,
        parent: str | None = None,
        shown: bool = True,
        **more: Any,
    ) -> Comment:
        """Someone writes under a post; `shown` False: it waits for approval."""
        with self.lock:
            comment = Comment(
                id=id or self.new_id(), post=post, author=author, text=text, at=at or self.clock(), parent=parent,
                shown=shown, more=more,
            )  # fmt: skip
            self.comments[post.place.platform, comment.id] = comment
            self._comments_of.setdefault((post.place.platform, post.id), []).append(comment)
        if shown:
            self._tell(Change("added", comment))
        return comment

    def answer(self, comment: Comment, text: str, at: datetime | None = None, **more: Any) -> Comment:
        """The office replies to a comment."""
        return self.say(comment.post, comment.post.place.office, text, at, parent=comment.id, **more)

    def edit(self, comment: Comment, text: str, at: datetime | None = None) -> None:
        with self.lock:
            comment.text, comment.edited_at = text, at or self.clock()
        self._tell(Change("edited", comment))

    def remove(self, comment: Comment) -> None:
        """Deleted: it and what hangs below it are no longer shown."""
        with self.lock:
            comment.shown = False
            below = [one for one in self.comments_of(comment.post) if one.parent == comment.id]
        for one in below:
            self.remove(one)
        self._tell(Change("removed", comment))

    def hide(self, comment: Comment, hidden: bool = True) -> None:
        with self.lock:
            comment.hidden = hidden
        self._tell(Change("hidden", comment))

    def approve(self, comment: Comment) -> None:
        """Shown at last, with its old time."""
        with self.lock:
            comment.shown = True
        self._tell(Change("added", comment))

    # -- what skins read -------------------------------------------------------------------------------------------

    def posts_of(self, place: Place) -> list[Post]:
        """Shown posts of a place, newest first."""
        with self.lock:
            posts = [post for post in self._posts_of.get((place.platform, place.key), ()) if post.shown]
        return sorted(posts, key=lambda post: (post.at, post.id), reverse=True)

    def comments_of(self, post: Post) -> list[Comment]:
        """Shown comments and replies of a post, oldest first."""
        with self.lock:
            comments = [one for one in self._comments_of.get((post.place.platform, post.id), ()) if one.shown]
        return sorted(comments, key=lambda one: (one.at, one.id))

    def places_on(self, platform: str) -> Iterator[Place]:
        return (place for (name, _), place in list(self.places.items()) if name == platform)

    def notes(self, platform: str) -> dict[str, Any]:
        """What a skin must remember between requests: tokens it gave, calls it counted."""
        return self._notes.setdefault(platform, {})

    def new_id(self) -> str:
        """The next of the rising 19-digit ids."""
        return str(next(self._numbers))

    def keep_off(self, taken: str) -> None:
        """Never give out this id, nor one below it: it was given in an earlier life."""
        if taken.isdecimal() and int(taken) >= _FIRST_NUMBER:
            self._numbers = itertools.count(max(int(taken) + 1, next(self._numbers)))

    # -- who listens -----------------------------------------------------------------------------------------------

    def listen(self, listener: Callable[[Change], None]) -> None:
        """Call `listener` after every change, outside the lock."""
        self._listeners.append(listener)

    def _tell(self, change: Change) -> None:
        for listener in self._listeners:
            listener(change)


def person(number: int, names: Mapping[int, str] | None = None) -> Person:
    """A citizen of that number; the same number is always the same person."""
    name = (names or {}).get(number) or f"Warga {number}"
    return Person(id=str(5_550_000_000_000_000 + number), name=name, handle=f"warga.{number}")
