"""The account's public face, and whether its comments really arrive."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from aggregator.contract import AccountSnapshot, Message

from . import parse
from .addresses import profile_url
from .client import Client
from .login import login_ends
from .reading import Paused, video_pages

_MONTH = timedelta(days=30)
_READS = "video sendiri, komentar dan balasannya lewat TikTok Accounts API (gratis, 40 panggilan semenit)"


def snapshot_of(client: Client) -> AccountSnapshot:
    """Three calls, more only for an account with over 20 videos a month."""
    face = parse.profile_in(client.profile())
    videos, recent = _recent(client)
    last = max((video.post.created_at for video in videos if isinstance(video.post, Message)), default=None)
    return AccountSnapshot(
        exists=True,
        title=face.title,
        url=profile_url(face.handle),
        active=last is not None and client.ctx.now - last <= _MONTH,
        last_post_at=last,
        posts_30d=recent,
        followers=face.followers,
        verified=face.verified,
        own_author_ids=frozenset({client.own}),
        reads=_READS,
        problem=_other_account(client, face) or _silence(client, videos),
        credential_expires_at=login_ends(client.ctx.secrets),
    )


def _recent(client: Client) -> tuple[list[parse.Video], int]:
    """The newest videos, and how many of the last 30 days there are."""
    videos: list[parse.Video] = []
    since, recent = client.ctx.now - _MONTH, 0
    try:
        for page in video_pages(client):
            videos += page.videos
            young = [v for v in page.videos if isinstance(v.post, Message) and v.post.created_at >= since]
            recent += len(young)
            if len(young) < len(page.videos):
                break
    except Paused:
        pass  # counted as far as this turn allows
    return videos, recent


def _other_account(client: Client, face: parse.Profile) -> str | None:
    if face.handle == client.own:
        return None
    return f"Izin yang tersimpan milik @{face.handle}, bukan @{client.own}; hubungkan akun yang benar."


def _silence(client: Client, videos: Sequence[parse.Video]) -> str | None:
    """A counter above zero and an empty list: the app was never allowed to read comments."""
    counted = next((video for video in videos if video.comments), None)
    if counted is None or parse.comments_in(client.comments(counted.id), counted.thread, client.own).entries:
        return None
    return (
        f"Kosong padahal ada {counted.comments} komentar: izin Get Business Comment belum disetujui TikTok, "
        "atau belum dicentang saat akun dihubungkan."
    )
