"""Which column is what: headers as offices and exporters spell them, to Sahut's own names.

A column that aliases.toml does not name is never read: so NIK, phone, e-mail, address and IP stay out.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aggregator.contract import Permanent

REQUIRED = ("text", "created_at")
HEADER_WITHIN = 30  # rows of a banner before the header

ALIASES: Mapping[str, tuple[str, ...]] = {
    name: tuple(spellings)
    for name, spellings in tomllib.loads(Path(__file__).with_name("aliases.toml").read_text("utf-8")).items()
}
_PRIVATE = re.compile(
    r"\b(?:nik|kk|ktp|hp|tlp|wa|ip|mobile|surel|npwp|rekening)\b"
    r"|e ?mail|tele?pon|telp|phone|ponsel|whatsapp|no ?hp|alamat|address"
)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a sheet's header stands and which cell is which. `header_row` as the person sees it, from 1."""

    header_row: int
    width: int
    columns: Mapping[str, int]

    def fields(self, cells: Sequence[Any]) -> dict[str, Any]:
        """The row's known cells by name; cells that hold nothing are left out."""
        return {
            name: cells[at]
            for name, at in self.columns.items()
            if at < len(cells) and cells[at] is not None and cells[at] != ""
        }


def normalise(header: Any) -> str:
    """A header as it is compared: no case, marks or double spaces ("Tanggal/Waktu " -> "tanggal waktu")."""
    text = unicodedata.normalize("NFKC", str(header if header is not None else "")).casefold().strip()
    return text if text == "#" else " ".join(re.sub(r"[\W_]+", " ", text).split())


def is_private(header: str) -> bool:
    """Whether a column holds what must not leave the file: NIK, phone, e-mail, address, IP."""
    return bool(_PRIVATE.search(normalise(header)))


def overrides(options: Mapping[str, str]) -> dict[str, str]:
    """`map.text=Uraian` as {"text": "uraian"}. Raises Permanent for an unknown name or a private column."""
    chosen = {}
    for option, column in options.items():
        if not option.startswith("map."):
            continue
        name = option.removeprefix("map.")
        if name not in ALIASES:
            raise Permanent(f"Opsi {option} tidak dikenal. Yang dapat dipetakan: {', '.join(ALIASES)}.")
        if is_private(column):
            raise Permanent(f"Kolom untuk {option} memuat data pribadi dan tidak boleh dibaca. Pilih kolom lain.")
        chosen[name] = normalise(column)
    return chosen


def assign(header: Sequence[Any], aliases: Mapping[str, tuple[str, ...]], chosen: Mapping[str, str]) -> dict[str, int]:
    """Each known name's column in this header: the person's choice, else its first alias that is present."""
    places: dict[str, int] = {}
    for at, cell in enumerate(header):
        name = normalise(cell)
        if name:
            places.setdefault(name, at)
    found: dict[str, int] = {}
    for name, spellings in aliases.items():
        wanted = (chosen[name],) if name in chosen else spellings
        at_column = next((places[spelling] for spelling in wanted if spelling in places), None)
        if at_column is not None:
            found[name] = at_column
    for name, main in (("clock", "created_at"), ("text_before", "text")):
        if found.get(name) == found.get(main):
            found.pop(name, None)
    return found


def missing(columns: Mapping[str, int]) -> list[str]:
    return [name for name in REQUIRED if name not in columns]
