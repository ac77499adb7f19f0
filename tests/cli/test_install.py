"""Setting up: harmless to repeat, clear when it cannot be done."""

from __future__ import annotations

import re
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import create_engine, text

from aggregator.demo.stage import furnished
from aggregator.demo.town import account_lines
from aggregator.domain.access import Role
from aggregator.fakes.internet import served
from aggregator.storage.db import Database
from aggregator.storage.demo import demo_began, demo_origin
from tests.cli.conftest import Shell


def test_init_can_be_repeated(sahut: Shell) -> None:
    said = sahut.ok("init")
    assert said.startswith("Siap: sqlite:///")
    assert sahut.ok("init") == said
    assert {path.name for path in (sahut.home / "data").iterdir()} >= {"sahut.db", "secret.key"}


def test_units_in_and_out(sahut: Shell) -> None:
    path = sahut.file("unit.csv", "name,kind,parent\nDinas PU,opd,\nUPT Jalan,upt,Dinas PU\n")
    assert sahut.ok("unit", "import", path) == "2 unit baru, 0 unit diperbarui.\n"
    assert sahut.ok("unit", "import", path) == "0 unit baru, 2 unit diperbarui.\n"
    assert [line.split("\t")[1:] for line in sahut.ok("unit", "list").splitlines()] == [
        ["opd", "", "Dinas PU"],
        ["upt", "", "UPT Jalan"],
    ]


def test_a_list_that_cannot_be_read_is_refused_in_one_line(sahut: Shell) -> None:
    assert "tidak dapat dibaca" in sahut.refused("unit", "import", str(sahut.home / "tidak-ada.csv"))
    assert "Baris 2" in sahut.refused("unit", "import", sahut.file("a.csv", "name,kind\n,opd\n"))
    assert "berputar" in sahut.refused("unit", "import", sahut.file("b.csv", "name,kind,parent\nA,x,B\nB,x,A\n"))
    assert sahut.ok("unit", "list") == ""


def test_a_person_gets_a_password_once(office: Shell) -> None:
    said = office.ok("person", "add", "budi", "--unit", "PUPR")
    assert re.fullmatch(r"budi ditambahkan\. Kata sandi: \S{16}\n", said)
    assert (
        office.ok("person", "add", "rina", "--role", "diskominfo", "--password", "rahasia-sekali")
        == "rina ditambahkan.\n"
    )
    assert "sudah dipakai" in office.refused("person", "add", "budi", "--unit", "PUPR")
    assert "harus mempunyai unit" in office.refused("person", "add", "tono")
    assert "paling sedikit" in office.refused("person", "add", "tono", "--unit", "PUPR", "--password", "x")
    assert "Unit “Lain” tidak ada" in office.refused("person", "add", "tono", "--unit", "Lain")
    assert all(role.value in office.refused("person", "add", "tono", "--role", "raja") for role in Role)


def test_the_demo_is_a_whole_kabupaten_read_by_the_real_plugins(sahut: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        monkeypatch.setenv("SAHUT_STAND_IN", f"http://127.0.0.1:{free.getsockname()[1]}")
    assert sahut.ok("demo") == sahut.ok("demo"), "loading it twice changes nothing"
    database = Database(f"sqlite:///{sahut.home / 'data' / 'sahut.db'}")
    began, origin = demo_began(database), demo_origin(database)
    database.close()
    assert began is not None
    assert origin is not None
    internet, _ = furnished(began)
    with served(internet, urlsplit(origin).port or 0):
        reports = sahut.rows("sync", "--wait")
    assert {report["outcome"] for report in reports} == {"ok"}
    items, messages = sahut.rows("export", "items"), sahut.rows("export", "messages")
    assert len({(row["platform"], row["external_id"]) for row in messages}) == len(messages) > 700
    assert {row["state"] for row in items} >= {"routed", "answered", "acknowledged", "no_answer_needed"}
    assert len({row["platform"] for row in messages}) == len({line.platform for line in account_lines()}) == 12
    assert len({line.unit for line in account_lines()}) >= 30
    assert all(line.startswith("ok ") for line in sahut.ok("doctor").splitlines())


def test_the_demo_leaves_an_installation_of_its_own_alone(office: Shell) -> None:
    office.ok("account", "add", "https://dinas.contoh.example", "--unit", "PUPR")
    assert "sudah berisi akun" in office.refused("demo")


def damage(home: Path, statement: str) -> None:
    engine = create_engine(f"sqlite:///{home / 'data' / 'sahut.db'}")
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_the_doctor_finds_a_wrong_count_and_mends_it(sahut: Shell) -> None:
    sahut.ok("demo")
    damage(sahut.home, "INSERT INTO item_counts VALUES (1, 'new', 0, 0, 3)")
    result = sahut("doctor")
    assert result.exit_code == 1
    assert [line for line in result.stdout.splitlines() if line.startswith("!! ")] == [
        "!!  Hitungan butir berbeda; jalankan sahut doctor --recount"
    ]
    assert "Hitungan butir dihitung ulang" in sahut.ok("doctor", "--recount")
    assert "Hitungan butir cocok" in sahut.ok("doctor")


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        ("UPDATE accounts SET problem = 'Kata sandi salah.' WHERE id = 1", "bermasalah: .*Kata sandi salah"),
        ("INSERT INTO quarantine VALUES (1, 'x', 'key missing', 3, 0, 0)", "1 catatan dikarantina"),
    ],
)
def test_the_doctor_names_what_needs_a_person(sahut: Shell, statement: str, word: str) -> None:
    sahut.ok("demo")
    damage(sahut.home, statement)
    result = sahut("doctor")
    assert result.exit_code == 1
    assert re.search(f"(?m)^!! .*{word}", result.stdout)
