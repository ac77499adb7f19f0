"""X's API v2, pretended: posts billed one by one, tokens for pages, every edit a new id, replies refused unless the
author named the account. Source: X's documentation, as the plugin's README sums up.

`world.notes("x")`: "page" caps every page, "lag" seconds a search stays behind (30), "credits" is what is left of the
prepaid reads (None: enough), "spelling" is "tweet" or, after the renaming, "post".
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, Response, jsonify, request

from aggregator.fakes.skin import Skin, Wsgi
from aggregator.fakes.skins.x_rows import (
    PROBLEMS,
    Said,
    author_id,
    conversation_of,
    face_of,
    home_of,
    latest_of,
    lost,
    opened,
    sealed,
    stamp,
    user_id,
    versions_of,
    writer_of,
)
from aggregator.fakes.world import Change, Comment, Place, Post, World

_WINDOW = timedelta(minutes=15)
_LIMITS = {
    "search": 450,
    "mentions": 450,
    "tweets": 10_000,
    "lookup": 3_500,
    "by": 300,
    "me": 75,
    "create": 100,
    "hidden": 50,
}
_REACH = timedelta(days=7)
_NOT_ALLOWED = (
    "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author of "
    "the post you are replying to."
)
_ABOUT = re.compile(r"(?:from:|to:|@)([a-z0-9_]{1,15})", re.IGNORECASE)
_CONVERSATION = re.compile(r"conversation_id:(\d+)")


class _Refused(Exception):
    def __init__(self, status: int, kind: str, detail: str = "") -> None:
        super().__init__(kind)
        self.status, self.kind, self.detail = status, kind, detail


class XSkin(Skin):
    platform = "x"
    hosts = ("api.x.com",)
    app_settings: Mapping[str, str] = {
        "bearer_token": "AAAAtoken-aplikasi-x-77c2",
        "client_id": "klien-x-contoh",
        "client_secret": "rahasia-klien-x-19af",
    }

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._notes = world.notes(self.platform)
        self._places: dict[str, Place] = {}
        if not self._notes.setdefault("heard", False):  # one ear a world: an edit has one new id
            self._notes["heard"] = True
            world.listen(self._heard)

    def app(self) -> Wsgi:
        app = Flask(__name__)
        get, post = ["GET"], ["POST"]
        app.add_url_rule("/2/users/by", "by", self._answering("by", self._by), methods=get)
        app.add_url_rule("/2/users/me", "me", self._answering("me", self._me), methods=get)
        app.add_url_rule(
            "/2/users/<one>/mentions", "mentions", self._answering("mentions", self._mentions), methods=get
        )
        app.add_url_rule("/2/users/<one>/tweets", "tweets", self._answering("tweets", self._tweets), methods=get)
        app.add_url_rule("/2/tweets/search/recent", "search", self._answering("search", self._search), methods=get)
        app.add_url_rule("/2/tweets", "lookup", self._answering("lookup", self._lookup), methods=get)
        app.add_url_rule("/2/tweets", "create", self._answering("create", self._create), methods=post)
        app.add_url_rule("/2/tweets/<one>/hidden", "hidden", self._answering("hidden", self._hidden), methods=["PUT"])
        app.add_url_rule("/2/oauth2/token", "token", self._token, methods=post)
        return app

    def address(self, place: Place) -> str:
        return f"https://x.com/{place.handle or place.key}"

    def secrets(self, place: Place) -> Mapping[str, str]:
        return {"access_token": f"pengguna.tetap.{place.key}"}

    def settings(self, place: Place) -> Mapping[str, str]:
        return {"user_id": user_id(place)}

    def code(self, place: Place) -> str:
        """The code with which a person comes back from the consent page; good once."""
        return f"kode.{place.key}"

    def _heard(self, change: Change) -> None:
        """Each edit is a post of its own, with the ids of all versions."""
        comment = change.comment
        if change.what == "edited" and comment.post.place.platform == self.platform:
            version = self.world.new_id()
            comment.more.setdefault("versions", [comment.id]).append(version)
            self._notes.setdefault("versions", {})[version] = comment

    # -- answering ---------------------------------------------------------------------------------------------------

    def _answering(self, name: str, answer: Callable[..., tuple[int, Any]]) -> Callable[..., Response]:
        def view(**path: str) -> Response:
            limits: dict[str, str] = {}
            try:
                with self.world.lock:
                    holder = self._holder()
                    limits = self._limited(name, holder)
                    status, body = answer(holder, **path)
            except _Refused as refusal:
                status, body = refusal.status, _problem(refusal)
                limits = (
                    self._headers(name, self._minutes(name, None)) if refusal.kind == "rate-limit-exceeded" else limits
                )
            response = jsonify(body)
            response.status_code = status
            response.headers.update(limits)
            return response

        return view

    def _holder(self) -> Place | None:
        """Whose token this is; None for the app's own. 401 when it is dead."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token == self.app_settings["bearer_token"]:
            return None
        if token.startswith("pengguna.tetap."):
            key, dies = token.removeprefix("pengguna.tetap."), datetime.max.replace(tzinfo=UTC)
        else:
            key, dies = self._notes.get("tokens", {}).get(token, ("", self.world.clock()))
        place = self.world.places.get((self.platform, key))
        if place is None or dies <= self.world.clock() or token in self._notes.get("revoked", ()):
            raise _Refused(401, "about:blank", "Unauthorized")
        return place

    def _limited(self, name: str, holder: Place | None) -> dict[str, str]:
        window = self._minutes(name, holder)
        counts = self._notes.setdefault("counts", {})
        counts[window] = counts.get(window, 0) + 1
        if counts[window] > self._notes.get("limit", _LIMITS[name]):
            raise _Refused(429, "rate-limit-exceeded", "Too Many Requests")
        return self._headers(name, window)

    def _minutes(self, name: str, holder: Place | None) -> tuple[str, str, int]:
        return name, holder.key if holder else "", int(self.world.clock().timestamp() // _WINDOW.total_seconds())

    def _headers(self, name: str, window: tuple[str, str, int]) -> dict[str, str]:
        limit = self._notes.get("limit", _LIMITS[name])
        left = max(0, limit - self._notes.get("counts", {}).get(window, 0))
        reset = (window[2] + 1) * int(_WINDOW.total_seconds())
        return {"x-rate-limit-limit": str(limit), "x-rate-limit-remaining": str(left), "x-rate-limit-reset": str(reset)}

    def _billed(self, units: int) -> None:
        left = self._notes.get("credits")
        if left is not None and left <= 0:
            raise _Refused(402, "credits-depleted", "Your account has no credits left.")
        if left is not None:
            self._notes["credits"] = left - units

    # -- users ---------------------------------------------------------------------------------------------------------

    def _by(self, _: Place | None) -> tuple[int, Any]:
        names = [name.lower() for name in request.args.get("usernames", "").split(",") if name]
        if not 1 <= len(names) <= 100:
            raise _Refused(400, "invalid-request", "usernames: 1 to 100")
        found = [place for name in names if (place := self.world.places.get((self.platform, name)))]
        self._billed(2 * len(found))
        missing = [name for name in names if (self.platform, name) not in self.world.places]
        data = {"data": [face_of(place) for place in found]} if found else {}
        return 200, data | ({"errors": [lost("usernames", name) for name in missing]} if missing else {})

    def _me(self, holder: Place | None) -> tuple[int, Any]:
        if holder is None:
            raise _Refused(403, "unsupported-authentication", "an app is nobody")
        return 200, {"data": face_of(holder)}

    # -- reading -------------------------------------------------------------------------------------------------------

    def _search(self, _: Place | None) -> tuple[int, Any]:
        query, now = request.args.get("query", ""), self.world.clock()
        if not 1 <= len(query) <= 512 or not 10 <= _whole("max_results", 10) <= 100:
            raise _Refused(400, "invalid-request", "query or max_results")
        start = request.args.get("start_time")
        if start and datetime.fromisoformat(start) < now - _REACH:
            raise _Refused(400, "invalid-request", "start_time must be within the last seven days")
        places = {
            p.key: p for name in _ABOUT.findall(query) if (p := self.world.places.get((self.platform, name.lower())))
        }
        posts = [one for place in places.values() for one in self._all(place) if one.at >= now - _REACH]
        self._young_enough(posts)
        within = set(_CONVERSATION.findall(query))
        lag = now - timedelta(seconds=self._notes.get("lag", 30))
        posts = [one for one in posts if one.at <= lag and (not within or conversation_of(one) in within)]
        return self._page([one for one in posts if not one.more.get("retweet")], "next_token")

    def _young_enough(self, posts: Sequence[Said]) -> None:
        """An id older than the reach of a search is refused, as long as anything is left to compare it with."""
        since, oldest = request.args.get("since_id"), min((int(latest_of(one)) for one in posts), default=0)
        if since and int(since) < oldest and self._notes.get("expired"):
            raise _Refused(400, "invalid-request", "since_id must be a post of the last seven days")

    def _mentions(self, _: Place | None, one: str) -> tuple[int, Any]:
        place = self._of(one)
        return self._page(
            [post for post in self._all(place) if writer_of(post).id != place.key][:800], "pagination_token"
        )

    def _tweets(self, _: Place | None, one: str) -> tuple[int, Any]:
        place = self._of(one)
        return self._page([post for post in self._all(place) if writer_of(post).id == place.key], "pagination_token")

    def _of(self, one: str) -> Place:
        if one not in self._places:
            self._places = {user_id(place): place for place in self.world.places_on(self.platform)}
        found = self._places.get(one)
        if found is None or not 5 <= _whole("max_results", 10) <= 100:
            raise _Refused(400, "invalid-request", "id or max_results")
        return found

    def _lookup(self, _: Place | None) -> tuple[int, Any]:
        ids = request.args.get("ids", "").split(",")
        if not 1 <= len(ids) <= 100 or not all(one.isdecimal() for one in ids):
            raise _Refused(400, "invalid-request", "ids: 1 to 100")
        found = {one: said for one in ids if (said := self._known(one))}
        rows = [self._row(said, one) for one, said in found.items()]
        self._billed(len(rows))
        missing = [lost("ids", one) for one in ids if one not in found]
        return 200, ({"data": rows} if rows else {}) | ({"errors": missing} if missing else {})

    def _known(self, one: str) -> Said | None:
        key = (self.platform, one)
        said: Said | None = self.world.posts.get(key) or self.world.comments.get(key)
        said = said or self._notes.get("versions", {}).get(one)  # a later version of an edited post
        return said if said is not None and said.shown else None

    def _all(self, place: Place) -> list[Said]:
        """Everything that concerns a place, newest id first."""
        posts = self.world.posts_of(place)
        said: list[Said] = [*posts, *(one for post in posts for one in self.world.comments_of(post))]
        return sorted(said, key=lambda one: int(latest_of(one)), reverse=True)

    def _page(self, posts: Sequence[Said], token_name: str) -> tuple[int, Any]:
        since, token, start = (request.args.get(name) for name in ("since_id", token_name, "start_time"))
        before = opened(token) if token else None
        if token and before is None:
            raise _Refused(400, "invalid-request", "the token is not valid")
        rows = [
            one
            for one in posts
            if (not since or int(latest_of(one)) > int(since))
            and (before is None or int(latest_of(one)) < before)
            and (not start or one.at >= datetime.fromisoformat(start))
        ]
        shown = rows[: min(_whole("max_results", 10), self._notes.get("page", 100))]
        if not shown:
            return 200, {"meta": {"result_count": 0}}
        users = self._users(shown)
        self._billed(len(shown) + 2 * len(users))
        meta = {"newest_id": latest_of(shown[0]), "oldest_id": latest_of(shown[-1]), "result_count": len(shown)}
        meta |= {"next_token": sealed(latest_of(shown[-1]))} if len(shown) < len(rows) else {}
        data = {"data": [self._row(one, latest_of(one)) for one in shown], "meta": meta}
        return 200, data | ({"includes": {"users": users}} if users else {})

    def _users(self, posts: Sequence[Said]) -> list[dict[str, Any]]:
        if request.args.get("expansions") != "author_id":
            return []
        people = {author_id(writer_of(one), home_of(one)): writer_of(one) for one in posts}
        return [{"id": one, "username": who.handle or "", "name": who.name} for one, who in people.items()]

    def _row(self, one: Said, version: str) -> dict[str, Any]:
        """One post in the spelling of the day; without its fields a post is only id, text and history."""
        other = "post" if self._notes.get("spelling") == "post" else "tweet"
        if f"{'tweet' if other == 'post' else 'post'}.fields" in request.args:
            raise _Refused(400, "invalid-request", "The query parameter [tweet.fields] is not one of [post.fields]")
        text = html.escape(one.text, quote=False)
        row: dict[str, Any] = {"id": version, "text": text[:280], f"edit_history_{other}_ids": versions_of(one)}
        if f"{other}.fields" not in request.args:
            return row
        edited = one.edited_at if isinstance(one, Comment) and version != one.id else None
        row |= {"author_id": author_id(writer_of(one), home_of(one)), "conversation_id": conversation_of(one)}
        row |= {"created_at": stamp(edited or one.at), "public_metrics": {"like_count": 0}}
        if len(text) > 280:
            row[f"note_{other}"] = {"text": text}
        if "urls" in one.more:
            row["entities"] = {"urls": one.more["urls"]}
        return row | self._reference(one, other)

    def _reference(self, one: Said, other: str) -> dict[str, Any]:
        name = f"referenced_{other}s"
        if isinstance(one, Post):
            return {name: [{"type": "retweeted", "id": one.more["retweet"]}]} if "retweet" in one.more else {}
        parent = self.world.comments.get((self.platform, one.parent or "")) or one.post
        answered = author_id(writer_of(parent), one.post.place)
        return {"in_reply_to_user_id": answered, name: [{"type": "replied_to", "id": parent.id}]}

    # -- writing -------------------------------------------------------------------------------------------------------

    def _create(self, holder: Place | None) -> tuple[int, Any]:
        said = request.get_json(silent=True) or {}
        text, under = said.get("text", ""), said.get("reply", {}).get("in_reply_to_tweet_id", "")
        target = self._known(under)
        if holder is None or target is None or not text:
            raise _Refused(403 if holder is None else 400, "invalid-request", "text or reply")
        named = f"@{holder.key}" in target.text.lower()
        if writer_of(target).id != holder.key and not named:
            raise _Refused(403, "about:blank", _NOT_ALLOWED)
        post = target if isinstance(target, Post) else target.post
        if any(one.text == text and one.parent == under and one.official for one in self.world.comments_of(post)):
            raise _Refused(403, "about:blank", "You are not allowed to create a Tweet with duplicate content.")
        self._billed(3)
        made = self.world.say(post, post.place.office, text, parent=under)
        return 201, {"data": {"id": made.id, "text": made.text, "edit_history_tweet_ids": [made.id]}}

    def _hidden(self, holder: Place | None, one: str) -> tuple[int, Any]:
        comment = self.world.comments.get((self.platform, one))
        if holder is None or comment is None or comment.post.place is not holder:
            raise _Refused(403, "about:blank", "not a reply in your conversation")
        self.world.hide(comment, (request.get_json(silent=True) or {}).get("hidden") is True)
        return 200, {"data": {"hidden": comment.hidden}}

    # -- logging in ------------------------------------------------------------------------------------------------------

    def _token(self) -> Response:
        form, auth = request.form, request.authorization
        right = auth and (auth.username, auth.password) == tuple(
            self.app_settings[n] for n in ("client_id", "client_secret")
        )
        with self.world.lock:
            key = self._granted(form) if right else None
            response = jsonify(self._pair(key) if key else {"error": "invalid_grant", "error_description": "no"})
        response.status_code = 200 if key else 400
        return response

    def _granted(self, form: Mapping[str, str]) -> str | None:
        """Whose login this is; codes and refresh tokens are good once."""
        if form.get("grant_type") == "refresh_token":
            refresh: dict[str, str] = self._notes.setdefault("refresh", {})
            return refresh.pop(form.get("refresh_token", ""), None)
        code, spent = form.get("code", ""), self._notes.setdefault("spent", set())
        place = self.world.places.get((self.platform, code.removeprefix("kode.")))
        sound = len(form.get("code_verifier", "")) >= 43 and form.get("redirect_uri", "").startswith("https://")
        if place is None or code != self.code(place) or code in spent or not sound:
            return None
        spent.add(code)
        return place.key

    def _pair(self, key: str) -> dict[str, Any]:
        number = self._notes["pairs"] = self._notes.get("pairs", 0) + 1
        access, refresh = f"pengguna.{number:06d}.{key}", f"segar.{number:06d}.{key}"
        self._notes.setdefault("tokens", {})[access] = (key, self.world.clock() + timedelta(hours=2))
        self._notes.setdefault("refresh", {})[refresh] = key
        return {"token_type": "bearer", "expires_in": 7200, "access_token": access, "refresh_token": refresh,
                "scope": "tweet.read tweet.write users.read offline.access"}  # fmt: skip


def _whole(name: str, default: int) -> int:
    value = request.args.get(name, str(default))
    return int(value) if value.isdecimal() else 0


def _problem(refusal: _Refused) -> dict[str, Any]:
    kind = refusal.kind if refusal.kind == "about:blank" else PROBLEMS + refusal.kind
    return {"title": refusal.kind, "detail": refusal.detail, "type": kind, "status": refusal.status}
