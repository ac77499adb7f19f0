"""A site's public face on a day: what an office's inspector wants to know before it is read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from aggregator.contract import Account, AccountSnapshot, Context, Gone, Kind, Malformed, Message, Permanent
from plugins.website.address import base_of
from plugins.website.blogger import COMMENTS, NO_FEED
from plugins.website.blogger_records import owner_ids, parse_posts, read_page
from plugins.website.dates import zone_of
from plugins.website.disqus_client import ASK_FOR_KEY, DisqusClient
from plugins.website.disqus_records import PREFIX as DISQUS
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
    if forum := account.settings.get("disqus_shortname") or site.forum:
        return _by_disqus(forum, site, face, ctx)
    if site.is_blogger:
        return _by_blogger(site, face, ctx)
    return _by_site(account, site, face, ctx)


def _by_site(account: Account, site: Site, face: AccountSnapshot, ctx: Context) -> AccountSnapshot:
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
    return replace(
        _with_dates(face, dates, ctx),
        own_author_ids=frozenset(f"user:{number}" for number in numbers if isinstance(number, int) and number > 0),
    )


def _by_blogger(site: Site, face: AccountSnapshot, ctx: Context) -> AccountSnapshot:
    """When the office last published, who writes for it, and whether the comment feed is open."""
    query: dict[str, str | int] = {"alt": "json", "max-results": 100, "orderby": "published"}
    posts = ctx.http.get(f"{site.base}/feeds/posts/summary", params=query, allow=(404,))
    comments = ctx.http.get(f"{site.base}{COMMENTS}", params={"alt": "json", "max-results": 1}, allow=(404,))
    if posts.status == 404 or comments.status == 404:
        return replace(face, reads="komentar Blogger lewat feed", problem=NO_FEED)
    answer = posts.json()
    dates = [one.created_at for one in parse_posts(read_page(answer, 1)) if isinstance(one, Message)]
    return replace(
        _with_dates(face, dates, ctx),
        reads="komentar Blogger lewat feed",
        own_author_ids=owner_ids(answer),
        evidence={**face.evidence, "comments": str(read_page(comments.json(), 1).total)},
    )


def _by_disqus(forum: str, site: Site, face: AccountSnapshot, ctx: Context) -> AccountSnapshot:
    """Whether the key opens the site at Disqus; the founder of the forum speaks for the office."""
    face = replace(face, reads="komentar Disqus", evidence={**face.evidence, "disqus": forum})
    if not ctx.secrets.get("disqus_api_key"):
        return replace(face, problem=ASK_FOR_KEY)
    try:
        answer = DisqusClient(ctx).get("forums/details", [("forum", forum)])
    except Permanent as problem:
        return replace(face, problem=problem.message)
    details = answer.get("response")
    if not isinstance(details, dict):
        raise Malformed("Disqus menjawab dengan bentuk yang tidak dikenal.")
    founder = str(details.get("founder"))
    own = {f"{DISQUS}user:{founder}"} if founder.isdigit() else ()
    return replace(face, title=face.title or site.base, own_author_ids=frozenset(own))


def _with_dates(face: AccountSnapshot, dates: Collection[datetime], ctx: Context) -> AccountSnapshot:
    """When and how often the office published; nothing is said of an office that never did."""
    recent = sum(when >= ctx.now - timedelta(days=30) for when in dates)
    return replace(
        face,
        last_post_at=max(dates, default=None),
        posts_30d=recent if dates else None,
        active=recent > 0 if dates else None,
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
