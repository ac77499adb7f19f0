"""A location's public face, as evidence."""

from __future__ import annotations

from aggregator.contract import Account, AccountSnapshot, Context, Permanent
from plugins.dialects import google

from . import client, parse
from .errors import NOT_MANAGER
from .parse import Location, Page
from .reading import find


def inspect(account: Account, ctx: Context) -> AccountSnapshot:
    """What Maps shows of the place, and whether its reviews can be read."""
    location = find(account, ctx)
    if location is None:
        raise Permanent(NOT_MANAGER)
    if not location.owned:
        problem = "Profil ini belum terverifikasi di Google, sehingga ulasannya belum dapat dibaca; verifikasi dulu."
        return _snapshot(location, None, problem, ctx)
    page = client.reviews(ctx, location.name)
    return _snapshot(location, page, _problem(location, page), ctx)


def _problem(location: Location, page: Page | None) -> str | None:
    if location.duplicate:
        return "Google menganggap profil ini kembar dengan profil lain; gabungkan di Google Business Profile."
    if page and page.total and not page.rows:
        return f"Kosong padahal ada {page.total} ulasan: periksa peran pengelola dan akses API."
    return None


def _snapshot(location: Location, page: Page | None, problem: str | None, ctx: Context) -> AccountSnapshot:
    return AccountSnapshot(
        exists=True,
        title=location.title,
        url=location.maps_url,
        verified=location.owned,
        own_author_ids=frozenset({location.key}),
        reads="ulasan Google Maps dan balasannya",
        problem=problem,
        credential_expires_at=google.login_expires_at(ctx.secrets),
        evidence={
            "location": location.name,
            "place_id": location.place_id,
            "reviews": page.total if page else None,
            "latest_change": parse.changed_at(page.rows[0]).isoformat() if page and page.rows else None,
        },
    )
