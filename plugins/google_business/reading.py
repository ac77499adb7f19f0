"""A location's reviews, the latest change first: down to the overlap, once a day to the end; and single ones again."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence

from aggregator.contract import (
    Account,
    Checkpoint,
    Context,
    Cursor,
    Event,
    Gone,
    OpenThread,
    Permanent,
    Tombstone,
    Transient,
)

from . import client, parse
from .bookmark import OVERLAP, Bookmark
from .errors import NOT_MANAGER
from .parse import Location, Row

FEW = 3  # so many reviews are asked for one by one, more are looked for in the list


def pull(account: Account, cursor: Cursor | None, ctx: Context) -> Iterator[Event]:
    """The events of one turn. A walk that the budget cuts short goes on from its page, and is then walked again whole:
    what was deleted meanwhile has moved the rest past it."""
    mark = Bookmark.of(None if ctx.full else cursor) or _first(account, ctx)
    if mark is None:
        return
    resumed, whole = mark.resumes(ctx.now), mark.is_due_whole(ctx.now)
    if not resumed:
        mark.page, mark.newest = None, None
    while ctx.budget.allows():
        page = client.reviews(ctx, mark.name, mark.page)
        if page is None:
            mark.page = None
            yield Checkpoint(cursor=mark.cursor())
            raise Transient("Google tidak lagi mengenal halaman ulasan ini; dibaca lagi dari awal.")
        yield from _shown(page.rows, account_location(mark.name), ctx)
        changed = [parse.changed_at(row) for row in page.rows]
        mark.saw(changed)
        mark.page, mark.page_at = page.next, ctx.now
        reached = mark.done is not None and all(one <= mark.done - OVERLAP for one in changed)
        if page.next is None or (reached and not whole):
            mark.finish(ctx.now, whole=whole and not resumed)
            yield Checkpoint(cursor=mark.cursor())
            return
        yield Checkpoint(cursor=mark.cursor())


def reread(account: Account, threads: Sequence[OpenThread], ctx: Context) -> Iterator[Event]:
    """These reviews again. One that a list does not show is asked for by its name before it is buried."""
    if not ctx.budget.allows():
        return
    found = find(account, ctx)
    if found is None:
        return
    waiting = {thread.ref.external_id: thread for thread in threads}
    if len(waiting) > FEW and not (yield from _in_list(found, waiting, ctx)):
        return
    for thread in waiting.values():
        if not ctx.budget.allows():
            return
        yield from _one(found, thread, ctx)


def find(account: Account, ctx: Context) -> Location | None:
    """The account's location among those of the login; None when the budget ended, Permanent when it is not there."""
    for location in client.every_location(ctx, ctx.secrets, account.settings.get("account")):
        if location is None or location.answers_to(account.key):
            return location
    raise Permanent(NOT_MANAGER)


def account_location(name: str) -> str:
    """The location's own name: "locations/2200" of "accounts/1100/locations/2200"."""
    return name[name.index("locations/") :]


def _first(account: Account, ctx: Context) -> Bookmark | None:
    location = find(account, ctx)
    return Bookmark(name=location.name) if location else None


def _shown(rows: Iterable[Row], location: str, ctx: Context) -> Iterator[Event]:
    """Reviews with their replies; a reply that is no longer public is buried."""
    rows = list(rows)
    held = ctx.known([parse.reply_id(parse.id_of(row)) for row in rows])
    for row in rows:
        yield from parse.messages_of(row, location)
        reply, one = parse.reply_of(row), parse.reply_id(parse.id_of(row))
        if one in held and not (reply and reply.shown):
            yield Tombstone(external_id=one, seen_at=ctx.now)


def _in_list(location: Location, waiting: dict[str, OpenThread], ctx: Context) -> Generator[Event, None, bool]:
    """Take out of `waiting` what the list shows; False when the budget ended first."""
    token = None
    while ctx.budget.allows():
        page = client.reviews(ctx, location.name, token)
        if page is None:
            return True
        asked = [row for row in page.rows if waiting.pop(parse.id_of(row), None)]
        yield from _shown(asked, location.key, ctx)
        token = page.next
        if token is None or not waiting:
            return True
    return False


def _one(location: Location, thread: OpenThread, ctx: Context) -> Iterator[Event]:
    try:
        row = client.review(ctx, location.name, thread.ref.external_id)
    except Gone:
        yield from (Tombstone(external_id=one, seen_at=ctx.now) for one in sorted(thread.known))
        return
    yield from _shown([row], location.key, ctx)
