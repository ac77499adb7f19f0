"""Facebook Pages as Graph API v26.0 shows them.

`Post.more` here: `reel`, `tagged` (a post of somebody else that names the Page), `ranked` (comments in the platform's own
order), `lost` (how many comments are counted but not listed), `status_type`. `Comment.more`: `attachment`. On both
`hidden_from`: the writer is not named. `Place.more`: `unpublished`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Flask, redirect, request
from werkzeug.wrappers import Response

from aggregator.fakes.skin import Push
from aggregator.fakes.skins.facebook_login import FacebookLogin
from aggregator.fakes.skins.graph import Caller, GraphError, GraphSkin, asked, time_of
from aggregator.fakes.skins.graph_fields import Field, Node, chosen, fields_of
from aggregator.fakes.world import Change, Comment, Person, Place, Post

_VERBS = {"added": "add", "edited": "edited", "removed": "remove"}


class FacebookSkin(FacebookLogin, GraphSkin):
    platform = "facebook"
    hosts = ("graph.facebook.com", "www.facebook.com", "m.facebook.com", "facebook.com")

    def address(self, place: Place) -> str:
        named = place.handle or f"profile.php?{urlencode({'id': place.key})}"
        return f"https://www.facebook.com/{named}"

    def routes(self, app: Flask) -> None:
        root = f"/{self.version}"
        self.login_routes(app)
        app.add_url_rule(f"{root}/<one>", view_func=self.read_object, methods=["GET"])
        app.add_url_rule(f"{root}/<one>", view_func=self.change_object, methods=["POST"])
        app.add_url_rule(f"{root}/<one>", view_func=self.delete_object, methods=["DELETE"])
        app.add_url_rule(f"{root}/<one>/<edge>", view_func=self.read_edge, methods=["GET"])
        app.add_url_rule(f"{root}/<one>/comments", view_func=self.write_comment, methods=["POST"])
        app.add_url_rule(f"{root}/<one>/subscribed_apps", view_func=self.subscribe, methods=["POST"])

    # -- endpoints -------------------------------------------------------------------------------------------------

    def read_object(self, one: str) -> dict[str, Any]:
        caller = self.caller()
        kind, node = self._node(caller, one)
        return chosen(node, fields_of(request.args.get("fields", "id")), kind)

    def read_edge(self, one: str, edge: str) -> dict[str, Any]:
        caller = self.caller()
        kind, node = self._node(caller, one)
        if edge == "ratings":
            raise GraphError(12, "(#12) Recommendation is deprecated for versions v22.0 and higher")
        edges = {name: value for name, value in node.items() if callable(value) and name != "comment_count"}
        if edge not in edges:
            raise GraphError(100, f"(#100) Tried accessing nonexisting field ({edge}) on node type ({kind})")
        args = {name: value for name, value in request.args.items() if name not in ("access_token", "appsecret_proof")}
        args.setdefault("fields", "id")
        shown: dict[str, Any] = edges[edge](Field(edge, args, fields_of(args["fields"])))
        return shown

    def change_object(self, one: str) -> dict[str, Any]:
        """`is_hidden` hides; `message` *edits*: it is no way to reply."""
        comment = self._own_comment(self.caller(), one)
        if "is_hidden" in request.form:
            if comment.official:
                raise GraphError(100, "(#100) The Page's own comment cannot be hidden.")
            self.world.hide(comment, request.form["is_hidden"] == "true")
        elif "message" in request.form:
            self.world.edit(comment, request.form["message"])
        return {"success": True}

    def delete_object(self, one: str) -> dict[str, Any]:
        self.world.remove(self._own_comment(self.caller(), one))
        return {"success": True}

    def write_comment(self, one: str) -> dict[str, Any]:
        place, (text,) = _page_of(self.caller()), asked("message")
        target = self._comment(one) or self._post(one)
        if target is None:
            raise _missing()
        above = target if isinstance(target, Comment) else None
        post = above.post if above else target
        assert isinstance(post, Post)
        parent = self._top(above).id if above else None
        siblings = [said for said in self.world.comments_of(post) if said.parent == parent and said.official]
        if any(said.text == text.strip() for said in siblings):
            raise GraphError(506, "(#506) Duplicate status message")
        said = self.world.say(post, place.office, text.strip(), parent=parent)
        return {"id": _comment_id(said)}

    def subscribe(self, one: str) -> dict[str, Any]:
        _page_of(self.caller())
        next(asked("subscribed_fields"))
        return {"success": True}

    # -- what an id stands for -------------------------------------------------------------------------------------

    def _node(self, caller: Caller, one: str) -> tuple[str, Node]:
        """The object of that id as this caller sees it; error 100/33 when there is none for it."""
        if caller.person:
            return self._node_of_person(caller, one)
        place = _page_of(caller)
        if one in ("me", place.key) or _names(place, one):
            return "Page", self._page_node(place)
        if post := self._post(one):
            _same(place, post.place)
            return "PagePost", self._post_node(post)
        if comment := self._comment(one):
            _same(place, comment.post.place)
            return "Comment", self._comment_node(comment)
        raise _missing()

    def _node_of_person(self, caller: Caller, one: str) -> tuple[str, Node]:
        """A person's token opens the person; of a Page it shows the face, and silently nothing of its content."""
        if one == "me":
            return "User", {**self.person_node(caller), "accounts": lambda edge: self.accounts(caller, edge)}
        place = next((place for place in self.managed(caller) if one == place.key or _names(place, one)), None)
        if place is None:
            raise _missing()
        node = self._page_node(place)
        return "Page", {name: (lambda _: {"data": []}) if callable(value) else value for name, value in node.items()}

    def _post(self, one: str) -> Post | None:
        post = self.world.posts.get((self.platform, one.rpartition("_")[2]))
        return post if post and post.shown and one in (_post_id(post), post.id) else None

    def _comment(self, one: str) -> Comment | None:
        comment = self.world.comments.get((self.platform, one.rpartition("_")[2]))
        return comment if comment and comment.shown and comment.post.shown else None

    def _own_comment(self, caller: Caller, one: str) -> Comment:
        comment = self._comment(one)
        if comment is None:
            raise _missing()
        _same(_page_of(caller), comment.post.place)
        return comment

    # -- nodes -----------------------------------------------------------------------------------------------------

    def _page_node(self, place: Place) -> Node:
        link = f"https://www.facebook.com/{place.handle or place.key}"
        return {
            "id": place.key,
            "name": place.title,
            "username": place.handle,
            "link": link,
            "fan_count": place.followers,
            "followers_count": place.followers,
            "is_published": not place.more.get("unpublished", False),
            "verification_status": "blue_verified" if place.verified else "not_verified",
            "published_posts": lambda edge: self._posts(place, edge, _is_own),
            "visitor_posts": lambda edge: self._posts(place, edge, _is_visitors),
            "tagged": lambda edge: self._posts(place, edge, lambda post: bool(post.more.get("tagged"))),
            "video_reels": lambda edge: self._reels(place, edge),
        }

    def _posts(self, place: Place, edge: Field, wanted: Any) -> dict[str, Any] | None:
        rows = [post for post in self.world.posts_of(place) if wanted(post)]
        if not rows and "fields" not in edge.args:
            return None  # an expanded list that is empty is left out
        return self.page(
            rows,
            lambda post: chosen(self._post_node(post), edge.inside, "PagePost"),
            edge.args,
            f"{place.key}/{edge.name}",
        )

    def _reels(self, place: Place, edge: Field) -> dict[str, Any] | None:
        rows = [post for post in self.world.posts_of(place) if post.more.get("reel")]
        if not rows and "fields" not in edge.args:
            return None
        return self.page(
            rows,
            lambda post: chosen(self._reel_node(post), edge.inside, "AdVideo"),
            edge.args,
            f"{place.key}/video_reels",
        )

    def _reel_node(self, post: Post) -> Node:
        node = self._post_node(post)
        video = {name: node[name] for name in ("created_time", "updated_time", "permalink_url", "from", "comments")}
        return {**video, "id": f"9{post.id}", "post_id": _post_id(post), "description": post.text or None}

    def _post_node(self, post: Post) -> Node:
        writer = post.author or post.place.office
        comments = self.world.comments_of(post)
        return {
            "id": _post_id(post),
            "message": post.text or None,
            "created_time": time_of(post.at),
            "updated_time": time_of(max([post.at, *(one.at for one in comments)])),
            "from": None if post.more.get("hidden_from") else _from(writer),
            "permalink_url": f"https://www.facebook.com/{post.place.key}/posts/{post.id}",
            "status_type": post.more.get("status_type", "mobile_status_update"),
            "is_published": True,
            "comments": lambda edge: self._comments(comments, edge, _post_id(post), post),
        }

    def _comment_node(self, comment: Comment) -> Node:
        top = self._top(comment)
        parent = {"id": top.id, "from": _from(top.author)} if comment.parent else None
        base = f"https://www.facebook.com/{comment.post.place.key}/posts/{comment.post.id}"
        beneath = f"&reply_comment_id={comment.id}" if comment.parent else ""
        return {
            "id": _comment_id(comment),
            "message": comment.text,
            "created_time": time_of(comment.at),
            "from": None if comment.more.get("hidden_from") else _from(comment.author),
            "parent": parent,
            "is_hidden": comment.hidden,
            "is_private": False,
            "can_comment": True,
            "can_hide": not comment.official,
            "comment_count": lambda _: len(self._below(comment)),
            "like_count": comment.likes,
            "permalink_url": f"{base}?comment_id={top.id}{beneath}",
            "attachment": comment.more.get("attachment"),
            "message_tags": None,
            "comments": lambda edge: self._comments(self._below(comment), edge, _comment_id(comment), comment.post),
        }

    def _below(self, comment: Comment) -> list[Comment]:
        """The replies that stand under a comment."""
        return [one for one in self.world.comments_of(comment.post) if one.parent and self._top(one) is comment]

    def _comments(self, comments: list[Comment], edge: Field, path: str, post: Post) -> dict[str, Any]:
        """The comments edge: `toplevel` and oldest first unless asked otherwise; a ranked post keeps its own order."""
        stream, order = edge.args.get("filter", "toplevel") == "stream", edge.args.get("order", "chronological")
        rows = [one for one in comments if stream or not one.parent or path != _post_id(post)]
        if post.more.get("ranked"):
            order = "ranked"
            rows.sort(key=lambda one: (-one.likes, one.id))
        elif order == "reverse_chronological":
            rows.reverse()
        page = self.page(
            rows,
            lambda one: chosen(self._comment_node(one), edge.inside, "Comment"),
            edge.args,
            f"{path}/comments",
        )
        if edge.args.get("summary") in ("true", "1"):
            total = len(rows) + int(post.more.get("lost", 0))
            page["summary"] = {"order": order, "total_count": total, "can_comment": True}
        return page

    def _top(self, comment: Comment) -> Comment:
        """The comment at the head of the conversation: replies to replies stand under it."""
        above = self.world.comments.get((self.platform, comment.parent or ""))
        return self._top(above) if above else comment

    # -- webhooks --------------------------------------------------------------------------------------------------

    def pushes(self, change: Change) -> Iterator[Push]:
        comment, now = change.comment, int(self.world.clock().timestamp())
        post = comment.post
        hidden = "hide" if comment.hidden else "unhide"
        value: dict[str, Any] = {
            "item": "comment",
            "verb": _VERBS.get(change.what, hidden),
            "post_id": _post_id(post),
            "comment_id": _comment_id(comment),
            "parent_id": _comment_id(self._top(comment)) if comment.parent else _post_id(post),
            "created_time": int(comment.at.timestamp()),
            "post": {"id": _post_id(post), "is_published": True, "updated_time": time_of(self.world.clock())},
        }
        if comment.author:
            value["from"] = _from(comment.author)
        if change.what != "removed":
            value["message"] = comment.text
        entry = {"id": post.place.key, "time": now, "changes": [{"field": "feed", "value": value}]}
        yield self.signed_push({"object": "page", "entry": [entry]})

    # -- login ------------------------------------------------------------------------------------------------------

    def dialog(self) -> Response:
        """A person consents at once."""
        client, back, state = asked("client_id", "redirect_uri", "state")
        if client != self.app_settings["client_id"]:
            raise GraphError(101, "Error validating application. Invalid application ID.")
        code = f"kode-{self.world.new_id()}"
        self.grant(code)
        return redirect(f"{back}?{urlencode({'code': code, 'state': state})}")

    def lifetime(self) -> timedelta:
        return timedelta(seconds=5_183_944)


