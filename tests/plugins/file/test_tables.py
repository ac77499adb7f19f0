"""Bytes of every kind to rows, and every cap before the first of them."""

from __future__ import annotations

import io
import time
import tracemalloc
import zipfile
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.contract import Permanent
from plugins.file import presets, tables, workbook
from plugins.file.platform import FilePlatform
from tests.plugins.file.samples import (
    csv_of,
    messages_of,
    ndjson,
    only,
    part_of,
    rows_of,
    table,
    tiktok_comment,
    with_part,
    xlsx_of,
)

HEADER = ["ID", "Tanggal", "Nama", "Isi"]
ROWS = [
    HEADER,
    ["a1", "20/10/2026 09.15", "Siti", "Jalan “rusak”, gelap; kapan?"],
    ["a2", "21/10/2026", "Budi", "baris\ndua"],
]
SHEET = "xl/worksheets/sheet1.xml"


# Text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_and_delimiters(encoding: str, delimiter: str) -> None:
    first, second = messages_of(csv_of(ROWS, delimiter).encode(encoding))
    assert (first.text, second.text) == ("Jalan “rusak”, gelap; kapan?", "baris\ndua")
    assert first.author is not None and first.author.name == "Siti"


def test_the_line_that_excel_does_not_show_is_not_counted() -> None:
    rows = rows_of("sep=;\r\nIsi;Tanggal\r\nlampu mati;kapan\r\n")
    assert [(row.row, row.error) for row in rows] == [(2, "tanggal tidak dikenali")]


def test_rows_are_numbered_as_the_spreadsheet_numbers_them() -> None:
    data = 'Isi,Tanggal\n"dua\nbaris",20/10/2026\n\n,20/10/2026\nx,20/10/2026 25.00\ny,\n'
    assert [(row.row, row.error) for row in rows_of(data)] == [
        (2, None),
        (4, "teks kosong"),
        (5, 'tanggal tidak dikenali "20/10/2026 25.00"'),
        (6, "tanggal kosong"),
    ]


def test_a_delimiter_without_quotes_is_told_not_shifted() -> None:
    rows = rows_of("Nama;Isi;Tanggal\nSiti;jalan rusak; gelap;20/10/2026\nBudi;ok;20/10/2026\n")
    assert rows[0].error is not None and "tanda kutip" in rows[0].error
    assert rows[1].message is not None


def test_a_quote_that_is_never_closed_names_its_row() -> None:
    with pytest.raises(Permanent, match="baris 3 tidak ditutup"):
        rows_of('Isi,Tanggal\na,20/10/2026\n"b,20/10/2026\nc,20/10/2026\n')


def test_a_field_longer_than_a_megabyte_is_refused() -> None:
    with pytest.raises(Permanent, match="baris 2"):
        rows_of(f'Isi,Tanggal\n"{"x" * 1_100_000}",20/10/2026\n')


def test_a_long_field_is_read_and_a_longer_one_is_a_row_error() -> None:
    rows = rows_of(f"Isi,Tanggal\n{'x' * 99_999},20/10/2026\n{'x' * 100_001},20/10/2026\n")
    assert rows[0].message is not None
    assert rows[1].error is not None and "terlalu panjang" in rows[1].error


def test_words_are_cleaned_and_never_evaluated() -> None:
    data = csv_of(
        [
            ["Isi", "Tanggal"],
            ['=HYPERLINK("http://x","klik")', "20/10/2026"],
            ["'=1+1", "20/10/2026"],
            ["<p>Jalan<br>rusak</p> &amp; gelap", "20/10/2026"],
            ["harga < 5 & > 3 <3 😡", "20/10/2026"],
            ["cafe\u0301\x00", "20/10/2026"],
            ["tidak dibetulkan: Ã©", "20/10/2026"],
        ]
    )
    assert [message.text for message in messages_of(data)] == [
        '=HYPERLINK("http://x","klik")',
        "=1+1",
        "Jalan\nrusak\n& gelap",
        "harga < 5 & > 3 <3 😡",
        "café",
        "tidak dibetulkan: Ã©",
    ]


