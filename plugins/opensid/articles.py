"""An article's page: the article, and all its approved comments (there is no paging).

Two families of markup: tables (natra and its Bootstrap kin) and quotations (esensi and its Tailwind kin). Both are
found by their elements, which child themes keep, and not by classes, which they change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bs4 import BeautifulSoup, Tag

from aggregator.contract import Kind, Message, ThreadRef, Unreadable

from .dates import read_moment
from .parse import CommentIds, Said, admin, comment
from .text import meta, visible

_REPLY_STYLE = re.compile(r"0 0 0 40px")
_DAY = re.compile(r"artikel/(\d{4})/(\d{1,2})/(\d{1,2})/")


class _Found(NamedTuple):
    """One comment's elements. None where the page lacks one: it is then unreadable."""

    name: Tag | None
    time: Tag | None
    text: Tag | None
    role: str
    text_without: str = ""
    replies: tuple[_Found, ...] = ()


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """`takes_comments`: the form stands below it, so a page without comments really has none."""

    records: tuple[Message | Unreadable, ...]
    comments: int
    takes_comments: bool

    @property
    def shows_all(self) -> bool:
        """Whether what is missing here is gone. A page closed to comments hides those it has."""
        return bool(self.comments or self.takes_comments)


def elsewhere(path: str) -> ArticlePage:
    """What is known of an article whose address leads to another page."""
    return ArticlePage((Unreadable(reason="the address leads elsewhere", external_id=path),), 0, takes_comments=False)


def read_article(soup: BeautifulSoup, host: str, path: str, url: str, zone: ZoneInfo) -> ArticlePage:
    """The page of the article `path`."""
    title = soup.title
    thread = ThreadRef(
        external_id=path, url=url, title=meta(soup, "og:title") or (visible(title) if title else "") or None
    )
    found = list(_in_tables(soup)) or list(_in_quotes(soup))
    records = list(_records(found, CommentIds(host, path), thread, zone))
    form = soup.select_one('form[action*="add_comment/"]')
    return ArticlePage((_post(soup, thread, zone), *records), len(records), form is not None)


def _post(soup: BeautifulSoup, thread: ThreadRef, zone: ZoneInfo) -> Message:
    """The article as the office's message. Its address tells the day in every theme."""
    found = _DAY.match(thread.external_id)
    assert found is not None  # article_path() made the id
    day = datetime(int(found[1]), int(found[2]), int(found[3]), tzinfo=zone)
    summary = meta(soup, "og:description")
    return Message(
        external_id=thread.external_id,
        kind=Kind.POST,
        thread=thread,
        author=admin(meta(soup, "og:site_name")),
        text=f"{thread.title or ''}\n\n{summary}".strip(),
        created_at=day.astimezone(UTC),
        precision="day",
        url=thread.url,
    )


def _records(
    found: list[_Found], ids: CommentIds, thread: ThreadRef, zone: ZoneInfo, parent: str | None = None
) -> Iterator[Message | Unreadable]:
    for one in found:
        said = _said(one)
        if said is None:
            yield Unreadable(reason="comment without author, time or text")
            for _ in one.replies:
                yield Unreadable(reason="reply to an unreadable comment")
            continue
        message = comment(ids.of(said, parent or ""), said, thread, zone, parent=parent, role=one.role)
        yield message
        yield from _records(list(one.replies), ids, thread, zone, message.external_id)


def _said(found: _Found) -> Said | None:
    if found.name is None or found.time is None or found.text is None:
        return None
    try:
        moment = read_moment(visible(found.time))
    except ValueError:
        return None
    text = visible(found.text, without=found.text_without)
    return Said(visible(found.name, without="code"), text.removeprefix('"') if not found.text_without else text, moment)


# -- tables: newest first ----------------------------------------------------------------------------------------------


def _in_tables(soup: BeautifulSoup) -> Iterator[_Found]:
    tables = [one for one in soup.find_all("table") if _is_comment(one) and one.find_parent("li") is None]
    inner = {id(reply) for one in tables for reply in one.find_all("table")}
    for table in reversed([one for one in tables if id(one) not in inner]):
        yield _of_table(table, tuple(_of_table(one) for one in table.find_all("table") if _is_comment(one)))


def _is_comment(table: Tag) -> bool:
    """A head with an icon before the name, a cell that begins with a small date."""
    return bool(table.select_one(":scope > thead th > i")) and bool(table.select_one(":scope > tbody > tr > td > font"))


def _of_table(table: Tag, replies: tuple[_Found, ...] = ()) -> _Found:
    code = table.select_one(":scope > thead th code")
    return _Found(
        name=table.select_one(":scope > thead th"),
        time=table.select_one(":scope > tbody > tr:first-child > td > font > small"),
        text=table.select_one(":scope > tbody > tr:first-child > td"),
        role=visible(code) if code else "",
        text_without="font",
        replies=replies,
    )


# -- quotations: oldest first ------------------------------------------------------------------------------------------


def _in_quotes(soup: BeautifulSoup) -> Iterator[_Found]:
    """An indented one replies to the last that is not."""
    top: _Found | None = None
    for quote in soup.find_all("blockquote"):
        box = quote.parent
        if box is None or quote.find_parent("li") is not None or len(box.select("span:has(> i)")) < 2:
            continue  # the list of newest comments, or a quotation in the article
        found = _of_quote(quote, box)
        if top is not None and box.parent is not None and _REPLY_STYLE.search(str(box.parent.get("style", ""))):
            top = top._replace(replies=(*top.replies, found))
            continue
        if top is not None:
            yield top
        top = found
    if top is not None:
        yield top


def _of_quote(quote: Tag, box: Tag) -> _Found:
    name, time = box.select("span:has(> i)")[:2]
    code = name.find("code")
    return _Found(name=name, time=time, text=quote, role=visible(code) if code else "")
