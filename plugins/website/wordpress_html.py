"""Comments on a WordPress page made for people: old themes, HTML5 themes and block themes.

Every theme keeps WordPress' own marks, because its scripts need them: an element with the id
"comment-<number>"
around the comment and all its replies, and the classes of comment_class().
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from urllib.parse import parse_qs, urlsplit

from bs4 import BeautifulSoup, Tag

from aggregator.contract import Author, Kind, Message, ThreadRef, Unreadable
from plugins.website.address import absolute, without_comment_page
from plugins.website.dates import Moment, machine_date, read_date
from plugins.website.rest_records import NAMELESS, OFFICE, post_id
from plugins.website.text import one_line, visible_text

_ITEM_ID = re.compile(r"(?:li-|div-)?comment-(\d{1,18})")
_AUTHOR_CLASS = re.compile(r"comment-author-(.+)")
_POST_CLASS = re.compile(r"(?:postid|page-id|attachmentid)-(\d+)")
_PAGE_LINK = re.compile(r"/comment-page-(\d+)/?|[?&]cpage=(\d+)")
_CONTENT = ".comment-content, .wp-block-comment-content, .comment-text, .comment_text, .comment-entry"
_AUTHOR = ".comment-author .fn, .wp-block-comment-author-name, .comment-author-name, .fn, .comment-author"
_TIME_TEXT = (
    ".comment-metadata a, .commentmetadata a, .comment-meta a, .wp-block-comment-date, .comment-date, .comment-time"
)
_PUBLISHED = (
    'meta[property="article:published_time"], time.entry-date.published, .wp-block-post-date time, time.entry-date'
)
_ARCHIVE = re.compile(r"/(?:category|tag|author|wp-content)/")
_TEXT_TAGS = ("p", "blockquote", "ul", "ol", "pre")
_NOT_TEXT = frozenset(
    ["comment-author", "comment-meta", "commentmetadata", "reply", "comment-awaiting-moderation", "vcard"]
)


@dataclass
class CommentPage:
    """What one page shows. `elsewhere` are its other comment pages by number; `pings` ids that are no
    comments."""

    thread: ThreadRef
    messages: list[Message | Unreadable] = field(default_factory=list)
    post: Message | None = None
    elsewhere: dict[int, str] = field(default_factory=dict)
    pings: set[str] = field(default_factory=set)
    is_post: bool = False


def read_page(soup: BeautifulSoup, url: str, zone: tzinfo, now: datetime) -> CommentPage:
    """Everything WordPress marks on a page. `is_post` is False for pages without a post of their own."""
    number = _post_number(soup)
    thread = ThreadRef(
        external_id=number or _path(url),
        url=without_comment_page(url),
        title=_title(soup),
    )
    page = CommentPage(thread, is_post=number is not None, elsewhere=_comment_pages(soup, url))
    items = _items(soup)
    official: Author | None = None
    for number, item in items.items():
        classes = set(item.get_attribute_list("class"))
        if classes & {"pingback", "trackback", "ping"}:
            page.pings.add(number)
        elif not _own(item, ".comment-awaiting-moderation"):
            record = _message(number, item, page.thread, zone, now)
            page.messages.append(record)
            if "bypostauthor" in classes and isinstance(record, Message):
                official = record.author
    page.post = _post(soup, page, official, zone)
    return page


def _items(soup: BeautifulSoup) -> dict[str, Tag]:
    """The outermost element of each comment, by its number."""
    found: dict[str, Tag] = {}
    for element in soup.find_all(id=_ITEM_ID):
        match = _ITEM_ID.fullmatch(str(element.get("id")))
        if match:
            found.setdefault(match[1], element)
    return found


def _owner(element: Tag) -> str | None:
    """The number of the comment this element stands in."""
    for parent in (element, *element.parents):
        match = _ITEM_ID.fullmatch(str(parent.get("id") or ""))
        if match:
            return match[1]
    return None


def _own(item: Tag, selector: str) -> Tag | None:
    """The first match in this comment, not in a reply inside it. Selectors are tried in their order."""
    number = _owner(item)
    for one in selector.split(", "):
        for element in item.select(one):
            if _owner(element) == number:
                return element
    return None


def _message(number: str, item: Tag, thread: ThreadRef, zone: tzinfo, now: datetime) -> Message | Unreadable:
    when, text = _when(item, zone, now), _text(item)
    if when is None or text is None:
        missing = "time" if when is None else "text"
        return Unreadable(reason=f"WordPress page: comment without {missing}", external_id=number)
    parent = item.parent and _owner(item.parent)
    return Message(
        external_id=number,
        kind=Kind.COMMENT,
        thread=thread,
        author=_author(item),
        text=text,
        created_at=when.at,
        precision=when.precision,
        parent_id=parent or None,
        url=f"{thread.url}#comment-{number}",
    )


def _author(item: Tag) -> Author:
    element = _own(item, _AUTHOR)
    if element is None:
        name = ""
    else:
        name = one_line(visible_text(element))
        said = element.select_one(".says")
        if said is not None:
            name = name.removesuffix(one_line(visible_text(said))).strip()
    return Author(external_id=_user_id(item), name=name or NAMELESS)


def _user_id(item: Tag) -> str | None:
    """ "user:<nicename>" for a registered author, by the classes every theme prints."""
    classes = item.get_attribute_list("class")
    if "byuser" not in classes:
        return None
    names = (match[1] for one in classes if (match := _AUTHOR_CLASS.fullmatch(str(one))))
    return next((f"user:{name}" for name in names), None)


def _when(item: Tag, zone: tzinfo, now: datetime) -> Moment | None:
    stamp = _own(item, "time[datetime]")
    if stamp is not None and (exact := machine_date(str(stamp["datetime"]), zone)):
        return Moment(exact, "second")
    element = stamp or _own(item, _TIME_TEXT)
    return read_date(visible_text(element), zone, now) if element is not None else None


def _text(item: Tag) -> str | None:
    content = _own(item, _CONTENT)
    if content is not None:
        return visible_text(content)
    body = _own(item, ".comment-body, .comment-inner, .comment") or item
    parts = [
        child
        for child in body.find_all(recursive=False)
        if child.name in _TEXT_TAGS
        and not _NOT_TEXT & set(child.get_attribute_list("class"))
        and not child.find(id=_ITEM_ID)
    ]
    return "\n\n".join(map(visible_text, parts)) if parts else None


def _post_number(soup: BeautifulSoup) -> str | None:
    """The post's number, from the marks that themes leave of it."""
    body = soup.body
    for one in body.get_attribute_list("class") if body else []:
        if match := _POST_CLASS.fullmatch(str(one or "")):
            return match[1]
    field_ = soup.select_one("#comment_post_ID")
    if field_ is not None and str(field_.get("value", "")).isdigit():
        return str(field_["value"])
    short = soup.select_one('link[rel="shortlink"]')
    number = parse_qs(urlsplit(str(short["href"])).query).get("p", [""])[0] if short and short.get("href") else ""
    return number if number.isdigit() else None


