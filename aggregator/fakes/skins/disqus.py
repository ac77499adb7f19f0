"""disqus.com: the API 3.0 over the comments of sites that embed Disqus (places of the website skin, face "disqus").

As at Disqus, an answer holds at most 100 posts, times are UTC without saying so, a full page always promises another
one, errors come as a `code` in the body, and basic accounts have 1,000 requests an hour (`notes["limit"]`). A post with
`comment.more["deleted"]` keeps its place without words.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable
from datetime import UTC, datetime
from html import unescape
from typing import Any

from flask import Flask, request
from werkzeug.wrappers import Response

from aggregator.fakes.skin import Skin, Wsgi
from aggregator.fakes.skins.website_pages import as_html, link_of, title_of
from aggregator.fakes.world import Comment, Place, Post, World

API_KEY = "kunci-umum-disqus-tiruan"
API_SECRET = "rahasia-disqus-tiruan-4711"  # noqa: S105  # of a pretended platform
LIMIT = 1_000
MOST = 100
_STATUS = {2: 400, 4: 401, 5: 401, 8: 404, 12: 403, 13: 429, 18: 401}


def shortname_of(place: Place) -> str:
    """A site's name at Disqus."""
    return str(place.more.get("shortname") or place.key.partition(".")[0])


def token_of(place: Place) -> str:
    """The access token of the site's moderator."""
    return hashlib.sha256(f"disqus:{place.key}".encode()).hexdigest()[:32]


