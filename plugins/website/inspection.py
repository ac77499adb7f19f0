"""A site's public face on a day: what an office's inspector wants to know before it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from aggregator.contract import Account, AccountSnapshot, Context, Gone, Kind, Message, Permanent
from plugins.website.address import base_of
from plugins.website.dates import zone_of
from plugins.website.errors import REFUSALS, json_of, refusal_of, rest_is_closed
from plugins.website.feeds import parse_comments
from plugins.website.probe import Site, advice, look_at
from plugins.website.rest_records import listed
from plugins.website.selector_reader import SelectorReader
from plugins.website.selectors import read_config
from plugins.website.state import State


def snapshot(account: Account, ctx: Context) -> AccountSnapshot:
    """Front page, then the way in. A site that does not exist is told as such, not raised."""
    try:
        site = look_at(account, ctx)
    except Gone:
        return AccountSnapshot(exists=False, url=account.url, problem="Alamat ini tidak ditemukan di server situs.")
    face = AccountSnapshot(
        exists=True,
        title=site.title,
        url=account.url,
        evidence={"cms": site.cms or "?", "status": site.status},
    )
    if account.settings.get("selectors"):
        return _by_selectors(account, face, ctx)
    if site.is_wordpress or account.settings.get("rest_root"):
        root = account.settings.get("rest_root") or site.root
        return _by_rest(f"{root.rstrip('/')}/wp/v2/", site, face, ctx)
    if site.has_schema:
        return replace(face, reads="komentar bertanda schema.org pada halaman situs")
    return replace(face, problem=advice(site))


def _by_rest(api: str, site: Site, face: AccountSnapshot, ctx: Context) -> AccountSnapshot:
    response = ctx.http.get(f"{api}comments", params={"per_page": 1, "_fields": "id"}, allow=REFUSALS)
    if rest_is_closed(response):
        return _without_rest(site, face, ctx)
    if response.status >= 300:
        raise refusal_of(response)
    json_of(response)
    count = response.headers.get("x-wp-total", "")
    closed = f"Halaman depan menolak dibaca (HTTP {site.status}); REST terbuka." if site.status >= 300 else None
    face = replace(
        face,
        reads="komentar WordPress lewat REST",
        problem=closed,
        evidence={**face.evidence, "comments": count},
    )
    return _with_posts(api, face, ctx)


def _with_posts(api: str, face: AccountSnapshot, ctx: Context) -> AccountSnapshot:
    """When the office last published and under which user ids; a site that hides this is still read."""
    fields: dict[str, str | int] = {"per_page": 100, "orderby": "date", "_fields": "id,author,date_gmt"}
    posts = [one for one in _list(f"{api}posts", fields, ctx) if isinstance(one.get("date_gmt"), str)]
    users = _list(f"{api}users", {"per_page": 100, "_fields": "id,name,slug"}, ctx)
    numbers = {one.get("author") for one in posts} | {one.get("id") for one in users}
    dates = [when for one in posts if (when := _utc(one["date_gmt"]))]
    recent = sum(when >= ctx.now - timedelta(days=30) for when in dates)
    return replace(
        face,
        last_post_at=max(dates, default=None),
        posts_30d=recent if posts else None,
        active=recent > 0 if posts else None,
        own_author_ids=frozenset(f"user:{number}" for number in numbers if isinstance(number, int) and number > 0),
    )


def _without_rest(site: Site, face: AccountSnapshot, ctx: Context) -> AccountSnapshot:
    response = ctx.http.get(f"{site.base}/comments/feed/", allow=REFUSALS)
    if response.status < 300 and parse_comments(response.body) is not None:
        return replace(face, reads="komentar WordPress lewat feed dan halaman (REST ditutup)")
    if site.status >= 300:
        return replace(
            face,
            problem=f"Situs menolak dibaca (HTTP {site.status}). Mintalah pengelola situs mengizinkan Sahut.",
        )
    return replace(face, reads="komentar WordPress lewat halaman (REST dan feed ditutup)")


def _by_selectors(account: Account, face: AccountSnapshot, ctx: Context) -> AccountSnapshot:
    try:
        config = read_config(account.settings["selectors"])
        reader = SelectorReader(
            base_of(account.url),
            config,
            State(driver="selector"),
            ctx,
            zone_of(account.settings.get("timezone")),
        )
        found = sum(isinstance(event, Message) and event.kind is not Kind.POST for event in reader.pull())
    except Permanent as problem:
        return replace(face, problem=problem.message)
    reads = f"komentar lewat aturan baca ({found} ditemukan)"
    return replace(face, reads=reads, problem=None if found else "Aturan baca tidak menemukan satu pun komentar.")


def _list(url: str, params: Mapping[str, str | int], ctx: Context) -> list[dict[str, Any]]:
    """A collection that may be closed; [] then."""
    if not ctx.budget.allows():
        return []
    response = ctx.http.get(url, params=params, allow=REFUSALS)
    if response.status >= 300:
        if rest_is_closed(response):
            return []
        raise refusal_of(response)
    return [one for one in listed(json_of(response)) if isinstance(one, dict)]


def _utc(value: str) -> datetime | None:
    try:
        return datetime.fromisoformat(value + "+00:00").astimezone(UTC)
    except ValueError:
        return None
