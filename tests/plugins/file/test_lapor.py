"""SP4N-LAPOR! exports: reports, their answers, and who wants no name."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from aggregator.contract import Kind
from tests.plugins.file.samples import (
    LAPOR_CSV,
    csv_of,
    messages_of,
    outline,
    rows_of,
)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_a_report_and_its_answer(encoding: str) -> None:
    report, answer = rows_of(LAPOR_CSV.encode(encoding))
    assert report.message and answer.message and answer.message.author
    assert outline(report) == (None, "8123456", False)
    assert (report.row, answer.row, report.unit) == (2, 2, "Dinas PUPR")
    assert report.message.kind is Kind.TICKET
    assert report.message.text == "Jalan depan SDN 2 berlubang; sudah 3 bulan"
    assert report.message.thread.title == "Jalan rusak"
    assert report.message.raw == {"status": "Proses", "category": "Infrastruktur"}
    assert (answer.official, answer.message.parent_id, answer.message.text) == (
        True,
        "8123456",
        "Sedang dijadwalkan",
    )
    assert answer.message.created_at == datetime(2026, 10, 21, 6, 0, tzinfo=UTC)
    assert answer.message.author.name == "Dinas PUPR"


def test_the_other_family_of_headers() -> None:
    data = csv_of(
        [
            [
                "Tracking ID",
                "Tanggal/Waktu Laporan Masuk",
                "Klasifikasi Laporan",
                "ID Kategori",
                "Kategori",
                "Judul",
                "Isi Awal",
                "Isi Akhir",
                "Tipe",
                "Sumber",
                "Instansi Induk",
                "ID Instansi Terdisposisi",
                "Instansi Terdisposisi",
                "Status",
                "Alasan Tunda/Arsip",
                "Provinsi",
                "Kota/Kabupaten",
                "Kecamatan",
                "Kelurahan",
            ],
            [
                "9000001",
                "3 Jan 2026",
                "Pengaduan",
                "9",
                "Jalan",
                "Jalan rusak",
                "Pak Budi bilang jalan rusak",
                "Jalan rusak",
                "Publik",
                "Android",
                "Pemkab",
                "77",
                "Dinas PUPR",
                "Terverifikasi",
                "",
                "Bengkulu",
                "Rejang Lebong",
                "Curup",
                "Air Rambai",
            ],
            [
                "9000002",
                "4 Jan 2026",
                "Aspirasi",
                "9",
                "Taman",
                "Taman",
                "Mohon taman",
                "",
                "Rahasia",
                "Web",
                "Pemkab",
                "",
                "",
                "",
                "",
                "",
                "",
                "",
                "",
            ],
        ]
    )
    first, second = rows_of(data)
    assert first.message and second.message
    assert (first.message.external_id, first.message.text, first.unit) == (
        "9000001",
        "Jalan rusak",
        "Dinas PUPR",
    )
    assert (first.message.precision, first.message.place) == ("day", "Air Rambai, Curup")
    assert first.message.raw["classification"] == "Pengaduan"
    assert (second.message.text, second.unit) == ("Mohon taman", None)


def test_who_wants_no_name_gets_none() -> None:
    data = csv_of(
        [
            ["Tracking ID", "Tanggal Laporan", "Isi Laporan", "Pelapor", "Rahasia"],
            ["1", "3 Jan 2026", "satu", "Anonim", ""],
            ["2", "3 Jan 2026", "dua", "Siti Contoh", "Ya"],
            ["3", "3 Jan 2026", "tiga", "Siti Contoh", "Tidak"],
        ]
    )
    first, second, third = messages_of(data, "lapor")
    assert (first.author, second.author, second.raw) == (None, None, {"confidential": True})
    assert third.author is not None and third.author.name == "Siti Contoh"


def test_a_newer_answer_adds_to_the_older() -> None:
    before = rows_of(LAPOR_CSV)
    after = rows_of(LAPOR_CSV.replace("Sedang dijadwalkan", "Sudah ditambal").replace("21/10", "25/10"))
    assert outline(before[0])[1] == outline(after[0])[1]
    assert outline(before[1])[1] != outline(after[1])[1]


def test_an_answer_without_a_date_is_told_and_the_report_kept() -> None:
    report, fault = rows_of(LAPOR_CSV.replace("21/10/2026 13.00", ""))
    assert report.message is not None
    assert (fault.row, fault.error) == (2, "tanggal tindak lanjut kosong")
