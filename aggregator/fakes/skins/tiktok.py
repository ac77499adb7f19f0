"""TikTok's Accounts API, pretended: HTTP 200 whatever happens, codes in an envelope, random order unless asked, short
pages, and a list that loses its head beyond 500 comments. Source: TikTok's documentation, as the plugin's README sums up.

`world.notes("tiktok")`: "page" caps every page (a short page that is not the last), "revoked" holds dead tokens.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

from aggregator.fakes.skin import Push, Skin, Wsgi
from aggregator.fakes.world import Change, Comment, Place, Post, World

PER_MINUTE = 40  # of one account at one endpoint
SORTED = 500
_ROOT = "/open_api/v1.3"
_TOKEN_LIVES, _LOGIN_LIVES = timedelta(days=1), timedelta(days=365)
_FIELDS = {
    "get": ("username", "display_name", "followers_count", "is_verified", "videos_count", "profile_deep_link"),
    "video/list": ("item_id", "create_time", "caption", "share_url", "comments", "media_type", "likes", "video_views"),
}


class _Refused(Exception):
    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


class TikTokSkin(Skin):
    platform = "tiktok"
    hosts = ("business-api.tiktok.com",)
    app_settings: Mapping[str, str] = {
        "client_id": "7399000000000000001",
        "client_secret": "rahasia-aplikasi-tiktok-5b1e",
        "authorization_url": "https://www.tiktok.com/v2/auth/authorize?client_key=awabc&scope=comment.list&response_type=code",
    }

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._notes = world.notes(self.platform)

    def app(self) -> Wsgi:
        app = Flask(__name__)
        app.json.sort_keys = False  # type: ignore[attr-defined]  # of Flask's default provider
        for path, answer in {**self._reads(), **self._writes()}.items():
            method = "GET" if path in self._reads() else "POST"
            app.add_url_rule(f"{_ROOT}{path}", path, self._enveloped(answer), methods=[method])
        app.register_error_handler(404, lambda _: self._envelope(40006, "no such path", {}))
        return app

    def _reads(self) -> dict[str, Callable[[], Any]]:
        return {
            "/business/get/": self._face,
            "/business/video/list/": self._videos,
            "/business/comment/list/": self._comments,
            "/business/comment/reply/list/": self._replies,
        }

    def _writes(self) -> dict[str, Callable[[], Any]]:
        return {
            "/business/comment/reply/create/": self._say,
            "/business/comment/hide/": self._hide,
            "/business/webhook/update/": self._listen,
            "/tt_user/oauth2/token/": self._token,
            "/tt_user/oauth2/refresh_token/": self._refresh,
        }

    def address(self, place: Place) -> str:
        return f"https://www.tiktok.com/@{place.key}"

    def secrets(self, place: Place) -> Mapping[str, str]:
        return {"access_token": f"act.tetap.{place.key}"}

    def settings(self, place: Place) -> Mapping[str, str]:
        return {"business_id": open_id(place)}

    def code(self, place: Place) -> str:
        """The code with which a person comes back from the consent page; good once."""
        return f"kode.{place.key}"

    def pushes(self, change: Change) -> Iterator[Push]:
        """Comments that come, go or are hidden; there are no edits on TikTok."""
        action = {"added": "insert", "removed": "delete", "hidden": "set_to_hidden"}.get(change.what)
        if change.what == "hidden" and not change.comment.hidden:
            action = "set_to_public"
        if action:
            yield self.push(self._notice(change.comment, action))

    def push(self, notice: Mapping[str, Any]) -> Push:
        """A notice, signed now."""
        stamp, body = str(int(self.world.clock().timestamp())), json.dumps(notice).encode()
        secret = self.app_settings["client_secret"].encode()
        sign = hmac.new(secret, f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        return Push(platform=self.platform, body=body, headers={"Tiktok-Signature": f"t={stamp},s={sign}"})

    def _notice(self, comment: Comment, action: str) -> dict[str, Any]:
        content = {
            "comment_id": int(comment.id), "video_id": int(comment.post.id), "parent_comment_id": int(comment.parent or 0),
            "comment_type": "reply" if comment.parent else "comment", "comment_action": action,
            "timestamp": int(self.world.clock().timestamp() * 1000), "unique_identifier": _identifier(comment),
        }  # fmt: skip
        now = int(self.world.clock().timestamp())
        return {"client_key": "awabc", "event": "comment.update", "create_time": now,
                "user_openid": open_id(comment.post.place), "content": json.dumps(content)}  # fmt: skip

    # -- the envelope ------------------------------------------------------------------------------------------------

    def _enveloped(self, answer: Callable[[], Any]) -> Callable[[], ResponseReturnValue]:
        def view() -> ResponseReturnValue:
            try:
                with self.world.lock:
                    return self._envelope(0, "OK", answer())
            except _Refused as refusal:
                return self._envelope(refusal.code, refusal.message, {})

        return view

    def _envelope(self, code: int, message: str, data: Any) -> ResponseReturnValue:
        self._notes["asked"] = self._notes.get("asked", 0) + 1
        return jsonify(code=code, message=message, request_id=f"20260309{self._notes['asked']:09d}", data=data)

    def _place(self, asked: Mapping[str, Any]) -> Place:
        """Whose token this is; 40105 when it is dead or another account's, 40100 when it came too often."""
        token = request.headers.get("Access-Token", "")
        key = self._holder(token)
        place = self.world.places.get((self.platform, key or ""))
        if place is None or asked.get("business_id") != open_id(place):
            raise _Refused(40105, "Access token is incorrect or has been revoked.")
        minute = (self.world.clock().strftime("%H:%M"), request.path, key)
        asked_before = self._notes.setdefault("minutes", {})
        if minute[0] != self._notes.get("minute"):
            self._notes["minute"] = minute[0]
            asked_before.clear()
        asked_before[minute] = asked_before.get(minute, 0) + 1
        if asked_before[minute] > PER_MINUTE:
            raise _Refused(40100, "Too many requests. QPM limit reached.")
        return place

    def _holder(self, token: str) -> str | None:
        if token in self._notes.get("revoked", ()):
            return None
        if token.startswith("act.tetap."):
            return token.removeprefix("act.tetap.")
        holder, dies = self._notes.get("tokens", {}).get(token, (None, self.world.clock()))
        return holder if dies > self.world.clock() else None

    # -- reading -----------------------------------------------------------------------------------------------------

    def _face(self) -> Any:
        place = self._place(request.args)
        face = {
            "username": place.handle or place.key, "display_name": place.title, "followers_count": place.followers,
            "is_verified": place.verified, "videos_count": len(self.world.posts_of(place)),
            "profile_deep_link": self.address(place),
        }  # fmt: skip
        return {name: face[name] for name in _listed("fields", _FIELDS["get"])}

    def _videos(self) -> Any:
        place = self._place(request.args)
        fields = _listed("fields", _FIELDS["video/list"]) if "fields" in request.args else ["item_id"]
        wanted = _json("filters", {}).get("video_ids")
        posts = [post for post in self.world.posts_of(place) if wanted is None or post.id in wanted]
        before = _number("cursor", 0, None)
        posts = [post for post in posts if not before or _ms(post) < before]
        shown = posts[: self._page(_number("max_count", 10, 20))]
        rows = [{name: self._video(post)[name] for name in fields} for post in shown]
        return {"videos": rows, "cursor": _ms(shown[-1]) if shown else 0, "has_more": len(shown) < len(posts)}

    def _video(self, post: Post) -> dict[str, Any]:
        public = sum(not one.hidden for one in self.world.comments_of(post))
        return {
            "item_id": post.id, "create_time": _time(post.id, post.at.timestamp()), "caption": post.text,
            "share_url": f"{self.address(post.place)}/video/{post.id}?utm_campaign=tt4d", "comments": public,
            "media_type": "VIDEO", "likes": 3, "video_views": 120,
        }  # fmt: skip

    def _comments(self) -> Any:
        post, status = self._listed_post()
        everything = [one for one in self.world.comments_of(post) if status == "ALL" or not one.hidden]
        if "comment_ids" in request.args:
            ids = _json("comment_ids", [])
            if len(ids) > 30:
                raise _Refused(40002, "comment_ids: at most 30")
            found = [self._row(one) for one in everything if one.id in ids]
            return {"comments": found, "cursor": len(found), "has_more": False}
        below: dict[str, list[Comment]] = {}
        for one in everything:
            if one.parent:
                below.setdefault(_top(self.world, one), []).append(one)
        page = self._paged([one for one in everything if not one.parent])
        inline = request.args.get("include_replies") == "true"
        rows = [self._row(one) | self._below(below.get(one.id, []), inline) for one in page["comments"]]
        return {**page, "comments": rows}

    def _below(self, replies: Sequence[Comment], inline: bool) -> dict[str, Any]:
        smart = [*(one for one in replies if one.official), *(one for one in replies if not one.official)]
        return {"replies": len(replies), **({"reply_list": [self._row(one) for one in smart[:3]]} if inline else {})}

    def _replies(self) -> Any:
        post, status = self._listed_post()
        parent = request.args.get("comment_id", "")
        below = [one for one in self.world.comments_of(post) if one.parent and _top(self.world, one) == parent]
        page = self._paged([one for one in below if status == "ALL" or not one.hidden])
        return {**page, "comments": [self._row(one) for one in page["comments"]]}

    def _listed_post(self) -> tuple[Post, str]:
        place, video = self._place(request.args), request.args.get("video_id", "")
        post = self.world.posts.get((self.platform, video))
        if post is None or post.place is not place or not post.shown:
            raise _Refused(40002, "video_id: not a video of this account")
        return post, request.args.get("status", "ALL")

    def _paged(self, rows: list[Comment]) -> dict[str, Any]:
        """A page of rows in the order asked for; beyond 500 likes decide, and each page repeats an old row."""
        most, start = _number("max_count", 20, 30), _number("cursor", 0, None)
        ordered = _ordered(rows, request.args.get("sort_field"), request.args.get("sort_order"))
        shown = ordered[start : start + self._page(most)]
        after = start + len(shown)
        again = ordered[:1] if start >= SORTED else []
        return {"comments": [*again, *shown], "cursor": after, "has_more": after < len(ordered)}

    def _page(self, most: int) -> int:
        return min(most, int(self._notes.get("page", most)))

    def _row(self, one: Comment) -> dict[str, Any]:
        author = one.author or one.post.place.office
        row: dict[str, Any] = {
            "comment_id": one.id, "video_id": one.post.id, "unique_identifier": _identifier(one),
            "create_time": _time(one.id, one.at.timestamp()), "text": one.text, "likes": one.likes, "owner": one.official,
            "liked": False, "pinned": bool(one.more.get("pinned")), "status": "HIDDEN" if one.hidden else "PUBLIC",
            "username": author.handle or "", "display_name": author.name,
            "profile_image": f"https://p16.tiktokcdn.example/{one.id}.webp?x-expires=1792600000",
        }  # fmt: skip
        row |= {"image_url": one.more["image"]} if "image" in one.more else {}
        return row | ({"parent_comment_id": _top(self.world, one)} if one.parent else {"replies": 0})

    # -- writing -----------------------------------------------------------------------------------------------------

    def _say(self) -> Any:
        said, place = _body("business_id", "video_id", "comment_id", "text"), self._place(_body())
        parent = self.world.comments.get((self.platform, said["comment_id"]))
        if parent is None or not parent.shown or parent.post.place is not place or parent.post.id != said["video_id"]:
            raise _Refused(40002, "comment_id: no such comment")
        if len(said["text"]) > 1_200:
            raise _Refused(40002, "text: at most 1200 characters")
        made = self.world.answer(parent, said["text"])
        row = self._row(made)
        wanted = ("comment_id", "parent_comment_id", "video_id", "create_time", "text", "unique_identifier")
        return {name: row[name] for name in wanted}

    def _hide(self) -> Any:
        said, place = _body("business_id", "video_id", "comment_id", "action"), self._place(_body())
        comment = self.world.comments.get((self.platform, said["comment_id"]))
        if comment is None or comment.post.place is not place or said["action"] not in ("HIDE", "UNHIDE"):
            raise _Refused(40002, "comment_id or action")
        self.world.hide(comment, said["action"] == "HIDE")
        return {}

    # -- logging in ----------------------------------------------------------------------------------------------------

    def _token(self) -> Any:
        said = self._app("auth_code", "redirect_uri")
        place = self.world.places.get((self.platform, said["auth_code"].removeprefix("kode.")))
        spent = self._notes.setdefault("spent", set())
        sound = said["redirect_uri"].startswith("https://") and said["redirect_uri"].endswith("/")
        if place is None or said["auth_code"] != self.code(place) or said["auth_code"] in spent or not sound:
            raise _Refused(40002, "auth_code or redirect_uri is invalid")
        spent.add(said["auth_code"])
        return self._pair(place)

    def _refresh(self) -> Any:
        """A new pair; the old refresh token is dead from now on."""
        key = self._notes.setdefault("refresh", {}).pop(self._app("refresh_token")["refresh_token"], None)
        if key is None:
            raise _Refused(40105, "refresh_token is invalid")
        return self._pair(self.world.places[self.platform, key])

    def _pair(self, place: Place) -> dict[str, Any]:
        number = self._notes["pairs"] = self._notes.get("pairs", 0) + 1
        access, refresh = f"act.{number:06d}.{place.key}", f"rft.{number:06d}.{place.key}"
        self._notes.setdefault("tokens", {})[access] = (place.key, self.world.clock() + _TOKEN_LIVES)
        self._notes.setdefault("refresh", {})[refresh] = place.key
        return {
            "access_token": access, "token_type": "Bearer", "expires_in": int(_TOKEN_LIVES.total_seconds()),
            "scope": self._notes.get("scope", "user.info.basic,video.list,comment.list,comment.list.manage"),
            "refresh_token": refresh, "refresh_token_expires_in": int(_LOGIN_LIVES.total_seconds()),
            "open_id": open_id(place),
        }  # fmt: skip

    def _listen(self) -> Any:
        """Where notices of comments go; one address an app."""
        said = _body("app_id", "secret", "event_type", "callback_url")
        right = (said["app_id"], said["secret"]) == (self.app_settings["client_id"], self.app_settings["client_secret"])
        if not right or said["event_type"] != "COMMENT" or not said["callback_url"].startswith("https://"):
            raise _Refused(40002, "app_id, secret, event_type or callback_url is invalid")
        self._notes["callback_url"] = said["callback_url"]
        return {"app_id": said["app_id"], "event_type": "COMMENT", "callback_url": said["callback_url"]}

    def _app(self, *names: str) -> dict[str, Any]:
        said = _body("client_id", "client_secret", "grant_type", *names)
        if any(said[name] != self.app_settings[name] for name in ("client_id", "client_secret")):
            raise _Refused(40105, "client_id or client_secret is incorrect")
        return said


