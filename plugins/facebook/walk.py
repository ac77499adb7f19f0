"""Pulling a Page: one question for its newest posts and their newest comments, then only what that did not show.

Lists are newest first, but not reliably: a ranked thread keeps its own order and is read to its end while it moves, and a
list is left only where a whole page is known *and* older than the overlap. New comments on posts further down are found
by a deeper walk once a day, by webhooks, and when threads are read again.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from aggregator.contract import (
    Account,
    AuthExpired,
    Checkpoint,
    Context,
    Cursor,
    Event,
    Gone,
    Malformed,
    Message,
    Permanent,
)
from plugins.dialects import graph

from . import parse
from .address import key_of
from .bookmark import Bookmark, Debt, marks_of

LIVELY = timedelta(days=60)  # posts that young still get comments
DEEP_EVERY = timedelta(hours=20)
SIZES = ((25, 25), (25, 5), (5, 5))  # posts and comments of one question; a smaller one where that is too much
COMMENTS_A_PAGE = 100


def graph_of(ctx: Context) -> graph.Graph:
    """The Graph as this account sees it; raises AuthExpired without a token."""
    token = ctx.secrets.get("access_token")
    if not token:
        raise AuthExpired("Token Halaman belum diisi. Hubungkan akun ini ke Facebook.")
    return graph.Graph(ctx, token=token, app_secret=ctx.secrets.get("client_secret"))


def page_id_of(account: Account, node: Mapping[str, Any]) -> str:
    """The Page's id; raises Permanent when the token belongs to another one. `/me` is the token's own Page."""
    try:
        page = parse.identity(node["id"])
    except (KeyError, TypeError, ValueError):
        raise Malformed("Halaman Facebook tidak menyebut nomornya.") from None
    if not _is(account, page, node.get("username")):
        raise Permanent("Token ini milik Halaman lain. Hubungkan ulang dan pilih Halaman yang benar.")
    return page


def _is(account: Account, page: str, name: Any) -> bool:
    """Whether the account is this Page: by its id, or by its name where the Page tells one."""
    if account.key.isdecimal():
        return page == account.key
    return not isinstance(name, str) or key_of(f"fb:{name}") == account.key


class Walk:
    """One pull of one account."""

    def __init__(self, account: Account, cursor: Cursor | None, ctx: Context, overlap: timedelta) -> None:
        self._account, self._ctx, self._graph = account, ctx, graph_of(ctx)
        self._mark = Bookmark() if ctx.full else Bookmark.of(cursor)
        self._before = self._mark
        self._floor = self._mark.done - overlap if self._mark.done else None
        self._page = ""
        self._seen: dict[str, set[str]] = {}  # ids of each list that was followed in this turn

    def events(self) -> Iterator[Event]:
        if not self._ctx.budget.allows():
            return
        yield from self._look()
        yield Checkpoint(cursor=self._mark.cursor())
        while self._mark.debts and self._ctx.budget.allows():
            yield from self._pay(self._mark.debts[0])
            yield Checkpoint(cursor=self._mark.cursor())
        if quota := self._graph.quota("facebook"):
            yield quota

    # -- the one question ------------------------------------------------------------------------------------------

    def _look(self) -> Iterator[Event]:
        node = self._fitting(self._ask)
        self._page = page_id_of(self._account, node)
        edges = {name: edge for name in parse.KINDS if (edge := parse.edge_of(node, name))}
        told = {parse.post_id(row, self._page): told_of(row) for edge in edges.values() for row in _readable(edge.rows)}
        deep = self._before.deep is None or self._ctx.now - self._before.deep >= DEEP_EVERY
        floor = self._ctx.now - LIVELY if deep and self._floor else self._floor
        for name, edge in edges.items():
            debts = yield from self._posts(name, edge, floor)
            self._mark = self._mark.owing(*debts)
        self._mark = replace(self._mark, marks=marks_of(told), deep=self._ctx.now if deep else self._before.deep)

    def _ask(self, posts: int, comments: int) -> dict[str, Any]:
        edges = (f"{name}.limit({posts}){{{parse.post_fields(name, comments)}}}" for name in parse.KINDS)
        return self._graph.get("me", fields=",".join(["id", "username", *edges]))

    def _fitting(self, ask: Callable[[int, int], dict[str, Any]]) -> dict[str, Any]:
        """Ask for less as long as the platform says that it is too much."""
        for size in SIZES[:-1]:
            try:
                return ask(*size)
            except graph.TooMuchData:
                if not self._ctx.budget.allows():
                    raise
        return ask(*SIZES[-1])

    # -- what did not fit ------------------------------------------------------------------------------------------

    def _pay(self, debt: Debt) -> Iterator[Event]:
        try:
            answer = self._fitting(lambda posts, comments: self._owed(debt, posts, comments))
        except (Gone, graph.CursorTooFar) as error:  # deleted meanwhile, or as far down as the platform lists
            self._ctx.log.warning("facebook_list_ended", why=error.code)
            self._mark = self._mark.paying()
            return
        except graph.CursorRefused:
            self._start_again(debt)
            return
        edge = parse.page_of(answer)
        if self._turns_in_circles(debt.where, edge.rows):
            self._mark = self._mark.paying()
            return
        if debt.where in parse.KINDS:
            left = yield from self._posts(debt.where, edge, debt.floor)
        else:
            left = yield from self._thread(debt, edge)
        self._mark = self._mark.paying(*left)

    def _owed(self, debt: Debt, posts: int, comments: int) -> dict[str, Any]:
        path, params = f"{debt.where}/comments", thread_params()
        if debt.where in parse.KINDS:
            path = f"{self._page}/{debt.where}"
            params = {"fields": parse.post_fields(debt.where, comments), "limit": posts}
        return self._graph.ask(path, {**params, **(debt.position or {})})

    def _start_again(self, debt: Debt) -> None:
        """A position dies when what it points to is deleted: the list is begun anew and read to its end."""
        self._ctx.log.warning("facebook_list_restarted", positioned=debt.position is not None)
        self._seen.pop(debt.where, None)
        self._mark = self._mark.paying(*([Debt(where=debt.where)] if debt.position else []))

    def _turns_in_circles(self, where: str, rows: Sequence[Any]) -> bool:
        """Whether a followed list serves only what it already served in this turn; it would never end."""
        ids, seen = graph.ids_of(rows), self._seen.setdefault(where, set())
        circles = bool(ids) and ids <= seen
        seen |= ids
        if circles:
            self._ctx.log.warning("facebook_list_turns_in_circles", seen=len(seen))
        return circles

    def _posts(self, name: str, edge: parse.Edge, floor: datetime | None) -> Generator[Event, None, list[Debt]]:
        """The posts of a page and the comments shown with them; returns what must still be read."""
        posts = [parse.post_of(row, self._page, parse.KINDS[name]) for row in edge.rows]
        since = self._ctx.since and self._ctx.since - LIVELY
        over = edge.position is None or self._ends(posts, floor, since)
        debts = list[Debt]()
        for row, post in zip(edge.rows, posts, strict=True):
            yield post
            debts += yield from self._beneath(row, floor and self._floor)
        self._see(posts)
        return debts if over else [*debts, Debt(where=name, position=edge.position, floor=floor)]

    def _beneath(self, row: Any, floor: datetime | None) -> Generator[Event, None, list[Debt]]:
        """The comments shown with a post; returns a debt when there are more and the post moved since it was read."""
        try:
            post = parse.post_id(row, self._page)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise Malformed("Kiriman Facebook tidak menyebut nomornya.") from None
        edge = parse.edge_of(row, "comments")
        comments = [parse.comment_of(one, parse.thread_of(post)) for one in (edge.rows if edge else ())]
        over = edge is not None and self._thread_ends(edge, comments, floor)
        yield from comments
        self._see(comments)
        if over or self._before.unchanged(post, *told_of(row)):
            return []
        return [Debt(where=post, position=edge.position if edge else None, floor=floor)]

    def _thread(self, debt: Debt, edge: parse.Edge) -> Generator[Event, None, list[Debt]]:
        comments = [parse.comment_of(row, parse.thread_of(debt.where)) for row in edge.rows]
        over = self._thread_ends(edge, comments, debt.floor)
        yield from comments
        self._see(comments)
        return [] if over else [replace(debt, position=edge.position)]

    def _thread_ends(self, edge: parse.Edge, comments: Iterable[Event], floor: datetime | None) -> bool:
        """Whether a thread is at its end, or the rest of it is out already; a ranked one never says the latter."""
        newest_first = edge.order == "reverse_chronological"
        return edge.position is None or (newest_first and self._ends(comments, floor, self._ctx.since))

    def _ends(self, events: Iterable[Event], floor: datetime | None, since: datetime | None) -> bool:
        messages = [event for event in events if isinstance(event, Message)]
        if not messages:
            return False
        oldest, ids = min(message.created_at for message in messages), {one.external_id for one in messages}
        if since and oldest < since:
            return True
        return floor is not None and oldest < floor and self._ctx.known(ids) == ids

    def _see(self, events: Iterable[Event]) -> None:
        times = [event.created_at for event in events if isinstance(event, Message)]
        done = max([*times, *([self._mark.done] if self._mark.done else [])], default=None)
        self._mark = replace(self._mark, done=done)


def thread_params() -> dict[str, str | int]:
    """How a thread is read: replies too, newest first, as much as fits."""
    return {
        "fields": parse.COMMENT,
        "filter": "stream",
        "order": "reverse_chronological",
        "summary": "true",
        "limit": COMMENTS_A_PAGE,
    }


def told_of(row: Mapping[str, Any]) -> tuple[Any, int | None]:
    """When a post last moved and how many comments it counts: what its mark is made of."""
    comments = row.get("comments")
    summary = comments.get("summary") if isinstance(comments, dict) else None
    total = summary.get("total_count") if isinstance(summary, dict) else None
    return row.get("updated_time"), total if isinstance(total, int) else None


def _readable(rows: Iterable[Any]) -> Iterator[Mapping[str, Any]]:
    """Rows that at least say which post they are."""
    return (row for row in rows if isinstance(row, dict) and isinstance(row.get("post_id") or row.get("id"), str))
