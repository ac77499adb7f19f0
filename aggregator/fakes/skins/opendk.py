"""OpenDK: sub-district sites with their JSON:API and the pages a person sees. Places are sites of their own; their key
is the host.

`place.more`: `api` False: a version from before the API; `closed` True: the API keeps residents' data to itself. A post
with an author is that citizen's complaint (`status` BELUM, PROSES, SELESAI, or REVIEW and DITOLAK, which the site does
not show; `anonim`), one without is an article. A hidden comment is one the office has not enabled: the API lists it all
the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import escape
from typing import Any

from flask import Flask, Response, abort, jsonify, request

from aggregator.fakes.skin import Skin, Wsgi
from aggregator.fakes.world import Comment, Place, Post

MOST, USUAL, CALLS_A_MINUTE = 30, 10, 120
_SECRET_STATUSES = ("REVIEW", "DITOLAK")


class OpenDk(Skin):
    """Renders each sub-district from the world; nothing can be posted."""

    platform = "opendk"

    def address(self, place: Place) -> str:
        return f"https://{place.key}/" + ("" if place.key.startswith("kec") else "sistem-komplain")

    def app(self) -> Wsgi:
        app = Flask("fake_opendk")
        app.add_url_rule("/", view_func=self._front, endpoint="front")
        app.add_url_rule("/sistem-komplain", view_func=self._complaint_list, endpoint="complaints")
        app.add_url_rule("/sistem-komplain/komplain/<slug>", view_func=self._complaint, endpoint="complaint")
        app.add_url_rule("/berita/<slug>", view_func=self._news, endpoint="news")
        app.add_url_rule("/api/frontend/v1/komplain", view_func=self._api_complaints, endpoint="api_complaints")
        app.add_url_rule("/api/frontend/v1/artikel", view_func=self._api_news, endpoint="api_news")
        return app

    # -- API -------------------------------------------------------------------------------------------------------

    def _api_complaints(self) -> Response:
        place = self._api_place()
        if isinstance(place, Response):
            return place
        posts = sorted(
            self._complaints_of(place), key=_sort_key(), reverse=request.args.get("sort", "").startswith("-")
        )
        wanted = "jawabs" in request.args.get("include", "").split(",")
        return _paged(
            posts, lambda post: self._complaint_item(place, post), self._answers if wanted else None, "jawabs"
        )

    def _api_news(self) -> Response:
        place = self._api_place()
        if isinstance(place, Response):
            return place
        posts = [post for post in self.world.posts_of(place) if post.author is None]
        wanted = "comments" in request.args.get("include", "").split(",")
        return _paged(posts, self._news_item, self._comments if wanted else None, "comments")

    def _api_place(self) -> Place | Response:
        """The place, or the answer to whoever asks too often (per address and route)."""
        place = self._place()
        if place.more.get("api") is False:
            abort(404)
        now = self.world.clock()
        route, minute = f"{place.key}{request.path}", now.replace(second=0, microsecond=0)
        with self.world.lock:
            counts = self.world.notes(self.platform).setdefault("minute", {})
            since, count = counts.get(route, (minute, 0))
            count = count + 1 if since == minute else 1
            counts[route] = (minute, count)
        if count <= CALLS_A_MINUTE:
            return place
        wait = 60 - now.second
        refused = jsonify({"errors": {"message": "Too Many Attempts.", "retry_after": wait}})
        refused.status_code = 429
        refused.headers.update({"x-ratelimit-limit": str(CALLS_A_MINUTE), "x-ratelimit-remaining": "0"})
        return refused

    def _complaint_item(self, place: Place, post: Post) -> dict[str, Any]:
        assert post.author is not None  # a complaint
        private = {} if place.more.get("closed") else {"nik": nik_of(post.author.id), "detail_penduduk": resident(post)}
        return {
            "komplain_id": f"{int(post.id) % 1_000_000:06d}", "judul": _title(post), "slug": _slug(post),
            "laporan": post.text, "status": post.more.get("status", "BELUM"), "kategori": 1, "nama": post.author.name,
            "anonim": int(bool(post.more.get("anonim"))), "dilihat": 1, "lampiran1": post.more.get("lampiran1"),
            "created_at": _stamp(post.at), "updated_at": _stamp(_updated(post)), **private,
        }  # fmt: skip

    def _answers(self, post: Post) -> list[tuple[str, dict[str, Any]]]:
        return [(one.id, _answer_item(post, one)) for one in self.world.comments_of(post)]

    def _news_item(self, post: Post) -> dict[str, Any]:
        body = f"<p>{escape(post.text, quote=False)}</p>"
        return {
            "slug": _slug(post), "judul": _title(post), "isi": body, "status": 1, "tanggal_terbit": _stamp(post.at),
            "created_at": _stamp(post.at), "updated_at": _stamp(post.at),
        }  # fmt: skip

    def _comments(self, post: Post) -> list[tuple[str, dict[str, Any]]]:
        return [(one.id, _comment_item(one)) for one in self.world.comments_of(post)]

    # -- pages -----------------------------------------------------------------------------------------------------

    def _front(self) -> Response:
        return _page(self._place(), '<a href="/sistem-komplain">SIKEMA</a>')

    def _complaint_list(self) -> Response:
        place = self._place()
        page, posts = request.args.get("page", 1, type=int), self._complaints_of(place)
        shown = posts[(page - 1) * USUAL : page * USUAL]
        links = (f'<a href="/sistem-komplain/komplain/{_slug(one)}">{escape(_title(one))}</a>' for one in shown)
        return _page(place, "".join(links))

    def _complaint(self, slug: str) -> Response:
        post = self._post(slug)
        said = "".join(
            f'<div class="media well"><h4 class="media-heading">{_who(post, one)}</h4><p>{escape(one.text)}</p></div>'
            for one in self.world.comments_of(post)
        )
        return _page(post.place, f"<h2>{escape(_title(post))}</h2><p>{escape(post.text)}</p>{said}")

    def _news(self, slug: str) -> Response:
        post = self._post(slug)
        enabled = {one.id: one for one in self.world.comments_of(post) if not one.hidden}
        shown = [one for one in enabled.values() if one.parent is None or one.parent in enabled]
        items = "".join(
            f'<li class="media"><div class="media-body"><div class="well"><h4 class="media-heading">{_name(one)}</h4>'
            f'<p class="media-comment">{escape(one.text)}</p><a data-id="{one.id}">Balas</a></div></div></li>'
            for one in shown
        )
        return _page(post.place, f'<h2>{escape(_title(post))}</h2><div class="sectionComment"><ul>{items}</ul></div>')

    # -- what there is ---------------------------------------------------------------------------------------------

    def _place(self) -> Place:
        place = self.world.places.get((self.platform, request.host.partition(":")[0].lower()))
        if place is None:
            abort(404)
        return place

    def _post(self, slug: str) -> Post:
        post = self.world.posts.get((self.platform, slug.rpartition("-")[2]))
        if post is None or not post.shown or post.place is not self._place():
            abort(404)
        return post

    def _complaints_of(self, place: Place) -> list[Post]:
        posts = (post for post in self.world.posts_of(place) if post.author is not None)
        return [post for post in posts if post.more.get("status") not in _SECRET_STATUSES]


def nik_of(person: str | None) -> str:
    """An invented resident number, the same for one person always."""
    return f"33020202{sum(map(ord, person or '')) % 10**8:08d}"


def resident(post: Post) -> dict[str, str]:
    """The resident record that the API publishes: none of it may leave the plugin."""
    assert post.author is not None
    return {"nik": nik_of(post.author.id), "alamat": "Dusun Rahasia RT 9", "telepon": "0813-0000-9999"}


def _paged(
    posts: list[Post],
    item: Callable[[Post], dict[str, Any]],
    related: Callable[[Post], list[tuple[str, dict[str, Any]]]] | None,
    name: str,
) -> Response:
    size = min(request.args.get("page[size]", USUAL, type=int), MOST)
    number = request.args.get("page[number]", 1, type=int)
    shown = posts[(number - 1) * size : number * size]
    data: list[dict[str, Any]] = [{"type": "data", "id": post.id, "attributes": item(post)} for post in shown]
    answer: dict[str, Any] = {"data": data}
    if related is not None:
        rows = [related(post) for post in shown]
        for one, below in zip(data, rows, strict=True):
            one["relationships"] = {name: {"data": [{"type": name, "id": number} for number, _ in below]}}
        included = [{"type": name, "id": one, "attributes": row} for below in rows for one, row in below]
        answer |= {"included": included} if included else {}
    paging = {"total": len(posts), "count": len(shown), "per_page": size, "current_page": number}
    answer["meta"] = {"pagination": {**paging, "total_pages": max(1, -(-len(posts) // size))}}
    return jsonify(answer)


def _answer_item(post: Post, one: Comment) -> dict[str, Any]:
    who = "Admin" if one.official else nik_of(one.author.id if one.author else None)
    return {
        "komplain_id": f"{int(post.id) % 1_000_000:06d}", "jawaban": one.text, "penjawab": who, "nik": who,
        "created_at": _stamp(one.at), "updated_at": _stamp(one.edited_at or one.at),
    }  # fmt: skip


def _comment_item(one: Comment) -> dict[str, Any]:
    return {
        "comment_id": None if one.parent is None else int(one.parent), "nama": one.author.name if one.author else "Warga",
        "email": "warga@surat.example", "body": one.text, "ip_address": "203.0.113.8", "device": "Android",
        "status": "disable" if one.hidden else "enable", "created_at": _stamp(one.at), "updated_at": _stamp(one.at),
    }  # fmt: skip


def _page(place: Place, body: str) -> Response:
    title = escape(place.title)
    foot = "<footer>Didukung OpenDK</footer>"
    return Response(f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{body}{foot}</body></html>")


def _who(post: Post, one: Comment) -> str:
    if one.official:
        return "Dijawab oleh: Admin"
    same = one.author and post.author and one.author.id == post.author.id
    return f"Dikomentari oleh: {'Pelapor' if same else _name(one)}"


def _name(one: Comment) -> str:
    return escape(one.author.name if one.author else "Warga")


def _title(post: Post) -> str:
    return str(post.more.get("title") or post.text.partition("\n")[0][:80])


def _slug(post: Post) -> str:
    return f"{re.sub(r'[^a-z0-9]+', '-', _title(post).lower()).strip('-')[:60]}-{post.id}"


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


def _updated(post: Post) -> datetime:
    at = post.more.get("updated_at", post.at)
    assert isinstance(at, datetime)
    return at


def _sort_key() -> Callable[[Post], tuple[datetime, str]]:
    by_change = request.args.get("sort", "").lstrip("-") == "updated_at"
    return (lambda post: (_updated(post), post.id)) if by_change else (lambda post: (post.at, post.id))