def _title(soup: BeautifulSoup) -> str | None:
    for selector in (
        "h1.entry-title",
        "h1.wp-block-post-title",
        'meta[property="og:title"]',
        "main h1",
        "h1",
        "title",
    ):
        if (element := soup.select_one(selector)) is not None:
            title = one_line(str(element.get("content") or "") or visible_text(element))
            if title:
                return title
    return None


def _post(soup: BeautifulSoup, page: CommentPage, official: Author | None, zone: tzinfo) -> Message | None:
    """The post itself, when a comment by its author tells who wrote it."""
    if official is None or not page.is_post:
        return None
    element = soup.select_one(_PUBLISHED)
    stamp = str(element.get("content") or element.get("datetime") or "") if element is not None else ""
    oldest = min(one.created_at for one in page.messages if isinstance(one, Message))
    return Message(
        external_id=post_id(page.thread.external_id),
        kind=Kind.POST,
        thread=page.thread,
        author=Author(external_id=official.external_id, name=official.name or OFFICE),
        text=page.thread.title or "",
        created_at=machine_date(stamp, zone) or oldest,
        url=page.thread.url,
    )


def _comment_pages(soup: BeautifulSoup, url: str) -> dict[int, str]:
    pages: dict[int, str] = {}
    for link in soup.select('a[href*="comment-page-"], a[href*="cpage="]'):
        target = absolute(url, str(link["href"]))
        match = _PAGE_LINK.search(target or "")
        if target and match and _path(without_comment_page(target)) == _path(without_comment_page(url)):
            pages.setdefault(int(match[1] or match[2]), target)
    return pages


def post_links(soup: BeautifulSoup, url: str) -> Iterator[str]:
    """Addresses of posts on a front page, in reading order."""
    for link in soup.select(
        ".entry-title a, .wp-block-post-title a, article h2 a, article h3 a, article a, h2 a, h1 a, h3 a"
    ):
        target = absolute(url, str(link.get("href") or ""))
        if target and _path(target) != "/" and not _ARCHIVE.search(target):
            yield without_comment_page(target)


def _path(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path.rstrip("/") or "/") + (f"?{parts.query}" if parts.query else "")
