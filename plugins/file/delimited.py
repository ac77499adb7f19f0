"""Text files: their encoding, their delimiter, and rows as a spreadsheet would number them."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice
from typing import TextIO

from charset_normalizer import from_bytes

from aggregator.contract import Permanent
from plugins.file import columns
from plugins.file.tables import Row, Sheet, blank, check_counts

MAX_FIELD = 1_000_000
SAMPLE = 64 * 1024
_DELIMITERS = ",;\t|"
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_END = "\x00end\x00"  # never in the file: NUL is removed on the way in


def encoding_of(data: bytes) -> str:
    """The mark at the start, else UTF-8 if it is, else what Windows here writes, else the best guess."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return name
    head = data[:SAMPLE]
    if head[1::2].count(0) > len(head) // 4 or head[::2].count(0) > len(head) // 4:
        return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    for name in ("utf-8", "cp1252"):
        try:
            data.decode(name)
        except UnicodeDecodeError:
            continue
        return name
    best = from_bytes(data[:SAMPLE]).best()
    return best.encoding if best else "latin-1"


def text_of(data: bytes, encoding: str) -> TextIO:
    """The file as a stream of text: a row at a time is in memory, not the file twice."""
    return io.TextIOWrapper(io.BytesIO(data), encoding=encoding, errors="replace", newline="")


def sheet_of(data: bytes, encoding: str, escape: str | None = None) -> Sheet:
    """A delimited file as a sheet, counted and its quotes checked. `escape`: what stands before a quote
    inside quotes where it is not doubled."""
    sample = text_of(data, encoding).read(SAMPLE).replace("\x00", "")
    delimiter, skip = _declared(sample) or (_guess(sample), 0)

    def rows() -> Iterator[Row]:
        yield from _rows(data, encoding, delimiter, skip, escape)

    _check(rows())
    return Sheet(rows, delimited=True)


def _declared(sample: str) -> tuple[str, int] | None:
    """Excel's own first line `sep=;`, which it does not show: rows are numbered from the next."""
    first = sample.lstrip("\ufeff").partition("\n")[0].strip().strip('"')
    return (first[4], 1) if len(first) == 5 and first.lower().startswith("sep=") else None


def _guess(sample: str) -> str:
    """The delimiter under which a row reads most like a header, then most rows are equally wide."""
    return max(_DELIMITERS, key=lambda delimiter: _likeness(sample, delimiter))


def _likeness(sample: str, delimiter: str) -> tuple[int, int]:
    records = list(islice(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter), columns.HEADER_WITHIN))
    known = max((len(columns.assign(record, columns.ALIASES, {})) for record in records), default=0)
    widths = Counter(len(record) for record in records if len(record) > 1)
    return known, max((width * count for width, count in widths.items()), default=0)


def _rows(data: bytes, encoding: str, delimiter: str, skip: int, escape: str | None) -> Iterator[Row]:
    csv.field_size_limit(MAX_FIELD)
    lines = (line.replace("\x00", "") for line in text_of(data, encoding))
    for _ in range(skip):
        next(lines, None)
    started = 0
    try:
        reader = csv.reader(chain(lines, ("\n", _END)), delimiter=delimiter, escapechar=escape)
        for number, record in enumerate(reader, 1):
            if record == [_END]:
                return
            started = number
            yield number, record
    except csv.Error:
        raise Permanent(_quote_fault(started + 1)) from None
    raise Permanent(_quote_fault(started))


def _quote_fault(number: int) -> str:
    return (
        f'Tanda kutip (") di sekitar baris {number} tidak ditutup, sehingga sisa berkas tidak terbaca. '
        "Perbaiki baris itu atau ekspor ulang sebagai XLSX."
    )


def _check(rows: Iterator[Row]) -> None:
    check_counts(sum(not blank(cells) for _, cells in rows))
