"""XLSX and XLSM: visible sheets, values only. Formulas and macros are never run."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from aggregator.contract import Permanent
from plugins.file.tables import BROKEN, MAX_COLUMNS, MAX_ROWS, TOO_MANY_ROWS, Row, Sheet, check_counts

MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 100
MAX_POSITION = 4 * MAX_ROWS  # a cell far below the table would cost a million empty rows

_ROW = re.compile(rb"<row[ >]")
_CHUNK = 1 << 20
# What zipfile, the XML parsers (their errors are SyntaxErrors) and openpyxl raise for a damaged file.
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, InvalidFileException, SyntaxError, KeyError, ValueError, TypeError,
    IndexError, AttributeError, EOFError, OSError, NotImplementedError, RuntimeError,
)  # fmt: skip


def open_workbook(data: bytes) -> tuple[list[Sheet], datetime | None]:
    """The visible sheets, and when the workbook was saved. Raises Permanent for a bomb or a broken file."""
    _check_archive(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except _DAMAGE:
        raise Permanent(BROKEN) from None
    sheets = [_sheet(page, book.epoch) for page in book.worksheets if page.sheet_state == "visible"]
    saved = book.properties.modified
    return sheets, saved.replace(tzinfo=UTC) if isinstance(saved, datetime) and saved.tzinfo is None else saved


def _sheet(page: Any, epoch: datetime) -> Sheet:
    page.reset_dimensions()  # what the file says of its own size is often wrong

    def rows() -> Iterator[Row]:
        started = 0
        try:
            for number, cells in enumerate(page.iter_rows(values_only=True, max_col=MAX_COLUMNS + 1), 1):
                if number > MAX_POSITION:
                    raise Permanent(TOO_MANY_ROWS)
                started = number
                yield number, cells
        except _DAMAGE:
            raise Permanent(
                f"Berkas rusak mulai baris {started + 1}. Simpan ulang sebagai XLSX, lalu unggah lagi."
            ) from None

    return Sheet(rows, epoch=epoch)


def _check_archive(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_entries(archive, len(data))
    except _DAMAGE:
        raise Permanent(BROKEN) from None


def _check_entries(archive: zipfile.ZipFile, packed: int) -> None:
    """zipfile never unpacks more than the size an entry declares, so the declared sizes are the bound."""
    entries = archive.infolist()
    names = {entry.filename for entry in entries}
    if "xl/workbook.xml" not in names:
        hint = "Berkas .ods" if "content.xml" in names else "Berkas ZIP"
        raise Permanent(f"{hint} tidak dapat dibaca. Ekstrak atau simpan ulang sebagai .xlsx, lalu unggah isinya.")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * packed:
        raise Permanent("Terlalu besar: isi berkas mengembang tidak wajar. Simpan ulang sebagai CSV, lalu unggah lagi.")
    for entry in entries:
        if entry.filename.endswith((".xml", ".rels")):
            _check_part(archive, entry)


def _check_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """No document type (entities are how XML bombs are built), and no more rows than we take."""
    rows, tail = 0, b""
    with archive.open(entry) as part:
        while chunk := part.read(_CHUNK):
            window = tail + chunk
            if b"<!DOCTYPE" in window or b"<!ENTITY" in window or window.startswith((b"\xff\xfe", b"\xfe\xff")):
                raise Permanent(BROKEN)
            rows += len(_ROW.findall(chunk)) + len(_ROW.findall(tail[-4:] + chunk[:4]))
            tail = chunk[-8:]
    if "/worksheets/" in entry.filename:
        check_counts(rows)