# Workbooks


def test_a_workbook_with_dates_numbers_and_a_hidden_sheet() -> None:
    rows: list[list[Any]] = [
        ["ID", "Tanggal", "Jam", "Isi"],
        [12, datetime(2026, 10, 20), "09.15", "satu"],
        [13.0, 46315, None, 404],
    ]
    first, second = messages_of(
        xlsx_of(rows, hidden=[["ID", "Tanggal", "Isi"], [1, "20/10/2026", "rahasia"]]), name="a.xlsx"
    )
    assert (first.external_id, first.created_at) == ("12", datetime(2026, 10, 20, 2, 15, tzinfo=UTC))
    assert (second.external_id, second.text, second.precision) == ("13", "404", "day")


def test_a_workbook_of_a_mac_counts_from_1904() -> None:
    book = xlsx_of([HEADER, ["a", 44853.5, "Siti", "x"]])
    part = part_of(book, "xl/workbook.xml")
    mac = part.replace(b"<workbookPr/>", b'<workbookPr date1904="1"/>')
    assert mac != part
    assert only(with_part(book, "xl/workbook.xml", mac)).created_at == datetime(2026, 10, 20, 5, 0, tzinfo=UTC)


@pytest.mark.parametrize("cell", [7.405550001112223e18, 7405550001112223000, "7.40555E+18"])
def test_ids_that_excel_rounded_are_row_errors(cell: object) -> None:
    rows = rows_of(
        xlsx_of([HEADER, [cell, "20/10/2026", "Siti", "x"], ["7405550001112223334", "20/10/2026", "Siti", "y"]])
    )
    assert [(row.row, row.error) for row in rows] == [
        (2, "Kolom ID rusak oleh Excel, ekspor ulang sebagai teks"),
        (3, None),
    ]
    assert rows[1].message is not None and rows[1].message.external_id == "7405550001112223334"


def test_a_rounded_parent_is_refused_and_a_rounded_author_forgotten() -> None:
    header = ["Comment ID", "Parent ID", "Profile ID", "Date", "Name", "Comment"]
    rows = rows_of(
        csv_of(
            [
                header,
                ["11", "7.4E+18", "5", "20/10/2026", "S", "x"],
                ["12", "11", "7.4E+18", "20/10/2026", "S", "y"],
            ]
        )
    )
    assert rows[0].error is not None and "Excel" in rows[0].error
    assert rows[1].message and rows[1].message.author
    assert (rows[1].message.parent_id, rows[1].message.author.external_id) == ("11", None)


def test_formulas_are_never_evaluated() -> None:
    book = with_part(
        xlsx_of([HEADER, ["a", "20/10/2026", "Siti", "PLACE"]]),
        SHEET,
        part_of(xlsx_of([HEADER, ["a", "20/10/2026", "Siti", "=1+1"]]), SHEET),
    )
    assert rows_of(book)[0].error == "teks kosong"  # a formula without a stored value is no text


def test_the_size_a_workbook_claims_is_not_believed() -> None:
    book = xlsx_of([HEADER, *([str(n), "20/10/2026", "Siti", "x"] for n in range(30))])
    lying = part_of(book, SHEET).replace(b'<dimension ref="A1:D31"', b'<dimension ref="A1:A1"')
    assert b'ref="A1:A1"' in lying
    assert len(messages_of(with_part(book, SHEET, lying))) == 30


def test_the_day_a_workbook_was_saved_dates_what_is_relative() -> None:
    book = xlsx_of([HEADER, ["a", "2 hari yang lalu", "Siti", "x"]])
    core = part_of(book, "docProps/core.xml").decode()
    start, end = core.index("<dcterms:modified"), core.index("</dcterms:modified>")
    dated = core[: core.index(">", start) + 1] + "2026-10-20T03:00:00Z" + core[end:]
    message = only(with_part(book, "docProps/core.xml", dated.encode()))
    assert (message.created_at, message.precision) == (datetime(2026, 10, 17, 17, 0, tzinfo=UTC), "day")
    assert only(book, options={"at": "2026-11-21"}).created_at == datetime(2026, 11, 18, 17, 0, tzinfo=UTC)


