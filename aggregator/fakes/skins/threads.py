"""A pretended Threads. Source: Threads API v1.0.

A place's key is the profile's id, its handle the username. A post with an author is someone else's and names the
profile; a comment with `more["pending"]` waits for approval and is listed nowhere, `more["repost"]` on a post makes it
a repost. Notes beyond those of `graph`: `standard` {profile keys}: without review lists of others' words are empty;
`slow` {profile key: looks at a container before it is ready}. `person` the key of the
profile whose owner sits at the consent page (the first, unless said). `more["born"]` on a place: when its token was given.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Flask, redirect, request
from werkzeug.wrappers import Response

from aggregator.fakes.skin import Push
from aggregator.fakes.skins.graph import GraphError, GraphSkin, asked, time_of
from aggregator.fakes.skins.graph_fields import chosen, fields_of
from aggregator.fakes.world import Change, Comment, Place, Post

TOKEN_LIFE = timedelta(days=60)
EARLIEST = 1_688_540_400
TEXT_MOST, LINKS_MOST = 500, 5


class ThreadsSkin(GraphSkin):
    """Profiles, conversations, mentions, and answers in two steps."""

    platform = "threads"
    hosts = ("graph.threads.net", "threads.net")
    version = "v1.0"
    use_case = "threads"
    limit_code = 4
    requires_proof = False
    app_settings: Mapping[str, str] = {
        "client_id": "915300000000002",
        "client_secret": "rahasia-threads-contoh",
        "verify_token": "token-periksa-threads",
    }

    def routes(self, app: Flask) -> None:
        root = f"/{self.version}"
        app.add_url_rule("/oauth/authorize", view_func=self._dialog)
        app.add_url_rule("/oauth/access_token", view_func=self._short_token, methods=["POST"])
        app.add_url_rule("/access_token", view_func=self._long_token)
        app.add_url_rule("/refresh_access_token", view_func=self._refreshed)
        app.add_url_rule(f"{root}/me", view_func=self._me)
        app.add_url_rule(f"{root}/me/threads", view_func=self._threads)
        app.add_url_rule(f"{root}/me/threads", view_func=self._container, methods=["POST"])
        app.add_url_rule(f"{root}/me/threads_publish", view_func=self._published, methods=["POST"])
        app.add_url_rule(f"{root}/me/mentions", view_func=self._mentions)
        app.add_url_rule(f"{root}/me/replies", view_func=self._own_replies)
        app.add_url_rule(f"{root}/me/threads_publishing_limit", view_func=self._publishing_limit)
        app.add_url_rule(f"{root}/<one>", view_func=self._node, methods=["GET", "DELETE"])
        app.add_url_rule(
            f"{root}/<one>/conversation", view_func=lambda one: self._talk(one, deep=True), endpoint="talk"
        )
        app.add_url_rule(f"{root}/<one>/replies", view_func=lambda one: self._talk(one, deep=False), endpoint="replies")
        app.add_url_rule(f"{root}/<one>/manage_reply", view_func=self._managed, methods=["POST"])

    def address(self, place: Place) -> str:
        return f"https://www.threads.com/@{place.handle}"

    def settings(self, place: Place) -> Mapping[str, str]:
        return {"user_id": place.key}

    def pushes(self, change: Change) -> Iterator[Push]:
        """New replies below the profile's posts."""
        comment = change.comment
        post, place = comment.post, comment.post.place
        if change.what != "added" or post.author is not None or comment.official:
            return
        value = chosen(
            self._reply(comment), fields_of("id,username,text,media_type,permalink,replied_to,timestamp"), "Reply"
        )
        root = {"id": post.id, "owner_id": place.key, "username": place.handle}
        yield self.signed_push(
            {
                "app_id": self.app_settings["client_id"],
                "topic": "moderate",
                "target_id": place.key,
                "time": int(self.world.clock().timestamp()),
                "subscription_id": "234567",
                "has_uid_field": False,
                "values": {"value": {**value, "root_post": root}, "field": "replies"},
            }
        )

    # -- what is read ----------------------------------------------------------------------------------------------

    def _own(self) -> Place:
        place = self.caller().place
        if place is None:
            raise GraphError(10, "(#10) Application does not have permission for this action", status=403)
        return place

    def _me(self) -> Any:
        place = self._own()
        return self._shown({"id": place.key, "username": place.handle, "name": place.title})

    def _threads(self) -> Any:
        own = [post for post in self.world.posts_of(self._own()) if post.author is None]
        return self._page([self._post(post) for post in own], "me/threads")

    def _mentions(self) -> Any:
        """Public posts and replies of others that name the profile; none of them for an app without review."""
        place = self._own()
        if self._standard(place):
            return {"data": []}
        posts = self.world.posts_of(place)
        found = [self._post(post) for post in posts if post.author is not None]
        named = f"@{place.handle}"
        talk = (one for post in posts for one in self._visible(post))
        found += [self._reply(one) for one in talk if named in one.text and not one.official]
        return self._page(sorted(found, key=_newest_first), "me/mentions")

    def _own_replies(self) -> Any:
        place = self._own()
        talk = (one for post in self.world.posts_of(place) for one in self._visible(post) if one.official)
        return self._page(sorted(map(self._reply, talk), key=_newest_first), "me/replies")

    def _talk(self, one: str, *, deep: bool) -> Any:
        """All depths flat (a root post only), or the top level."""
        place = self._own()
        post = self.world.posts.get((self.platform, one))
        if post is None or not post.shown or post.place is not place or post.author is not None:
            raise _missing(one)
        rows = [] if self._standard(place) else self._visible(post)
        answered = {row.parent for row in rows if row.parent}
        nodes = [self._reply(row, answered) for row in rows if deep or row.parent is None]
        newest = request.args.get("reverse", "true") == "true"
        return self._page(nodes[::-1] if newest else nodes, f"{one}/{'conversation' if deep else 'replies'}")

    def _node(self, one: str) -> Any:
        place = self._own()
        container = self._containers().get(one)
        if container and container["place"] is place:
            return self._shown({"id": one, "status": self._status(container), "error_message": None})
        post = self.world.posts.get((self.platform, one))
        comment = self.world.comments.get((self.platform, one))
        found = post if post and post.shown else comment if comment and self._is_visible(comment) else None
        if found is None:
            raise _missing(one)
        if request.method == "DELETE":
            return self._deleted(found, place)
        return self._shown(self._post(found) if isinstance(found, Post) else self._reply(found))

    def _deleted(self, found: Post | Comment, place: Place) -> dict[str, Any]:
        if isinstance(found, Post) or not found.official or found.post.place is not place:
            raise GraphError(10, "(#10) Only own replies can be deleted here", status=403)
        self.world.remove(found)
        return {"success": True, "deleted_id": found.id}

    def _page(self, nodes: list[dict[str, Any]], path: str) -> Any:
        """`since` and `until` bound it, no `next` address is given."""
        args = request.args
        since, until = (_moment(args[name]) if name in args else None for name in ("since", "until"))
        if (since is not None and since < EARLIEST) or ("before" in args and "after" in args):
            raise GraphError(100, "(#100) Param since must be greater than or equal to 1688540400")
        low, high = since or 0, until if until is not None else float("inf")
        rows = [node for node in nodes if low <= node["at"] <= high]
        return self.page(rows, self._shown, args, path, key=lambda node: str(node["id"]), names_next=False)

    def _shown(self, node: dict[str, Any]) -> dict[str, Any]:
        text = request.args.get("fields")
        return chosen(node, fields_of(text) if text else (), "ThreadsMedia")

    def _standard(self, place: Place) -> bool:
        return place.key in self.world.notes(self.platform).get("standard", ())

    def _is_visible(self, comment: Comment) -> bool:
        return comment.shown and not comment.more.get("pending")

    def _visible(self, post: Post) -> list[Comment]:
        return [one for one in self.world.comments_of(post) if self._is_visible(one)]

    def _post(self, post: Post) -> dict[str, Any]:
        writer = post.author.handle if post.author else post.place.handle
        return {
            **_written(post.id, post.text, post.at, writer, "REPOST_FACADE" if post.more.get("repost") else None),
            "has_replies": bool(self._visible(post)),
            "is_reply": False,
            "root_post": None,
            "replied_to": None,
            "is_reply_owned_by_me": None,
            "hide_status": None,
        }

    def _reply(self, comment: Comment, answered: Collection[str] | None = None) -> dict[str, Any]:
        """`answered` are the ids below which something hangs."""
        return {
            **_written(comment.id, comment.text, comment.at, comment.author.handle if comment.author else None, None),
            "has_replies": comment.id in (answered or ()),
            "is_reply": True,
            "root_post": {"id": comment.post.id},
            "replied_to": {"id": comment.parent or comment.post.id},
            "is_reply_owned_by_me": comment.official,
            "hide_status": "HIDDEN" if comment.hidden else "NOT_HUSHED",
        }

    # -- what is written -------------------------------------------------------------------------------------------

    def _containers(self) -> dict[str, dict[str, Any]]:
        held: dict[str, dict[str, Any]] = self.world.notes(self.platform).setdefault("containers", {})
        return held

    def _container(self) -> Any:
        place = self._own()
        kind, text, target = asked("media_type", "text", "reply_to_id")
        if sum(len(one.encode()) if ord(one) > 0xFFFF else 1 for one in text) > TEXT_MOST or kind != "TEXT":
            raise GraphError(100, "(#100) Param text must be at most 500 characters long.")
        if text.count("http://") + text.count("https://") > LINKS_MOST:
            raise GraphError(100, "THREADS_API__LINK_LIMIT_EXCEEDED")
        answered = self.world.comments.get((self.platform, target))
        post = (
            answered.post if answered and self._is_visible(answered) else self.world.posts.get((self.platform, target))
        )
        if post is None or not post.shown:
            raise _missing(target)
        looks = self.world.notes(self.platform).get("slow", {}).get(place.key, 0)
        one = self.world.new_id()
        self._containers()[one] = {
            "place": place,
            "post": post,
            "to": answered,
            "text": text,
            "looks": looks,
            "said": None,
        }
        return {"id": one}

    def _status(self, container: dict[str, Any]) -> str:
        if container["said"]:
            return "PUBLISHED"
        container["looks"] -= 1
        return "FINISHED" if container["looks"] < 0 else "IN_PROGRESS"

    def _published(self) -> Any:
        place = self._own()
        (one,) = asked("creation_id")
        container = self._containers().get(one)
        if container is None or container["place"] is not place or container["said"]:
            raise _missing(one)
        if container["looks"] > 0:
            raise GraphError(24, "The requested resource does not exist", subcode=4279009)
        to = container["to"]
        said = self.world.say(container["post"], place.office, container["text"], parent=to.id if to else None)
        container["said"] = said.id
        return {"id": said.id}

    def _managed(self, one: str) -> Any:
        place = self._own()
        (hide,) = asked("hide")
        comment = self.world.comments.get((self.platform, one))
        if comment is None or not self._is_visible(comment) or comment.post.place is not place:
            raise _missing(one)
        if comment.parent is not None:
            raise GraphError(100, "(#100) Only top-level replies can be hidden")
        self.world.hide(comment, hide == "true")
        return {"success": True}

    def _publishing_limit(self) -> Any:
        place = self._own()
        used = sum(1 for one in self._containers().values() if one["place"] is place and one["said"])
        config = {"quota_total": 1000, "quota_duration": 86400}
        return {"data": [{"reply_quota_usage": used, "reply_config": config}]}

    # -- logins ----------------------------------------------------------------------------------------------------

    def code_of(self, place: Place) -> str:
        """A code that the consent page gives for this profile; good once."""
        return f"kode-{place.key}"

    def place_of(self, token: str) -> Place | None:
        """A profile's token, or one that a login got: both are good."""
        return super().place_of(token.replace("THlogin", f"EAAB{self.platform}", 1))

    def _dialog(self) -> Response:
        """The owner consents at once; "#_" comes after the code, as at the real one."""
        client, back, state = asked("client_id", "redirect_uri", "state")
        key = self.world.notes(self.platform).get("person", "")
        place = self.world.places.get((self.platform, key)) or next(self.world.places_on(self.platform), None)
        if client != self.app_settings["client_id"] or place is None:
            raise GraphError(101, "Error validating application. Invalid application ID.")
        code = f"{self.code_of(place)}-{self.world.new_id()}"
        return redirect(f"{back}?{urlencode({'code': code, 'state': state})}#_")

    def _short_token(self) -> Any:
        form, used = request.form, self.world.notes(self.platform).setdefault("codes", set())
        code = form.get("code", "")
        place = self.world.places.get((self.platform, code.removeprefix("kode-").partition("-")[0]))
        own = all(form.get(name) == self.app_settings[name] for name in ("client_id", "client_secret"))
        right = own and form.get("grant_type") == "authorization_code" and bool(form.get("redirect_uri"))
        if place is None or not right or code in used:
            raise GraphError(100, "Invalid verification code")
        used.add(code)
        return {"access_token": f"THpendek.{place.key}.0", "user_id": int(place.key)}

    def _long_token(self) -> Any:
        grant, secret, token = asked("grant_type", "client_secret", "access_token")
        place = self.world.places.get((self.platform, token.removeprefix("THpendek.").removesuffix(".0")))
        if place is None or secret != self.app_settings["client_secret"] or grant != "th_exchange_token":
            raise GraphError(190, "Error validating access token.", subcode=467)
        return self._given(place)

    def _refreshed(self) -> Any:
        grant, token = asked("grant_type", "access_token")
        place = self.place_of(token)
        if place is None or grant != "th_refresh_token" or token in self.world.notes(self.platform).get("dead", {}):
            raise GraphError(190, "Error validating access token.", subcode=467)
        if self.world.clock() - place.more.get("born", datetime.min.replace(tzinfo=UTC)) < timedelta(hours=24):
            raise GraphError(100, "(#100) The token was issued less than 24 hours ago")
        return self._given(place)

    def _given(self, place: Place) -> dict[str, Any]:
        place.more["born"] = self.world.clock()
        token = self.token_of(place).replace(f"EAAB{self.platform}", "THlogin", 1)
        return {"access_token": token, "token_type": "bearer", "expires_in": int(TOKEN_LIFE.total_seconds())}


def _written(one: str, text: str, at: datetime, username: str | None, kind: str | None) -> dict[str, Any]:
    """What posts and replies have in common; `at` is for sorting and bounds, and never asked for."""
    link = f"https://www.threads.net/@{username or 'i'}/post/{one[-8:]}"
    return {
        "id": one,
        "text": text or None,
        "username": username,
        "permalink": link,
        "timestamp": time_of(at),
        "media_type": kind or ("TEXT_POST" if text else "IMAGE"),
        "at": at.timestamp(),
    }


def _newest_first(node: Mapping[str, Any]) -> tuple[float, str]:
    return -node["at"], node["id"]


def _missing(one: str) -> GraphError:
    words = (
        f"Unsupported get request. Object with ID '{one}' does not exist, cannot be loaded due to missing permissions"
    )
    return GraphError(100, words, subcode=33)


def _moment(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise GraphError(100, "(#100) param must be a valid unix timestamp") from None
