"""One pull: the newest posts by one call, those of them that changed, now and then older ones, and the tags."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aggregator.contract import Checkpoint, Context, Event, Malformed, Message, Permanent
from plugins.dialects.graph import CursorRefused

from . import parse
from .client import MEDIA_PAGE, Line
from .parse import Edge, Media, Own
from .reading import Reading
from .state import State

AFTERLIFE = timedelta(days=60)  # how long after a post people still comment
DEEP_EVERY = timedelta(days=1)  # how often posts beyond the newest fifty are looked at
MOST_TAG_PAGES = 20  # of a first reading
_SECOND = timedelta(seconds=1)

Steps = Generator[Event, None, bool]  # its value: whether it came to its end within the budget


@dataclass(slots=True, kw_only=True)
class Walk:
    """A pull in progress."""

    line: Line
    own: Own
    state: State
    ctx: Context
    seen: set[str] = field(default_factory=set)  # posts of this turn

    def events(self) -> Iterator[Event]:
        face = self.line.face(self.own)
        newest, total = media_on(face)
        if problem := silence(newest):
            yield from (media.post(self.own) for media in newest)
            raise Permanent(problem)
        if not (yield from self._newest(newest)):
            return
        whole = len(newest) >= total
        if not whole and self._deep_is_due() and not (yield from self._older(newest)):
            return
        if self.line.tags and not (yield from self._tags(parse.edge_of(face.get("tags"), MEDIA_PAGE))):
            return
        self.state.deep = self.state.deep or self.ctx.now
        self.state.reading = None
        if quota := self.line.graph.quota("panggilan Instagram"):
            yield quota
        yield Checkpoint(cursor=self.state.cursor(), replies_included=whole)

    def _newest(self, posts: Sequence[Media]) -> Steps:
        for media in posts:
            self.seen.add(media.id)
            if not (yield from self._read(media, newest=True)):
                return False
        return True

    def _older(self, newest: Sequence[Media]) -> Steps:
        """Posts beyond the newest page, down to the floor; a turn that ends on the way goes on from there."""
        until = self.state.until or min(media.at for media in newest)
        floor = self._floor()
        while self.ctx.budget.allows():
            rows = self.line.older_media(self.own, until + _SECOND).rows
            fresh = [media for media in map(parse.media_of, rows) if media.id not in self.seen]
            for media in fresh:
                self.seen.add(media.id)
                if media.id != self.state.last and not (yield from self._read(media, newest=False)):
                    return False
                until = self.state.until = media.at
                self.state.last = media.id
            if not fresh or (floor and until < floor):
                self.state.until, self.state.last, self.state.deep = None, None, self.ctx.now
                return True
            yield Checkpoint(cursor=self.state.cursor())
        return False

    def _read(self, media: Media, *, newest: bool) -> Steps:
        """A post that differs from what was last read of it, whole; its Checkpoint keeps where the turn ended."""
        if self.state.prints.get(media.id) == media.print:
            return True
        yield media.post(self.own)
        begun = self.state.reading if self.state.reading and self.state.reading[0] == media.id else None
        after, print = (begun[1] or None, begun[2]) if begun else (None, media.print)
        reading = Reading(line=self.line, own=self.own, media=media, after=after)
        if media.comments or media.newest:
            yield from _pages(reading)
        else:
            reading.complete = True
        if reading.complete:
            self.state.finished(media.id, print, newest=newest)
        else:
            self.state.reading = (media.id, reading.after or "", print)
        yield Checkpoint(cursor=self.state.cursor())
        return reading.complete

    def _tags(self, page: Edge) -> Steps:
        """Posts of others in which the account is tagged, newest first, down to a page that is known whole."""
        for _ in range(MOST_TAG_PAGES):
            tags = [parse.tag_of(row) for row in page.rows]
            ids = {tag.external_id for tag in tags if tag.external_id}
            known = frozenset() if self.ctx.full else self.ctx.known(ids)
            yield from (tag for tag in tags if tag.external_id not in known)
            if not tags or not page.after or (self.state.tagged and ids <= known) or self._too_old(tags):
                break
            if not self.ctx.budget.allows():
                self.state.tagged = False
                yield Checkpoint(cursor=self.state.cursor())
                return False
            page = self.line.older_tags(self.own, page.after)
        self.state.tagged = True
        return True

    def _too_old(self, tags: Sequence[Any]) -> bool:
        since = self.ctx.since
        return since is not None and all(isinstance(tag, Message) and tag.created_at < since for tag in tags)

    def _deep_is_due(self) -> bool:
        deep = self.state.deep
        return self.state.until is not None or deep is None or self.ctx.now - deep >= DEEP_EVERY

    def _floor(self) -> datetime | None:
        """Below it posts are not looked at: at first what nobody wants, later where nobody comments any more."""
        if self.state.deep is not None:
            return self.ctx.now - AFTERLIFE
        return self.ctx.since and self.ctx.since - AFTERLIFE


def media_on(face: Mapping[str, Any]) -> tuple[list[Media], int]:
    """The newest posts on an account's face and how many it has in all; raises Malformed."""
    total, page = face.get("media_count"), parse.edge_of(face.get("media"), MEDIA_PAGE + 1)
    if isinstance(total, bool) or not isinstance(total, int) or (total and not page.rows):
        raise Malformed("Instagram tidak menyebut kiriman akun ini.")
    return [parse.media_of(row) for row in page.rows], total


def silence(newest: Sequence[Media]) -> str | None:
    """The alarm for an app without approval: Instagram counts comments and shows none of them."""
    counted = sum(media.comments for media in newest if media.open)
    if not counted or any(media.newest for media in newest):
        return None
    return f"Kosong padahal ada {counted} komentar: akses aplikasi belum disetujui."


def _pages(reading: Reading) -> Iterator[Event]:
    """A reading from where an earlier turn ended; if Instagram no longer knows that place, from the top."""
    try:
        for page in reading.pages():
            yield from page
    except CursorRefused:
        if reading.after is None:
            raise
        reading.after = None
        for page in reading.pages():
            yield from page
