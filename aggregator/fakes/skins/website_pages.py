"""What the pretended sites have in common: pages made for people, titles, and how a text becomes markup."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from html import escape

from flask import request
from werkzeug.wrappers import Response

from aggregator.fakes.world import Place, Post

WIB = timezone(timedelta(hours=7))


def title_of(post: Post) -> str:
    """The first line of a post is its title."""
    return post.text.partition("\n")[0]


def as_html(text: str) -> str:
    """A text as comment systems mark it up: paragraphs at empty lines, breaks within."""
    paragraphs = escape(text, quote=False).split("\n\n")
    return "".join(f"<p>{one.replace(chr(10), '<br />' + chr(10))}</p>\n" for one in paragraphs)


def link_of(place: Place, post: Post) -> str:
    """An article's address, as each face writes it."""
    face = place.more.get("face", "wordpress")
    if face == "disqus":
        return f"https://{place.key}/artikel-{post.id}/"
    at = post.at.astimezone(WIB)
    return f"https://{place.key}/{at:%Y/%m}/berita-{post.id}" + (".html" if face == "blogger" else "/")


def front_page(place: Place, posts: Iterable[Post], head: str = "", foot: str = "") -> str:
    """The newest ten articles."""
    shown = [one for _, one in zip(range(10), posts, strict=False)]
    items = "".join(
        f'<article><h2><a href="{link_of(place, one)}">{escape(title_of(one))}</a></h2></article>' for one in shown
    )
    return _page(place.title, head, items + foot)


def article_page(place: Place, post: Post, foot: str) -> str:
    return _page(title_of(post), "", f"<article><h1>{escape(title_of(post))}</h1>{as_html(post.text)}</article>{foot}")


def _page(title: str, head: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="id"><head><meta charset="utf-8"><title>{escape(title)}</title>{head}</head>'
        f"<body>{body}</body></html>"
    )


def or_unchanged(body: str, mimetype: str, changed: datetime, *, weak: str = "") -> Response:
    """The answer, or 304 to a request that already holds it. Whoever sends both validators must match in both.

    Without `weak` the ETag is made of the time alone, as WordPress does it.
    """
    modified = format_datetime(changed.astimezone(UTC), usegmt=True)
    mark = hashlib.md5((weak or modified).encode(), usedforsecurity=False).hexdigest()
    etag = f'W/"{mark}"' if weak else f'"{mark}"'
    sent = {
        "If-None-Match": etag,
        "If-Modified-Since": modified,
    }
    asked = {name: value for name in sent if (value := request.headers.get(name))}
    headers = {"ETag": etag, "Last-Modified": modified}
    if asked and all(value == sent[name] for name, value in asked.items()):
        return Response(status=304, headers=headers)
    return Response(body, mimetype=mimetype, headers=headers)
