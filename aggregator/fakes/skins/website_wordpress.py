"""A WordPress site: REST as visitors and an Editor with an application password meet it, feeds, pages.

Source: class-wp-rest-comments-controller.php and feed-rss2-comments.php of WordPress 6. Its own numbers are small: the
world's long ids are counted from where they begin.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape, unescape
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from aggregator.fakes.skins.website_pages import (
    WIB,
    article_page,
    as_html,
    front_page,
    link_of,
    or_unchanged,
    title_of,
)
from aggregator.fakes.world import Comment, Place, Post, World

USER = "operator"
OFFICE_NUMBER = 1
PER_FEED = 10  # posts_per_rss
_WORLD_IDS = 7_400_000_000_000_000_000
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_ORDERS: dict[str, Callable[[Comment], Any]] = {
    "date": lambda one: (one.at, one.id),
    "date_gmt": lambda one: (one.at, one.id),
    "id": lambda one: number_of(one.id),
    "post": lambda one: (one.post.id, one.at),
}
_TYPES = {"post": "posts", "page": "pages", "attachment": "media"}


def password_of(place: Place) -> str:
    """The application password of the site's Editor, in groups of four as WordPress shows it."""
    letters = hashlib.sha256(place.key.encode()).hexdigest()[:24]
    return " ".join(letters[at : at + 4] for at in range(0, 24, 4))


def number_of(one: str) -> int:
    """The world's id as WordPress counts."""
    return int(one) - _WORLD_IDS if int(one) > _WORLD_IDS else int(one)


