"""What is built holds everything that runs."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

from tests.house.tree import PACKAGES, ROOT, files


def test_a_wheel_holds_every_file_of_the_packages(tmp_path: Path) -> None:
    copy = tmp_path / "sahut"
    for package in PACKAGES:
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, copy)
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--disable-pip-version-check",
    ]
    subprocess.run([*build, "--wheel-dir", str(tmp_path / "out"), str(copy)], check=True, timeout=240)
    (wheel,) = (tmp_path / "out").glob("sahut-*.whl")
    with ZipFile(wheel) as built:
        packed = {name for name in built.namelist() if ".dist-info/" not in name}
        entry = next(name for name in built.namelist() if name.endswith("entry_points.txt"))
        assert "sahut = aggregator.cli.main:main" in built.read(entry).decode()
    assert packed == {str(path.relative_to(ROOT)) for path in files(*PACKAGES)}
