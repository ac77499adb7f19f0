"""Reading conversations again: what is new in them by search, what was edited or deleted by looking posts up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from aggregator.contract import Context, Event, Message, OpenThread, Tombstone, Unreadable

from . import parse
from .client import MOST, Client, rfc3339
from .walk import REACH, about

_CONVERSATIONS = 10  # of one search: a query holds 512 characters
_Item = TypeVar("_Item")


class Paused(Exception):
    """The turn's budget has ended; never leaves this plugin."""


def read_again(client: Client, threads: Sequence[OpenThread]) -> Iterator[Event]:
    """New posts of whole threads, then every known one that did not come along. Only what concerns the office is
    searched: a loud conversation in which it was merely named would cost a fortune."""
    seen: set[str] = set()
    for some in _portions([thread for thread in threads if thread.whole], _CONVERSATIONS):
        for record in _searched(client, [thread.ref.external_id for thread in some]):
            seen.add(record.external_id or "")
            yield record
    known = {one for thread in threads for one in thread.known}
    yield from _looked_up(client, sorted(known - seen))


def own_replies(client: Client, under: str) -> Iterator[Message]:
    """What the office itself said directly under a post, newest first."""
    params: dict[str, str | int] = {"exclude": "retweets", "since_id": under}
    for record in _pages(client, f"users/{client.office.id}/tweets", params, "pagination_token"):
        if isinstance(record, Message) and record.parent_id == under:
            yield record


def _searched(client: Client, conversations: Sequence[str]) -> Iterator[Message | Unreadable]:
    listed = " OR ".join(f"conversation_id:{one}" for one in conversations)
    query = f"({listed}) {about(client.handle)} -is:retweet"
    params: dict[str, str | int] = {"query": query, "start_time": rfc3339(client.ctx.now - REACH)}
    return _pages(client, "tweets/search/recent", params, "next_token")


def _pages(client: Client, path: str, params: dict[str, str | int], token: str) -> Iterator[Message | Unreadable]:
    page: parse.Page | None = None
    while page is None or page.next:
        if client.spent():
            raise Paused
        page = client.page(path, params if page is None or page.next is None else {**params, token: page.next})
        yield from (post.record for post in page.posts)


def _looked_up(client: Client, ids: Sequence[str]) -> Iterator[Event]:
    """Posts by id. An old version of an edited post names its successor, which is looked up in turn."""
    waiting = list(ids)
    while waiting:
        some, waiting = waiting[:MOST], waiting[MOST:]
        if client.spent():
            raise Paused
        page = client.look_up(some)
        newer = [post.newer for post in page.posts if post.newer]
        waiting = [*newer, *waiting]
        yield from (post.record for post in page.posts if not post.newer)
        yield from _missing(client.ctx, set(some) - {post.id for post in page.posts}, page.lost)


def _missing(ctx: Context, ids: Iterable[str], lost: frozenset[str]) -> Iterator[Event]:
    """A post that X calls gone is buried; one about which it says nothing is not."""
    for one in sorted(ids):
        if one in lost:
            yield Tombstone(external_id=one, seen_at=ctx.now)
        else:
            yield Unreadable(reason="looked up and not answered", external_id=one)


def _portions(items: Sequence[_Item], size: int) -> Iterator[Sequence[_Item]]:
    return (items[start : start + size] for start in range(0, len(items), size))
