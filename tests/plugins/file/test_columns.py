"""Which column is taken for what, what a person may say about it, and what never leaves the file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.contract import Kind, Permanent
from plugins.file import columns
from tests.plugins.file.samples import csv_of, messages_of, only, rows_of

PRIVATE = [
    "NIK",
    "No. HP",
    "Nomor Telepon",
    "E-mail",
    "Email Address",
    "Alamat",
    "alamat_pelapor",
    "IP",
    "ip_address",
    "No WA",
    "No KK",
    "phoneNumber",
    "nohp",
    "Telp",
]


def test_private_columns_never_leave_the_file() -> None:
    secrets = [f"rahasia{n}" for n in range(len(PRIVATE))]
    (row,) = rows_of(csv_of([["ID", "Tanggal", "Nama", "Isi", *PRIVATE], ["1", "20/10/2026", "Siti", "x", *secrets]]))
    assert row.message is not None
    assert "rahasia" not in repr(row)


@pytest.mark.parametrize("header", PRIVATE)
def test_nobody_may_map_a_private_column(header: str) -> None:
    with pytest.raises(Permanent, match="data pribadi"):
        rows_of(f"Isi,Tanggal,{header}\nx,20/10/2026,1\n", options={"map.author": header})


@pytest.mark.parametrize("name", ["warga@contoh.id", "081234567890", "+62 812-3456-7890", "1771010101010001"])
def test_a_name_that_is_a_number_or_an_address_is_dropped(name: str) -> None:
    (row,) = rows_of(csv_of([["Username", "Tanggal", "Isi"], [name, "20/10/2026", "x"]]))
    assert row.message is not None
    assert row.message.author is None
    assert name not in repr(row)


def test_an_error_repeats_no_persons_words() -> None:
    rows = rows_of("Isi,Tanggal\nx,Pak Budi mencuri\ny,081234567890\nz,31/02/2026\n")
    assert [row.error for row in rows] == [
        "tanggal tidak dikenali",
        "tanggal tidak dikenali",
        'tanggal tidak dikenali "31/02/2026"',
    ]


def test_a_person_may_name_the_columns() -> None:
    data = "Kode;Uraian Masalah;Hari;Bidang\nA-1;lampu mati;20/10/2026;PJU\n"
    options = {
        "map.text": "uraian  MASALAH",
        "map.created_at": "Hari",
        "map.unit": "Bidang",
        "map.external_id": "Kode",
    }
    (row,) = rows_of(data, "generic", options=options)
    assert row.message is not None
    assert (row.message.external_id, row.message.text, row.unit) == ("A-1", "lampu mati", "PJU")
    with pytest.raises(Permanent, match=r"map\.unit"):
        rows_of(data, "generic", options={**options, "map.unit": "Seksi"})
    with pytest.raises(Permanent, match=r"map\.nik"):
        rows_of(data, "generic", options={"map.nik": "Kode"})


def test_a_named_column_wins_over_the_usual_one() -> None:
    assert only("Isi,Catatan,Tanggal\na,b,20/10/2026\n", options={"map.text": "Catatan"}).text == "b"


def test_a_generic_table_of_comments_uses_the_platforms_ids() -> None:
    data = csv_of(
        [
            [
                "Platform",
                "Akun Resmi",
                "Comment ID",
                "Parent ID",
                "Nama",
                "Tanggal",
                "Isi",
                "Lokasi",
                "Desa",
                "Kecamatan",
            ],
            [
                "FB",
                "dukcapil.contoh",
                "9001_7001",
                "",
                "Siti",
                "20/10/2026 09.15",
                "kok lama?",
                "",
                "Air Rambai",
                "Curup",
            ],
            [
                "FB",
                "https://www.facebook.com/dukcapil.contoh",
                "7002",
                "9001_7001",
                "Dinas",
                "20/10/2026 10.00",
                "maaf",
                "",
                "",
                "",
            ],
            [
                "TikTok",
                "@dpupr_contoh",
                "7405550001112223334",
                "0",
                "@dpupr_contoh",
                "20/10/2026",
                "baik",
                "",
                "",
                "",
            ],
            ["entah", "", "5", "", "Siti", "20/10/2026", "lampu", "", "", ""],
        ]
    )
    rows = rows_of(data, "generic")
    assert [(r.account and (r.account.platform, r.account.key), r.official) for r in rows] == [
        (("facebook", "dukcapil.contoh"), False),
        (("facebook", "dukcapil.contoh"), False),
        (("tiktok", "dpupr_contoh"), True),
        (None, False),
    ]
    found = [row.message for row in rows if row.message]
    assert [(m.external_id, m.parent_id, m.kind) for m in found] == [
        ("7001", None, Kind.COMMENT),
        ("7002", "7001", Kind.COMMENT),
        ("7405550001112223334", None, Kind.COMMENT),
        ("5", None, Kind.TICKET),
    ]
    assert found[0].place == "Air Rambai, Curup"


def test_a_table_without_ids_gets_stable_ones() -> None:
    twice = "Siti,20/10/2026 09.15,lampu mati\n" * 2
    data = f"Nama,Tanggal,Isi\n{twice}Budi,20/10/2026,ya\n"
    first, again, other = messages_of(data)
    assert first.external_id == again.external_id != other.external_id
    assert first.thread.external_id == first.external_id
    numbered = "No," + data.replace("\nSiti", "\n1,Siti", 1).replace("\nSiti", "\n2,Siti", 1).replace(
        "\nBudi", "\n3,Budi"
    )
    assert [m.external_id for m in messages_of(numbered)][::2] == [first.external_id, other.external_id]
    assert len({m.external_id for m in messages_of(numbered)}) == 3


def test_a_later_row_may_not_be_its_own_parent() -> None:
    assert only("ID,Parent,Isi,Tanggal\n7,7,x,20/10/2026\n").parent_id is None


@given(st.text(max_size=40))
def test_headers_normalise_once_and_for_all(header: str) -> None:
    assert columns.normalise(columns.normalise(header)) == columns.normalise(header)


def test_every_alias_is_already_normalised_and_public() -> None:
    for name, spellings in columns.ALIASES.items():
        assert spellings, name
        for spelling in spellings:
            assert columns.normalise(spelling) == spelling
            assert not columns.is_private(spelling)
