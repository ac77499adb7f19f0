"""The list of units: read as offices save it, all or nothing, and always a tree."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from sqlalchemy import select

from aggregator.services.errors import Refused
from aggregator.services.units import UnitRow, Units, import_units, read_unit_file
from aggregator.storage.db import Database
from aggregator.storage.tables import units
from tests.intake.house import NOW

HEADER = "name,kind,short_name,parent,affairs\n"


def written(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "unit.csv"
    path.write_bytes(text.encode(encoding))
    return path


def held(database: Database) -> dict[str, tuple[int, str | None]]:
    """Every unit's id and parent, by name."""
    with database.read() as connection:
        rows = connection.execute(select(units)).all()
    names = {row.id: row.name for row in rows}
    return {row.name: (row.id, names.get(row.parent_id)) for row in rows}


@pytest.mark.parametrize(
    ("encoding", "newline", "delimiter"), [("utf-8", "\n", ","), ("utf-8-sig", "\r\n", ";"), ("utf-8", "\r\n", ",")]
)
def test_as_offices_save_it(tmp_path: Path, encoding: str, newline: str, delimiter: str) -> None:
    rows = (
        ("Name", "KIND", "short_name", "parent", "affairs", "catatan"),
        ("Dinas PU", "OPD", "PUPR", "", "jalan|jembatan", "diabaikan"),
        (f'"Dinas Sosial{delimiter} Anak ""dan"" Ibu"', "opd", "", "Dinas PU", " bansos ", ""),
    )
    path = written(tmp_path, newline.join(delimiter.join(row) for row in rows) + newline, encoding)
    assert read_unit_file(path) == [
        UnitRow(name="Dinas PU", kind="opd", short_name="PUPR", affairs="jalan;jembatan"),
        UnitRow(name=f'Dinas Sosial{delimiter} Anak "dan" Ibu', kind="opd", parent="Dinas PU", affairs="bansos"),
    ]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "Baris pertama"),
        ("nama,jenis\nx,y\n", "Baris pertama"),
        (HEADER + "Dinas,opd,,,\n,opd,,,\n", "Baris 3"),
        (HEADER + 'Dinas,opd,,,"dua\nbaris"\nLain,,,,\n', "Baris 4"),
        (HEADER + "Dinas\n", "Baris 2"),
    ],
)
def test_the_line_at_fault_is_named(tmp_path: Path, text: str, word: str) -> None:
    with pytest.raises(Refused, match=word):
        read_unit_file(written(tmp_path, text))


def test_a_quote_that_is_never_closed(tmp_path: Path) -> None:
    usual = csv.field_size_limit(1_000)
    try:
        with pytest.raises(Refused, match=r"Baris \d+ bukan CSV yang utuh"):
            read_unit_file(written(tmp_path, HEADER + '"Dinas,opd,,,\n' + "Lain,opd,,,\n" * 500))
    finally:
        csv.field_size_limit(usual)


def test_what_cannot_be_read(tmp_path: Path) -> None:
    for path in (tmp_path / "tidak-ada.csv", tmp_path):
        with pytest.raises(Refused, match="tidak dapat dibaca"):
            read_unit_file(path)
    with pytest.raises(Refused, match="UTF-8"):
        read_unit_file(written(tmp_path, HEADER + "Café,opd,,,\n", "latin-1"))


def test_known_units_are_updated_and_keep_their_ids(database: Database) -> None:
    assert import_units(database, [UnitRow(name="A", kind="opd"), UnitRow(name="B", kind="opd", parent="A")], NOW) == (
        2,
        0,
    )
    before = held(database)
    assert import_units(database, [UnitRow(name="C", kind="opd", parent="B"), UnitRow(name="B", kind="upt")], NOW) == (
        1,
        1,
    )
    after = held(database)
    assert (after["A"], after["B"]) == (before["A"], (before["B"][0], None))
    assert after["C"][1] == "B"


@pytest.mark.parametrize(
    ("rows", "word"),
    [
        ([UnitRow(name="C", kind="opd", parent="Tidak Ada")], "Tidak Ada"),
        ([UnitRow(name="C", kind="opd"), UnitRow(name="C", kind="upt")], "dua kali"),
        ([UnitRow(name="C", kind="opd", parent="C")], "dirinya sendiri"),
        (
            [UnitRow(name="C", kind="opd", parent="D"), UnitRow(name="D", kind="opd", parent="C")],
            "berputar: (C → D → C|D → C → D)",
        ),
        ([UnitRow(name="A", kind="opd", parent="B")], "berputar"),
    ],
)
def test_all_or_nothing(database: Database, rows: list[UnitRow], word: str) -> None:
    import_units(database, [UnitRow(name="A", kind="opd"), UnitRow(name="B", kind="opd", parent="A")], NOW)
    before = held(database)
    with pytest.raises(Refused, match=word):
        import_units(database, [UnitRow(name="Baru", kind="opd"), *rows], NOW)
    assert held(database) == before


def test_a_unit_and_all_below_it(database: Database) -> None:
    chain = [UnitRow(name=f"U{n}", kind="opd", parent=f"U{n - 1}" if n else None) for n in range(50)]
    import_units(database, [*reversed(chain), UnitRow(name="Lain", kind="opd")], NOW)
    desk, ids = Units(database), {name: row[0] for name, row in held(database).items()}
    assert desk.subtree(ids["U0"]) == {ids[f"U{n}"] for n in range(50)}
    assert desk.subtree(ids["U48"]) == {ids["U48"], ids["U49"]}
    assert desk.subtree(10_000) == {10_000}


def test_a_unit_is_found_by_any_of_its_names(database: Database) -> None:
    rows = [
        UnitRow(name="Dinas PU", kind="opd", short_name="PUPR"),
        UnitRow(name="UPT Jalan", kind="upt", short_name="J"),
        UnitRow(name="j", kind="x"),
    ]
    import_units(database, rows, NOW)
    desk = Units(database)
    unit = desk.find("dinas pu")
    assert desk.find(" pupr ") == desk.find(str(unit.id)) == unit
    for name, word in (("tidak ada", "tidak ada"), ("J", "beberapa"), ("", "tidak ada")):
        with pytest.raises(Refused, match=word):
            desk.find(name)
    assert (desk.name(None), desk.name(unit.id), desk.exists(unit.id), desk.exists(999)) == (
        None,
        "Dinas PU",
        True,
        False,
    )
