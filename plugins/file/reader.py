"""One uploaded file, from its bytes to imported rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aggregator.contract import ImportedRow, ImportTable, Permanent
from plugins.file import (
    captures,
    delimited,
    jsonlines,
    links,
    markup,
    own_data,
    pasted,
    presets,
    tables,
    workbook,
)
from plugins.file.dates import Calendar, day_comes_first
from plugins.file.headers import Found, find
from plugins.file.presets import Preset
from plugins.file.records import Reading

OPTIONS = ("account", "post_url", "at", "date_order")
TOO_WIDE_ROW = "isi baris lebih banyak daripada judul kolom; teks yang memuat pemisah harus diapit tanda kutip"
_SAMPLE_ROWS = 500
_YTDT_NAME = re.compile(r"videoinfo_([\w-]{11})_")


def read(table: ImportTable) -> Iterator[ImportedRow]:
    """Rows in the file's order. Raises Permanent, before the first row, with what the person should do."""
    preset = _chosen(table)
    _check_options(table.options)
    tables.check_bytes(table.data)
    calendar = _calendar(table)
    if tables.is_zip(table.data):
        sheets, saved = workbook.open_workbook(table.data)
        if "at" not in table.options and saved:
            calendar = replace(calendar, made_at=saved.astimezone(UTC))
        return _grid(find(sheets, preset, table.options), table, calendar)
    return _text(table, preset, calendar)


def _text(table: ImportTable, preset: Preset | None, calendar: Calendar) -> Iterator[ImportedRow]:
    encoding = delimited.encoding_of(table.data)
    head = table.data[: delimited.SAMPLE].decode(encoding, errors="ignore").lstrip("\ufeff\x00 \r\n\t")
    if preset is presets.PERMALINKS or (preset is None and pasted.is_pasted(table.data, encoding)):
        return _fields(pasted.read(table.data, encoding), _reading(table, presets.PERMALINKS, calendar, json=True))
    if head.startswith(("{", "[")) or preset is presets.ZEESCHUIMER:
        return _json(table, preset, calendar, encoding)
    if markup.is_html(table.data[: delimited.SAMPLE], table.name):
        return _grid(find([markup.sheet_of(table.data, encoding)], preset, table.options), table, calendar)
    found = find([delimited.sheet_of(table.data, encoding, preset.escape if preset else None)], preset, table.options)
    if preset is None and found.preset.escape:
        found = replace(found, sheet=delimited.sheet_of(table.data, encoding, found.preset.escape))
    return _grid(found, table, calendar)


def _json(table: ImportTable, preset: Preset | None, calendar: Calendar, encoding: str) -> Iterator[ImportedRow]:
    first = next((item for _, item in jsonlines.lines(table.data, encoding) if item), None)
    if preset is presets.ZEESCHUIMER or (preset is None and captures.is_capture(first)):
        rows = captures.read(table.data, encoding)
        return _fields(rows, _reading(table, presets.ZEESCHUIMER, calendar, json=True))
    document = jsonlines.parse(table.data.decode(encoding, errors="replace").lstrip("\ufeff").replace("\x00", ""))
    own = list(own_data.read(document)) if preset in (None, presets.TAKEOUT) else []
    if own:
        tables.check_counts(len(own))
        utc = replace(calendar, zone=UTC)
        return _fields(iter(own), _reading(table, replace(presets.TAKEOUT, platform=None), utc, json=True))
    objects = document if isinstance(document, list) else [item for _, item in jsonlines.lines(table.data, encoding)]
    flat = [item for item in objects if isinstance(item, dict)]
    if not flat:
        raise Permanent("Berkas JSON ini tidak memuat daftar komentar yang dikenal. Ekspor sebagai CSV atau XLSX.")
    return _grid(find([jsonlines.sheet_of(flat)], preset, table.options), table, calendar)


def _grid(found: Found, table: ImportTable, calendar: Calendar) -> Iterator[ImportedRow]:
    layout, sheet = found.layout, found.sheet
    sample = [layout.fields(row[1]).get("created_at") for row in islice(found.rows(), _SAMPLE_ROWS)]
    if not sample:
        raise Permanent(tables.EMPTY)
    calendar = replace(
        calendar,
        day_first=_day_first(table, sample),
        epoch=sheet.epoch or calendar.epoch,
        zone=ZoneInfo(found.preset.zone) if found.preset.zone else calendar.zone,
    )
    reading = _reading(table, found.preset, calendar, json=not sheet.spreadsheet, banner=found.banner)
    for count, (number, row) in enumerate(found.rows(), 1):
        tables.check_counts(count)
        if sheet.delimited and not tables.blank(row[layout.width :]):
            yield ImportedRow(row=number, error=TOO_WIDE_ROW)
        else:
            yield from reading.rows(number, layout.fields(row))


def _fields(rows: Iterator[tuple[int, dict[str, Any] | str]], reading: Reading) -> Iterator[ImportedRow]:
    for number, item in rows:
        if isinstance(item, str):
            yield ImportedRow(row=number, error=item)
        else:
            yield from reading.rows(number, item)


def _reading(
    table: ImportTable,
    preset: Preset,
    calendar: Calendar,
    json: bool = False,
    banner: links.Link | None = None,
) -> Reading:
    address = table.options.get("post_url") or _post_in_name(table.name, preset)
    post = links.read(address) if address else banner
    if address and post is None:
        raise Permanent("Opsi post_url bukan alamat https:// yang dikenal.")
    told = table.options.get("account")
    account = links.account_of(told) if told else None
    if told and account is None:
        raise Permanent("Opsi account harus alamat akun, misalnya https://www.tiktok.com/@nama_akun.")
    return Reading(preset, calendar, spreadsheet=not json, account=account, post=post)


def _post_in_name(name: str, preset: Preset) -> str | None:
    """YouTube Data Tools writes the video into the file's name and nowhere else."""
    found = _YTDT_NAME.search(name) if preset is presets.YTDT else None
    return f"https://www.youtube.com/watch?v={found[1]}" if found else None


def _chosen(table: ImportTable) -> Preset | None:
    """The preset asked for, None to look at the file."""
    if table.preset in ("", "auto"):
        return None
    name = presets.OTHER_NAMES.get(table.preset, table.preset)
    if name not in presets.PRESETS:
        raise Permanent(f"Preset tidak dikenal. Pilihan: {', '.join(presets.NAMES)}.")
    return presets.PRESETS[name]


def _check_options(options: Mapping[str, str]) -> None:
    for option in options:
        if option not in OPTIONS and not option.startswith("map."):
            raise Permanent(f"Opsi {option} tidak dikenal. Pilihan: {', '.join(OPTIONS)}, map.<kolom>.")
    if options.get("date_order", "dmy") not in ("dmy", "mdy"):
        raise Permanent("Opsi date_order harus dmy (hari dahulu) atau mdy (bulan dahulu).")


def _day_first(table: ImportTable, sample: Sequence[Any]) -> bool:
    told = table.options.get("date_order")
    return told == "dmy" if told else day_comes_first(sample)


def _calendar(table: ImportTable) -> Calendar:
    try:
        zone = ZoneInfo(table.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Permanent("Zona waktu tidak dikenal. Contoh: Asia/Jakarta, Asia/Makassar, Asia/Jayapura.") from None
    calendar = Calendar(zone, made_at=datetime.now(UTC).replace(microsecond=0))
    if "at" not in table.options:
        return calendar
    made = calendar.read(table.options["at"])
    if made is None:
        raise Permanent("Opsi at harus tanggal berkas dibuat, misalnya 2026-11-21.")
    return replace(calendar, made_at=made.at)
