"""The front page and its older pages (/index/2): which articles there are, how many comments each has, and what was
said last anywhere on the site."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

from .address import article_path, uses_index
from .text import meta, visible

_NUMBER = re.compile(r"\s*(\d+)")
_PAGE_LINK = re.compile(r"/index/(\d+)/?\Z")


@dataclass(frozen=True, slots=True)
class Card:
    """An article on the front page. `count` is how many comments it has, waiting ones included; None in themes that
    do not tell."""

    path: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Newest:
    """An entry of the list of newest comments: a fingerprint of it, and the article it stands under."""

    mark: str
    path: str


@dataclass(frozen=True, slots=True)
class Front:
    title: str | None
    prefix: str  # "/index.php" where the server has no rewriting
    cards: tuple[Card, ...]
    newest: tuple[Newest, ...]
    last: int  # number of the last page


def read_front(soup: BeautifulSoup, url: str) -> Front:
    links = [(str(one["href"]), one) for one in soup.find_all("a", href=True)]
    newest = tuple(_newest(soup, url))
    counts = dict(_counts(soup, url))
    paths = dict.fromkeys(path for href, _ in links if (path := article_path(href, url)))
    listed = {one.path for one in newest}
    cards = tuple(Card(path, counts.get(path)) for path in paths if path in counts or path not in listed)
    pages = [int(found[1]) for href, _ in links if (found := _PAGE_LINK.search(urlsplit(href).path))]
    indexed = any(uses_index(href) for href, _ in links)
    title = meta(soup, "og:site_name") or None
    return Front(title, "/index.php" if indexed else "", cards, newest, max([1, *pages]))


def mark_of(text: str) -> str:
    """A short name for a text: what a cursor may keep of it."""
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def _newest(soup: BeautifulSoup, url: str) -> Iterator[Newest]:
    """Items that hold a date or a quotation and a link to an article, in whatever box a theme puts them."""
    for item in soup.find_all("li"):
        path = next((one for link in item.find_all("a", href=True) if (one := _path(link, url))), None)
        if path and item.find("li") is None and item.select_one("td > font > small, blockquote") is not None:
            yield Newest(mark_of(f"{visible(item)}|{path}"), path)


def _counts(soup: BeautifulSoup, url: str) -> Iterator[tuple[str, int]]:
    for icon in soup.select("i.fa-comments"):
        found = _NUMBER.match(str(icon.next_sibling or ""))
        path = _around(icon, url) if found else None
        if found and path:
            yield path, int(found[1])


def _around(icon: Tag, url: str) -> str | None:
    """The article whose card this icon stands in."""
    for box in list(icon.parents)[:6]:
        for link in box.find_all("a", href=True):
            if path := _path(link, url):
                return path
    return None


def _path(link: Tag, url: str) -> str | None:
    return article_path(str(link["href"]), url)
