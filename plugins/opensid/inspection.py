"""A village site's public face on a day: whether it is OpenSID, alive, and safe for those who report there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from aggregator.contract import Account, AccountSnapshot, Context, Gone

from .errors import LEAK, NOT_OPENSID
from .parse import ADMIN
from .site import Site
from .text import is_closed, is_opensid, soup_of

_FEED_LENGTH = 50  # the feed holds no more articles


def snapshot(account: Account, ctx: Context) -> AccountSnapshot:
    """Front page, feed and complaints: three calls, four where complaints are a page."""
    site = Site(account, ctx)
    try:
        response = ctx.http.get(f"{site.base}/")
    except Gone:
        return AccountSnapshot(exists=False, url=account.url, problem="Alamat ini tidak ditemukan di server situs.")
    if not is_closed(response.text) and not is_opensid(response.text):
        return AccountSnapshot(exists=True, url=account.url, problem=NOT_OPENSID)
    front = site.read(response)
    face = AccountSnapshot(
        exists=True, title=front.title, url=account.url, own_author_ids=frozenset({ADMIN}),
        evidence={"cms": "OpenSID", "newest_comments": bool(front.newest)},
    )  # fmt: skip
    return _with_complaints(site, _with_posts(site, face, ctx), ctx)


def _with_posts(site: Site, face: AccountSnapshot, ctx: Context) -> AccountSnapshot:
    if not ctx.budget.allows():
        return face
    response = ctx.http.get(f"{site.base}{site.prefix}/feed", allow=(404, 410))
    dates = sorted(_dates(response.text), reverse=True)
    recent = sum(one >= ctx.now - timedelta(days=30) for one in dates)
    if not dates:
        return face
    return replace(
        face,
        last_post_at=dates[0],
        posts_30d=recent,
        active=recent > 0,
        evidence={**face.evidence, "feed_full": len(dates) >= _FEED_LENGTH},
    )


def _with_complaints(site: Site, face: AccountSnapshot, ctx: Context) -> AccountSnapshot:
    if not ctx.budget.allows():
        return face
    leaks = site.leaks()
    if leaks is not None:
        return replace(face, reads="pengaduan (JSON) dan komentar artikel", problem=LEAK if leaks else None)
    if ctx.budget.allows() and site.complaints("html", 1) is not None:
        return replace(face, reads="pengaduan (halaman) dan komentar artikel")
    return replace(face, reads="komentar artikel; menu pengaduan tidak aktif")


def _dates(feed: str) -> Iterator[datetime]:
    for tag in soup_of(feed).find_all("pubdate"):  # an HTML parser writes names in lower case
        try:
            yield parsedate_to_datetime(tag.get_text()).astimezone(UTC)
        except ValueError:
            continue
