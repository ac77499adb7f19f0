"""OpenSID: village sites in three faces. Places are sites of their own; their key is the host.

`place.more`: `face` "natra", "esensi" (pages) or "json" (newer: complaints as JSON:API); `leak` the JSON shows who its
reporters are, as releases before 2026 did; `cut` it shows fifty letters and Indonesian dates, as those after did;
`widget` False: no list of newest comments; `complaints` False: that menu is off; `index` True: no rewriting, so every
path is below /index.php. A post with an author is that citizen's complaint (`status` 1, 2 or 3), one without is an
article.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, Response, abort, jsonify, request

from aggregator.fakes.skin import Skin, Wsgi
from aggregator.fakes.world import Comment, Place, Post

CARDS, COMPLAINTS, NEWEST, MOST_JSON = 8, 10, 10, 30
LABELS = {1: "Menunggu Diproses", 2: "Sedang Diproses", 3: "Selesai Diproses"}
_ZONE = ZoneInfo("Asia/Jakarta")
_MONTHS = [
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
]  # fmt: skip


class OpenSid(Skin):
    """Renders each village's pages from the world; nothing can be posted (the site asks for a captcha)."""

    platform = "opensid"

    def address(self, place: Place) -> str:
        return f"https://{place.key}/" if place.key.endswith(".desa.id") else f"https://{place.key}/pengaduan"

    def app(self) -> Wsgi:
        app = Flask("fake_opensid")
        app.add_url_rule("/", view_func=lambda: self._front(1), endpoint="front")
        app.add_url_rule("/index/<int:page>", view_func=self._front, endpoint="older")
        app.add_url_rule("/artikel/<int:y>/<int:m>/<int:d>/<slug>", view_func=self._article, endpoint="article")
        app.add_url_rule("/pengaduan", view_func=lambda: self._complaints(1), endpoint="complaints")
        app.add_url_rule("/pengaduan/<int:page>", view_func=self._complaints, endpoint="more_complaints")
        app.add_url_rule("/internal_api/pengaduan", view_func=self._json_complaints, endpoint="json_complaints")
        app.add_url_rule("/feed", view_func=self._feed, endpoint="feed")

        def serve(environ: dict[str, Any], start_response: Any) -> Any:
            """Without rewriting, all but the front page stands below /index.php; with it, both ways lead there."""
            path, place = environ["PATH_INFO"], self._place_at(environ.get("HTTP_HOST", ""))
            if path.startswith("/index.php"):
                environ["PATH_INFO"] = path.removeprefix("/index.php") or "/"
            elif path != "/" and place is not None and place.more.get("index"):
                environ["PATH_INFO"] = "/there-is-no-such-file"
            return app(environ, start_response)

        return serve

    # -- pages -----------------------------------------------------------------------------------------------------

    def _front(self, page: int) -> Response:
        place = self._place()
        articles = [post for post in self.world.posts_of(place) if post.author is None]
        shown = articles[(page - 1) * CARDS : page * CARDS]
        last = max(1, -(-len(articles) // CARDS))
        links = "".join(f'<a href="{_root(place)}/index/{n}">{n}</a>' for n in range(1, last + 1))
        cards = "".join(self._card(place, post) for post in shown)
        return _page(place, place.title, f'{cards}<ul class="pagination">{links}</ul>{self._widget(place, articles)}')

    def _card(self, place: Place, post: Post) -> str:
        title, link = escape(_title(post)), _link(place, post)
        if _theme(place) == "esensi":
            return (
                f'<div class="bg-white flex"><a href="{link}" class="text-h5">{title}</a><p>{_day(post.at)}</p></div>'
            )
        count = len(self._comments(post))
        return (
            f'<div class="catgimg2_container2"><h5 class="catg_titile"><a href="{link}">{title}</a></h5>'
            f'<div class="post_commentbox"><span class="meta_date">{_day(post.at)}&nbsp;<i class="fa fa-user"></i>'
            f'Administrator&nbsp;<i class="fa fa-eye"></i>{post.more.get("views", 2)} Kali&nbsp;'
            f'<i class="fa fa-comments"></i>{count}&nbsp;</span></div></div>'
        )

    def _widget(self, place: Place, articles: list[Post]) -> str:
        if place.more.get("widget") is False:
            return ""
        newest = sorted((one for post in articles for one in self._comments(post)), key=lambda one: one.at)[::-1]
        items = "".join(_widget_item(place, one) for one in newest[:NEWEST])
        return f'<ul class="sidebar-latest" id="li-komentar">{items}</ul>'

    def _article(self, y: int, m: int, d: int, slug: str) -> Response:
        place = self._place()
        post = self.world.posts.get((self.platform, slug.rpartition("-")[2]))
        if post is None or post.place is not place or not post.shown or post.author is not None:
            abort(404)
        comments = self._comments(post)
        tops = [one for one in comments if one.parent is None]
        below = {top.id: [one for one in comments if one.parent and _top_of(one, comments) == top.id] for top in tops}
        write = _esensi_comments if _theme(place) == "esensi" else _natra_comments
        form = f'<form action="{_root(place)}/add_comment/{post.id}" method="POST"><textarea name="komentar"></textarea></form>'
        body = f"<h1>{escape(_title(post))}</h1><div class='teks'>{escape(post.text)}</div>{write(tops, below)}{form}"
        return _page(place, _title(post), body, summary=post.text.partition("\n")[2][:150])

    def _complaints(self, page: int) -> Response:
        place = self._place()
        if place.more.get("complaints") is False:
            abort(404)
        if place.more.get("face") == "json":
            script = f"<script>$.ajax({{url: `{_root(place)}/internal_api/pengaduan?sort=-created_at`}})</script>"
            return _page(place, place.title, f'<div id="pengaduan-list"></div>{script}')
        all_of_it = self._complaints_of(place)
        shown = all_of_it[(page - 1) * COMPLAINTS : page * COMPLAINTS]
        last = max(1, -(-len(all_of_it) // COMPLAINTS))
        write = _esensi_complaint if _theme(place) == "esensi" else _natra_complaint
        cards = "".join(write(post, self.world.comments_of(post)) for post in shown)
        links = "".join(f'<li><a href="{_root(place)}/pengaduan/{n}">{n}</a></li>' for n in range(1, last + 1))
        foot = f'<p>Halaman {page} dari {last}</p><ul class="pagination">{links}</ul>' if shown else ""
        form = f'<div class="modal" id="newpengaduan"><form action="{_root(place)}/pengaduan/kirim"></form></div>'
        return _page(place, place.title, cards + foot + form)

    def _feed(self) -> Response:
        place = self._place()
        posts = [post for post in self.world.posts_of(place) if post.author is None][:50]
        items = "".join(
            f"<item><title>{escape(_title(post))}</title><link>{_link(place, post)}</link>"
            f"<guid>{_link(place, post)}</guid><pubDate>{format_datetime(post.at.astimezone(_ZONE))}</pubDate></item>"
            for post in posts
        )
        rss = f'<rss version="2.0"><channel><title>{escape(place.title)}</title>{items}</channel></rss>'
        return Response(rss, mimetype="application/rss+xml")

    # -- JSON:API --------------------------------------------------------------------------------------------------

    def _json_complaints(self) -> Response:
        place = self._place()
        if place.more.get("face") != "json" or place.more.get("complaints") is False:
            abort(404)
        sort = request.args.get("sort", "-created_at")
        posts = sorted(self._complaints_of(place), key=_sort_key(sort.lstrip("-")), reverse=sort.startswith("-"))
        size = min(request.args.get("page[size]", MOST_JSON, type=int), MOST_JSON)
        page = request.args.get("page[number]", 1, type=int)
        shown = posts[(page - 1) * size : page * size]
        pages = max(1, -(-len(posts) // size))
        data = [self._item(place, post) for post in shown]
        paging = {
            "total": len(posts),
            "count": len(shown),
            "per_page": size,
            "current_page": page,
            "total_pages": pages,
        }
        return jsonify({"data": data, "meta": {"pagination": paging}, "links": {"self": request.base_url}})

    def _item(self, place: Place, post: Post) -> dict[str, Any]:
        assert post.author is not None  # a complaint
        cut = bool(place.more.get("cut"))
        children = [_child(post, one, cut) for one in self.world.comments_of(post)]
        attributes = {
            "nama": post.author.name, "judul": _title(post), "isi": _cut(post.text, cut),
            "status": post.more.get("status", 1), "foto": post.more.get("foto"),
            "created_at": _stamp(post.at, cut), "updated_at": _stamp(_updated(post), cut),
            "child_count": len(children), "child": children,
        }  # fmt: skip
        if place.more.get("leak"):
            attributes |= private_data(post)
            children[:] = [
                {**child, "nik": None, "email": None, "telepon": None, "ip_address": "203.0.113.9"}
                for child in children
            ]
        return {"type": "pengaduan", "id": post.id, "attributes": attributes}

    # -- what there is ---------------------------------------------------------------------------------------------

    def _place_at(self, host: str) -> Place | None:
        return self.world.places.get((self.platform, host.partition(":")[0].lower()))

    def _place(self) -> Place:
        place = self._place_at(request.host)
        if place is None:
            abort(404)
        return place

    def _comments(self, post: Post) -> list[Comment]:
        return [one for one in self.world.comments_of(post) if not one.hidden]

    def _complaints_of(self, place: Place) -> list[Post]:
        return [post for post in self.world.posts_of(place) if post.author is not None]


def private_data(post: Post) -> dict[str, str]:
    """What older releases published beside a complaint: invented, and none of it may leave the plugin."""
    digits = f"{int(post.id) % 10**8:08d}"
    return {
        "nik": f"33010101{digits}", "email": f"warga{digits}@surat.example", "telepon": f"0812{digits}",
        "ip_address": "203.0.113.7",
    }  # fmt: skip


# -- natra: tables, newest first ---------------------------------------------------------------------------------------


def _natra_comments(tops: list[Comment], below: Mapping[str, list[Comment]]) -> str:
    tables = "".join(_natra_table(one, below[one.id]) for one in reversed(tops))
    return f'<div class="contact_bottom"><div class="box-body">{tables}</div></div>'


def _natra_table(one: Comment, replies: list[Comment]) -> str:
    inner = "".join(f"<tr><td>{_natra_table(reply, [])}</td></tr>" for reply in replies)
    return (
        f'<table class="table table-bordered"><thead><tr><th><i class="fa fa-comment"></i> {_name(one)}{_role(one)}</th></tr>'
        f'</thead><tbody><tr><td><font color="green"><small>{_long(one.at)}</small></font><br/>{_lines(one.text)}</td></tr>'
        f"{inner}</tbody></table>"
    )


def _natra_complaint(post: Post, answers: list[Comment]) -> str:
    assert post.author is not None
    status, name, title = post.more.get("status", 1), escape(post.author.name), escape(_title(post))
    said = "".join(
        f'<div class="row support-content-comment"><div class="col-md-12"><p>Ditanggapi oleh {_name(one)} | '
        f"{_stamp(one.at)}</p><p>{_lines(one.text)}</p></div></div>"
        for one in answers
    )
    return (
        f'<li class="list-group-item status{status}" data-toggle="modal" data-target="#pengaduan{post.id}"><h4>{name}</h4>'
        f'<span class="label">{LABELS[status]}</span><p>{escape(post.text[:50])}</p>'
        f'<span class="label label-success"><i class="fa fa-comments"></i> {len(answers)} Tanggapan</span></li>'
        f'<div class="modal fade" id="pengaduan{post.id}">'
        f'<div class="modal-header"><h4><i class="fa fa-file"></i> {title}</h4></div>'
        f'<div class="modal-body"><div class="row"><div class="col-md-12"><p class="text-muted">Pengaduan oleh {name} | '
        f'{_stamp(post.at)}</p><p>{_lines(post.text)}</p><img src="data:image/;base64,"/></div></div>{said}</div></div>'
    )


# -- esensi: quotations, oldest first, days only -----------------------------------------------------------------------


def _esensi_comments(tops: list[Comment], below: Mapping[str, list[Comment]]) -> str:
    if not tops:
        return ""
    boxes = "".join(_esensi_box(one) for top in tops for one in (top, *below[top.id]))
    listed = f'<div id="listKomentar"><div class="accordion-body">{boxes}</div></div>'
    return f'<div id="semuaKomentar"><h2>Semua Komentar</h2>{listed}</div>'


def _esensi_box(one: Comment) -> str:
    style = ' style="margin: 0 0 0 40px;"' if one.parent else ""
    return (
        f'<div class="flex gap-x-3"{style}><div><i class="fa fa-comments"></i></div><div class="space-y-2">'
        f'<blockquote class="italic">"{_lines(one.text)}</blockquote><div><span><i class="fa fa-user"></i> '
        f'{_name(one)}{_role(one)}</span><span><i class="fa fa-calendar-alt"></i> {_day(one.at)}</span></div></div></div>'
    )


def _esensi_complaint(post: Post, answers: list[Comment]) -> str:
    assert post.author is not None
    status, name, title = post.more.get("status", 1), escape(post.author.name), escape(_title(post))
    said = "".join(
        f'<div class="alert alert-info"><p>Ditanggapi oleh {_name(one)} | {_stamp(one.at)}</p><p>"{_lines(one.text)}</p></div>'
        for one in answers
    )
    return (
        f'<div class="card" data-bs-toggle="modal" data-bs-target="#pengaduan{post.id}"><dl><dt>{title}</dt>'
        f'<span class="label">{LABELS[status]}</span><span>{len(answers)} Tanggapan</span></dl></div>'
        f'<div class="modal" id="pengaduan{post.id}">'
        f'<div class="modal-header"><h4><i class="fa fa-folder-open"></i> {title}</h4></div>'
        f'<div class="modal-body"><div><p class="text-muted">Pengaduan oleh {name} | {_stamp(post.at)}</p>'
        f'<p class="italic">"{_lines(post.text)}</p></div>{said}</div></div>'
    )


# -- pieces ------------------------------------------------------------------------------------------------------------


def _page(place: Place, title: str, body: str, summary: str = "") -> Response:
    head = (
        f'<meta property="og:site_name" content="{escape(place.title)}"/><meta property="og:title" content="{escape(title)}"/>'
        f'<meta property="og:description" content="{escape(summary)}"/><title>{escape(title)}</title>'
        "<script>var csrfParam = 'sidcsrf';</script>"
    )
    foot = "<footer>&copy; OpenDesa OpenSID 2410.0.0</footer>"
    html = f"<!DOCTYPE html><html><head>{head}</head><body>{body}{foot}</body></html>"
    return Response(html, headers={"set-cookie": "sidcsrf=0; path=/"})


def _widget_item(place: Place, one: Comment) -> str:
    link = f'<a href="{_link(place, one.post)}">selengkapnya</a>'
    if _theme(place) == "esensi":
        return (
            f"<li><blockquote>{escape(one.text[:50])}</blockquote>... {link}<p><i class='fas fa-comment'></i> {_name(one)}</p>"
            f"<p>{_day(one.at)}</p></li>"
        )
    return (
        f'<li><table><thead><tr><th><i class="fa fa-comment"></i> {_name(one)}</th></tr></thead><tbody><tr><td>'
        f"<font><small>{_long(one.at)}</small></font><br/>{escape(one.text[:50])}...{link}</td></tr></tbody></table></li>"
    )


def _theme(place: Place) -> str:
    return "natra" if place.more.get("face", "natra") == "natra" else "esensi"


def _root(place: Place) -> str:
    return f"https://{place.key}" + ("/index.php" if place.more.get("index") else "")


def _link(place: Place, post: Post) -> str:
    day = post.at.astimezone(_ZONE)
    slug = re.sub(r"[^a-z0-9]+", "-", _title(post).lower()).strip("-")[:60]
    return f"{_root(place)}/artikel/{day.year}/{day.month}/{day.day}/{slug}-{post.id}"


def _title(post: Post) -> str:
    return str(post.more.get("title") or post.text.partition("\n")[0][:80])


def _name(one: Comment) -> str:
    return escape(one.author.name if one.author else "Anonim")


def _top_of(one: Comment, comments: list[Comment]) -> str:
    """The page shows two levels: a reply to a reply stands under the first comment."""
    above = {comment.id: comment.parent for comment in comments}
    top = one.id
    while parent := above.get(top):
        top = parent
    return top


def _role(one: Comment) -> str:
    return " <code>(Administrator)</code>" if one.official else ""


def _lines(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br/>")


def _stamp(at: datetime, words: bool = False) -> str:
    local = at.astimezone(_ZONE)
    return f"{local.day:02d} {_MONTHS[local.month - 1]} {local:%Y %H:%M}" if words else f"{local:%Y-%m-%d %H:%M:%S}"


def _long(at: datetime) -> str:
    local = at.astimezone(_ZONE)
    return f"{local.day:02d} {_MONTHS[local.month - 1]} {local:%Y %H:%M:%S}"


def _day(at: datetime) -> str:
    local = at.astimezone(_ZONE)
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"


def _cut(text: str, cut: bool) -> str:
    return f"{text[:50]}…" if cut and len(text) > 50 else text


def _child(post: Post, one: Comment, cut: bool) -> dict[str, Any]:
    name = one.author.name if one.author else "Admin"
    return {
        "id": int(one.id), "id_pengaduan": int(post.id), "nama": name, "isi": _cut(one.text, cut),
        "created_at": _stamp(one.at, cut),
    }  # fmt: skip


def _updated(post: Post) -> datetime:
    at = post.more.get("updated_at", post.at)
    assert isinstance(at, datetime)
    return at


def _sort_key(name: str) -> Any:
    keys = {"created_at": lambda post: (post.at, post.id), "updated_at": lambda post: (_updated(post), post.id)}
    return keys.get(name, lambda post: int(post.id))
