"""Accounts from the command line, against an invented platform on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tests.fakes.board import OFFICE, TOKEN, BoardServer, running_board

REPORT = "account outcome calls fetched new duplicate edited deleted rejected items census problem next_pull_at"


@pytest.fixture
def board() -> Iterator[BoardServer]:
    with running_board() as server:
        made, now = server.board("papan-pu"), datetime.now(UTC)
        made.post(1, at=now - timedelta(days=1))
        made.comment("p1", 1, "Jalan Kenanga berlubang, kapan diperbaiki?", at=now - timedelta(hours=20), author="siti")
        made.comment(
            "p1",
            2,
            "Jalan Kenanga diperbaiki hari Kamis, Bu.",
            at=now - timedelta(hours=19),
            author=OFFICE,
            parent="c1",
        )
        made.comment(
            "p1",
            3,
            "Lampu jalan di Gang Mawar mati sudah seminggu, tolong.",
            at=now - timedelta(hours=18),
            author="wati",
        )
        yield server


@pytest.fixture
def papan(office: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """The installation with the invented platform as an outside plugin."""
    monkeypatch.setenv("SAHUT_PLUGIN_DIRS", str(Path(__file__).parents[1] / "fakes"))
    return office


def added(papan: Shell, board: BoardServer, *more: str) -> str:
    address = board.url("papan-pu")
    return papan.ok("account", "add", address, "--platform", "papan", "--unit", "PUPR", *more).strip()


def test_only_the_id_is_printed(papan: Shell, board: BoardServer) -> None:
    account = added(papan, board, "--secret", f"token={TOKEN}")
    assert account.isdecimal()
    assert papan.ok("account", "list").split("\t")[:3] == [account, "papan", "active"]
    address = board.url("papan-pu")
    for words, word in (
        ((address, "--unit", "PUPR", "--platform", "papan"), f"nomor {account}"),
        (("entah apa", "--unit", "PUPR"), "tidak dikenali"),
        ((address, "--unit", "Lain"), "Unit “Lain” tidak ada"),
        ((address, "--unit", "PUPR", "--platform", "file"), "bukan alamat file"),
        ((address, "--unit", "PUPR", "--setting", "warna=biru"), "warna"),
        ((address, "--unit", "PUPR", "--secret", "token"), "name=value"),
        ((address,), "--unit"),
    ):
        assert word in papan.refused("account", "add", *words)


def test_sync_reports_and_the_exports_agree(papan: Shell, board: BoardServer) -> None:
    account = added(papan, board)
    (report,) = papan.rows("sync", "--wait")
    assert list(report) == REPORT.split()
    assert (report["account"], report["outcome"], report["new"], report["items"], report["problem"]) == (
        int(account),
        "ok",
        4,
        2,
        None,
    )
    assert report["fetched"] == sum(int(report[k]) for k in ("new", "duplicate", "edited", "deleted", "rejected"))  # type: ignore[call-overload]
    (again,) = papan.rows("sync", "--account", account, "--wait")
    assert (again["new"], again["edited"], again["deleted"]) == (0, 0, 0)
    states = {
        row["message_external_id"]: (row["state"], row["answer_external_id"], row["answer_strength"])
        for row in papan.rows("export", "items")
    }
    assert states["c1"] == ("answered", "c2", "DIRECT")
    assert states["c3"][1] is None
    assert [row["external_id"] for row in papan.rows("export", "messages")] == ["p1", "c1", "c2", "c3"]
    assert [row["outcome"] for row in papan.rows("export", "pulls")] == ["ok", "ok"]
    (held,) = papan.rows("export", "accounts")
    assert (held["held"], held["census"], held["unit"]) == (3, 3, "Dinas PU")


def test_a_failed_reading_is_an_exit_code(papan: Shell, board: BoardServer) -> None:
    account = added(papan, board)
    board.faults.always = 503
    result = papan("sync", "--wait")
    assert (result.exit_code, len(result.stdout.splitlines())) == (1, 1)
    assert '"outcome":"transient"' in result.stdout
    board.faults.always = None
    board.boards.clear()
    assert '"outcome":"gone"' in papan("sync", "--account", account, "--wait").stdout
    assert f"Akun {int(account) + 7} tidak ada" in papan.refused("sync", "--account", str(int(account) + 7), "--wait")
    assert "--account" in papan.refused("sync", "--account", "satu")


def test_without_wait_the_workers_do_it(papan: Shell, board: BoardServer) -> None:
    added(papan, board)
    assert papan.ok("sync") == "1 akun akan segera dibaca.\n"
    assert papan.rows("export", "messages") == []


def test_an_answer_is_sent_once_and_counts(papan: Shell, board: BoardServer) -> None:
    added(papan, board, "--secret", f"token={TOKEN}")
    papan.rows("sync", "--wait")
    items = {row["message_external_id"]: str(row["item"]) for row in papan.rows("export", "items")}
    assert papan.ok("answer", items["c3"], "--text", "Lampunya sudah kami ganti tadi pagi, Bu.") == "Terkirim.\n"
    assert board.board("papan-pu").posted == [("c3", "Lampunya sudah kami ganti tadi pagi, Bu.")]
    row = next(row for row in papan.rows("export", "items") if row["message_external_id"] == "c3")
    assert (row["state"], row["answer_strength"]) == ("answered", "DIRECT")
    assert "tidak dapat dijawab" in papan.refused("answer", items["c3"], "--text", "Lagi")
    assert "tidak ada" in papan.refused("answer", "entah", "--text", "x")
    assert "tidak ada" in papan.refused("answer", items["c3"], "--text", "x", "--as", "siapa")
    assert "--text" in papan.refused("answer", items["c3"])


def test_an_answer_without_its_password_is_refused(papan: Shell, board: BoardServer) -> None:
    account = added(papan, board)
    papan.rows("sync", "--account", account, "--wait")
    item = next(str(row["item"]) for row in papan.rows("export", "items") if row["message_external_id"] == "c3")
    assert "kata sandi aplikasi" in papan.refused("answer", item, "--text", "Sudah diganti.")
    assert board.board("papan-pu").posted == []