def open_id(place: Place) -> str:
    """The account as this app knows it."""
    return f"-000{place.key}"


def _identifier(one: Comment) -> str:
    author = one.author or one.post.place.office
    return f"+{author.id}==" if one.official else str(author.id)


def _top(world: World, one: Comment) -> str:
    """Replies stand in one row below the comment they are about, however deep."""
    while one.parent and (above := world.comments.get(("tiktok", one.parent))):
        one = above
    return one.id


def _ordered(rows: list[Comment], field: str | None, order: str | None) -> list[Comment]:
    if field is None:  # the documented default is random; this is random, and the same every time
        return sorted(rows, key=lambda one: hashlib.sha256(one.id.encode()).digest())
    newest = sorted(rows, key=lambda one: (one.at, one.id), reverse=order == "desc")
    return newest[:SORTED] + sorted(newest[SORTED:], key=lambda one: -one.likes)


def _ms(post: Post) -> int:
    return int(post.at.timestamp() * 1000)


def _time(one: str, seconds: float) -> str | int:
    """TikTok sends times as text here and as numbers there."""
    return int(seconds) if one[-1:] in "13579" else str(int(seconds))


def _number(name: str, default: int, most: int | None) -> int:
    value = request.args.get(name, str(default))
    if not value.isdecimal() or (most is not None and not 1 <= int(value) <= most):
        raise _Refused(40002, f"{name}: out of range")
    return int(value)


def _json(name: str, default: Any) -> Any:
    try:
        value = json.loads(request.args.get(name) or json.dumps(default))
    except ValueError:
        raise _Refused(40002, f"{name}: not JSON") from None
    if not isinstance(value, type(default)):
        raise _Refused(40002, f"{name}: of another type")
    return value


def _listed(name: str, known: Sequence[str]) -> list[str]:
    wanted: list[str] = _json(name, [])
    if not wanted or not set(wanted) <= set(known):
        raise _Refused(40002, f"{name}: unknown field")
    return wanted


def _body(*names: str) -> dict[str, Any]:
    said = request.get_json(silent=True)
    if not isinstance(said, dict) or not all(isinstance(said.get(name), str) and said[name] for name in names):
        raise _Refused(40002, "a required parameter is missing")
    return said
