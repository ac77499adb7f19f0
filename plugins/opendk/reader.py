"""Reading one sub-district: complaints with their answers, and news with all comments, each one list of pages.

A pull asks for the first page of both. Complaints come in the order of their last change, news in that of publication:
what changes further down is found by the weekly listing, and when threads are read again.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from aggregator.contract import Account, Checkpoint, Context, Cursor, Event, Message, OpenThread, Tombstone

from . import parse
from .address import base_of
from .errors import no_api, odd_json, told_to_wait

VERSION = 1
PAGE_SIZE = 30  # the most the API gives
LIST_AGAIN = timedelta(days=7)
LISTS = {
    "komplain": ({"include": "jawabs", "sort": "-updated_at"}, parse.complaints_page),
    "artikel": ({"include": "comments", "sort": "-tanggal_terbit"}, parse.articles_page),
}


class Lists:
    """The site's two lists; each page is one call."""

    def __init__(self, account: Account, ctx: Context) -> None:
        names = account.settings.get("official_names", "").split(",")
        officials = frozenset(name.strip().casefold() for name in names if name.strip())
        zone = parse.zone_of(account.settings.get("timezone"))
        self.site, self._ctx = parse.Site(base_of(account), zone, officials), ctx

    def page(self, name: str, number: int) -> parse.Page:
        return LISTS[name][1](self.answer(name, number), self.site)

    def answer(self, name: str, number: int) -> Any:
        response = self._ctx.http.get(
            f"{self.site.base}/api/frontend/v1/{name}",
            params={**LISTS[name][0], "page[number]": number, "page[size]": PAGE_SIZE},
            headers={"accept": "application/json"},
            allow=(404, 429),
        )
        if response.status == 429:
            raise told_to_wait(response, self._ctx.now)
        if response.status == 404:
            raise no_api()
        answer = response.json()
        if not isinstance(answer, dict):
            raise odd_json()
        return answer


class Reader:
    """A pull. `state` holds for each list the next page of an unfinished listing, and when one last began."""

    def __init__(self, account: Account, cursor: Cursor | None, ctx: Context) -> None:
        known = cursor.data if cursor is not None and cursor.version == VERSION else {}
        self.state = {name: {"page": None, "listed": "", **known.get(name, {})} for name in LISTS}
        self.lists, self.ctx = Lists(account, ctx), ctx

    def pull(self) -> Iterator[Event]:
        for name in LISTS:
            if not (yield from self._newest(name)):
                return
        for name in LISTS:
            if not (yield from self._older(name)):
                return
        yield self._checkpoint()

    def _newest(self, name: str) -> Generator[Event, None, bool]:
        """The first page, and the beginning of a listing when that does not reach far enough."""
        if not self.ctx.budget.allows():
            return False
        page, state = self.lists.page(name, 1), self.state[name]
        fresh = not self.ctx.known(page.threads)
        yield from page.records
        if state["page"] is None and (fresh or _older_than(state["listed"], self.ctx.now)):
            state.update(page=2, listed=self.ctx.now.isoformat())
        if state["page"] and state["page"] > page.last:
            state["page"] = None
        yield self._checkpoint()
        return True

    def _older(self, name: str) -> Generator[Event, None, bool]:
        state = self.state[name]
        while number := state["page"]:
            if not self.ctx.budget.allows():
                return False
            page = self.lists.page(name, number)
            yield from page.records
            state["page"] = number + 1 if number < page.last else None
            yield self._checkpoint()
        return True

    def _checkpoint(self) -> Checkpoint:
        data = {name: dict(state) for name, state in self.state.items()}
        return Checkpoint(cursor=Cursor(version=VERSION, data=data))


def threads_again(account: Account, threads: Sequence[OpenThread], ctx: Context) -> Iterator[Event]:
    """Page by page until all were seen. Who is on no page of a list that was read to its end is gone."""
    lists = Lists(account, ctx)
    for name in LISTS:
        wanted = {one.ref.external_id: one for one in threads if one.ref.external_id.startswith(f"{name}:")}
        if wanted and not (yield from _listed(lists, name, wanted, ctx)):
            return


def _listed(lists: Lists, name: str, wanted: dict[str, OpenThread], ctx: Context) -> Generator[Event, None, bool]:
    number, length = 0, None
    while wanted:
        if not ctx.budget.allows():
            return False
        number += 1
        page = lists.page(name, number)
        length = page.last if length is None else length
        for one in sorted(page.threads & wanted.keys()):
            yield from _again(page, wanted.pop(one), ctx)
        if number >= page.last:
            break
    if length == page.last:  # a list that changes underfoot may hide one
        for thread in wanted.values():
            yield from _buried(thread.known, ctx)
    return True


def _again(page: parse.Page, thread: OpenThread, ctx: Context) -> Iterator[Event]:
    one, shown, whole = thread.ref.external_id, set[str](), True
    for record in page.records:
        mine = isinstance(record, Message) and record.thread.external_id == one
        if mine or not isinstance(record, Message):
            yield record
            whole = whole and mine
            shown.add(record.external_id or "")
    if whole:
        yield from _buried(thread.known - shown, ctx)


def _buried(ids: frozenset[str], ctx: Context) -> Iterator[Tombstone]:
    return (Tombstone(external_id=one, seen_at=ctx.now) for one in sorted(ids))


def _older_than(stamp: str, now: datetime) -> bool:
    return not stamp or now - datetime.fromisoformat(stamp) >= LIST_AGAIN
