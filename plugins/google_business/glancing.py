"""One look at many locations: what Pub/Sub brought, else one list for fifty of them, the latest change first."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from aggregator.contract import Checkpoint, Context, GlancedAccount, Glimpse

from . import client, parse
from .bookmark import Bookmark
from .parse import Row

_LOCATION = re.compile(r"locations/\d+")

Marks = dict[str, Bookmark]


def glance(accounts: Sequence[GlancedAccount], ctx: Context) -> Iterator[Glimpse | Checkpoint]:
    """A Glimpse for every location that was looked at."""
    marks = {one.account.key: mark for one in accounts if (mark := Bookmark.of(one.cursor))}
    subscription = ctx.secrets.get("subscription")
    if subscription:
        yield from _told(marks, subscription, ctx)
        return
    for account, keys in _batches(marks):
        yield from _look(account, {key: marks[key] for key in keys}, ctx)


def _told(marks: Marks, subscription: str, ctx: Context) -> Iterator[Glimpse]:
    """What Pub/Sub tells is acknowledged after it was passed on: lost on the way, it is told again."""
    if not marks or not ctx.budget.allows():
        return
    rows = client.notifications(ctx, subscription)
    changed = {location for row in rows for location in _locations_in(row)}
    for key, mark in marks.items():
        yield Glimpse(account_key=key, changed=mark.name[mark.name.index("locations/") :] in changed)
    if rows and ctx.budget.allows():
        client.acknowledge(ctx, subscription, [str(row["ackId"]) for row in rows if "ackId" in row])


def _locations_in(row: Row) -> set[str]:
    """The locations that a notification names, in whichever field."""
    message = row.get("message")
    data = message.get("data") if isinstance(message, dict) else None
    try:
        return set(_LOCATION.findall(b64decode(data or "").decode(errors="replace")))
    except (Error, TypeError):
        return set()


def _batches(marks: Marks) -> Iterator[tuple[str, list[str]]]:
    """Fifty locations of one account at a time."""
    by_account: dict[str, list[str]] = {}
    for key in sorted(marks):
        by_account.setdefault(marks[key].name.partition("/locations/")[0], []).append(key)
    for account, keys in by_account.items():
        for start in range(0, len(keys), client.BATCH):
            yield account, keys[start : start + client.BATCH]


def _look(account: str, marks: Marks, ctx: Context) -> Iterator[Glimpse]:
    """Pages are read until one goes below what every location had shown before; when the list is not in order, it only
    tells of those it names."""
    latest: dict[str, datetime] = {}
    times: list[datetime] = []
    token = None
    while ctx.budget.allows():
        page = client.reviews_of_many(ctx, account, sorted({mark.name for mark in marks.values()}), token)
        for name, row in map(parse.located, page.rows):
            times.append(parse.updated_at(row))
            changed = parse.changed_at(row)
            latest[name] = max(latest.get(name, changed), changed)
        token = page.next
        if token is None or _covered(marks, latest, times):
            yield from _glimpses(marks, latest, whole=token is None or _is_ordered(times))
            return


def _covered(marks: Marks, latest: dict[str, datetime], times: list[datetime]) -> bool:
    """Whether every location is either seen to have changed or cannot appear below with news."""
    quiet = [mark for mark in marks.values() if not _is_new(mark, latest)]
    floor = min((floor for mark in quiet if (floor := mark.floor())), default=None)
    return floor is None or (bool(times) and times[-1] <= floor)


def _glimpses(marks: Marks, latest: dict[str, datetime], *, whole: bool) -> Iterator[Glimpse]:
    for key, mark in marks.items():
        if whole or mark.name in latest:
            yield Glimpse(account_key=key, changed=_is_new(mark, latest))


def _is_new(mark: Bookmark, latest: dict[str, datetime]) -> bool:
    seen = latest.get(mark.name)
    return seen is not None and (mark.done is None or seen > mark.done)


def _is_ordered(times: list[datetime]) -> bool:
    return all(one >= other for one, other in pairwise(times))
