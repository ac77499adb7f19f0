"""Bytes to rows: what sort of file this is, and every cap, before the first row is given out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aggregator.contract import Permanent

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 50_000
MAX_COLUMNS = 200
SLACK = 50  # banners, headers and footers do not count as rows

Row = tuple[int, Sequence[Any]]  # the row's number as the person sees it, from 1; its cells

EMPTY = "Berkas kosong. Periksa apakah ekspornya sudah selesai, lalu unggah ulang."
TOO_BIG = "Terlalu besar: paling banyak 20 MB. Pecah menjadi beberapa berkas, misalnya per bulan."
TOO_MANY_ROWS = (
    "Terlalu besar: paling banyak 50.000 baris. Pecah menjadi beberapa berkas, misalnya per bulan, "
    "dan hapus baris kosong di bawah tabel."
)
TOO_WIDE = "Terlalu besar: paling banyak 200 kolom. Hapus kolom yang tidak diperlukan, lalu simpan ulang."
BROKEN = "Berkas rusak dan tidak dapat dibuka. Ekspor ulang, lalu unggah lagi."

_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"\xd0\xcf\x11\xe0", "Berkas .xls lama tidak dapat dibaca. Buka di Excel, lalu simpan sebagai .xlsx."),
    (b"%PDF", "Berkas PDF tidak dapat dibaca. Ekspor sebagai CSV atau XLSX."),
    (b"\x89PNG", "Gambar tidak dapat dibaca. Ekspor sebagai CSV atau XLSX."),
    (b"\xff\xd8\xff", "Gambar tidak dapat dibaca. Ekspor sebagai CSV atau XLSX."),
    (b"\x1f\x8b", "Berkas terkompresi tidak dapat dibaca. Ekstrak dahulu, lalu unggah isinya."),
    (b"Rar!", "Berkas terkompresi tidak dapat dibaca. Ekstrak dahulu, lalu unggah isinya."),
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table. `rows()` starts a fresh pass each time. `spreadsheet`: Excel may have rounded its ids."""

    rows: Callable[[], Iterator[Row]]
    spreadsheet: bool = True
    delimited: bool = False  # a row wider than the header holds a delimiter that was not quoted
    epoch: datetime | None = None  # a workbook's own day zero


def check_bytes(data: bytes) -> None:
    """Refuse, with what to do about it, a file that is empty, too large or of a kind nobody reads."""
    if len(data) > MAX_BYTES:
        raise Permanent(TOO_BIG)
    if not data.strip(b"\x00\xff\xfe\xef\xbb\xbf \t\r\n"):
        raise Permanent(EMPTY)
    for magic, message in _FOREIGN:
        if data.startswith(magic):
            raise Permanent(message)


def is_zip(data: bytes) -> bool:
    return data.startswith(b"PK")


def blank(cells: Sequence[Any]) -> bool:
    return not any(cells) or all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells)


def check_counts(rows: int, columns: int = 0) -> None:
    if rows > MAX_ROWS + SLACK:
        raise Permanent(TOO_MANY_ROWS)
    if columns > MAX_COLUMNS:
        raise Permanent(TOO_WIDE)
