"""Where a table begins: the header below a banner, on the first visible sheet that has one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from aggregator.contract import Permanent
from plugins.file import cells, columns, links, presets, tables
from plugins.file.columns import Layout
from plugins.file.presets import Preset


@dataclass(frozen=True, slots=True)
class Found:
    """A sheet with its header found, and the address that a banner above it names."""

    sheet: tables.Sheet
    preset: Preset
    layout: Layout
    banner: links.Link | None

    def rows(self) -> Iterator[tables.Row]:
        """The rows below the header that hold something."""
        return (row for row in self.sheet.rows() if row[0] > self.layout.header_row and not tables.blank(row[1]))


def find(sheets: Sequence[tables.Sheet], preset: Preset | None, options: Mapping[str, str]) -> Found:
    """The first visible sheet with a header that names at least the text and the date."""
    chosen = columns.overrides(options)
    lacking: list[str] | None = None
    for sheet in sheets:
        banner = None
        for number, header in islice(sheet.rows(), columns.HEADER_WITHIN):
            kind = preset or presets.recognise(map(columns.normalise, header)) or presets.GENERIC
            found = columns.assign(header, kind.aliases, chosen)
            if not columns.missing(found):
                _check_header(header, found, chosen)
                return Found(sheet, kind, Layout(number, len(header), found), banner)
            if not tables.blank(header) and (lacking is None or len(columns.missing(found)) < len(lacking)):
                lacking = columns.missing(found)
            banner = banner or _address_in(header)
    if lacking is None:
        raise Permanent(tables.EMPTY)
    raise Permanent(_lacking(lacking))


def _lacking(names: Sequence[str]) -> str:
    if "text" in names:
        return (
            'Kolom teks tidak ditemukan. Beri judul kolomnya, misalnya "Isi" atau "Komentar", '
            "atau sebutkan dengan opsi map.text=NamaKolom."
        )
    return (
        'Kolom tanggal tidak ditemukan. Beri judul kolomnya, misalnya "Tanggal", '
        "atau sebutkan dengan opsi map.created_at=NamaKolom."
    )


def _check_header(header: Sequence[Any], found: Mapping[str, int], chosen: Mapping[str, str]) -> None:
    tables.check_counts(0, sum(cells.plain(cell) != "" for cell in header))
    absent = [name for name in chosen if name not in found]
    if absent:
        raise Permanent(f"Kolom untuk opsi map.{absent[0]} tidak ada di berkas. Periksa ejaan judul kolomnya.")


def _address_in(cells_of_row: Sequence[Any]) -> links.Link | None:
    """The post that a banner above the header names."""
    for cell in cells_of_row:
        found = re.search(r"https?://\S{4,500}", cell) if isinstance(cell, str) else None
        link = links.read(found[0]) if found else None
        if link and link.post_id and link.platform != "website":
            return link
    return None