# Web pages called .xls


def test_a_web_page_renamed_to_xls() -> None:
    page = (
        "<html><head><style>td{color:red}</style></head><body><h1>Laporan</h1><table border=1>"
        "<tr><td colspan=2>Rekap<td></tr><tr><th>ID</th><th>Tanggal</th><th>Isi</th></tr>"
        "<tr><td>8<td>20/10/2026 09.15<td>Jalan <b>rusak</b><br>&amp; gelap <script>alert(1)</script></tr>"
        "<TR><TD>9</TD><TD>20/10/2026</TD><TD></TD></TR></table>"
    )
    first, second = rows_of(page.encode("cp1252"), name="rekap.xls")
    assert first.message is not None
    assert (first.row, first.message.external_id, first.message.text) == (3, "8", "Jalan rusak\n& gelap")
    assert (second.row, second.error) == (4, "teks kosong")


def test_a_citizen_who_writes_table_does_not_make_a_web_page() -> None:
    assert only("Isi,Tanggal\nlihat <table> saya,20/10/2026\n").created_at.year == 2026


# What is refused, and in which words


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "Berkas kosong"),
        (b"\xef\xbb\xbf \r\n", "Berkas kosong"),
        (b"Isi,Tanggal\n", "Berkas kosong"),
        (b"\n\n,,\n", "Berkas kosong"),
        (xlsx_of([]), "Berkas kosong"),
        (xlsx_of([["Isi", "Tanggal"]]), "Berkas kosong"),
        (b"a,b\n1,2\n", "Kolom teks tidak ditemukan"),
        (b"Isi,Nama\n1,2\n", "Kolom tanggal tidak ditemukan"),
        (b"\xd0\xcf\x11\xe0" + b"0" * 600, "simpan sebagai .xlsx"),
        (b"%PDF-1.7 x", "PDF"),
        (b"\x1f\x8b\x08 x", "Ekstrak"),
        (b"PK\x03\x04 rusak", "Berkas rusak"),
        (b'{"a": 1}', "tidak ditemukan"),
        (b"[1, 2]", "daftar komentar"),
        (b"{" * 100_000, "daftar komentar"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(data: bytes, says: str) -> None:
    with pytest.raises(Permanent, match=says) as caught:
        rows_of(data, name="berkas")
    assert caught.value.message.count(".") >= 1


def first_row(data: bytes | str) -> None:
    """A file over a limit must fail before anything of it is stored."""
    next(iter(FilePlatform().read_file(table(data))))


def test_caps_are_held_before_the_first_row() -> None:
    line = "lampu mati,20/10/2026\n"
    with pytest.raises(Permanent, match="20 MB"):
        first_row("Isi,Tanggal\n" + "x" * tables.MAX_BYTES)
    with pytest.raises(Permanent, match=r"50\.000 baris"):
        first_row("Isi,Tanggal\n" + line * 100_000)
    with pytest.raises(Permanent, match=r"50\.000 baris"):
        first_row(ndjson(tiktok_comment()) + b"\n{}" * 50_100)
    with pytest.raises(Permanent, match=r"50\.000 baris"):
        first_row("<table><tr><th>Isi<th>Tanggal" + "<tr><td>a<td>b" * 50_100)
    with pytest.raises(Permanent, match="200 kolom"):
        first_row(csv_of([["Isi", "Tanggal", *map(str, range(199))], ["x", "20/10/2026"]]))
    with pytest.raises(Permanent, match="200 kolom"):
        first_row(xlsx_of([["Isi", "Tanggal", *map(str, range(300))], ["x", "20/10/2026"]]))


def test_a_workbook_with_too_many_rows() -> None:
    head, tail = part_of(xlsx_of([["Isi", "Tanggal"]]), SHEET).split(b"</sheetData>")
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>%d</v></c></row>' % (n, n, n * 7919) for n in range(2, 50_100))
    with pytest.raises(Permanent, match=r"50\.000 baris"):
        first_row(with_part(xlsx_of([["Isi", "Tanggal"]]), SHEET, head + rows + b"</sheetData>" + tail))


def test_a_zip_bomb_is_not_unpacked() -> None:
    book = with_part(xlsx_of(ROWS), "xl/media/image1.png", b"\0" * (20 * 1024 * 1024))
    assert len(book) < 100_000
    tracemalloc.start()
    try:
        with pytest.raises(Permanent, match="mengembang"):
            rows_of(book)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_entities_are_not_expanded() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
    for part in ("xl/workbook.xml", "xl/styles.xml", SHEET):
        hostile = part_of(xlsx_of(ROWS), part).replace(b"<", bomb + b"<", 1)
        with pytest.raises(Permanent, match="rusak"):
            rows_of(with_part(xlsx_of(ROWS), part, hostile))
        with pytest.raises(Permanent, match="rusak"):
            rows_of(with_part(xlsx_of(ROWS), part, hostile.decode().encode("utf-16")))


def test_a_document_type_across_two_reads_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "_CHUNK", 7)
    with pytest.raises(Permanent, match="rusak"):
        rows_of(with_part(xlsx_of(ROWS), "xl/sharedStrings.xml", b"<?xml version='1.0'?><!DOCTYPE x><sst/>"))
    assert len(messages_of(xlsx_of(ROWS))) == 2


