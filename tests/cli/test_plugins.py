"""Plugins from the command line: what is here, a new one, a trial, and the kit."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from tests.cli.conftest import Shell
from tests.fakes.board import running_board


def test_the_list_tells_which_and_why_not(sahut: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = sahut.home / "mereka" / "rusak"
    broken.mkdir(parents=True)
    (broken / "plugin.toml").write_text(
        'id = "rusak"\ntitle = "Rusak"\nversion = "1"\ncontract = 1\nsummary = "Patah."\n'
    )
    (broken / "__init__.py").write_text("raise RuntimeError('patah')\n")
    monkeypatch.setenv("SAHUT_PLUGIN_DIRS", str(broken.parent))
    result = sahut("plugin", "list")
    assert result.exit_code == 0
    lines = {line.split("\t")[0]: line for line in result.stdout.splitlines() if not line.startswith(" ")}
    assert {"website", "file", "rusak"} <= set(lines)
    assert lines["website"].endswith("\tok")
    assert "skipped: " in lines["rusak"] and "patah" in lines["rusak"]
    assert "--secret app_password=…" in result.stdout


def test_a_new_plugin_is_whole(sahut: Shell) -> None:
    folders = ("--plugins-dir", str(sahut.home / "plugins"), "--tests-dir", str(sahut.home / "uji"))
    written = [Path(line) for line in sahut.ok("plugin", "new", "forum_kota", *folders).splitlines()]
    assert all(path.is_file() for path in written)
    assert {path.name for path in written} >= {"plugin.toml", "__init__.py", "platform.py", "README.md"}
    for name, word in (
        ("forum_kota", "exists already"),
        ("Forum", "cannot be a plugin's name"),
        ("contoh", "example itself"),
        ("class", "cannot be"),
    ):
        assert word in sahut.refused("plugin", "new", name, *folders)


def test_a_trial_shows_what_would_be_read(sahut: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAHUT_PLUGIN_DIRS", str(Path(__file__).parents[1] / "fakes"))
    with running_board() as server:
        made = server.board("papan-pu")
        post = made.post(1)
        for number in range(5):
            made.comment("p1", number, f"Jalan rusak {number}", at=post.at)
        result = sahut("plugin", "try", "papan", server.url("papan-pu"), "--most", "3")
    assert result.exit_code == 0
    rows = [orjson.loads(line) for line in result.stdout.splitlines()]
    assert [next(iter(row)) for row in rows] == ["inspect", "message", "message", "message"]
    assert rows[0]["inspect"]["exists"] is True
    assert result.stderr.endswith(" panggilan.\n")
    assert sahut.rows("export", "messages") == []


def test_what_cannot_be_tried(sahut: Shell) -> None:
    assert "Plugin “entah” tidak ada" in sahut.refused("plugin", "try", "entah", "https://x.example")
    assert "tidak mengenali" in sahut.refused("plugin", "try", "website", "entah apa")
    assert "situs" in sahut.refused("plugin", "try", "website", "http://127.0.0.1:9").lower()


def test_the_kit_is_run(sahut: Shell) -> None:
    assert "sahut plugin new entah" in sahut.refused("plugin", "check", "entah", "--tests-dir", str(sahut.home))
    for name, body, code in (("baik", "assert True", 0), ("buruk", "assert False", 1)):
        (sahut.home / name).mkdir()
        (sahut.home / name / f"test_{name}.py").write_text(f"def test_it():\n    {body}\n")
        assert sahut("plugin", "check", name, "--tests-dir", str(sahut.home)).exit_code == code
