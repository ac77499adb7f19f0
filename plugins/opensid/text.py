"""What a visitor reads on a page, and whose page it is."""

from __future__ import annotations

import re
from html import unescape

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PreformattedString

_UNSAFE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_BLANKS = re.compile(r"[ \t\r\n\f\xa0]+")
_SIGNS = re.compile(r"opensid|opendesa|sidcsrf|donjo-app|/desa/(?:themes|upload)|/add_comment/\d", re.IGNORECASE)
_LEADS_ON = re.compile(r"/artikel/|/add_comment/|pengaduan")
_UNDER_REPAIR = re.compile(r"(?:dalam|sedang) (?:perbaikan|pemeliharaan)|under maintenance", re.IGNORECASE)


def soup_of(html: str) -> BeautifulSoup:
    """The page parsed, always by lxml: the themes nest block elements where HTML forbids them."""
    return BeautifulSoup(html, "lxml")


def is_opensid(html: str) -> bool:
    """Whether OpenSID made this page, by marks that do not depend on the theme."""
    return bool(_SIGNS.search(html))


def is_closed(html: str) -> bool:
    """Whether a page says that the site is being repaired, and leads nowhere: an article about repairs does."""
    return bool(_UNDER_REPAIR.search(html)) and not _LEADS_ON.search(html)


def is_whole(html: str) -> bool:
    """Whether the page arrived to its end: what a cut page does not show is not gone."""
    return "</html>" in html[-3_000:].lower()


def visible(element: Tag, *, without: str = "") -> str:
    """The text of an element, one blank for many, `<br>` a line; `without` names child elements to leave out."""
    skipped = set(map(id, element.select(without))) if without else set()
    lines = "".join(_pieces(element, skipped)).split("\n")
    return "\n".join(" ".join(line.split()) for line in lines).strip()


def plain(text: str) -> str:
    """A text of the JSON as the page would show it: entities decoded, nothing no database takes."""
    return _UNSAFE.sub("", unescape(text)).replace("\r\n", "\n").strip()


def meta(soup: BeautifulSoup, name: str) -> str:
    """`<meta property=name content=…>`, "" when there is none."""
    tag = soup.find("meta", attrs={"property": name})
    return plain(str(tag.get("content") or "")) if isinstance(tag, Tag) else ""


def _pieces(element: Tag, skipped: set[int]) -> list[str]:
    out: list[str] = []
    stack = list(reversed(element.contents))
    while stack:
        node = stack.pop()
        if isinstance(node, Tag):
            if node.name == "br":
                out.append("\n")
            elif node.name not in ("script", "style") and id(node) not in skipped:
                stack.extend(reversed(node.contents))
        elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
            out.append(_BLANKS.sub(" ", _UNSAFE.sub("", node)))
    return out
