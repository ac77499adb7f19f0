"""A glance at many Pages: fifty in one request, each still one counted call, with the mark of their newest posts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from aggregator.contract import Context, GlancedAccount, Glimpse, PlatformError
from plugins.dialects import graph

from . import parse
from .bookmark import Bookmark
from .walk import SIZES, page_id_of, told_of

_COUNTS = "updated_time,comments.filter(stream).summary(true).limit(0){id}"


def glance(accounts: Sequence[GlancedAccount], ctx: Context) -> Iterator[Glimpse]:
    """A Glimpse for every Page that answered; a Page whose token is dead is found out by its pull."""
    able = [one for one in accounts if one.secrets.get("access_token")]
    for start in range(0, len(able), graph.MOST_IN_BATCH):
        part = able[start : start + graph.MOST_IN_BATCH]
        if not ctx.budget.allows(1, cost=len(part)):
            return
        answers = _carrier(part, ctx).batch([_question(one) for one in part])
        seen = [glimpse for one, answer in zip(part, answers, strict=True) if (glimpse := _glimpse(one, answer))]
        if len(seen) < len(part):
            ctx.log.warning("facebook_glance_failed", accounts=len(part) - len(seen))
        yield from seen


def _glimpse(one: GlancedAccount, answer: dict[str, Any] | PlatformError) -> Glimpse | None:
    """None for an account that did not answer, or with the token of another: its pull says what is wrong."""
    if isinstance(answer, PlatformError):
        return None
    try:
        page = page_id_of(one.account, answer)
        edges = [edge for name in parse.KINDS if (edge := parse.edge_of(answer, name))]
        posts = [(parse.post_id(row, page), *told_of(row)) for edge in edges for row in edge.rows]
    except (KeyError, TypeError, ValueError, AttributeError, PlatformError):
        return None
    known = Bookmark.of(one.cursor)
    changed = one.cursor is None or not all(known.unchanged(*post) for post in posts)
    return Glimpse(account_key=one.account.key, changed=changed)


def _carrier(part: Sequence[GlancedAccount], ctx: Context) -> graph.Graph:
    """Who sends the batch: the app itself, so that one dead token does not silence the others."""
    client, secret = ctx.secrets.get("client_id"), ctx.secrets.get("client_secret")
    if client and secret:
        return graph.Graph(ctx, token=f"{client}|{secret}", app_secret=secret)
    return graph.Graph(ctx, token=part[0].secrets["access_token"], app_secret=secret)


def _question(one: GlancedAccount) -> graph.BatchCall:
    edges = (f"{name}.limit({SIZES[0][0]}){{{_row(name)}}}" for name in parse.KINDS)
    return graph.BatchCall(
        path="me", params={"fields": ",".join(["id", "username", *edges])}, token=one.secrets["access_token"]
    )


def _row(edge: str) -> str:
    return f"id,post_id,{_COUNTS}" if edge == "video_reels" else f"id,{_COUNTS}"
