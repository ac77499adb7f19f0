"""Which unit an account's title tells of."""

from __future__ import annotations

import pytest

from aggregator.services.units import UnitChoice
from web.unit_names import guessed

NAMES = (
    ("Dinas Kesehatan", "Dinkes"),
    ("Dinas Pekerjaan Umum dan Penataan Ruang", "PUPR"),
    ("Desa Air Meles", None),
    ("Desa Air Meles Atas", None),
    ("Badan Pendapatan", "BP"),
    ("Dinas Kependudukan dan Pencatatan Sipil", "Dinas Dukcapil"),
    ("Kecamatan Curup", None),
)
UNITS = [
    UnitChoice(id=number, name=name, short_name=short, kind="dinas", parent_id=None)
    for number, (name, short) in enumerate(NAMES, start=1)
]


@pytest.mark.parametrize(
    ("title", "unit"),
    [
        ("Dinas Kesehatan Kab. Rejang Lebong", "Dinas Kesehatan"),
        ("DINKES Rejang Lebong", "Dinas Kesehatan"),
        ("Dinas PUPR Kabupaten", "Dinas Pekerjaan Umum dan Penataan Ruang"),
        ("Pemerintah Desa Air Meles Atas", "Desa Air Meles Atas"),
        ("Desa Air Meles", "Desa Air Meles"),
        ("Kabar Kecamatan Curup!", "Kecamatan Curup"),
        ("Dukcapil - Dinas Kabupaten", "Dinas Kependudukan dan Pencatatan Sipil"),
        ("Puskesmas Curup", None),
        ("Kedai Kopi Dinas Malam", None),
        ("BP Motor", None),
        ("", None),
    ],
)
def test_the_whole_name_or_a_known_abbreviation(title: str, unit: str | None) -> None:
    found = guessed(title, UNITS)
    assert (found.name if found else None) == unit
