"""The files of this checkout, without what tools leave beside them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("aggregator", "plugins", "web")
FOLDERS = (*PACKAGES, "tests", "bench", "docs", "requirements", ".ci")
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".txt",
    ".html",
    ".css",
    ".js",
    ".json",
    ".csv",
    ".tsv",
    ".svg",
    ".mako",
    ".ini",
    ".php",
    ".conf",
    "",
}


def files(*folders: str) -> Iterator[Path]:
    """Every file in these folders."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc":
                yield path


def texts() -> Iterator[tuple[str, str]]:
    """Every text file of the checkout: its path from the root, and its words."""
    top = (path for path in sorted(ROOT.iterdir()) if path.is_file() and path.name != ".git")
    for path in (*top, *files(*FOLDERS)):
        if path.suffix in TEXT:
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
