"""The questions that Threads is asked. Source: Threads API v1.0.

No nested fields, no list of new replies to a profile: its posts, its mentions and each conversation are lists apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aggregator.contract import Account, AuthExpired, Context, Malformed, Permanent
from plugins.dialects.graph import Graph

from . import parse
from .parse import Own

BASE, VERSION = "https://graph.threads.net", "v1.0"
MOST = 100  # of a page, whatever is asked
EARLIEST = datetime(2023, 7, 5, 7, 0, tzinfo=UTC)  # Threads refuses to look further back
_POST = "id,text,timestamp,permalink,username,media_type,has_replies"
_REPLY = (
    "id,text,username,permalink,timestamp,media_type,has_replies,root_post,replied_to,is_reply,is_reply_owned_by_me,"
    "hide_status"
)
_MENTION = "id,text,username,permalink,timestamp,media_type,is_reply,replied_to,root_post,has_replies"

Page = tuple[list[Any], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One profile's line to Threads. `own` is None until it is known."""

    graph: Graph
    username: str
    own: Own | None

    @classmethod
    def of(cls, account: Account, ctx: Context, own_id: str | None = None) -> Line:
        """`own_id` is the profile's id where a bookmark holds it. Raises AuthExpired without a token."""
        username = account.key.lower()
        one = account.settings.get("user_id") or own_id
        own = Own(id=one, username=username) if one else None
        return cls(graph=graph_of(ctx, ctx.secrets.get("access_token")), username=username, own=own)

    def who(self) -> Own:
        """The profile itself: asked for, one call, when neither a setting nor a bookmark tells."""
        return self.own or self.me()

    def me(self) -> Own:
        """The profile to which the token belongs; raises Permanent when another was meant."""
        answer = self.graph.get("me", fields="id,username")
        try:
            one, name = parse.identity(answer["id"]), answer["username"].lower()
        except (KeyError, AttributeError, ValueError):
            raise Malformed("Threads tidak menyebut pemilik token ini.") from None
        if name != self.username:
            raise Permanent(
                f"Login ini milik akun lain, bukan @{self.username}. Hubungkan ulang dengan akun yang benar."
            )
        return Own(id=one, username=name)

    def posts(self, until: datetime | None = None) -> Page:
        """The profile's posts, newest first."""
        page = self.graph.get("me/threads", fields=_POST, limit=MOST, until=_unix(until))
        return parse.page_of(page, MOST)

    def mentions(self, since: datetime | None, until: datetime | None, after: str | None) -> Page:
        """Public posts and replies of others that name the profile, newest first."""
        low, high = _unix(since and max(since, EARLIEST)), _unix(until)
        page = self.graph.get("me/mentions", fields=_MENTION, limit=MOST, since=low, until=high, after=after)
        return parse.page_of(page, MOST)

    def conversation(self, post: str, after: str | None = None, limit: int = MOST) -> Page:
        """Replies of every depth below one of the profile's posts, newest first."""
        page = self.graph.get(f"{post}/conversation", fields=_REPLY, reverse="true", limit=limit, after=after)
        return parse.page_of(page, limit)

    def own_replies(self, after: str | None = None) -> Page:
        """Replies the profile made, anywhere, newest first."""
        return parse.page_of(self.graph.get("me/replies", fields=_REPLY, limit=MOST, after=after), MOST)

    def reply(self, one: str) -> dict[str, Any]:
        return self.graph.get(one, fields=_REPLY)

    def mention(self, one: str) -> dict[str, Any]:
        return self.graph.get(one, fields=_MENTION)

    def exists(self, one: str) -> None:
        """Raises Gone when the platform no longer shows this object."""
        self.graph.get(one, fields="id")


def graph_of(ctx: Context, token: str | None) -> Graph:
    if not token:
        raise AuthExpired("Akun Threads ini belum dihubungkan.")
    return Graph(ctx, base=BASE, token=token, app_secret=None, version=VERSION)


def _unix(at: datetime | None) -> int | None:
    return int(at.timestamp()) if at else None
