"""Threads read again: whole conversations, and mentions with our own answers to them. What vanished is a Tombstone only
after a single look at it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aggregator.contract import Context, Event, Gone, Message, OpenThread, Tombstone

from . import parse
from .client import MOST, Line
from .parse import MENTION, Own


@dataclass(slots=True, kw_only=True)
class Rereading:
    """One call of pull_threads."""

    line: Line
    own: Own
    ctx: Context
    sure: bool = False  # the profile itself was seen to answer
    mentioned: dict[str, tuple[OpenThread, set[str]]] = field(default_factory=dict)  # by the mention's id: seen in it

    def events(self, threads: Sequence[OpenThread]) -> Iterator[Event]:
        oldest = self.ctx.now
        for thread in threads:
            if not self.ctx.budget.allows():
                return
            if not thread.ref.external_id.startswith(MENTION):
                yield from self._post(thread)
                continue
            for event in self._mention(thread):
                oldest = min(oldest, event.created_at) if isinstance(event, Message) else oldest
                yield event
        yield from self._own_answers(oldest)

    def _post(self, thread: OpenThread) -> Iterator[Event]:
        post, seen = thread.ref.external_id, {thread.ref.external_id}
        after: str | None = None
        while True:
            try:
                rows, after = self.line.conversation(post, after)
            except Gone:
                yield from self._gone(thread.known)
                return
            replies = [parse.reply_of(row, thread.ref, self.own) for row in rows]
            seen |= {one.external_id for one in replies if one.external_id}
            yield from replies
            if after is None or (len(rows) < MOST and thread.known <= seen):
                break
            if not self.ctx.budget.allows():
                return
        yield from self._missing(thread.known - seen)

    def _mention(self, thread: OpenThread) -> Iterator[Event]:
        one = thread.ref.external_id.removeprefix(MENTION)
        try:
            row = self.line.mention(one)
        except Gone:
            yield from self._gone(thread.known)
            return
        self.mentioned[one] = (thread, {one})
        yield parse.mention_of(row)

    def _own_answers(self, oldest: datetime) -> Iterator[Event]:
        """Our answers to mentions, among all replies we made since the oldest of them."""
        after: str | None = None
        while self.mentioned:
            if not self.ctx.budget.allows():
                return
            rows, after = self.line.own_replies(after)
            replies = [answer for row in rows if (answer := self._answer(row))]
            yield from replies
            if after is None or parse.reaches(rows, oldest):
                break
        for thread, seen in self.mentioned.values():
            yield from self._missing(thread.known - seen)

    def _answer(self, row: Any) -> Event | None:
        found = next((one for one in (parse.parent_of(row), parse.root_of(row)) if one in self.mentioned), None)
        if found is None:
            return None
        thread, seen = self.mentioned[found]
        seen.add(parse.known_id(row) or "")
        return parse.own_answer_of(row, thread.ref, found, self.own)

    def _missing(self, ids: Collection[str]) -> Iterator[Event]:
        for one in sorted(ids):
            if not self.ctx.budget.allows():
                return
            try:
                self.line.exists(one)
            except Gone:
                yield from self._gone([one])

    def _gone(self, ids: Collection[str]) -> Iterator[Event]:
        """Gone is also what a login hears that may no longer look, so the profile itself is asked first."""
        if not self.sure:
            if not self.ctx.budget.allows():
                return
            self.line.me()
            self.sure = True
        yield from (Tombstone(external_id=one, seen_at=self.ctx.now) for one in sorted(ids))
