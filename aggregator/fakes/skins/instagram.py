"""A pretended Instagram, by either way in. Source: Instagram Platform, Graph API v26.0.

A place's key is its professional account's id (1784…), its handle the username. A post with an author is someone
else's: tagged in it unless `more["tagged"]` is False, and a comment below it that names @handle is a mention. Notes
beyond those of `graph`: `standard` {account keys}: the app is not approved, comments are counted but not shown.
`more["restricted"]` on a comment: counted, never shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from flask import Flask, request

from aggregator.fakes.skin import Push
from aggregator.fakes.skins.graph import GraphError, asked, time_of
from aggregator.fakes.skins.graph_fields import Field, chosen, fields_of
from aggregator.fakes.skins.instagram_login import InstagramLogins
from aggregator.fakes.world import Change, Comment, Person, Place, Post

COMMENTS_MOST = 50  # a query, whatever is asked

_Talks = dict[str | None, list[Comment]]


class InstagramSkin(InstagramLogins):
    """The way in by Instagram Login."""

    hosts: tuple[str, ...] = ("graph.instagram.com", "api.instagram.com", "www.instagram.com")
    use_case = "instagram"
    limit_code = 80002
    requires_proof = False
    way = "instagram"

    def routes(self, app: Flask) -> None:
        root = f"/{self.version}"
        self.login_routes(app)
        app.add_url_rule(f"{root}/<one>", view_func=self._node, methods=["GET", "POST", "DELETE"])
        app.add_url_rule(f"{root}/<one>/<edge>", view_func=self._edge, methods=["GET", "POST"])

    def address(self, place: Place) -> str:
        return f"https://www.instagram.com/{place.handle}/"

    def settings(self, place: Place) -> Mapping[str, str]:
        return {"ig_user_id": place.key, "account_way": self.way}

    def pushes(self, change: Change) -> Iterator[Push]:
        """Only new comments are told, without their time."""
        comment = change.comment
        place = comment.post.place
        if change.what != "added":
            return
        if comment.post.author is None:
            yield self._pushed(place, "comments", self._told(comment))
        elif f"@{place.handle}" in comment.text:
            yield self._pushed(place, "mentions", {"media_id": comment.post.id, "comment_id": comment.id})

    def _told(self, comment: Comment) -> dict[str, Any]:
        more = {"parent_id": self._top(comment).id} if comment.parent else {}
        media = {"id": comment.post.id, "media_product_type": "FEED"}
        return {"id": comment.id, "text": comment.text, **self._from(comment), "media": media, **more}

    def _pushed(self, place: Place, name: str, value: Mapping[str, Any]) -> Push:
        entry = {"id": place.key, "time": int(self.world.clock().timestamp())}
        return self.signed_push({"object": "instagram", "entry": [{**entry, "field": name, "value": value}]})

    # -- nodes and edges -------------------------------------------------------------------------------------------

    def _node(self, one: str) -> Any:
        own = self._own()
        if one in ("me", own.key):
            return chosen(self.user_node(own), self.fields(), "IGUser")
        if (post := self._post(one, own)) is not None:
            return self._media_node(post)
        comment = self._comment(one, own)
        if request.method == "DELETE":
            self.world.remove(comment)
            return {"success": True}
        if request.method == "POST":
            (hide,) = asked("hide")
            if comment.author is None or comment.author.id != own.key:
                self.world.hide(comment, hide == "true")
            return {"success": True}
        return chosen(self._comment_node(comment), self.fields(), "IGComment")

    def _media_node(self, post: Post) -> Any:
        if request.method == "POST":
            (enabled,) = asked("comment_enabled")
            post.more["closed"] = enabled != "true"
            return {"success": True}
        return chosen(self._media(post), self.fields(), "IGMedia")

    def _edge(self, one: str, edge: str) -> Any:
        own = self._own()
        if request.method == "POST":
            return self._written(one, edge, own)
        args = request.args
        if one in ("me", own.key) and edge in ("media", "tags"):
            return self._list(edge, own, args, f"{one}/{edge}", self.fields())
        if edge == "comments" and (post := self._post(one, own)) is not None:
            return self._comments(post, args, f"{one}/comments", self.fields())
        if edge == "replies":
            return self._replies(self._comment(one, own), args, f"{one}/replies", self.fields())
        raise GraphError(100, f"(#100) Tried accessing nonexisting field ({edge})")

    def _written(self, one: str, edge: str, own: Place) -> dict[str, Any]:
        if edge == "subscribed_apps" and one in ("me", own.key):
            list(asked("subscribed_fields"))
            return {"success": True}
        (text,) = asked("message")
        if edge == "replies":
            to = self._comment(one, own)
            if to.hidden:
                raise GraphError(100, "(#100) Hidden comments cannot be replied to")
            return {"id": self.world.say(to.post, own.office, text, parent=self._top(to).id).id}
        if edge == "comments" and (post := self._post(one, own)) is not None:
            return {"id": self.world.say(post, own.office, text).id}
        if edge == "mentions" and one in ("me", own.key):
            return self._answered_mention(own, text)
        raise GraphError(100, f"(#100) Tried accessing nonexisting field ({edge})")

    def _answered_mention(self, own: Place, text: str) -> dict[str, Any]:
        (media,) = asked("media_id")
        post = self.world.posts.get((self.platform, media))
        if post is None or not post.shown or post.place is not own:
            raise _missing(media)
        return {"id": self.world.say(post, own.office, text, parent=request.values.get("comment_id")).id}

    def _own(self) -> Place:
        place = self.caller().place
        if place is None:
            raise GraphError(10, "(#10) Application does not have permission for this action", status=403)
        return place

    def _post(self, one: str, own: Place) -> Post | None:
        post = self.world.posts.get((self.platform, one))
        return post if post and post.shown and post.place is own and post.author is None else None

    def _comment(self, one: str, own: Place) -> Comment:
        comment = self.world.comments.get((self.platform, one))
        if comment is None or not comment.shown or comment.post.place is not own or comment.more.get("restricted"):
            raise _missing(one)
        if comment.post.author is not None:
            raise GraphError(10, "(#10) Application does not have permission for this action", status=403)
        return comment

    def fields(self) -> tuple[Field, ...]:
        text = request.args.get("fields")
        return fields_of(text) if text else ()

    def user_node(self, place: Place) -> dict[str, Any]:
        posts = [post for post in self.world.posts_of(place) if post.author is None]
        return {
            "id": _scoped(place.key),
            "user_id": int(place.key),
            "username": place.handle,
            "name": place.title,
            "followers_count": place.followers,
            "media_count": len(posts),
            "media": lambda one: self._list("media", place, one.args, "", one.inside, expanded=True),
            "tags": lambda one: self._list("tags", place, one.args, "", one.inside, expanded=True),
            "mentioned_comment": lambda one: self._mentioned_comment(place, one),
            "mentioned_media": lambda one: self._mentioned_media(place, one),
        }

    def _list(
        self,
        edge: str,
        place: Place,
        args: Mapping[str, str],
        path: str,
        inside: tuple[Field, ...],
        expanded: bool = False,
    ) -> Any:
        own = edge == "media"
        posts = [post for post in self.world.posts_of(place) if _listed(post, own=own)]
        bounds = {name: _moment(args[name]) for name in ("since", "until") if name in args}
        posts = [post for post in posts if bounds.get("since", post.at) <= post.at <= bounds.get("until", post.at)]

        def show(post: Post) -> dict[str, Any]:
            return chosen(self._media(post), inside, "IGMedia")

        page = self.page(posts, show, args, path, names_next=own and not expanded)
        return page if page["data"] or not expanded else None

    def _media(self, post: Post) -> dict[str, Any]:
        writer = post.author.handle if post.author else post.place.handle
        own = post.author is None
        return {
            "id": post.id,
            "caption": post.text or None,
            "timestamp": time_of(post.at),
            "permalink": f"https://www.instagram.com/p/{post.id[-9:]}/",
            "media_type": "IMAGE",
            "media_product_type": "FEED",
            "username": writer,
            "comments_count": len(self.world.comments_of(post)),
            "is_comment_enabled": not post.more.get("closed", False),
            "comments": (lambda one: self._comments(post, one.args, "", one.inside, expanded=True)) if own else None,
        }

    def _comments(
        self, post: Post, args: Mapping[str, str], path: str, inside: tuple[Field, ...], expanded: bool = False
    ) -> Any:
        """Top level only, newest first, never more than fifty."""
        if post.place.key in self.world.notes(self.platform).get("standard", ()):
            return {"data": [], "paging": {"cursors": {"before": "QVFI", "after": "QVFI"}}}
        talks = self._talks(post)
        return self._talk(talks.get(None, [])[::-1], args, path, inside, expanded, talks)

    def _replies(
        self,
        comment: Comment,
        args: Mapping[str, str],
        path: str,
        inside: tuple[Field, ...],
        talks: _Talks | None = None,
        expanded: bool = False,
    ) -> Any:
        talks = self._talks(comment.post) if talks is None else talks
        return self._talk(talks.get(comment.id, []), args, path, inside, expanded, talks)

    def _talk(
        self,
        rows: list[Comment],
        args: Mapping[str, str],
        path: str,
        inside: tuple[Field, ...],
        expanded: bool,
        talks: _Talks,
    ) -> Any:
        def show(comment: Comment) -> dict[str, Any]:
            return chosen(self._comment_node(comment, talks), inside, "IGComment")

        page = self.page(rows, show, args, path, most=COMMENTS_MOST, names_next=not expanded)
        return page if page["data"] or not expanded else None

    def _talks(self, post: Post) -> _Talks:
        """A post's visible comments, oldest first: those at the top under None, replies under their comment's id."""
        talks: _Talks = {}
        for one in self.world.comments_of(post):
            if not one.more.get("restricted"):
                talks.setdefault(self._top(one).id if one.parent else None, []).append(one)
        return talks

    def _comment_node(self, comment: Comment, talks: _Talks | None = None) -> dict[str, Any]:
        return {
            "id": comment.id,
            "text": comment.text,
            "timestamp": time_of(comment.at),
            "username": comment.author.handle if comment.author else None,
            "from": self._from(comment).get("from"),
            "hidden": comment.hidden,
            "like_count": comment.likes,
            "media": {"id": comment.post.id, "media_product_type": "FEED"},
            "parent_id": self._top(comment).id if comment.parent else None,
            "replies": lambda one: self._replies(comment, one.args, "", one.inside, talks, expanded=True),
        }

    def _from(self, comment: Comment) -> dict[str, Any]:
        """Nobody for a deleted person; the office under the id that this way in gives it."""
        author: Person | None = comment.author
        if author is None or author.id is None:
            return {}
        one = _scoped(author.id) if comment.official and self.way == "instagram" else author.id
        return {"from": {"id": one, "username": author.handle}}

    def _top(self, comment: Comment) -> Comment:
        """The comment at the top of a talk: there is one level of replies."""
        while comment.parent is not None:
            comment = self.world.comments[self.platform, comment.parent]
        return comment

    def _mentioned_comment(self, own: Place, one: Field) -> dict[str, Any]:
        comment = self.world.comments.get((self.platform, one.args.get("comment_id", "")))
        if comment is None or not comment.shown or f"@{own.handle}" not in comment.text:
            raise _missing("mentioned_comment")
        if comment.post.more.get("closed"):
            raise GraphError(10, "(#10) Comments are disabled on this media", status=403)
        link = f"https://www.instagram.com/p/{comment.post.id[-9:]}/"
        node = {"id": comment.id, "text": comment.text, "timestamp": time_of(comment.at), "like_count": comment.likes,
                "media": {"id": comment.post.id, "permalink": link}}  # fmt: skip
        return chosen(node, one.inside, "IGComment")

    def _mentioned_media(self, own: Place, one: Field) -> dict[str, Any]:
        post = self.world.posts.get((self.platform, one.args.get("media_id", "")))
        if post is None or not post.shown or f"@{own.handle}" not in post.text:
            raise _missing("mentioned_media")
        return chosen(self._media(post), one.inside, "IGMedia")


def _listed(post: Post, *, own: bool) -> bool:
    return post.author is None if own else post.author is not None and post.more.get("tagged", True)


def _scoped(one: str) -> str:
    """The account's id as one app and way in know it."""
    return f"26{one[2:]}"


def _missing(one: str) -> GraphError:
    words = (
        f"Unsupported get request. Object with ID '{one}' does not exist, cannot be loaded due to missing permissions"
    )
    return GraphError(100, words, subcode=33)


def _moment(text: str) -> datetime:
    try:
        return datetime.fromtimestamp(int(text), UTC)
    except ValueError:
        raise GraphError(100, "(#100) param must be a valid unix timestamp") from None