@pytest.mark.parametrize("cut", [0.2, 0.5, 0.9])
def test_a_broken_workbook_says_so(cut: float) -> None:
    book = xlsx_of(ROWS)
    with pytest.raises(Permanent, match="rusak"):
        rows_of(book[: int(len(book) * cut)])
    page = part_of(book, SHEET)
    with pytest.raises(Permanent, match=r"rusak|kosong|tidak ditemukan"):
        rows_of(with_part(book, SHEET, page[: int(len(page) * cut)]))


def test_a_row_number_beyond_any_spreadsheet_ends_the_reading() -> None:
    far = part_of(xlsx_of(ROWS), SHEET).replace(b'<row r="3"', b'<row r="999999999999"')
    started = time.monotonic()
    with pytest.raises(Permanent, match=r"50\.000 baris"):
        rows_of(with_part(xlsx_of(ROWS), SHEET, far))
    assert time.monotonic() - started < 30


def test_other_archives_are_named() -> None:
    for entry, says in (("content.xml", r"\.ods"), ("Takeout/comments.csv", "ZIP")):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr(entry, "x")
        with pytest.raises(Permanent, match=says):
            rows_of(out.getvalue())


@given(st.binary(max_size=400), st.sampled_from(list(presets.NAMES)))
@settings(max_examples=300, deadline=None)
def test_whatever_is_uploaded_is_read_or_refused(data: bytes, preset: str) -> None:
    page = b"<table><tr><td>Isi<td>Tanggal</tr>"
    heads = (b"", b"Isi;Tanggal\n", b"PK\x03\x04", b"{", page, b"https://x.com/a/status/")
    for head in heads:
        try:
            rows = rows_of(head + data, preset)
        except Permanent:
            continue
        assert all((row.message is None) != (row.error is None) for row in rows)


@pytest.mark.parametrize("unit", ["<p ", "<br>", " ", "&amp", "\t\n", "a@", "<" * 3, "="])
def test_no_text_takes_long(unit: str) -> None:
    words = unit * (900_000 // len(unit))
    started = time.monotonic()
    rows_of(csv_of([["Isi", "Tanggal", "Nama"], [f"<p>{words}x", "20/10/2026", f"{words}x"]]))
    assert time.monotonic() - started < 5