class WordPress:
    """All WordPress sites of the world."""

    def __init__(self, world: World) -> None:
        self.world = world

    def answer(self, place: Place, path: str) -> Response:
        closed = place.more.get("closed", ())
        if path.startswith("/wp-json/wp/v2/"):
            signed = request.headers.get("Authorization")
            if "rest" in closed and not signed:
                return _error("rest_cannot_access", 401)
            if signed and signed != _authorization(place):
                return _error("incorrect_password", 401)
            return self._rest(place, path.removeprefix("/wp-json/wp/v2/"), bool(signed))
        if path.rstrip("/").endswith("/feed") and "feed" not in closed:
            return self._feed(place, path.rstrip("/").removesuffix("/feed"))
        return self._html(place, path)

    # -- REST ------------------------------------------------------------------------------------------------------

    def _rest(self, place: Place, path: str, signed: bool) -> Response:
        if path == "comments" and request.method == "POST":
            return self._create(place) if signed else _error("rest_comment_login_required", 401)
        if path == "comments":
            return self._comments(place, signed)
        if path.startswith("comments/"):
            return self._one(place, path.removeprefix("comments/"))
        if path == "posts":
            return self._posts(place)
        if path == "users":
            return _listed([{"id": OFFICE_NUMBER, "name": place.title, "slug": USER}])
        if path == "types":
            return _json({name: {"slug": name, "rest_base": base} for name, base in _TYPES.items()})
        return _listed([]) if path in ("pages", "media") else _error("rest_no_route", 404)

    def _comments(self, place: Place, signed: bool) -> Response:
        query = request.args
        if not signed and any(name in query for name in ("status", "type", "author", "author_email")):
            return _error("rest_forbidden_param", 401)
        if query.get("status", "approve") != "approve":
            return _listed([])
        size, order = query.get("per_page", 10, int), query.get("orderby", "date_gmt")
        if not 1 <= size <= 100 or order not in _ORDERS:
            return _error("rest_invalid_param", 400)
        posts = self._posts_by_number(place)
        if any(number not in posts for number in _numbers("post")):
            return _error("rest_cannot_read_post", 401)
        found = self._found(place, posts)
        found.sort(key=_ORDERS[order], reverse=query.get("order", "desc") == "desc")
        start = query.get("offset", (query.get("page", 1, int) - 1) * size, int)
        return _listed([_comment(one) for one in found[start : start + size]], len(found), size)

    def _found(self, place: Place, posts: dict[int, Post]) -> list[Comment]:
        """Approved comments that the query asks for."""
        wanted = [posts[number] for number in _numbers("post")] or list(posts.values())
        include, parents = _numbers("include"), _numbers("parent")
        before, after = _moment("before"), _moment("after")
        return [
            one
            for post in wanted
            for one in self.world.comments_of(post)
            if (not include or number_of(one.id) in include)
            and (not parents or _parent(one) in parents)
            and (before is None or one.at.replace(microsecond=0) < before)
            and (after is None or one.at.replace(microsecond=0) > after)
        ]

    def _one(self, place: Place, number: str) -> Response:
        found = self._comment(place, int(number)) if number.isdigit() else None
        return _json(_picked(_comment(found))) if found else _error("rest_comment_invalid_id", 404)

    def _posts(self, place: Place) -> Response:
        size, include, authors = request.args.get("per_page", 10, int), _numbers("include"), _numbers("author")
        if authors and OFFICE_NUMBER not in authors:
            return _listed([], 0, size)
        posts = [one for one in self.world.posts_of(place) if not include or number_of(one.id) in include]
        start = (request.args.get("page", 1, int) - 1) * size
        if start and start >= len(posts):
            return _error("rest_post_invalid_page_number", 400)
        return _listed([_post(one) for one in posts[start : start + size]], len(posts), size)

    def _create(self, place: Place) -> Response:
        body = request.get_json(silent=True) or {}
        post = self._posts_by_number(place).get(int(body.get("post", 0)))
        parent = self._comment(place, int(body.get("parent", 0)))
        text = unescape(str(body.get("content", ""))).strip()
        if post is None:
            return _error("rest_comment_invalid_post_id", 403)
        if post.more.get("closed"):
            return _error("rest_comment_closed", 403)
        if not text:
            return _error("rest_comment_content_invalid", 400)
        under = parent.id if parent else None
        with self.world.lock:
            if any(one.official and (one.text, one.parent) == (text, under) for one in self.world.comments_of(post)):
                return _error("comment_duplicate", 409)
            said = self.world.say(post, place.office, text, parent=under)
        return _json(_picked(_comment(said)), 201)

    def _posts_by_number(self, place: Place) -> dict[int, Post]:
        return {number_of(one.id): one for one in self.world.posts_of(place)}

    def _comment(self, place: Place, number: int) -> Comment | None:
        """The shown comment of that number, of this site."""
        for one in (str(number), str(number + _WORLD_IDS)):
            found = self.world.comments.get(("website", one))
            if found and found.shown and found.post.place is place:
                return found
        return None

    # -- feeds and pages -------------------------------------------------------------------------------------------

    def _feed(self, place: Place, below: str) -> Response:
        """The site's comments ("/comments"), its posts (""), or the comments of one post."""
        posts = self.world.posts_of(place)
        if below == "":
            start = (request.args.get("paged", 1, int) - 1) * PER_FEED
            if start and start >= len(posts):
                return self._html(place, "/feed")
            items = [self._post_item(one) for one in posts[start : start + PER_FEED]]
            changed = max((one.at for one in posts), default=_EPOCH)
            return or_unchanged(_rss(place, items), "application/rss+xml", changed)
        if below != "/comments":
            posts = [one for one in posts if link_of(place, one).rstrip("/").endswith(below)]
            if not posts:
                return self._html(place, below)
        found = sorted((c for one in posts for c in self.world.comments_of(one)), key=_ORDERS["date"], reverse=True)
        changed = max((one.at for one in found), default=_EPOCH)
        return or_unchanged(_rss(place, map(_comment_item, found[:PER_FEED])), "application/rss+xml", changed)

    def _post_item(self, post: Post) -> str:
        count = len(self.world.comments_of(post))
        return (
            f"<item><title>{escape(title_of(post))}</title><link>{link_of(post.place, post)}</link>"
            f"<pubDate>{format_datetime(post.at.astimezone(UTC))}</pubDate>"
            f'<guid isPermaLink="false">https://{post.place.key}/?p={number_of(post.id)}</guid>'
            f"<description>{escape(post.text)}</description><slash:comments>{count}</slash:comments></item>"
        )

    def _html(self, place: Place, path: str) -> Response:
        posts = self.world.posts_of(place)
        if path == "/":
            api = f"https://{place.key}/wp-json/"
            head = f'<meta name="generator" content="WordPress 6.6"><link rel="https://api.w.org/" href="{api}">'
            page = front_page(place, posts, head)
            return Response(page, mimetype="text/html", headers={"Link": f'<{api}>; rel="https://api.w.org/"'})
        for post in posts:
            if link_of(place, post).rstrip("/").endswith(path.rstrip("/")):
                return Response(article_page(place, post, self._thread(post)), mimetype="text/html")
        return Response("<h1>Tidak ditemukan</h1>", 404, mimetype="text/html")

    def _thread(self, post: Post) -> str:
        """The comments as an HTML5 theme shows them, replies inside what they answer."""
        comments = self.world.comments_of(post)
        shown = {one.id for one in comments}

        def items(parent: str | None) -> str:
            below = [one for one in comments if (one.parent if one.parent in shown else None) == parent]
            return "".join(_item(one, items(one.id)) for one in below)

        return f'<div id="comments"><ol class="comment-list">{items(None)}</ol></div>'


