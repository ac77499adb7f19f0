"""Threads read again: whole posts, tags and mentions. What vanished is a Tombstone only after a single look at it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from aggregator.contract import Context, Event, Gone, Malformed, OpenThread, Permanent, Tombstone, Unreadable

from . import parse
from .client import Line
from .parse import Own
from .reading import Reading

TAG, MENTION = "tag:", "mention:"  # beginnings of the ids of threads that are not the account's own posts


def mention_thread(media: str, comment: str | None) -> str:
    """The thread of an @mention: under someone else's post only the mention itself can be read."""
    return f"{MENTION}{media}:{comment}" if comment else f"{MENTION}{media}"


def mention_of(thread: str) -> tuple[str, str | None]:
    """The media and the comment (None: the caption itself) that a mention's thread names."""
    media, _, comment = thread.removeprefix(MENTION).partition(":")
    return media, comment or None


@dataclass(slots=True, kw_only=True)
class Rereading:
    """One call of pull_threads."""

    line: Line
    own: Own
    ctx: Context
    sure: bool = False  # the account itself was seen to answer

    def events(self, threads: Sequence[OpenThread]) -> Iterator[Event]:
        tags = [thread for thread in threads if thread.ref.external_id.startswith(TAG)]
        for thread in threads:
            if thread in tags:
                continue
            if not self.ctx.budget.allows():
                return
            mentioned = thread.ref.external_id.startswith(MENTION)
            yield from self._mention(thread) if mentioned else self._post(thread)
        if tags and self.ctx.budget.allows():
            yield from self._tags(tags)

    def _post(self, thread: OpenThread) -> Iterator[Event]:
        try:
            media, first = self.line.media(thread.ref.external_id)
        except Gone:
            yield from self._gone(thread.known)
            return
        yield media.post(self.own)
        reading = Reading(line=self.line, own=self.own, media=media)
        for page in reading.pages(first):
            yield from page
        if reading.complete:
            yield from self._missing(thread.known - reading.shown - {media.id})

    def _missing(self, ids: Collection[str]) -> Iterator[Event]:
        """A complete list may leave out what is only filtered; each id is asked for once."""
        for one in sorted(ids):
            if not self.ctx.budget.allows():
                return
            try:
                self.line.exists(one)
            except Gone:
                yield from self._gone([one])

    def _gone(self, ids: Collection[str]) -> Iterator[Event]:
        """Gone is also what Instagram says to a login that may no longer look, so the account itself is asked first."""
        if not self.sure:
            if not self.ctx.budget.allows():
                return
            self.line.exists(self.own.id)
            self.sure = True
        yield from (Tombstone(external_id=one, seen_at=self.ctx.now) for one in sorted(ids))

    def _mention(self, thread: OpenThread) -> Iterator[Event]:
        name = thread.ref.external_id
        media, comment = mention_of(name)
        try:
            if comment:
                row = self.line.mentioned_comment(self.own, comment)
                yield parse.mentioned_comment_of(_told(row), name)
            else:
                row = self.line.mentioned_media(self.own, media)
                yield parse.mentioned_media_of(_told(row), name)
        except Gone:
            yield from self._gone(thread.known)
        except Permanent:  # comments were closed there: it cannot be read, and the other threads can
            yield Unreadable(reason="mention not readable", external_id=comment or media)

    def _tags(self, threads: Sequence[OpenThread]) -> Iterator[Event]:
        """Tagged posts can only be listed. One that a complete list no longer has is gone."""
        wanted = {thread.ref.external_id.removeprefix(TAG): thread for thread in threads}
        after: str | None = None
        while wanted:
            page = self.line.older_tags(self.own, after)
            for row in page.rows:
                if wanted.pop(parse.known_id(row) or "", None):
                    yield parse.tag_of(row)
            after = page.after if page.rows else None
            if after is None:
                break
            if not self.ctx.budget.allows():
                return
        for thread in wanted.values():
            yield from self._gone(thread.known)


def _told(row: object) -> object:
    if row is None:
        raise Malformed("Instagram tidak menunjukkan sebutan yang diminta.")
    return row
