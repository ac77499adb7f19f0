"""One look at many channels: the counters of all their videos, fifty a unit across channels, and their feeds for free.

A channel whose videos were all counted as before is quiet. When there are more videos than one glance may ask for, the
next one goes on with the channels that were left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from aggregator.contract import (
    AuthExpired,
    Checkpoint,
    Context,
    Cursor,
    GlancedAccount,
    Glimpse,
    Gone,
    Malformed,
    Permanent,
    RateLimited,
    ThreadRef,
    Transient,
)

from . import client, parse, websub
from .bookmark import UNREAD, VERSION, Bookmark, counted
from .pulling import batches

UNITS = 45  # a glance; at one every 20 minutes 3,240 of the day's 10,000, within the common part
FEEDS = 60  # a glance

Marks = dict[str, Bookmark]


def glance(accounts: Sequence[GlancedAccount], cursor: Cursor | None, ctx: Context) -> Iterator[Glimpse | Checkpoint]:
    """A Glimpse for every channel that was looked at whole."""
    marks = {one.account.key: mark for one in accounts if (mark := Bookmark.of(one.cursor))}
    before: Mapping[str, str] = cursor.data if cursor and cursor.version == VERSION else {}
    turn = _fitting(_from(marks, before.get("videos", "")))
    counts = _counts(turn, ctx)
    fed, published = _published(_from(marks, before.get("feeds", "")), ctx)
    for key, mark in marks.items():
        if published.get(key, set()) - mark.videos.keys():
            yield Glimpse(account_key=key, changed=True)
        elif key in turn and counts.keys() >= mark.videos.keys():
            yield from _glimpses(key, mark, counts)
    looked = [key for key, mark in turn.items() if counts.keys() >= mark.videos.keys()]
    places = {"videos": _last(looked, before.get("videos", "")), "feeds": _last(fed, before.get("feeds", ""))}
    yield Checkpoint(cursor=Cursor(version=VERSION, data=places))


def _glimpses(key: str, mark: Bookmark, counts: Mapping[str, int | None]) -> Iterator[Glimpse]:
    """Fewer comments than before: something was deleted, and that thread is read again as well."""
    moved = {one for one, count in mark.videos.items() if count is UNREAD or counts[one] != count}
    fewer = [one for one in moved if (counts[one] or 0) < (mark.videos[one] or 0)]
    if not fewer:
        yield Glimpse(account_key=key, changed=bool(moved))
    for one in sorted(fewer):
        yield Glimpse(account_key=key, changed=True, thread=ThreadRef(external_id=one, url=parse.watch_url(one)))


def _from(marks: Marks, last: str) -> Marks:
    """The channels in a fixed order that begins after the one looked at last."""
    keys = sorted(marks)
    return {key: marks[key] for key in [*(k for k in keys if k > last), *(k for k in keys if k <= last)]}


def _fitting(marks: Marks) -> Marks:
    """As many whole channels as one glance may ask for."""
    room, turn = UNITS * client.BATCH, Marks()
    for key, mark in marks.items():
        room -= len(mark.videos)
        if room < 0:
            return turn
        turn[key] = mark
    return turn


def _counts(turn: Marks, ctx: Context) -> dict[str, int | None]:
    """Video -> its counter; None for one that is gone. Videos the budget did not reach are missing."""
    counts: dict[str, int | None] = {}
    for ids in batches([one for mark in turn.values() for one in mark.videos]):
        if not ctx.budget.allows():
            return counts
        rows = client.videos(ctx, ids, part="statistics")
        parse.ids_of(rows)
        counts.update(dict.fromkeys(ids, None))
        counts.update({row["id"]: counted(parse.comment_count(row)) for row in rows})
    return counts


def _published(marks: Marks, ctx: Context) -> tuple[list[str], dict[str, set[str]]]:
    """The channels whose feeds were asked for, and what they show. Where the hub tells of new videos, none. A feed is
    a free extra: its troubles are no reason to give the counters up."""
    asked: list[str] = []
    shown: dict[str, set[str]] = {}
    for key in () if websub.wanted(ctx) else list(marks)[:FEEDS]:
        if not ctx.budget.allows(cost=0):
            break
        asked.append(key)
        try:
            shown[key] = websub.newest(ctx, marks[key].channel)
        except RateLimited:
            break
        except (AuthExpired, Gone, Malformed, Permanent, Transient) as error:
            ctx.log.warning("youtube_feed_unread", error=error.code)
    return asked, shown


def _last(keys: Sequence[str], before: str) -> str:
    return keys[-1] if keys else before
