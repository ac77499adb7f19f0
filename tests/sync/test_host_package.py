"""A plugin that strangers made and pip installed works like a built-in one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

# What a process that has the package sees. Nothing of the package may run before its manifest was accepted.
VISITOR = """
import dataclasses, json, sys
from datetime import UTC, datetime
import click
from aggregator.contract import WorkEvent
from aggregator.sync.discovery import find_plugins
from aggregator.sync.host import PluginHost

found = [found.name for found in find_plugins([], entry_points=True)]
early = "sahut_gempa" in sys.modules
host = PluginHost.load([])
cli = click.Group()
host.add_commands(cli)
host.tell(WorkEvent(kind="item.opened", item="abc", unit=None, at=datetime.now(UTC)))
module = sys.modules.get("sahut_gempa")
print(json.dumps({
    "found": found,
    "early": early,
    "statuses": [dataclasses.asdict(status) for status in host.statuses],
    "resolved": [key.key for key in host.resolve("https://api.gempa.example/bmkg")],
    "commands": sorted(cli.commands),
    "told": module.TOLD if module else None,
    "without": [s.id for s in PluginHost.load([], entry_points=False).statuses],
}))
"""


def pip_install(source: Path, target: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
    ]
    done = subprocess.run(
        [*command, "--disable-pip-version-check", "--target", str(target), str(source)],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def look(site: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", VISITOR], capture_output=True, text=True, timeout=60,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(site)])}, cwd=site,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    seen: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return seen


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source, target = tmp_path_factory.mktemp("source") / "gempa", tmp_path_factory.mktemp("site")
    shutil.copytree(HERE / "outside", source)
    pip_install(source, target)
    return target


def test_an_installed_package_is_found_and_works(installed: Path) -> None:
    seen = look(installed)
    assert seen["statuses"] == [
        {
            "id": "gempa",
            "title": "Laporan Gempa",
            "version": "0.3.0",
            "source": "paket",
            "path": str(installed / "sahut_gempa"),
            "ok": True,
            "reason": None,
            "platforms": ["gempa"],
        }
    ]
    assert (seen["found"], seen["early"]) == (["gempa"], False)
    assert (seen["resolved"], seen["commands"], seen["told"]) == (["bmkg"], ["gempa"], ["item.opened"])
    assert seen["without"] == []


@pytest.mark.parametrize(
    ("manifest", "reason"),
    [
        ('id = "gempa"\ntitle = "G"\nversion = "1"\nsummary = ""\ncontract = 99\n', "contract 99"),
        (None, "no package named sahut_gempa holds a plugin.toml"),
    ],
)
def test_its_code_does_not_run_when_its_manifest_is_refused(
    installed: Path, tmp_path: Path, manifest: str | None, reason: str
) -> None:
    site = tmp_path / "site"
    shutil.copytree(installed, site)
    (site / "sahut_gempa" / "plugin.toml").unlink()
    if manifest is not None:
        (site / "sahut_gempa" / "plugin.toml").write_text(manifest)
    seen = look(site)
    (status,) = seen["statuses"]
    assert reason in status["reason"]
    assert (status["ok"], seen["told"], seen["commands"]) == (False, None, [])
