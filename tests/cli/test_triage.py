"""Triage from outside: another kabupaten's list, labelled texts, and the figures, all by the command line."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from tests.cli.conftest import Shell

ELSEWHERE = (
    "name,kind,short_name,parent,affairs\nDinas Bina Marga,opd,DBM,,\nDinas Kesehatan,opd,Dinkes,,\n"
    "Kecamatan Seberang,kecamatan,,,\n"
)


def lines(*rows: dict[str, object]) -> bytes:
    return b"".join(orjson.dumps(row) + b"\n" for row in rows)


def taught(n: int = 30) -> list[dict[str, object]]:
    words = {"Dinas PU": "kerikil jembul", "Dinsos": "boreh mantri", "luar": "gardu setrum"}
    return [
        {"text": f"keluhan {k} soal {said} di sini", "unit": unit} for unit, said in words.items() for k in range(n)
    ]


def test_another_kabupatens_list_is_judged_for_and_nothing_is_stored(office: Shell, tmp_path: Path) -> None:
    (tmp_path / "u.csv").write_text(ELSEWHERE)
    told = lines({"id": 1, "text": "jalan rusak parah di seberang"}, {"id": 2, "text": "mati lampu dari PLN"})
    first, second = map(orjson.loads, office.ok("triage", "--units", str(tmp_path / "u.csv"), told=told).splitlines())
    assert (first["unit"], first["place"], first["kind"]) == ("Dinas Bina Marga", "Kecamatan Seberang", "complaint")
    assert (second["unit"], second["outside"], second["body"]) == (None, True, "PLN")
    assert "Bina Marga" not in office.ok("unit", "list")


def test_a_list_elsewhere_with_examples_in_memory(office: Shell, tmp_path: Path) -> None:
    (tmp_path / "u.csv").write_text("name,kind\nDinas PU,opd\nDinsos,opd\n")
    (tmp_path / "e.ndjson").write_bytes(lines(*taught()))
    told = lines({"id": 1, "text": "keluhan soal boreh di sini"})
    said = office.ok("triage", "--units", str(tmp_path / "u.csv"), "--examples", str(tmp_path / "e.ndjson"), told=told)
    assert orjson.loads(said)["unit"] == "Dinsos"


def test_learning_from_a_file_changes_what_is_said(office: Shell) -> None:
    told = lines({"id": 1, "text": "keluhan soal boreh di sini"})
    before = orjson.loads(office.ok("triage", told=told))
    assert not any("keputusan petugas" in reason for reason in before["reasons"])
    report = orjson.loads(office.ok("triage", "learn", told=lines(*taught())))
    assert (report["kept"], report["new"], report["state"]) == (90, 90, "active")
    assert report["report"]["new"]["n"] == report["report"]["held_back"]
    after = orjson.loads(office.ok("triage", told=told))
    assert after["unit"] == "Dinas Sosial"
    assert any("30 keputusan petugas" in reason for reason in after["reasons"])
    again = orjson.loads(office.ok("triage", "learn", "--no-train", told=lines(*taught())))
    assert (again["kept"], again["new"]) == (90, 0)


def test_unknown_units_are_named_and_the_rest_is_kept(office: Shell) -> None:
    rows = [*taught(), {"text": "apa saja", "unit": "Dinas Antah"}]
    result = office("triage", "learn", "--no-train", told=lines(*rows))
    assert result.exit_code == 0
    assert "“Dinas Antah” tidak dikenal (1 baris dilewati)" in result.stderr
    assert orjson.loads(result.stdout)["skipped"] == 1


@pytest.mark.parametrize(
    ("told", "word"),
    [
        (b"bukan json\n", "bukan JSON"),
        (b'{"teks": "x"}\n', "text"),
        (b'{"text": "x", "unit": ["a"]}\n', "unit"),
        (b'{"text": "x", "unit": "Tak Ada"}\n', "Tidak ada satu contoh pun"),
        (b'{"text": "x", "unit": "Dinas PU"}\n', "terlalu sedikit"),
    ],
)
def test_what_cannot_be_learnt_is_said_in_one_line(office: Shell, told: bytes, word: str) -> None:
    result = office("triage", "learn", told=told)
    assert result.exit_code == 1
    assert word in result.stderr


def test_the_figures_of_a_labelled_file(office: Shell, tmp_path: Path) -> None:
    rows = [{"text": f"jalan {k} berlubang parah di depan pasar", "opd": "pupr"} for k in range(20)]
    rows += [{"text": f"puskesmas {k} antre lama sekali, obatnya habis", "opd": "dinkes"} for k in range(20)]
    rows += [{"text": f"kapan jadwal imunisasi nomor {k}?", "jenis": "pertanyaan"} for k in range(5)]
    (tmp_path / "f.jsonl").write_bytes(lines(*rows))
    found = [
        orjson.loads(line) for line in office.ok("bench", "triage", str(tmp_path / "f.jsonl"), "--json").splitlines()
    ]
    by_name = {one["name"]: one for one in found}
    assert by_name["among the first three"]["value"] == 1.0
    assert by_name["among the first three"]["n"] == 40
    assert by_name["recall"]["n"] == 6_000
    assert {"F1 of “needs someone”", "texts a second, packaged knowledge"} <= by_name.keys()
