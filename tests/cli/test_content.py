"""Messages in and out: NDJSON in UTF-8, whatever the terminal speaks."""

from __future__ import annotations

import orjson
import pytest

from tests.cli.conftest import RunProcess, Shell

TABLE = "id komentar,nama,tanggal,isi komentar\n11,Siti,20/10/2026 09.15,Jalan rusak 🙏🏽 “parah”\n12,Budi,kapan,Lampu mati\n"
TEXTS = (
    b'{"id":1,"text":"Jalan depan SDN 2 rusak parah, tolong diperbaiki"}\n\n'
    b'{"id":"b","text":"Terima kasih"}\n{"text":"kapan bansos cair?"}\n'
)


def test_a_file_is_taken_in_and_its_bad_rows_are_named(office: Shell) -> None:
    path = office.file("a.csv", TABLE)
    result = office("import", path, "--preset", "generic", "--unit", "PUPR")
    report = orjson.loads(result.stdout)
    assert (result.exit_code, report["rows"], report["new"], report["rejected"]) == (0, 2, 1, 1)
    assert [error["row"] for error in report["errors"]] == [3]
    assert result.stderr.startswith("Baris 3: ")
    assert orjson.loads(office("import", path, "--unit", "PUPR").stdout)["duplicate"] == 1
    (row,) = office.rows("export", "messages")
    assert row["text"] == "Jalan rusak 🙏🏽 “parah”"


def test_what_cannot_be_taken_in(office: Shell) -> None:
    path = office.file("a.csv", TABLE)
    assert "Preset “x” tidak ada" in office.refused("import", path, "--preset", "x", "--unit", "PUPR")
    assert "tidak dapat dibaca" in office.refused("import", path + "x", "--unit", "PUPR")
    assert "Unit “Lain” tidak ada" in office.refused("import", path, "--unit", "Lain")
    assert "name=value" in office.refused("import", path, "--unit", "PUPR", "--option", "map.text")
    assert (
        office("import", office.file("b.csv", "apa,ini\n1,2\n"), "--preset", "generic", "--unit", "PUPR").exit_code == 1
    )
    assert office.rows("export", "messages") == []


def test_triage_judges_line_by_line(office: Shell) -> None:
    rows = [orjson.loads(line) for line in office.ok("triage", told=TEXTS).splitlines()]
    assert [row["id"] for row in rows] == [1, "b", None]
    for row in rows:
        assert {"id", "kind", "unit", "units", "topic", "confidence", "reasons"} <= set(row)
        assert isinstance(row["units"], list) and len(row["units"]) <= 3
        assert 0 <= row["confidence"] <= 1
    assert (rows[0]["kind"], rows[0]["unit"], rows[0]["units"][0]) == ("complaint", "Dinas PU", "Dinas PU")
    assert rows[0]["reasons"]
    assert rows[1]["unit"] is None
    assert office.rows("export", "messages") == [], "nothing is stored"
    assert (
        orjson.loads(office.ok("triage", "--unit", "Dinsos", office.file("t.ndjson", '{"text":"tolong min"}')))["unit"]
        == "Dinas Sosial"
    )


@pytest.mark.parametrize(
    ("told", "word"),
    [
        (b"bukan json\n", "Baris 1 bukan JSON"),
        (b'{"text":"a"}\n[1]\n', 'Baris 2 tidak mempunyai "text"'),
        (b'{"text":5}', 'Baris 1 tidak mempunyai "text"'),
        (b'{"text":"\xff"}', "Baris 1 bukan JSON"),
        (b'{"text":"\\ud800"}', "Baris 1 bukan JSON"),
    ],
)
def test_a_line_that_is_none(office: Shell, told: bytes, word: str) -> None:
    assert word in office.refused("triage", told=told)


def test_exports_are_named(office: Shell) -> None:
    for what in ("messages", "items", "accounts", "pulls"):
        assert office.rows("export", what) == []
    line = office.refused("export", "rahasia")
    assert all(what in line for what in ("messages", "items", "accounts", "pulls"))


@pytest.mark.parametrize("encoding", ["ascii", "utf-16"])
def test_ndjson_is_utf8_whatever_the_terminal_speaks(process: RunProcess, encoding: str) -> None:
    said = '{"id":"🙏🏽","text":"Jalan rusak"}\n'.encode()
    result = process("triage", told=said, PYTHONIOENCODING=encoding, PYTHONUTF8="0", LC_ALL="C")
    assert (result.returncode, result.stderr) == (0, b"")
    assert orjson.loads(result.stdout)["id"] == "🙏🏽"


def test_a_file_that_is_not_there(office: Shell) -> None:
    assert "tidak-ada.ndjson" in office.refused("triage", "tidak-ada.ndjson")
