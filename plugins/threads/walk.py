"""One pull: the newest posts and the mentions, a call each, and the conversations that are due."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aggregator.contract import Checkpoint, Context, Event, Message, Permanent, ThreadRef, Unreadable
from plugins.dialects.graph import CursorRefused

from . import parse
from .client import MOST, Line
from .parse import Own, Post
from .state import State

OVERLAP = timedelta(hours=24)
EMPTY = "Kosong padahal kiriman dibalas: akses aplikasi belum disetujui."
_SECOND = timedelta(seconds=1)

Steps = Generator[Event, None, bool]  # its value: whether it came to its end within the budget


@dataclass(slots=True, kw_only=True)
class Walk:
    """A pull in progress. `asked` pages of conversations were read in this turn, `heard` of them held replies."""

    line: Line
    own: Own
    state: State
    ctx: Context
    seen: set[str] = field(default_factory=set)
    asked: int = 0
    heard: int = 0

    def events(self) -> Iterator[Event]:
        newest = self._posts(self.line.posts()[0])
        yield from self._shown(newest)
        named = set[str]()
        done = yield from self._mentions(named)
        done = done and (yield from self._conversations(newest, named))
        done = done and (self.state.walked or (yield from self._older(newest)))
        if self.asked and not self.heard and not self.ctx.held:
            raise Permanent(EMPTY)
        if done:
            self.state.reading = None
            yield Checkpoint(cursor=self.state.cursor())

    def _posts(self, rows: list[object]) -> list[Post]:
        return [post for post in map(parse.post_of, rows) if post and post.id not in self.seen]

    def _shown(self, posts: list[Post]) -> Iterator[Event]:
        """Posts the core does not hold, and young ones, which can still be edited."""
        known = frozenset() if self.ctx.full else self.ctx.known([post.id for post in posts])
        for post in posts:
            self.seen.add(post.id)
            if post.id not in known or self.ctx.now - post.at < OVERLAP:
                yield post.message(self.own)

    def _older(self, newest: list[Post]) -> Steps:
        """Every older post once, with its conversation; a turn that ends on the way goes on from there."""
        until = self.state.until or min((post.at for post in newest), default=self.ctx.now)
        while self.ctx.budget.allows():
            rows, _ = self.line.posts(until + _SECOND)
            posts = self._posts(rows)
            if not posts or self._too_old(until):
                self.state.walked, self.state.until = True, None
                return True
            yield from self._shown(posts)
            if not (yield from self._conversations(posts, set())):
                return False
            until = self.state.until = min(post.at for post in posts)
            yield Checkpoint(cursor=self.state.cursor())
        return False

    def _too_old(self, at: datetime) -> bool:
        return self.ctx.since is not None and at < self.ctx.since - timedelta(days=60)

    def _mentions(self, named: set[str]) -> Steps:
        """Mentions since the last complete reading, newest first. A mention in a conversation of our own is read there:
        its post's id goes into `named`."""
        heard, hearing = self.state.heard, self.state.hearing
        since = heard - OVERLAP if heard else self.ctx.since
        until, after = hearing[1] + _SECOND if hearing else None, None
        while self.ctx.budget.allows():
            rows, after = self.line.mentions(since, until, after)
            mentions = [parse.mention_of(row) for row in self._of_others(rows, named)]
            ids = [one.external_id for one in mentions if one.external_id]
            known = self.ctx.known(ids)
            yield from mentions
            times = [one.created_at for one in mentions if isinstance(one, Message)]
            if times:
                newest = self.state.hearing[0] if self.state.hearing else max(times)
                self.state.hearing = (newest, min(times))
            settled = known.issuperset(ids) and (ids or len(rows) < MOST)
            if after is None or (heard and not hearing and settled):
                self.state.heard = self.state.hearing[0] if self.state.hearing else heard
                self.state.hearing = None
                yield Checkpoint(cursor=self.state.cursor())
                return True
            yield Checkpoint(cursor=self.state.cursor())
        return False

    def _of_others(self, rows: list[object], named: set[str]) -> Iterator[object]:
        roots = {root for row in rows if (root := parse.root_of(row))}
        ours = self.ctx.known(roots) | (roots & self.seen)
        for row in rows:
            root = parse.root_of(row)
            if root in ours and root is not None:
                if not self.ctx.known([parse.known_id(row) or ""]):
                    named.add(root)
            elif not parse.is_repost(row):
                yield row

    def _conversations(self, posts: list[Post], named: set[str]) -> Steps:
        now, state = self.ctx.now, self.state
        due = (one for one in posts if one.id in named or (one.answered and state.is_due(one.id, one.at, now)))
        threads = [(post.thread, post.at) for post in due]
        absent = named - {post.id for post in posts}
        threads += [(ThreadRef(external_id=one), now) for one in sorted(absent)]
        for thread, at in threads:
            if not (yield from self._conversation(thread, at)):
                return False
        return True

    def _conversation(self, thread: ThreadRef, at: datetime) -> Steps:
        """A conversation down to a page that is known whole and older than its last reading."""
        state, post = self.state, thread.external_id
        after = state.reading[1] or None if state.reading and state.reading[0] == post else None
        floor, active = state.active(post), at
        while self.ctx.budget.allows():
            try:
                rows, following = self.line.conversation(post, after)
            except CursorRefused:
                if after is None:
                    raise
                after = None
                continue
            replies = [parse.reply_of(row, thread, self.own) for row in rows]
            self.asked += 1
            self.heard += bool(replies)
            yield from replies
            active = max([active, *(one.created_at for one in replies if isinstance(one, Message))])
            if following is None or self._is_old(replies, floor):
                state.was_read(post, active, self.ctx.now)
                state.reading = None
                yield Checkpoint(cursor=state.cursor())
                return True
            after = following
            state.reading = (post, after)
            yield Checkpoint(cursor=state.cursor())
        return False

    def _is_old(self, replies: list[Message | Unreadable], floor: datetime | None) -> bool:
        """Whether an earlier, complete reading already had this page and what lies behind it. A page need not be full
        to be followed by another, but a short one that holds nothing new is believed to be the last."""
        if floor is None or self.ctx.full or not all(isinstance(one, Message) for one in replies):
            return False
        known = self.ctx.known([one.external_id for one in replies if one.external_id])
        oldest = min(one.created_at for one in replies if isinstance(one, Message))
        return len(known) == len(replies) and (len(replies) < MOST or oldest < floor - OVERLAP)
