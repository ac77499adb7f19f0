"""Files as offices and exporters make them, built in code, with invented people."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from openpyxl import Workbook

from aggregator.contract import ImportedRow, ImportTable, Message
from plugins.file.platform import FilePlatform

VIDEO = "https://www.tiktok.com/@dpupr_contoh/video/7401112223334445556"
LAPOR_HEADER = (
    "No;Tracking ID;Tanggal Laporan;Judul;Isi Laporan;Kategori;Instansi;Status;Tindak Lanjut;Tanggal Tindak Lanjut"
)
LAPOR_CSV = (
    f"{LAPOR_HEADER}\r\n"
    '1;"8123456";20/10/2026 09.15;Jalan rusak;"Jalan depan SDN 2 berlubang; sudah 3 bulan";Infrastruktur;'
    'Dinas PUPR;Proses;"Sedang dijadwalkan";21/10/2026 13.00\r\n'
)
TAKEOUT_CSV = (
    "Comment ID,Channel ID,Comment Create Timestamp,Price,Parent Comment ID,Post ID,Video ID,Comment Text,"
    "Top-Level Comment ID\n"
    "UgzReply.9aaa,UCopdcontoh,2026-10-20T03:00:00.123456+00:00,0,UgzKeluhan,,VID00000001,"
    '"{""text"":""Terima kasih, ""},{""text"":""sudah kami teruskan""}",UgzKeluhan\n'
)
YTDT_CSV = (
    "id,replyCount,likeCount,publishedAt,authorName,text,authorChannelId,authorChannelUrl,isReply,isReplyTo,"
    "isReplyToName\n"
    r'UgxA,1,0,2026-10-20 01:02:03,Warga,"jalan \"RT3\" rusak, gelap",UCwargacontoh,,0,,'
    "\n"
    "UgxA.9b,,0,2026-10-20 02:00:00,Dinas,Baik kak,UCopdcontoh,,1,UgxA,Warga\n"
)


EXPORT_ROWS: list[list[Any]] = [
    ["URL", "https://www.instagram.com/dinkes_contoh/p/AbCdEf/"],
    ["Jumlah komentar", 3],
    [],
    ["#", "Name", "Profile ID", "Date", "Likes", "Comment", "(view) Comment"],
    [1, "warga.a", "55", datetime(2026, 10, 20, 9, 15), 2, "puskesmas buka?", "view comment"],
    ["1-1", "dinkes_contoh", "66", datetime(2026, 10, 20, 9, 30), 0, "buka kak", "view comment"],
    [2, "warga.b", "57", datetime(2026, 10, 20, 9, 40), 0, "terima kasih", "view comment"],
]


def tiktok_comment(**changes: Any) -> dict[str, Any]:
    """One line as Zeeschuimer writes it; `changes` go into TikTok's own object."""
    data = {
        "cid": "7405550001112223334",
        "aweme_id": "7401112223334445556",
        "text": "lampu jalan RT 3 mati",
        "create_time": 1792512345,
        "digg_count": 4,
        "reply_id": "0",
        "user": {
            "uid": "68",
            "unique_id": "warga_x",
            "nickname": "Warga X",
            "avatar_thumb": "https://p16/a.webp",
        },
    }
    return {
        "nav_index": "12:4:0",
        "item_id": data["cid"],
        "timestamp_collected": 1792600000123,
        "source_platform": "tiktok-comments",
        "source_platform_url": "https://www.tiktok.com/@dpupr_contoh/video/7401112223334445556?lang=id",
        "user_agent": "Mozilla/5.0",
        "data": {**data, **changes},
    }


def ndjson(*items: Any) -> bytes:
    return "\n".join(item if isinstance(item, str) else json.dumps(item) for item in items).encode()


def table(data: bytes | str, preset: str = "auto", name: str = "ekspor.csv", **more: Any) -> ImportTable:
    return ImportTable(name=name, data=data.encode() if isinstance(data, str) else data, preset=preset, **more)


def rows_of(data: bytes | str, preset: str = "auto", **more: Any) -> list[ImportedRow]:
    return list(FilePlatform().read_file(table(data, preset, **more)))


def messages_of(data: bytes | str, preset: str = "auto", **more: Any) -> list[Message]:
    """The messages of a file that must hold no bad row."""
    rows = rows_of(data, preset, **more)
    assert [row.error for row in rows if row.error] == []
    return [row.message for row in rows if row.message]


def outline(row: ImportedRow) -> tuple[str | None, str | None, bool]:
    """Account, id and officialness of a row that was read."""
    assert row.message is not None, row.error
    return row.account.key if row.account else None, row.message.external_id, row.official


def only(data: bytes | str, preset: str = "auto", **more: Any) -> Message:
    (message,) = messages_of(data, preset, **more)
    return message


def csv_of(rows: Iterable[Sequence[Any]], delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def xlsx_of(rows: Iterable[Sequence[Any]], hidden: Iterable[Sequence[Any]] = ()) -> bytes:
    book = Workbook()
    page = book.active
    if hidden:
        page.sheet_state = "hidden"
        for row in hidden:
            page.append(list(row))
        page = book.create_sheet("Data")
    for row in rows:
        page.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(workbook: bytes, name: str, content: bytes) -> bytes:
    """A workbook with one of its parts replaced or added: how broken and hostile ones are made."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            if entry != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, content)
    return out.getvalue()


def part_of(workbook: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        return archive.read(name)
