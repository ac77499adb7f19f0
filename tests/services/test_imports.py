"""Files through the real file plugin: what can be stored is, the rest is named by its row, nothing twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from aggregator.contract import Author, Kind, Message, ThreadRef
from aggregator.services.errors import Refused
from aggregator.services.imports import MAX_BYTES, ImportReport
from aggregator.services.intake import Source
from aggregator.storage.tables import accounts, items, messages, pulls
from tests.fakes.demo import Demo

TABLE = """id komentar,nama,tanggal,isi komentar
11,Siti,20/10/2026 09.15,Jalan depan SDN 2 berlubang
12,Budi,bukan tanggal,Lampu mati
13,Wati,20/10/2026 10.00,
14,Joko,21/10/2026 08.00,Sampah menumpuk di pasar
"""
LAPOR = (
    "No;Tracking ID;Tanggal Laporan;Judul;Isi Laporan;Kategori;Instansi;Status;Tindak Lanjut;Tanggal Tindak Lanjut\r\n"
    '1;"8123456";20/10/2026 09.15;Jalan rusak;Jalan depan SDN 2 berlubang;Infrastruktur;PUPR;Selesai;'
    "Jalan sudah ditambal hari Kamis;21/10/2026 13.00\r\n"
)


class Counter:
    """Where files are handed in."""

    def __init__(self, demo: Demo, folder: Path) -> None:
        self.demo, self.core, self.folder = demo, demo.core, folder

    def take(self, text: str, preset: str = "auto", name: str = "berkas.csv", **options: str) -> ImportReport:
        path = self.folder / name
        path.write_bytes(text.encode())
        return self.core.imports.read(path, preset, self.demo.units["PUPR"], options)

    def rows(self, table, *where):
        with self.core.database.read() as connection:
            return connection.execute(select(table).where(*where)).all()

    def stored(self, report: ImportReport):
        return self.rows(messages, messages.c.account_id.in_(report.account_ids))


@pytest.fixture
def counter(demo: Demo, tmp_path: Path) -> Counter:
    return Counter(demo, tmp_path)


def test_bad_rows_are_named_and_the_rest_is_stored(counter: Counter) -> None:
    report = counter.take(TABLE)
    assert (report.rows, report.tally.new, report.tally.items) == (4, 2, 2)
    assert [row for row, _ in report.errors] == [3, 4], "numbered as the person sees them"
    assert all(reason and "Lampu" not in reason for _, reason in report.errors)
    assert {row.text for row in counter.stored(report)} == {"Jalan depan SDN 2 berlubang", "Sampah menumpuk di pasar"}
    (ledger,) = counter.rows(pulls, pulls.c.purpose == "file")
    assert (ledger.fetched, ledger.new, ledger.outcome) == (2, 2, "ok")


def test_the_same_file_again_brings_nothing(counter: Counter) -> None:
    first = counter.take(TABLE)
    held = len(counter.rows(items))
    again = counter.take(TABLE, name="salinan.csv")
    assert (again.tally.new, again.tally.duplicate, again.account_ids) == (0, 2, first.account_ids)
    assert len(counter.rows(items)) == held


def test_rows_the_file_calls_official_answer(counter: Counter) -> None:
    report = counter.take(LAPOR, "lapor")
    spoken = {row.official: row for row in counter.stored(report)}
    assert spoken[True].text == "Jalan sudah ditambal hari Kamis"
    (item,) = counter.rows(items, items.c.account_id.in_(report.account_ids))
    assert (item.state, item.answer_id, item.answer_strength) == ("answered", spoken[True].id, "direct")
    assert item.unit_id == counter.demo.units["PUPR"], "the office the report names"
    assert counter.take(LAPOR, "lapor").tally.new == 0


def test_a_file_and_the_platform_itself_meet(counter: Counter) -> None:
    """A comment's address carries the number that the site's own interface gives it."""
    site = "https://pupr.contoh.example"
    text = (
        f"permalink,nama,tanggal,isi komentar\n{site}/berita/jalan/#comment-77,Siti,20/10/2026 09.15,Jalan berlubang\n"
    )
    report = counter.take(text)
    assert report.account_ids == [counter.demo.accounts["PUPR"]], "the account that is read from its platform"
    (row,) = counter.rows(messages, messages.c.external_id == "77")
    source = Source(account_id=row.account_id, platform="website", unit_id=counter.demo.units["PUPR"], own_host=True)
    api = Message(
        external_id="77", kind=Kind.COMMENT, thread=ThreadRef(external_id="12"), author=Author(external_id=None, name="Siti"),
        text="Jalan berlubang", created_at=row.created_at.replace(second=31), url=row.url,
    )  # fmt: skip
    tally = counter.core.intake.store(source, [api], counter.core.clock())
    assert (tally.new, tally.items) == (0, 0)
    assert len(counter.rows(messages, messages.c.external_id == "77")) == 1


def test_pasted_permalinks(counter: Counter) -> None:
    lines = (
        "https://www.instagram.com/p/AbCdEf/c/17900000000000001/\tAir PDAM mati sejak subuh\tBu Endang\t2026-10-20 09:15\n"
        "ini bukan tautan\n"
    )
    report = counter.take(lines, "permalinks", "tautan.txt")
    assert (report.tally.new, [row for row, _ in report.errors]) == (1, [2])
    assert [row.external_id for row in counter.stored(report)] == ["17900000000000001"]


@pytest.mark.parametrize(
    ("text", "preset"),
    [
        (TABLE, "tidak-ada"),
        ("", "auto"),
        ("\x00\x01\x02" * 50, "auto"),
        ("satu,dua\n1,2\n", "generic"),
        ("{rusak", "zeeschuimer"),
        (TABLE.splitlines()[0], "auto"),
    ],
)
def test_a_file_that_cannot_be_read_stores_nothing(counter: Counter, text: str, preset: str) -> None:
    """Refused as a whole, or every row says why."""
    before = (len(counter.rows(messages)), len(counter.rows(accounts)))
    try:
        report = counter.take(text, preset)
    except Refused as refusal:
        assert refusal.message
    else:
        assert report.tally.fetched == 0
        assert len(report.errors) == report.rows
    assert (len(counter.rows(messages)), len(counter.rows(accounts))) == before


def test_missing_and_huge_files(counter: Counter) -> None:
    read, unit = counter.core.imports.read, counter.demo.units["PUPR"]
    for path in (counter.folder / "tidak-ada.csv", counter.folder):
        with pytest.raises(Refused, match="tidak dapat dibaca"):
            read(path, "auto", unit)
    with (counter.folder / "besar.csv").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(Refused, match="terlalu besar"):
        read(counter.folder / "besar.csv", "auto", unit)
