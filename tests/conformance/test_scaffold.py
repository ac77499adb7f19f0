"""The template is copied and its tests run on every run, so that it cannot rot."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from aggregator.cli.scaffold import new_plugin
from aggregator.sync.discovery import PluginFolder
from aggregator.sync.host import PluginHost

HERE = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["papan_warga", "contoh2"])
def test_a_new_plugin_passes_its_own_tests(tmp_path, name):
    plugins, tests = tmp_path / "plugins", tmp_path / "tests"
    written = new_plugin(name, plugins, tests)
    assert {path.relative_to(tmp_path).as_posix() for path in written} >= {
        f"plugins/{name}/plugin.toml",
        f"plugins/{name}/platform.py",
        f"tests/{name}/test_{name}.py",
    }
    (plugins / "__init__.py").touch()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", str(tests)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{HERE}", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert " passed" in done.stdout


def test_a_new_plugin_is_found_by_the_host_where_it_lies(tmp_path):
    new_plugin("papan_warga", tmp_path / "plugins", tmp_path / "tests")
    host = PluginHost.load([PluginFolder(tmp_path / "plugins")], entry_points=False)
    assert [(status.id, status.reason) for status in host.statuses] == [("papan_warga", None)]
    assert [key.key for key in host.resolve("https://papan-warga.example/@dinas-pu")] == ["dinas-pu"]


def test_nothing_of_the_example_is_left(tmp_path):
    written = new_plugin("papan_warga", tmp_path / "plugins", tmp_path / "tests")
    text = "".join(path.read_text() for path in written)
    assert "contoh" not in text.lower()
    assert 'id = "papan_warga"' in text
    assert "class PapanWargaPlatform(Platform)" in text
    assert "https://api.papan-warga.example" in text


@pytest.mark.parametrize("name", ["", "a", "Papan", "2papan", "papan-warga", "../papan", "class", "contoh", "a" * 40])
def test_a_name_that_will_not_do_writes_nothing(tmp_path, name):
    with pytest.raises(ValueError, match="name"):
        new_plugin(name, tmp_path / "plugins", tmp_path / "tests")
    assert list(tmp_path.iterdir()) == []


def test_what_exists_is_never_overwritten(tmp_path):
    theirs = tmp_path / "tests" / "papan"
    theirs.mkdir(parents=True)
    with pytest.raises(ValueError, match="exists already"):
        new_plugin("papan", tmp_path / "plugins", tmp_path / "tests")
    assert not (tmp_path / "plugins").exists()
    assert list(theirs.iterdir()) == []
