"""HTML tables: what many office applications call "Export Excel" is a web page renamed to .xls."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from plugins.file.tables import Row, Sheet, check_counts

_CHUNK = 64 * 1024
_BREAKS = frozenset({"br", "p", "div", "li"})


class _Cells(HTMLParser):
    """Collects finished rows; a cell or row that is never closed ends where the next begins."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.done: list[list[str]] = []
        self._row: list[str] | None = None
        self._cell: list[str] | None = None
        self._padding = 0
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self._end_row()
            self._row = []
        elif tag in ("td", "th") and self._row is not None:
            self._end_cell()
            self._cell, self._padding = [], _span(dict(attrs).get("colspan")) - 1
        elif tag in ("script", "style"):
            self._hidden += 1
        elif tag in _BREAKS and self._cell:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._end_cell()
        elif tag in ("tr", "table"):
            self._end_row()
        elif tag in ("script", "style"):
            self._hidden = max(0, self._hidden - 1)

    def handle_data(self, data: str) -> None:
        if self._cell is not None and not self._hidden:
            self._cell.append(data)

    def take(self) -> list[list[str]]:
        done, self.done = self.done, []
        return done

    def finish(self) -> list[list[str]]:
        self.close()
        self._end_row()
        return self.take()

    def _end_cell(self) -> None:
        if self._cell is not None and self._row is not None:
            self._row.extend(["".join(self._cell).strip(), *[""] * self._padding])
        self._cell = None

    def _end_row(self) -> None:
        self._end_cell()
        if self._row is not None:
            self.done.append(self._row)
        self._row = None


def is_html(head: bytes, name: str) -> bool:
    """A page with a table; a CSV in which someone wrote "<table" is none."""
    text = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    return b"<table" in text and (text.startswith(b"<") or name.lower().endswith((".xls", ".htm", ".html")))


def sheet_of(data: bytes, encoding: str) -> Sheet:
    """All rows of the page's tables, in order, numbered as Excel shows them."""
    text = data.decode(encoding, errors="replace").replace("\x00", "")

    def rows() -> Iterator[Row]:
        yield from enumerate(_stream(text), 1)

    check_counts(len(re.findall(r"<tr[\s>]", text, re.IGNORECASE)))
    return Sheet(rows)


def _stream(text: str) -> Iterator[list[str]]:
    parser = _Cells()
    for start in range(0, len(text), _CHUNK):
        parser.feed(text[start : start + _CHUNK])
        yield from parser.take()
    yield from parser.finish()


def _span(value: str | None) -> int:
    return min(int(value), 50) if value and value.isdigit() and int(value) > 0 else 1
