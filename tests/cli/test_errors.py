"""Every error is one clear line on standard error and a non-zero exit code; `--debug` shows the whole of it."""

from __future__ import annotations

import pytest

from tests.cli.conftest import RunProcess, Shell


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"SAHUT_PROT": "1"}, ("SAHUT_PROT", "SAHUT_PORT")),
        ({"SAHUT_PORT": "banyak"}, ("SAHUT_PORT", "integer")),
        ({"SAHUT_PORT": "70000"}, ("SAHUT_PORT",)),
        ({"SAHUT_ZONE": "Asia/Jakrta"}, ("SAHUT_ZONE", "Asia/Jakarta")),
        ({"SAHUT_DATABASE_URL": "mysql://x"}, ("SAHUT_DATABASE_URL", "postgresql://")),
        ({"SAHUT_DATABASE_URL": "postgresql://nobody:rahasia@127.0.0.1:1/x"}, ("OperationalError",)),
        ({"SAHUT_ALLOW_PRIVATE_NETWORK": "mungkin"}, ("SAHUT_ALLOW_PRIVATE_NETWORK",)),
        ({"SAHUT_LOG_LEVEL": "keras"}, ("SAHUT_LOG_LEVEL",)),
        ({"SAHUT_SECRET_KEYS": "pendek"}, ("SAHUT_SECRET_KEYS",)),
        ({"SAHUT_PORT": "x", "SAHUT_WORKERS": "0"}, ("SAHUT_PORT", "SAHUT_WORKERS")),
    ],
)
def test_a_wrong_setting_is_named(sahut: Shell, environment: dict[str, str], words: tuple[str, ...]) -> None:
    line = sahut.refused("init", **environment)
    assert all(word in line for word in words)
    assert "rahasia" not in line


def test_as_a_shell_sees_it(process: RunProcess) -> None:
    result = process("init", SAHUT_PROT="1")
    assert (result.returncode, result.stdout) == (1, b"")
    (line,) = result.stderr.decode().splitlines()
    assert line.startswith("sahut: unknown setting SAHUT_PROT")


@pytest.mark.parametrize(
    "words",
    [
        ("entah",),
        ("--entah",),
        ("sync", "--entah"),
        ("export",),
        ("account",),
        ("account", "ad"),
        ("plugin", "new"),
        ("worker", "--queue", "x"),
    ],
)
def test_a_slip_of_the_pen_is_one_line(sahut: Shell, words: tuple[str, ...]) -> None:
    result = sahut(*words)
    assert result.exit_code == 2
    if words == ("account",):
        assert "Commands:" in result.output, "a group alone shows what it has"
        return
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("sahut: ")


def test_help_is_there_for_every_command(sahut: Shell) -> None:
    assert sahut.ok("--help") == sahut.ok("-h")
    for name in (
        "init",
        "unit",
        "account",
        "sync",
        "export",
        "import",
        "triage",
        "answer",
        "person",
        "serve",
        "worker",
        "demo",
        "doctor",
        "plugin",
        "platform",
        "secrets",
        "run",
    ):
        assert name in sahut.ok("--help")
        assert "Usage: " in sahut.ok(name, "--help")


def test_debug_shows_the_whole(sahut: Shell, process: RunProcess) -> None:
    assert "tidak dapat dibaca" in sahut.refused("unit", "import", "tidak-ada.csv")
    result = process("--debug", "unit", "import", "tidak-ada.csv")
    assert result.returncode == 1
    assert result.stderr.startswith(b"Traceback") or b"\nTraceback" in result.stderr


def test_a_database_that_is_none(sahut: Shell) -> None:
    (sahut.home / "data").mkdir()
    (sahut.home / "data" / "sahut.db").write_bytes(b"bukan basis data" * 400)
    assert "not a database" in sahut.refused("init")


def test_a_key_that_is_lost(office: Shell) -> None:
    office.ok("account", "add", "https://dinas.contoh.example", "--unit", "PUPR", "--secret", "app_password=abcd")
    (office.home / "data" / "secret.key").unlink()
    line = office.refused("sync", "--wait")
    assert "SAHUT_SECRET_KEYS" in line
    assert "abcd" not in line
