"""Reading threads again, whole; what vanished is buried only after a complete read and a look at each missing object.

Source: an id that is missing from a complete list is only a candidate; GET of the object then answers error 100.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Sequence

from aggregator.contract import (
    Account,
    Context,
    Event,
    Gone,
    Message,
    OpenThread,
    PlatformError,
    ThreadRef,
    Tombstone,
)
from plugins.dialects import graph

from . import parse
from .walk import COMMENTS_A_PAGE, graph_of, page_id_of, thread_params

_IDS_A_BATCH = 24  # each may be looked up under two spellings, and the Page itself with them

Read = Generator[Event, None, frozenset[str] | None]  # returns the ids seen; None when not read to the end


def read_again(account: Account, threads: Sequence[OpenThread], ctx: Context) -> Iterator[Event]:
    """The whole of each thread, then Tombstones; stops without burying where the budget ends."""
    access = graph_of(ctx)
    page = account.key if account.key.isdecimal() else ""
    for thread in threads:
        if not page and ctx.budget.allows():
            page = page_id_of(account, access.get("me", fields="id,username"))
        if not ctx.budget.allows():
            return
        try:
            seen = yield from _thread(access, page, thread.ref.external_id, ctx)
        except Gone:
            seen = frozenset()
        if seen is not None:
            yield from _buried(access, thread, thread.known - seen, ctx)


def _thread(access: graph.Graph, page: str, post: str, ctx: Context) -> Read:
    """The post and everything beneath it."""
    thread = parse.thread_of(post)
    try:
        row = access.get(post, fields=parse.post_fields("published_posts", COMMENTS_A_PAGE))
    except graph.UnknownField:  # a photo of an album carries comments of its own, but is no post
        return (yield from _rest(access, thread, {}, ctx))
    shown, edge = parse.post_of(row, page, None), parse.edge_of(row, "comments")
    yield shown
    seen = (yield from _page(thread, edge)) if edge else frozenset()
    if edge is None or edge.position:
        below = yield from _rest(access, thread, edge.position if edge else {}, ctx)
        seen = seen | below if seen is not None and below is not None else None
    return seen | {shown.external_id} if seen is not None and isinstance(shown, Message) else None


def _rest(access: graph.Graph, thread: ThreadRef, position: parse.Position | None, ctx: Context) -> Read:
    """The comments from a position on."""
    if not ctx.budget.allows():
        return None
    pages = access.pages(f"{thread.external_id}/comments", by_cursor=False, **{**thread_params(), **(position or {})})
    seen: frozenset[str] | None = frozenset()
    for answer in pages:
        ids = yield from _page(thread, parse.page_of(answer))
        seen = seen | ids if seen is not None and ids is not None else None
    return seen if pages.complete else None


def _page(thread: ThreadRef, edge: parse.Edge) -> Read:
    """The comments of one page; one that cannot be read makes the reading incomplete."""
    rows = [parse.comment_of(row, thread) for row in edge.rows]
    yield from rows
    readable = all(isinstance(row, Message) for row in rows)
    return frozenset(row.external_id for row in rows if isinstance(row, Message)) if readable else None


def _buried(access: graph.Graph, thread: OpenThread, missing: Collection[str], ctx: Context) -> Iterator[Tombstone]:
    """A Tombstone for each missing id under which the platform no longer knows anything."""
    ids = sorted(missing)
    for start in range(0, len(ids), _IDS_A_BATCH):
        part = ids[start : start + _IDS_A_BATCH]
        calls = [(one, spelling) for one in part for spelling in _spellings(one, thread.ref.external_id)]
        if not ctx.budget.allows(1, cost=len(calls) + 1):
            return
        asked = [graph.BatchCall(path=path, params={"fields": "id"}) for path in ("me", *(path for _, path in calls))]
        me, *answers = access.batch(asked)
        if isinstance(me, PlatformError):
            raise me
        alive = {one for (one, _), answer in zip(calls, answers, strict=True) if not isinstance(answer, Gone)}
        yield from (Tombstone(external_id=one, seen_at=ctx.now) for one in part if one not in alive)


def _spellings(one: str, post: str) -> tuple[str, ...]:
    """The ways in which the platform may call an object: a comment also by its post's number."""
    return (one,) if "_" in one else (f"{parse.canonical(post)}_{one}", one)
