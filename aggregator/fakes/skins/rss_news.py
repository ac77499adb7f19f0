"""News portals and Google News, pretended. A place whose key is a host is a portal with a WordPress feed of ten
entries a page; one whose key is words is a Google News search for them.

`place.more`: `format` "atom", `marks` False for a site without ETag, `names` (the account's setting). `post.more`:
`title` (else the first line of the text), `guid` (None: left out), `link`, `date` (as the feed writes it; None: left
out), `source` (host, name) for searches.
"""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import format_datetime
from hashlib import sha256
from html import escape
from urllib.parse import quote

from flask import Flask, Response, request

from aggregator.fakes.skin import Skin, Wsgi
from aggregator.fakes.world import Place, Post

PAGE = 10
GOOGLE = "news.google.com"
GOOGLE_MOST = 100
_RSS = (
    '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/"><channel>'
    "<title>{title}</title><link>https://{host}</link><description>Berita</description>"
    "<generator>{generator}</generator>{items}</channel></rss>"
)
_ATOM = (
    '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>{title}</title>'
    "<id>https://{host}/</id>{items}</feed>"
)


class RssNewsSkin(Skin):
    platform = "rss_news"
    hosts = (GOOGLE,)

    def address(self, place: Place) -> str:
        if _is_search(place):
            return f"https://{GOOGLE}/rss/search?q={quote(place.key, safe='')}&hl=id&gl=ID&ceid=ID:id"
        return f"https://{place.key}/feed/"

    def settings(self, place: Place) -> Mapping[str, str]:
        return {name: str(place.more[name]) for name in ("names", "places") if name in place.more}

    def app(self) -> Wsgi:
        app = Flask(__name__)

        @app.get("/feed/")
        def feed() -> Response:
            place = self.world.places.get((self.platform, _host()))
            return _missing() if place is None else self._portal(place)

        @app.get("/rss/search")
        def search() -> Response:
            asked = request.args
            if _host() != GOOGLE or (asked.get("hl"), asked.get("gl"), asked.get("ceid")) != ("id", "ID", "ID:id"):
                return _missing()
            place = self.world.places.get((self.platform, asked.get("q", "")))
            posts = self.world.posts_of(place)[:GOOGLE_MOST] if place else []
            title = f"&quot;{escape(asked['q'])}&quot; - Google Berita"
            body = _RSS.format(title=title, host=GOOGLE, generator="NFE/5.0", items="".join(map(_found, posts)))
            return Response(body, content_type="application/xml; charset=utf-8")

        return app

    def _portal(self, place: Place) -> Response:
        number = int(request.args.get("paged", 1))
        posts = self.world.posts_of(place)[(number - 1) * PAGE : number * PAGE]
        if number > 1 and not posts:
            return _missing()
        atom = place.more.get("format") == "atom"
        body = (
            (_ATOM if atom else _RSS)
            .format(
                title=escape(place.title),
                host=place.key,
                generator="https://wordpress.org/?v=6.8",
                items="".join(map(_atom_entry if atom else _item, posts)),
            )
            .encode()
        )
        kind = "application/atom+xml" if atom else "application/rss+xml"
        response = Response(body, content_type=f"{kind}; charset=UTF-8")
        if place.more.get("marks", True):
            response.set_etag(sha256(body).hexdigest()[:32])
            response.last_modified = max((post.at for post in posts), default=None)
            response.make_conditional(request)
        return response


def _host() -> str:
    return request.host.partition(":")[0]


def _is_search(place: Place) -> bool:
    return "." not in place.key


def _missing() -> Response:
    return Response(
        "<!doctype html><title>Halaman tidak ditemukan</title>", 404, content_type="text/html; charset=UTF-8"
    )


def _title(post: Post) -> str:
    return str(post.more.get("title") or post.text.partition("\n")[0])


def _summary(post: Post) -> str:
    """HTML, as portals write it."""
    return post.text if "title" in post.more else post.text.partition("\n")[2]


def _link(post: Post) -> str:
    return str(post.more.get("link") or f"https://{post.place.key}/berita/{post.id}/")


def _item(post: Post) -> str:
    guid = post.more.get("guid", f"https://{post.place.key}/?p={post.id}")
    date = post.more.get("date", format_datetime(post.at))
    parts = (
        f"<title>{escape(_title(post))}</title><link>{escape(_link(post))}</link>",
        "<dc:creator><![CDATA[Redaksi 0812-0000-0000]]></dc:creator>",
        f"<pubDate>{escape(date)}</pubDate>" if date else "",
        f'<category><![CDATA[Daerah]]></category><guid isPermaLink="false">{escape(guid)}</guid>' if guid else "",
        f"<description><![CDATA[<p>{_summary(post)}</p>]]></description>",
        "<content:encoded><![CDATA[<p>Isi lengkap artikel ini bukan untuk disalin.</p>]]></content:encoded>",
        "<slash:comments>3</slash:comments>",
    )
    return f"<item>{''.join(parts)}</item>"


def _atom_entry(post: Post) -> str:
    at = post.at.isoformat()
    return (
        f'<entry><id>tag:{post.place.key},2026:{post.id}</id><title type="html">{escape(escape(_title(post)))}</title>'
        f'<link rel="alternate" href="{escape(_link(post))}"/><published>{at}</published><updated>{at}</updated>'
        f'<author><name>Redaksi</name></author><summary type="html">{escape(_summary(post))}</summary></entry>'
    )


def _found(post: Post) -> str:
    host, name = post.more.get("source", ("radar.example", "Radar Contoh"))
    title, link = escape(f"{_title(post)} - {name}"), f"https://{GOOGLE}/rss/articles/CBMi{post.id}?oc=5"
    words = escape(f'<a href="{link}" target="_blank">{title}</a>&nbsp;&nbsp;<font color="#6f6f6f">{name}</font>')
    return (
        f'<item><title>{title}</title><link>{link}</link><guid isPermaLink="false">CBMi{post.id}</guid>'
        f"<pubDate>{format_datetime(post.at)}</pubDate><description>{words}</description>"
        f'<source url="https://{host}">{escape(name)}</source></item>'
    )
