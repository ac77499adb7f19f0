"""News that names an office, from the feeds of portals and from Google News searches. One conditional request a feed
when nothing is new. Nothing is answered here: a news item is no complaint until a person says so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urldefrag, urlsplit

from aggregator.contract import (
    Account,
    AccountKey,
    AccountSnapshot,
    Capability,
    Checkpoint,
    Context,
    Cursor,
    Event,
    Gone,
    Message,
    Pace,
    Permanent,
    Platform,
    PlatformInfo,
    RateLimited,
    Response,
    Setting,
    Unreadable,
)

from . import address, parse
from .errors import NotAFeed, patient
from .names import Names
from .walk import Walk

DEEPEST = 40  # pages of one walk
ACTIVE = timedelta(days=30)


class NewsPlatform(Platform):
    """Reads RSS and Atom feeds for mentions of an office."""

    info = PlatformInfo(
        id="rss_news",
        title="Berita",
        own_host=True,
        capabilities=frozenset({Capability.MENTIONS, Capability.EDITS}),
        settings=(
            Setting(
                name="names",
                label="Nama yang dicari",
                help="Nama kantor seperti ditulis media, dipisah koma: nama lengkap, singkatan, sebutan pimpinannya "
                "(Dinas Pekerjaan Umum, DPUPR, Camat Sukamaju). Untuk pencarian Google News boleh kosong.",
            ),
            Setting(
                name="places",
                label="Nama daerah",
                help="Perlu untuk desa dan kelurahan, karena namanya dipakai di banyak daerah: nama kecamatan atau "
                "kabupaten yang harus ikut disebut, dipisah koma.",
            ),
        ),
        pace=Pace(
            every=timedelta(hours=1), overlap=timedelta(hours=2), first_reach=timedelta(days=30), calls_per_day=200
        ),
    )

    def resolve(self, url: str) -> AccountKey | None:
        feed = address.feed_url(url)
        return (feed and AccountKey(platform=self.info.id, key=address.key_of(feed), url=feed)) or None

    def inspect(self, account: Account, ctx: Context) -> AccountSnapshot:
        try:
            feed = parse.feed_of(_get(account, ctx))
        except Gone:
            return AccountSnapshot(exists=False, problem="Umpan berita ini tidak ditemukan lagi di situsnya.")
        except NotAFeed as error:
            return AccountSnapshot(exists=True, problem=error.message)
        newest = max(feed.times, default=None)
        return AccountSnapshot(
            exists=True,
            title=feed.title,
            url=account.url,
            active=None if newest is None else ctx.now - newest < ACTIVE,
            last_post_at=newest,
            posts_30d=_monthly(feed, ctx),
            reads="berita yang menyebut nama kantor",
            problem=None if Names.of(account.settings, account.url).names else _NO_NAMES,
            evidence={"entries": len(feed.entries)},
        )

    def pull_since(self, account: Account, cursor: Cursor | None, ctx: Context) -> Iterator[Event]:
        names = Names.of(account.settings, account.url)
        if not names.names:
            raise Permanent(_NO_NAMES)
        walk = Walk.of(None if ctx.full else cursor, names)
        while ctx.budget.allows():
            response = _get(account, ctx, walk)
            if response.status != 200 or walk.knows(response):
                break
            feed = parse.feed_of(response)
            if walk.stuck_at(feed):
                break
            reached, walk = _reached(feed, walk, self.info.pace.overlap, ctx), walk.down(feed, response)
            yield from _mentions(feed, names, ctx)
            if reached or walk.page > DEEPEST or not address.goes_on(account.url):
                break
            yield Checkpoint(cursor=walk.cursor())
        else:
            return
        yield Checkpoint(cursor=walk.finished().cursor(), replies_included=True)


_NO_NAMES = "Isi dahulu nama kantor yang dicari dalam berita."


def _get(account: Account, ctx: Context, walk: Walk | None = None) -> Response:
    """The page that is next; 304 when the first is unchanged, 404 behind the last."""
    url = urldefrag(account.url).url
    params = {"paged": walk.page} if walk and walk.page > 1 else None
    headers = {"accept": "application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.5"}
    expected = (404,) if params else (304,)
    try:
        return ctx.http.get(
            url, params=params, headers={**headers, **(walk.conditions() if walk else {})}, allow=expected
        )
    except RateLimited as error:
        raise patient(error, urlsplit(url).hostname or "") from None


def _mentions(feed: parse.Feed, names: Names, ctx: Context) -> Iterator[Message | Unreadable]:
    """The stories of a page that name the office. One dated by the day it is seen keeps the day it was first seen."""
    for entry in parse.one_each(feed.entries):
        if isinstance(entry, Unreadable):
            yield entry
        elif names.stand_in(entry.title, entry.summary):
            record = parse.record_of(entry, ctx.now)
            exact = isinstance(record, Unreadable) or record.precision == "second"
            if exact or not ctx.known([entry.id]):
                yield record


def _reached(feed: parse.Feed, walk: Walk, overlap: timedelta, ctx: Context) -> bool:
    """Whether everything behind this page was read before, or is older than anyone asks for."""
    floor = max((time for time in (walk.done and walk.done - overlap, ctx.since) if time), default=None)
    return not feed.times or (floor is not None and min(feed.times) < floor)


def _monthly(feed: parse.Feed, ctx: Context) -> int | None:
    """Entries of the last 30 days; None when the feed does not reach back so far."""
    begin = ctx.now - ACTIVE
    return sum(time >= begin for time in feed.times) if feed.times and min(feed.times) < begin else None
