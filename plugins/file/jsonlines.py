"""JSON: one object a line (Zeeschuimer), or one document with a list inside (ExportComments, Takeout)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from plugins.file.delimited import text_of
from plugins.file.tables import Row, Sheet, check_counts

NOT_JSON = "baris ini bukan JSON yang utuh"


def lines(data: bytes, encoding: str) -> Iterator[tuple[int, dict[str, Any] | None]]:
    """Line number and object; None for a line that is not a whole object. NUL bytes are dropped."""
    with text_of(data, encoding) as stream:
        for number, line in enumerate(stream, 1):
            if words := line.replace("\x00", "").strip():
                found = parse(words)
                yield number, found if isinstance(found, dict) else None


def count_lines(data: bytes) -> None:
    """Raises Permanent when there are more lines than we take."""
    check_counts(data.count(b"\n"))


def parse(text: str) -> Any:
    """A JSON value, None for what is not JSON. Whole numbers keep every digit."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def sheet_of(objects: list[dict[str, Any]]) -> Sheet:
    """Flat objects as a table: every key a column. Ids in JSON were never rounded by Excel."""
    check_counts(len(objects))
    header = list(dict.fromkeys(key for item in objects for key in item))

    def rows() -> Iterator[Row]:
        yield 0, header
        for number, item in enumerate(objects, 1):
            yield number, [_flat(item.get(key)) for key in header]

    return Sheet(rows, spreadsheet=False)


def _flat(value: Any) -> Any:
    return None if isinstance(value, (dict, list)) else value
