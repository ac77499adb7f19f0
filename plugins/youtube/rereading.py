"""A video's comments again: what was edited, what was added unseen, what is gone.

Nothing is buried because a list did not show it (pages shift while they are read): it is asked for by id first.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence

from aggregator.contract import Context, Event, Gone, OpenThread, ThreadRef, Tombstone

from . import client, parse
from .pulling import batches
from .walking import Walk


def reread(threads: Sequence[OpenThread], ctx: Context) -> Iterator[Event]:
    """Each thread whole; of a slice only what was asked for, fifty a unit."""
    for thread in threads:
        try:
            done = yield from (_whole(thread, ctx) if thread.whole else _slice(thread, ctx))
        except Gone:  # the video itself
            yield from _buried(thread.known, ctx)
            continue
        if not done:
            return


def _whole(thread: OpenThread, ctx: Context) -> Generator[Event, None, bool]:
    walk = Walk(ctx=ctx, ref=thread.ref)
    if not (yield from walk.run()):
        return False
    if walk.switched_off:  # switched off is not deleted: they come back with the switch
        return True
    missing = thread.known - walk.seen - {thread.ref.external_id}
    yield from _buried(missing & walk.private, ctx)
    return (yield from _by_id(missing - walk.private, thread.ref, ctx))


def _slice(thread: OpenThread, ctx: Context) -> Generator[Event, None, bool]:
    return (yield from _by_id(thread.known - {thread.ref.external_id}, thread.ref, ctx))


def _by_id(ids: Iterable[str], ref: ThreadRef, ctx: Context) -> Generator[Event, None, bool]:
    for some in batches(sorted(ids)):
        if not ctx.budget.allows():
            return False
        rows = client.comments(ctx, some)
        gone = set(some) - parse.ids_of(rows)
        yield from (parse.comment_of(row, ref) for row in rows)
        yield from _buried(gone, ctx)
    return True


def _buried(ids: Iterable[str], ctx: Context) -> Iterator[Tombstone]:
    return (Tombstone(external_id=one, seen_at=ctx.now) for one in sorted(ids))