def _item(one: Comment, replies: str) -> str:
    number, name = number_of(one.id), escape(one.author.name if one.author else "")
    staff = f" byuser comment-author-{USER} bypostauthor" if one.official else ""
    return (
        f'<li id="comment-{number}" class="comment{staff}"><article class="comment-body"><div class="comment-author">'
        f'<b class="fn">{name}</b></div><div class="comment-metadata"><time datetime="{one.at.astimezone(WIB).isoformat()}">'
        f'</time></div><div class="comment-content">{as_html(one.text)}</div></article>'
        f'<ol class="children">{replies}</ol></li>'
    )


def _comment(one: Comment) -> dict[str, Any]:
    author = OFFICE_NUMBER if one.official else 0
    return {
        "id": number_of(one.id),
        "post": number_of(one.post.id),
        "parent": _parent(one),
        "author": author,
        "author_name": one.author.name if one.author else "",
        "author_url": "",
        "date": f"{one.at.astimezone(WIB):%Y-%m-%dT%H:%M:%S}",
        "date_gmt": f"{one.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}",
        "content": {"rendered": as_html(one.text)},
        "link": f"{link_of(one.post.place, one.post)}#comment-{number_of(one.id)}",
        "status": "approved",
        "type": "comment",
        "author_avatar_urls": {"24": "https://secure.gravatar.com/avatar/?s=24"},
    }


def _comment_item(one: Comment) -> str:
    link = f"{link_of(one.post.place, one.post)}#comment-{number_of(one.id)}"
    name = escape(one.author.name if one.author else "")
    reply = (
        f'<p>Sebagai balasan <a href="{link.partition("#")[0]}#comment-{_parent(one)}">x</a>.</p>\n'
        if one.parent
        else ""
    )
    return (
        f"<item><title>Oleh: {name}</title><link>{link}</link><dc:creator>{name}</dc:creator>"
        f"<pubDate>{format_datetime(one.at.astimezone(UTC))}</pubDate>"
        f'<guid isPermaLink="false">https://{one.post.place.key}/?p={number_of(one.post.id)}#comment-{number_of(one.id)}</guid>'
        f"<content:encoded>{escape(reply + as_html(one.text))}</content:encoded></item>"
    )


def _post(one: Post) -> dict[str, Any]:
    return {
        "id": number_of(one.id),
        "title": {"rendered": escape(title_of(one))},
        "link": link_of(one.place, one),
        "author": OFFICE_NUMBER,
        "date_gmt": f"{one.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}",
        "excerpt": {"rendered": as_html(one.text[len(title_of(one)) :].strip()), "protected": False},
        "status": "publish",
        "type": "post",
    }


def _rss(place: Place, items: Any) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/"><channel>'
        f"<title>{escape(place.title)}</title><link>https://{place.key}</link>{''.join(items)}</channel></rss>"
    )


def _parent(one: Comment) -> int:
    return number_of(one.parent) if one.parent else 0


def _numbers(name: str) -> list[int]:
    value = request.args.get(name, "")
    return [int(one) for one in value.split(",") if one.isdigit()]


def _moment(name: str) -> datetime | None:
    """A time without an offset is the site's own."""
    value = request.args.get(name)
    moment = datetime.fromisoformat(value) if value else None
    return moment.replace(tzinfo=WIB) if moment and moment.tzinfo is None else moment


def _authorization(place: Place) -> str:
    return "Basic " + base64.b64encode(f"{USER}:{password_of(place)}".encode()).decode()


def _picked(row: dict[str, Any]) -> dict[str, Any]:
    names = request.args.get("_fields", "").split(",")
    return {name: value for name, value in row.items() if names == [""] or name in names}


def _listed(rows: list[dict[str, Any]], total: int | None = None, size: int = 10) -> Response:
    count = len(rows) if total is None else total
    headers = {"X-WP-Total": str(count), "X-WP-TotalPages": str(-(-count // size))}
    return _json([_picked(row) for row in rows], headers=headers)


def _json(data: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    body = json.dumps(data, ensure_ascii=False)
    return Response(body, status, headers, content_type="application/json; charset=UTF-8")


def _error(code: str, status: int) -> Response:
    return _json({"code": code, "message": "Maaf.", "data": {"status": status}}, status)
