"""What a visitor reads: the markup of a comment turned into plain text.

Paragraphs are separated by an empty line, `<br>` is a line break, pictures of smilies become their text,
links
their words, entities their letters. Runs of blanks are one blank, as a browser shows them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement, PreformattedString

_UNSAFE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_BLANKS = re.compile(r"[ \t\r\n\f\xa0]+")
_LINE_BREAK = re.compile(r"<br ?/?>")
_NEXT_PARAGRAPH = re.compile(r"</p> ?<p>")
_SPACES = re.compile(r"[ \t\xa0]+")
_AROUND_BREAK = re.compile(r" ?\r?\n ?")
_MANY_BREAKS = re.compile(r"\n{3,}")

_SILENT = frozenset(("script", "style", "template", "noscript", "form", "button", "iframe", "svg"))
_PARAGRAPHS = frozenset(
    ["blockquote", "dl", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ol", "p", "pre", "table", "ul"]
)
_LINES = frozenset(
    [
        "address",
        "article",
        "aside",
        "dd",
        "div",
        "dt",
        "figcaption",
        "footer",
        "header",
        "li",
        "main",
        "section",
        "summary",
        "tr",
    ]
)


def plain(html: str) -> str:
    """The text of an HTML fragment. The usual comment, one clean paragraph, never meets a parser."""
    if html.startswith("<p>") and html.endswith("</p>\n"):
        inner = html[3:-5]
        if "<" not in inner and _is_shown_as_is(inner):
            return inner.strip(" ")
    marked = _NEXT_PARAGRAPH.sub("\n\n", _LINE_BREAK.sub("\n", _BLANKS.sub(" ", html))).strip()
    marked = marked.removeprefix("<p>").removesuffix("</p>")
    if "<" in marked:
        return visible_text(soup_of(html))
    return _tidy(unescape(marked))


def clean(text: str) -> str:
    """Text without NUL, control characters and lone surrogates, which no database takes."""
    return _UNSAFE.sub("", text)


def one_line(text: str) -> str:
    """A name or a title as shown: entities decoded, blanks joined."""
    if _is_shown_as_is(text):
        return text.strip(" ")
    return _BLANKS.sub(" ", clean(unescape(text))).strip(" ")


def visible_text(element: Tag) -> str:
    """The text a browser shows for this element."""
    return _tidy("".join(_pieces(element)))


def soup_of(html: str) -> BeautifulSoup:
    """The page parsed, always by lxml, so that every machine reads the same tree."""
    return BeautifulSoup(html, "lxml")


def _is_shown_as_is(text: str) -> bool:
    """No entity, no control character, no surrogate, no blank but single spaces."""
    return text.isprintable() and "&" not in text and "  " not in text


def _pieces(root: Tag) -> Iterator[str]:
    """Texts and breaks in reading order; a stack instead of recursion, for pages nested thousands deep."""
    stack: list[PageElement | str] = list(reversed(root.contents))
    while stack:
        node = stack.pop()
        if isinstance(node, Tag):
            stack.extend(_opened(node))
        elif isinstance(node, NavigableString):
            if not isinstance(node, PreformattedString):  # comments, CDATA, doctypes
                yield node if node.find_parent("pre") else _BLANKS.sub(" ", node)
        else:
            yield str(node)


def _opened(tag: Tag) -> list[PageElement | str]:
    """What stands for this tag on the stack, last first."""
    if tag.name in _SILENT:
        return []
    if tag.name == "br":
        return ["\n"]
    if tag.name == "img":
        return [str(tag.get("alt") or "")]
    edge = "\n\n" if tag.name in _PARAGRAPHS else "\n" if tag.name in _LINES else " " if tag.name == "td" else ""
    return [edge, *reversed(tag.contents), edge]


def _tidy(text: str) -> str:
    spaced = _AROUND_BREAK.sub("\n", _SPACES.sub(" ", clean(text)))
    return _MANY_BREAKS.sub("\n\n", spaced).strip(" \r\n")
