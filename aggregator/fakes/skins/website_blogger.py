"""A blog at Blogger: its pages and the feeds it gives without a key (`alt=json`).

As at Blogger, a feed holds at most 150 entries whatever is asked, leaves `entry` out when it has none, names the parent
of a reply in a link, and keeps the place of a comment whose author took the words away
(`comment.more["content_removed"]`).
"""

from __future__ import annotations

import json
import zlib
from datetime import datetime, timedelta
from html import escape
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from aggregator.fakes.skins.website_pages import WIB, article_page, front_page, link_of, or_unchanged, title_of
from aggregator.fakes.world import Comment, Person, Place, Post, World

MOST = 150
REMOVED = "Komentar ini telah dihapus oleh pengarang."
_HEAD = '<meta content="blogger" name="generator">'


def blog_number(place: Place) -> int:
    """Blogger's number of the blog; here also of its owner's profile."""
    return zlib.crc32(place.key.encode())


class Blogger:
    """All blogs of the world."""

    def __init__(self, world: World) -> None:
        self.world = world

    def answer(self, place: Place, path: str) -> Response:
        parts = path.strip("/").split("/")
        posts = self.world.posts_of(place)
        if parts[0] != "feeds":
            return self._html(place, path, posts)
        if place.more.get("feeds") == "none":
            return Response("<h1>Not Found</h1>", 404, mimetype="text/html")
        if parts[1:] == ["comments", "default"]:
            return self._comments(place, posts)
        if parts[1:2] == ["posts"]:
            return _feed(place, [self._post(one) for one in posts])
        below = [one for one in posts if one.id == parts[1]]
        return self._comments(place, below) if below else Response("<h1>Not Found</h1>", 404, mimetype="text/html")

    def _html(self, place: Place, path: str, posts: list[Post]) -> Response:
        if path == "/":
            return Response(front_page(place, posts, _HEAD), mimetype="text/html")
        for post in posts:
            if link_of(place, post).endswith(path):
                return Response(article_page(place, post, ""), mimetype="text/html")
        return Response("<h1>Tidak ditemukan</h1>", 404, mimetype="text/html")

    def _comments(self, place: Place, posts: list[Post]) -> Response:
        found = [one for post in posts for one in self.world.comments_of(post)]
        found.sort(key=lambda one: (one.at, one.id), reverse=True)
        least = request.args.get("published-min")
        if least:
            found = [one for one in found if one.at >= datetime.fromisoformat(least)]
        return _feed(place, [_comment(one) for one in found])

    def _post(self, post: Post) -> dict[str, Any]:
        return {
            **_entry(post.place, post.id, post.at, post.at, post.author or post.place.office),
            "title": {"type": "text", "$t": title_of(post)},
            "summary": {"type": "text", "$t": post.text[len(title_of(post)) :].strip()},
            "link": [{"rel": "alternate", "type": "text/html", "href": link_of(post.place, post)}],
            "thr$total": {"$t": str(len(self.world.comments_of(post)))},
        }


def _feed(place: Place, entries: list[dict[str, Any]]) -> Response:
    """One page of a feed; what it would say in full tells whether it changed."""
    start = max(1, request.args.get("start-index", 1, int))
    size = min(MOST, request.args.get("max-results", 25, int))
    page = entries[start - 1 : start - 1 + size]
    changed = max((entry["updated"]["$t"] for entry in entries), default="2020-01-01T00:00:00.000+07:00")
    feed = {
        "id": {"$t": f"tag:blogger.com,1999:blog-{blog_number(place)}"},
        "updated": {"$t": changed},
        "title": {"type": "text", "$t": place.title},
        "author": [_person(place, place.office)],
        "openSearch$totalResults": {"$t": str(len(entries))},
        "openSearch$startIndex": {"$t": str(start)},
        "openSearch$itemsPerPage": {"$t": str(size)},
        **({"entry": page} if page else {}),
    }
    body = json.dumps({"version": "1.0", "encoding": "UTF-8", "feed": feed}, ensure_ascii=False)
    whole = json.dumps(entries, ensure_ascii=False)
    return or_unchanged(body, "application/json", datetime.fromisoformat(changed), weak=whole)


def _comment(one: Comment) -> dict[str, Any]:
    place, post = one.post.place, one.post
    removed = bool(one.more.get("content_removed"))
    text = REMOVED if removed else one.text
    link = f"{link_of(place, post)}?showComment={int(one.at.timestamp() * 1000)}#c{one.id}"
    feed = f"http://www.blogger.com/feeds/{blog_number(place)}/{post.id}/comments/default"
    links = [
        {"rel": "edit", "type": "application/atom+xml", "href": f"{feed}/{one.id}"},
        {"rel": "alternate", "type": "text/html", "href": link},
    ]
    parent = (
        [{"rel": "related", "type": "application/atom+xml", "href": f"{feed}/{one.parent}?v=2"}] if one.parent else []
    )
    marks = [
        {"name": "blogger.itemClass", "value": f"pid-{zlib.crc32(one.id.encode())}"},
        {"name": "blogger.displayTime", "value": f"{one.at.astimezone(WIB):%d/%m/%Y %H.%M}"},
    ]
    return {
        **_entry(place, one.id, one.at, one.edited_at or one.at + timedelta(seconds=2), one.author),
        "title": {"type": "text", "$t": text[:60]},
        "content": {"type": "html", "$t": escape(text, quote=False).replace("\n", "<br />")},
        "link": [*links, *parent],
        "thr$in-reply-to": {"href": link_of(place, post), "ref": _atom_id(place, post.id), "type": "text/html"},
        "gd$extendedProperty": [*marks, *([{"name": "blogger.contentRemoved", "value": "true"}] if removed else [])],
    }


def _entry(place: Place, one: str, published: datetime, updated: datetime, author: Person | None) -> dict[str, Any]:
    return {
        "id": {"$t": _atom_id(place, one)},
        "published": {"$t": published.astimezone(WIB).isoformat(timespec="milliseconds")},
        "updated": {"$t": updated.astimezone(WIB).isoformat(timespec="milliseconds")},
        "author": [_person(place, author)],
    }


def _person(place: Place, person: Person | None) -> dict[str, Any]:
    """Nobody's e-mail is shown, and everybody's is the same; who writes without an account has no profile."""
    email = {"$t": "noreply@blogger.com"}
    if person is None or person.id is None:
        return {"name": {"$t": person.name if person else "Anonymous"}, "email": email}
    number = blog_number(place) if person.id == place.key else person.id
    uri = {"$t": f"https://www.blogger.com/profile/{number}"}
    return {"name": {"$t": person.name}, "uri": uri, "email": email}


def _atom_id(place: Place, one: str) -> str:
    return f"tag:blogger.com,1999:blog-{blog_number(place)}.post-{one}"
