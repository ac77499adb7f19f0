"""README's first screen brings a newcomer to the first page."""

from __future__ import annotations

import re

from tests.house.tree import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDES = [path.read_text(encoding="utf-8") for path in sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])]


def test_every_target_that_is_told_is_in_the_makefile() -> None:
    targets = set(re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text()))
    told = {target for guide in GUIDES for target in re.findall(r"(?m)(?:^|`)make ([a-z]+)", guide)}
    assert {"run", "test", "setup"} <= told <= targets


def test_the_first_screen_tells_how_to_begin() -> None:
    screen = "\n".join(README.splitlines()[:30])
    assert screen.startswith("# Sahut\n")
    assert re.search(r"```sh\nmake run .*\nmake test .*\n```", screen)
    assert "| folder |" in screen
    (picture,) = re.findall(r"!\[[^\]]{20,}\]\(([^)]+)\)", screen)
    assert (ROOT / picture).is_file()


def test_continuous_integration_runs_what_everyone_runs() -> None:
    lines = (ROOT / ".ci" / "run").read_text().splitlines()
    assert lines[0].startswith("#!")
    assert "make test" in lines
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111, "it can be started"