def _page_of(caller: Caller) -> Place:
    if caller.place is None:
        raise GraphError(1705, "(#1705) The operation must be made as the Page")
    return caller.place


def _same(own: Place, other: Place) -> None:
    if own is not other:
        raise GraphError(10, "(#10) This endpoint requires the 'pages_read_engagement' permission", status=403)


def _missing() -> GraphError:
    return GraphError(100, "Unsupported get request. Object does not exist or cannot be loaded.", subcode=33)


def _names(place: Place, one: str) -> bool:
    """Whether this is the Page's name: Facebook knows no dots and no capitals in it."""
    return place.handle is not None and one.replace(".", "").lower() == place.handle.replace(".", "").lower()


def _is_own(post: Post) -> bool:
    return post.author is None and not post.more.keys() & {"reel", "tagged"}


def _is_visitors(post: Post) -> bool:
    return post.author is not None and not post.more.get("tagged")


def _post_id(post: Post) -> str:
    owner = post.author.id if post.author and post.more.get("tagged") else post.place.key
    return f"{owner}_{post.id}"


def _comment_id(comment: Comment) -> str:
    return f"{comment.post.id}_{comment.id}"


def _from(person: Person | None) -> Mapping[str, Any] | None:
    return {"id": person.id, "name": person.name} if person else None
