"""The profile's public face: evidence for the circular, and the alarm when replies cannot be read."""

from __future__ import annotations

from datetime import timedelta

from aggregator.contract import Account, AccountSnapshot, Context, Gone

from . import parse
from .addresses import profile_url
from .client import Line
from .walk import EMPTY

_MONTH = timedelta(days=30)


def inspect(account: Account, ctx: Context) -> AccountSnapshot:
    """Three calls at most: the profile, its posts, one reply of a post that has some."""
    line = Line.of(account, ctx)
    try:
        own = line.me()
        rows, _ = line.posts()
    except Gone:
        return AccountSnapshot(exists=False, problem="Akun Threads ini tidak ditemukan.")
    posts = [post for post in map(parse.post_of, rows) if post]
    last = max((post.at for post in posts), default=None)
    answered = [post.id for post in posts if post.answered]
    silent = bool(answered) and ctx.budget.allows() and not line.conversation(answered[0], limit=1)[0]
    return AccountSnapshot(
        exists=True,
        title=f"@{own.username}",
        url=profile_url(own.username),
        active=last is not None and ctx.now - last <= _MONTH,
        last_post_at=last,
        posts_30d=sum(ctx.now - post.at <= _MONTH for post in posts),
        own_author_ids=frozenset({own.id}),
        reads="kiriman, balasan, dan sebutan lewat API resmi Threads",
        problem=EMPTY if silent else None,
        evidence={"posts_seen": len(posts)},
    )
