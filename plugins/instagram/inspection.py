"""The account's public face: evidence for the circular, and the alarm when nothing can be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from aggregator.contract import Account, AccountSnapshot, Context, Gone, Malformed

from . import walk
from .addresses import profile_url
from .client import FACEBOOK, Line
from .parse import Media, Own

_MONTH = timedelta(days=30)
_ACTIVE = timedelta(days=30)


def inspect(account: Account, ctx: Context) -> AccountSnapshot:
    """Two calls at most. An account that is gone does not exist; a login of another account raises Permanent."""
    line = Line.of(account, ctx)
    try:
        own = line.who()
        face = line.profile(own)
    except Gone:
        return AccountSnapshot(exists=False, problem="Akun Instagram ini tidak ditemukan.")
    posts, total = walk.media_on(face)
    return _snapshot(face, own, posts, total, line.way, ctx)


def _snapshot(
    face: Mapping[str, Any], own: Own, posts: Sequence[Media], total: int, way: str, ctx: Context
) -> AccountSnapshot:
    name, followers = face.get("name"), face.get("followers_count")
    if not isinstance(name, str | None) or isinstance(followers, bool) or not isinstance(followers, int | None):
        raise Malformed("Profil Instagram tidak berbentuk seperti biasanya.")
    last = max((post.at for post in posts), default=None)
    return AccountSnapshot(
        exists=True,
        title=name or f"@{own.username}",
        url=profile_url(own.username),
        active=last is not None and ctx.now - last <= _ACTIVE,
        last_post_at=last,
        posts_30d=sum(ctx.now - post.at <= _MONTH for post in posts),
        followers=followers,
        own_author_ids=frozenset({own.id}),
        reads="kiriman, komentar, balasan, dan tag lewat API resmi Instagram",
        problem=walk.silence(posts),
        evidence={"media_count": total, "way": "Halaman Facebook" if way == FACEBOOK else "Instagram Login"},
    )
