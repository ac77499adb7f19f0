"""A channel's public face, as evidence for the circular: at most four units."""

from __future__ import annotations

from datetime import timedelta

from aggregator.contract import Account, AccountSnapshot, Context, Gone
from plugins.dialects import google

from . import client, parse
from .address import channel_filter, url_of

MONTH = timedelta(days=30)
ACTIVE = timedelta(days=90)


def inspect(account: Account, ctx: Context) -> AccountSnapshot:
    """What anyone sees of the channel, and whether its comments can be read."""
    try:
        face = client.channel(ctx, channel_filter(account.key))
    except Gone:
        return AccountSnapshot(exists=False, problem="Kanal ini tidak ditemukan di YouTube.")
    uploads = sorted(map(parse.upload_of, client.uploads(ctx, face.uploads).rows), key=lambda one: one[1])
    last = uploads[-1][1] if uploads else None
    return AccountSnapshot(
        exists=True,
        title=face.title,
        url=url_of(face.id),
        active=last is not None and ctx.now - last <= ACTIVE,
        last_post_at=last,
        posts_30d=sum(ctx.now - published <= MONTH for _, published in uploads),
        followers=face.subscribers,
        own_author_ids=frozenset({face.id}),
        reads="komentar dan balasan pada video kanal, lewat YouTube Data API",
        problem=_problem([one for one, _ in uploads], ctx),
        credential_expires_at=google.login_expires_at(ctx.secrets),
        evidence={"channel": face.id, "handle": face.handle, "videos": face.videos},
    )


def _problem(videos: list[str], ctx: Context) -> str | None:
    """Comments that YouTube counts but does not show are an alarm, not silence."""
    if not videos:
        return None
    counts = {row["id"]: parse.comment_count(row) or 0 for row in client.videos(ctx, videos, part="statistics")}
    loudest = max(counts, key=lambda one: counts[one], default=None)
    if loudest is None or not counts[loudest]:
        return None
    page = client.threads(ctx, {"videoId": loudest})
    if page is None or page.rows:
        return None
    return f"Kosong padahal ada {counts[loudest]} komentar pada satu video: periksa API key dan pengaturan kanal."
