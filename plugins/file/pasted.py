"""Permalinks pasted by hand: an address a line, then where known text, author and date after a TAB or `;`."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import islice
from typing import Any

from aggregator.contract import Kind
from plugins.file import jsonlines, links
from plugins.file.delimited import text_of

NOT_ADDRESS = "baris ini tidak diawali alamat https://"
_NAMES = ("permalink", "text", "author", "created_at")


def is_pasted(data: bytes, encoding: str) -> bool:
    """Whether the file's first lines all begin with an address."""
    filled = (line for line in text_of(data, encoding) if line.strip())
    first = list(islice(filled, 20))
    return bool(first) and all(links.is_web_address(line.replace("\x00", "").strip()) for line in first)


def read(data: bytes, encoding: str) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """Line number with the fields of its message, or with why it cannot be read."""
    jsonlines.count_lines(data)
    with text_of(data, encoding) as stream:
        for number, line in enumerate(stream, 1):
            if words := line.replace("\x00", "").strip():
                yield number, _fields(words)


def _fields(line: str) -> dict[str, Any] | str:
    parts = next(csv.reader([line], delimiter="\t" if "\t" in line else ";"), [""])
    link = links.read(parts[0])
    if link is None:
        return NOT_ADDRESS
    fields: dict[str, Any] = {name: part.strip() for name, part in zip(_NAMES, parts, strict=False) if part.strip()}
    if link.post_id and not link.comment_id and link.platform != "website":
        fields |= _post(link, fields.get("author", ""))
    return fields


def _post(link: links.Link, author: str) -> dict[str, Any]:
    """An address of a post: with somebody else's name beside it, that person's comment under it (its id
    unknown); without, the post itself, in which a stranger speaks of the office."""
    owner = link.account.key.removeprefix("@") if link.account else ""
    if author and author.removeprefix("@").casefold() != owner.casefold():
        return {}
    return {"kind": Kind.MENTION, "external_id": link.post_id, "author": author or owner, "handle": owner}