class DisqusError(Exception):
    """An answer with a code other than 0."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code, self.words = code, words


class DisqusSkin(Skin):
    """The API behind all sites that embed Disqus."""

    platform = "disqus"
    hosts = ("disqus.com",)

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._forums: dict[str, Place] = {}
        self._places_seen = 0

    def app(self) -> Wsgi:
        app = Flask("fake-disqus")
        acts = {
            "forums/listPosts": self._forum_posts,
            "forums/details": self._forum,
            "posts/list": self._posts,
            "posts/details": self._post,
            "posts/create": self._create,
        }

        @app.route("/api/3.0/<section>/<act>.json", methods=["GET", "POST"])
        def answer(section: str, act: str) -> Response:
            try:
                self._count()
                if f"{section}/{act}" not in acts:
                    raise DisqusError(1, "Endpoint not valid")
                self._check_key()
                return _json({"code": 0, **acts[f"{section}/{act}"]()}, headers=self._limits())
            except DisqusError as error:
                body = {"code": error.code, "response": error.words}
                return _json(body, _STATUS.get(error.code, 400), headers=self._limits())

        return app.wsgi_app

    def address(self, place: Place) -> str:
        return f"https://{place.key}/"

    # -- acts ------------------------------------------------------------------------------------------------------

    def _forum(self) -> dict[str, Any]:
        place = self._asked_forum()
        founder = str(_user_number(place))
        return {"response": {"id": shortname_of(place), "name": place.title, "founder": founder}}

    def _forum_posts(self) -> dict[str, Any]:
        posts = self.world.posts_of(self._asked_forum())
        return self._page(posts)

    def _posts(self) -> dict[str, Any]:
        numbers = request.args.getlist("thread")
        threads = [self.world.posts.get(("website", number)) for number in numbers]
        if not threads or any(one is None or not one.shown for one in threads):
            raise DisqusError(2, "Invalid argument, 'thread': Unable to find thread")
        return self._page(one for one in threads if one)

    def _post(self) -> dict[str, Any]:
        found = self.world.comments.get(("website", request.args.get("post", "")))
        if found is None:
            raise DisqusError(8, "Unable to find post")
        return {"response": _row(found)}

    def _create(self) -> dict[str, Any]:
        form = request.form
        if request.method != "POST" or form.get("api_secret") != API_SECRET:
            raise DisqusError(5, "Invalid API key")
        parent = self.world.comments.get(("website", form.get("parent", "")))
        post = parent.post if parent else self.world.posts.get(("website", form.get("thread", "")))
        if post is None or not form.get("message", "").strip():
            raise DisqusError(2, "Invalid argument")
        if form.get("access_token") != token_of(post.place):
            raise DisqusError(18, "Your authorization signature is invalid")
        said = self.world.say(
            post, post.place.office, unescape(form["message"]).strip(), parent=parent.id if parent else None
        )
        return {"response": _row(said)}

    # -- paging, limits, keys --------------------------------------------------------------------------------------

    def _page(self, threads: Iterable[Post]) -> dict[str, Any]:
        limit = request.args.get("limit", 25, int)
        if not 1 <= limit <= MOST:
            raise DisqusError(2, "Invalid argument, 'limit'")
        downwards = request.args.get("order", "desc") == "desc"
        since = _moment(request.args.get("since"))
        found = [one for post in threads for one in self.world.comments_of(post) if since is None or one.at >= since]
        found.sort(key=_place_in_time, reverse=downwards)
        after = self.world.comments.get(("website", request.args.get("cursor", "").partition(":")[0]))
        if after is not None:
            here = _place_in_time(after)
            found = [one for one in found if (_place_in_time(one) < here if downwards else _place_in_time(one) > here)]
        page = found[:limit]
        full = len(page) == limit
        cursor = {"hasNext": full, "next": f"{page[-1].id}:0:0" if full else "", "more": full, "hasPrev": bool(after)}
        return {"cursor": cursor, "response": [_row(one) for one in page]}

    def _asked_forum(self) -> Place:
        """The site of that name; the names are gathered anew when there are new places."""
        if len(self.world.places) != self._places_seen:
            sites = [one for one in self.world.places_on("website") if one.more.get("face") == "disqus"]
            self._forums, self._places_seen = {shortname_of(one): one for one in sites}, len(self.world.places)
        found = self._forums.get(request.args.get("forum", ""))
        if found is None:
            raise DisqusError(2, "Invalid argument, 'forum': Unable to find forum")
        return found

    def _check_key(self) -> None:
        if request.method == "GET" and request.args.get("api_key") != API_KEY:
            raise DisqusError(5, "Invalid API key")

    def _count(self) -> None:
        notes, hour = self.world.notes("disqus"), self.world.clock().replace(minute=0, second=0, microsecond=0)
        with self.world.lock:
            if notes.get("hour") != hour:
                notes["hour"], notes["calls"] = hour, 0
            notes["calls"] += 1
        if notes["calls"] > notes.get("limit", LIMIT):
            raise DisqusError(13, "You have exceeded the rate limit for this resource")

    def _limits(self) -> dict[str, str]:
        notes = self.world.notes("disqus")
        limit = notes.get("limit", LIMIT)
        return {
            "X-Ratelimit-Limit": str(limit),
            "X-Ratelimit-Remaining": str(max(0, limit - notes["calls"])),
            "X-Ratelimit-Reset": str(int(notes["hour"].timestamp()) + 3600),
        }


def _row(one: Comment) -> dict[str, Any]:
    deleted = not one.shown or bool(one.more.get("deleted"))
    return {
        "id": one.id,
        "parent": int(one.parent) if one.parent else None,
        "thread": _thread(one.post) if "thread" in request.args.getlist("related") else one.post.id,
        "forum": shortname_of(one.post.place),
        "author": _author(one),
        "createdAt": f"{one.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}",
        "message": "" if deleted else as_html(one.text).strip(),
        "raw_message": "" if deleted else one.text,
        "isDeleted": deleted,
        "isApproved": not one.more.get("waits", False),
        "isEdited": one.edited_at is not None,
        "likes": one.likes,
    }


def _thread(post: Post) -> dict[str, Any]:
    return {
        "id": post.id,
        "link": link_of(post.place, post),
        "title": title_of(post),
        "createdAt": f"{post.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}",
    }


def _author(one: Comment) -> dict[str, Any]:
    """A guest has a name and nothing else."""
    if one.author is None or one.author.id is None:
        return {"name": one.author.name if one.author else "Tamu", "isAnonymous": True}
    number = str(_user_number(one.post.place)) if one.official else one.author.id
    username = one.author.handle or f"disqus_{number}"
    return {"id": number, "name": one.author.name, "username": username, "isAnonymous": False}


def _user_number(place: Place) -> int:
    return zlib.crc32(place.key.encode())


def _place_in_time(one: Comment) -> tuple[datetime, str]:
    return one.at, one.id


def _moment(value: str | None) -> datetime | None:
    """Unix seconds, or ISO 8601 in UTC."""
    if not value:
        return None
    if value.isdecimal():
        return datetime.fromtimestamp(int(value), UTC)
    return datetime.fromisoformat(value).replace(tzinfo=UTC)


def _json(data: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(json.dumps(data, ensure_ascii=False), status, headers, content_type="application/json")
