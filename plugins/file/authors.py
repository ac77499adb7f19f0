"""Who wrote a row, as far as the file tells and no further."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aggregator.contract import AccountKey, Author
from plugins.file import cells, ids, links

Fields = Mapping[str, Any]


def author_of(fields: Fields, spreadsheet: bool) -> Author | None:
    """The author; None where the file names nobody or the person asked not to be named."""
    if cells.yes(fields.get("anonymous")) or cells.yes(fields.get("confidential")):
        return None
    page, handle = _page(fields), _handle(fields)
    name = cells.name(fields.get("author")) or handle
    if not name:
        return None
    return Author(external_id=_own_id(fields, spreadsheet), name=name, handle=handle, url=page.url if page else None)


def known_as(fields: Fields) -> set[str]:
    """Handles and ids of the author, folded: an account is known by these, never by a name."""
    page = _page(fields)
    told = (_handle(fields), cells.plain(fields.get("author_id")), page.key if page else None)
    return {word.removeprefix("@").casefold() for word in told if word}


def _own_id(fields: Fields, spreadsheet: bool) -> str | None:
    try:
        told = ids.clean_id(fields.get("author_id"), spreadsheet=spreadsheet)
    except ids.MangledId:
        told = None  # a rounded id would make one person of two
    page = _page(fields)
    return told or (page.key if page and _is_number(page.key) else None)


def _handle(fields: Fields) -> str | None:
    name = cells.plain(fields.get("author"))
    told = cells.plain(fields.get("handle")) or (name if name.startswith("@") else "")
    page = _page(fields)
    shown = page.key if page and not _is_number(page.key) else ""
    return (cells.name(told.removeprefix("@")) or shown).removeprefix("@") or None


def _page(fields: Fields) -> AccountKey | None:
    link = links.of_cell(fields.get("author_url"))
    return link.account if link else None


def _is_number(key: str) -> bool:
    """An id where a handle could stand: a YouTube channel, a Facebook profile without a name."""
    return key.isdigit() or key.startswith("UC")
