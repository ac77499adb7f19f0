"""The questions that Instagram is asked, over either way in. Source: Graph API v26.0, Instagram Platform.

A: "facebook", the token of the Page to which the account is linked, at graph.facebook.com. B: "instagram", the
account's own token, at graph.instagram.com. Everything beyond the host and the own id is the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from aggregator.contract import Account, AuthExpired, Context, Malformed, Permanent
from plugins.dialects.graph import Graph, TooMuchData

from . import parse
from .parse import Edge, Media, Own

FACEBOOK, INSTAGRAM = "facebook", "instagram"
HOSTS = {FACEBOOK: "https://graph.facebook.com", INSTAGRAM: "https://graph.instagram.com"}
MEDIA_PAGE = 50
COMMENT_PAGE = 50  # Instagram never gives more, whatever is asked
_SIZES = (COMMENT_PAGE, 20, 5)  # smaller when Instagram finds a question too big
_COMMENT = "id,text,timestamp,username,from,hidden,parent_id"
_POST = "id,timestamp,permalink,caption,comments_count,is_comment_enabled"
_PROBED = f"{_POST},comments.limit(1){{id}}"
T = TypeVar("T")
_TAG = "id,username,caption,timestamp,permalink"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One account's line to Instagram. `own` is None until it is known."""

    graph: Graph
    way: str
    username: str
    own: Own | None
    ctx: Context
    tags: bool

    @classmethod
    def of(cls, account: Account, ctx: Context, own_id: str | None = None) -> Line:
        """`own_id` is the account's id where a bookmark holds it. Raises AuthExpired without a token."""
        way, username = way_of(account, ctx), account.key.lower()
        one = account.settings.get("ig_user_id") or own_id
        return cls(
            graph=graph_of(ctx, way, ctx.secrets.get("access_token")),
            way=way,
            username=username,
            own=Own(id=one, username=username) if one else None,
            ctx=ctx,
            tags=account.settings.get("tags") != "lewati",
        )

    def who(self) -> Own:
        """The account itself: asked for, one call, when neither a setting nor a bookmark tells."""
        if self.own is not None:
            return self.own
        try:
            if self.way == FACEBOOK:
                one = self.graph.get("me", fields="instagram_business_account{id,username}")
                one = one["instagram_business_account"]
                return Own(id=parse.identity(one["id"]), username=self._checked(one["username"]))
            one = self.graph.get("me", fields="user_id,username")
            return Own(id=parse.identity(one["user_id"]), username=self._checked(one["username"]))
        except (KeyError, TypeError, ValueError):
            raise Malformed("Instagram tidak menyebut akun pemilik token ini.") from None

    def face(self, own: Own) -> dict[str, Any]:
        """The account, its newest posts with the newest comment of each, and its newest tags: one call."""
        tags = f",tags.limit({MEDIA_PAGE}){{{_TAG}}}" if self.tags else ""
        fields = f"id,username,media_count,media.limit({MEDIA_PAGE}){{{_PROBED}}}{tags}"
        return self._own_node(own, fields)

    def profile(self, own: Own) -> dict[str, Any]:
        """The account's public face and its newest posts: one call."""
        fields = f"id,username,name,followers_count,media_count,media.limit({MEDIA_PAGE}){{{_PROBED}}}"
        return self._own_node(own, fields)

    def older_media(self, own: Own, until: datetime) -> Edge:
        """Posts not newer than `until`, newest first."""
        bound = int(until.timestamp())
        page = self.graph.get(f"{own.id}/media", fields=_PROBED, limit=MEDIA_PAGE, until=bound)
        return parse.edge_of(page, limit=MEDIA_PAGE + 1)  # the walk goes on by time

    def media(self, one: str) -> tuple[Media, Edge]:
        """A post with its newest comments and their replies."""

        def ask(size: int) -> tuple[Media, Edge]:
            node = self.graph.get(one, fields=f"{_POST},{_comments(size)}")
            return parse.media_of(node), parse.edge_of(node.get("comments"), size)

        return self._sized(ask)

    def comments(self, media: str, after: str | None) -> Edge:
        """Comments below a post, newest first, each with its first replies."""

        def ask(size: int) -> Edge:
            fields = f"{_COMMENT},{_replies(size)}"
            return parse.edge_of(self.graph.get(f"{media}/comments", fields=fields, limit=size, after=after), size)

        return self._sized(ask)

    def replies(self, comment: str, after: str | None) -> Edge:
        page = self.graph.get(f"{comment}/replies", fields=_COMMENT, limit=COMMENT_PAGE, after=after)
        return parse.edge_of(page, COMMENT_PAGE)

    def comment(self, one: str) -> dict[str, Any]:
        return self.graph.get(one, fields=_COMMENT)

    def exists(self, one: str) -> None:
        """Raises Gone when the platform no longer shows this object."""
        self.graph.get(one, fields="id")

    def older_tags(self, own: Own, after: str | None) -> Edge:
        page = self.graph.get(f"{own.id}/tags", fields=_TAG, limit=MEDIA_PAGE, after=after)
        return parse.edge_of(page, MEDIA_PAGE)

    def mentioned_comment(self, own: Own, one: str) -> Any:
        fields = f"mentioned_comment.comment_id({one}){{id,text,timestamp,media{{id,permalink}}}}"
        return self.graph.get(own.id, fields=fields).get("mentioned_comment")

    def mentioned_media(self, own: Own, one: str) -> Any:
        fields = f"mentioned_media.media_id({one}){{id,caption,timestamp,username,permalink}}"
        return self.graph.get(own.id, fields=fields).get("mentioned_media")

    def _own_node(self, own: Own, fields: str) -> dict[str, Any]:
        node = self.graph.get(own.id, fields=fields)
        self._checked(node.get("username"))
        return node

    def _checked(self, username: Any) -> str:
        """The account's name, if it is the one that was meant: a token reads its own account and no other."""
        if not isinstance(username, str):
            raise Malformed("Instagram tidak menyebut nama akun.")
        if username.lower() != self.username:
            raise Permanent(
                f"Login ini milik akun lain, bukan @{self.username}. Hubungkan ulang dengan akun yang benar."
            )
        return username.lower()

    def _sized(self, ask: Callable[[int], T]) -> T:
        for size in _SIZES[:-1]:
            try:
                return ask(size)
            except TooMuchData:
                if not self.ctx.budget.allows():
                    raise
        return ask(_SIZES[-1])


def way_of(account: Account, ctx: Context) -> str:
    """Which way in: the account's own setting, else that of the login or the app."""
    way = account.settings.get("account_way") or ctx.secrets.get("way") or INSTAGRAM
    return FACEBOOK if way == FACEBOOK else INSTAGRAM


def graph_of(ctx: Context, way: str, token: str | None) -> Graph:
    """The app's proof is part of the Facebook way only."""
    if not token:
        raise AuthExpired("Akun Instagram ini belum dihubungkan.")
    secret = ctx.secrets.get("client_secret") if way == FACEBOOK else None
    return Graph(ctx, base=HOSTS[way], token=token, app_secret=secret)


def _comments(size: int) -> str:
    return f"comments.limit({size}){{{_COMMENT},{_replies(size)}}}"


def _replies(size: int) -> str:
    return f"replies.limit({size}){{{_COMMENT}}}"
