from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from aggregator.cli.main import cli

UNITS = "name,kind,short_name,parent,affairs\nDinas PU,opd,PUPR,,jalan\nDinas Sosial,opd,Dinsos,Dinas PU,bansos\n"
RunProcess = Callable[..., "subprocess.CompletedProcess[bytes]"]


class Shell:
    """`sahut` in this process, as one call after another on one installation."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._runner = CliRunner()

    def __call__(self, *words: str, told: bytes | None = None, **environment: str) -> Result:
        return self._runner.invoke(cli, list(words), input=told, env=self.environment(**environment))

    def environment(self, **more: str) -> dict[str, str]:
        return {
            "SAHUT_DATA_DIR": str(self.home / "data"),
            "SAHUT_HOST_GAP_SECONDS": "0",
            "SAHUT_ALLOW_PRIVATE_NETWORK": "1",
            **more,
        }

    def ok(self, *words: str, told: bytes | None = None) -> str:
        """What it says when all goes well."""
        result = self(*words, told=told)
        assert (result.exit_code, result.stderr) == (0, ""), result.output
        return result.stdout

    def rows(self, *words: str) -> list[dict[str, object]]:
        return [orjson.loads(line) for line in self.ok(*words).splitlines()]

    def refused(self, *words: str, told: bytes | None = None, **environment: str) -> str:
        """The one clear line it says instead."""
        result = self(*words, told=told, **environment)
        assert result.exit_code != 0, result.output
        (line,) = result.stderr.splitlines()
        assert line.startswith("sahut: ")
        assert "Traceback" not in result.output
        return line

    def file(self, name: str, text: str) -> str:
        path = self.home / name
        path.write_text(text, encoding="utf-8")
        return str(path)


@pytest.fixture
def sahut(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.fixture
def office(sahut: Shell) -> Shell:
    """An installation with two units."""
    sahut.ok("unit", "import", sahut.file("unit.csv", UNITS))
    return sahut


@pytest.fixture
def process(tmp_path: Path) -> Iterator[RunProcess]:
    """`sahut` as a stranger's shell starts it."""
    clean: Mapping[str, str] = {name: value for name, value in os.environ.items() if not name.startswith("SAHUT_")}

    def run(*words: str, told: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-c", "from aggregator.cli.main import main; main()", *words]
        told_by = {**clean, "SAHUT_DATA_DIR": str(tmp_path / "data"), **environment}
        return subprocess.run(command, input=told, env=told_by, capture_output=True, timeout=120, check=False)

    return run
