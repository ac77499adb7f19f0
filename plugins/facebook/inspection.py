"""The Page's public face, and what stands in the way of reading it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from aggregator.contract import Account, AccountSnapshot, Context, Gone, Malformed
from plugins.dialects import graph

from . import parse
from .login import expiry_of
from .walk import graph_of, told_of

MONTH = timedelta(days=30)
_FACE = (
    "id,name,username,link,followers_count,is_published,verification_status,"
    "published_posts.limit(100){id,created_time,updated_time,comments.filter(stream).limit(1).summary(true){id}},"
    "video_reels.limit(100){id,created_time}"
)
_OLDER_FACE: Mapping[str, str | int] = {"fields": "id,created_time", "limit": 100}
NOT_FOUND = (
    "Halaman ini tidak ditemukan lewat token yang ada. Jika alamatnya profil pribadi: Facebook tidak mengizinkan aplikasi "
    "membacanya; buat Halaman (Page) resmi dan daftarkan Halaman itu."
)
WRONG_HOLDER = (
    "Token milik orang, bukan Halaman ini: komentar tidak akan terbaca. Hubungkan ulang lewat tombol Hubungkan akun, lalu "
    "pilih Halamannya."
)


def inspect(account: Account, ctx: Context) -> AccountSnapshot:
    """Whose token it is, the Page itself, and when the token dies."""
    access = graph_of(ctx)
    holder = access.get("me", fields="id,name")
    try:
        page = access.get(account.key, fields=_FACE)
    except Gone:
        return AccountSnapshot(exists=False, problem=NOT_FOUND)
    times = _post_times(access, page, ctx)
    app = ctx.secrets.get("client_id") and ctx.secrets.get("client_secret")
    expires = expiry_of(ctx.secrets["access_token"], ctx) if app and ctx.budget.allows() else None
    return _snapshot(page, holder, times, ctx.now, expires)


def _post_times(access: graph.Graph, page: Mapping[str, Any], ctx: Context) -> list[datetime]:
    """When the Page published, of the last month all of it; reels stand in a list of their own."""
    reels, posts = parse.edge_of(page, "video_reels"), parse.edge_of(page, "published_posts")
    times = _times(reels)
    while posts:
        older = _times(posts)
        times += older
        if not posts.position or not older or ctx.now - min(older) > MONTH or not ctx.budget.allows():
            break
        posts = parse.page_of(access.ask("me/published_posts", {**_OLDER_FACE, **posts.position}))
    return times


def _times(edge: parse.Edge | None) -> list[datetime]:
    try:
        return [graph.moment(row["created_time"]) for row in (edge.rows if edge else ())]
    except (KeyError, TypeError, ValueError):
        raise Malformed("Daftar kiriman Facebook tidak berbentuk seperti biasanya.") from None


def _snapshot(
    page: Mapping[str, Any], holder: Mapping[str, Any], times: list[datetime], now: datetime, expires: datetime | None
) -> AccountSnapshot:
    try:
        one, title = parse.identity(page["id"]), parse.identity(page["name"])
    except (KeyError, TypeError, ValueError):
        raise Malformed("Profil Halaman Facebook tidak berbentuk seperti biasanya.") from None
    followers, link = page.get("followers_count"), page.get("link")
    published, verified = page.get("is_published"), page.get("verification_status")
    own = holder.get("id") == one
    return AccountSnapshot(
        exists=True,
        title=title,
        url=link if isinstance(link, str) else f"{parse.SITE}/{one}",
        active=published if isinstance(published, bool) else None,
        last_post_at=max(times, default=None),
        posts_30d=sum(now - at <= MONTH for at in times),
        followers=followers if isinstance(followers, int) else None,
        verified=verified in ("blue_verified", "gray_verified") if isinstance(verified, str) else None,
        own_author_ids=frozenset({one}),
        reads="kiriman, komentar dan balasannya, kiriman warga, dan sebutan di Halaman Facebook",
        problem=_silence(page) if own else WRONG_HOLDER,
        credential_expires_at=expires,
        evidence={"page_id": one, "token_of_page": own, "posts_looked_at": len(times)},
    )


def _silence(page: Mapping[str, Any]) -> str | None:
    """Comments that are counted but not shown to us: the app's access is not approved."""
    posts = parse.edge_of(page, "published_posts")
    rows = [row for row in (posts.rows if posts else ()) if isinstance(row, dict)]
    counted = sum(told_of(row)[1] or 0 for row in rows)
    shown = any(edge.rows for row in rows if (edge := parse.edge_of(row, "comments")))
    if counted and not shown:
        return f"Kosong padahal ada {counted} komentar: akses aplikasi (pages_read_user_content) belum disetujui Meta."
    return None
