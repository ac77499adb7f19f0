"""A new plugin is a copy of `plugins/contoh` with its tests, renamed: whole and passing from the start."""

from __future__ import annotations

import keyword
import re
from pathlib import Path

import plugins

TEMPLATE = "contoh"
_NAME = re.compile(r"[a-z][a-z0-9_]{1,30}\Z")
_EXAMPLE_MARK = re.compile(r"^example = true.*\n", re.MULTILINE)  # only the example itself is one
_WORDS = re.compile(r"ContohPlatform|TestContoh|contoh\.example|papan-contoh|Contoh|contoh")


def new_plugin(name: str, plugins_dir: Path, tests_dir: Path) -> list[Path]:
    """Copy the example into `plugins_dir`/name and its tests into `tests_dir`/name; gives the files written.

    Raises ValueError, in words for a developer and before anything is written, when the name will not do or
    something of that name is already there.
    """
    _check_name(name)
    pairs = [
        (Path(plugins.__path__[0]) / TEMPLATE, plugins_dir / name),
        (Path(plugins.__path__[0]).parent / "tests" / "plugins" / TEMPLATE, tests_dir / name),
    ]
    for source, target in pairs:
        if not source.is_dir():
            raise ValueError(f"The template {source} is not here: run this from a checkout of Sahut.")
        if target.exists():
            raise ValueError(f"{target} exists already: choose another name or remove it first.")
    return [path for source, target in pairs for path in _copy(source, target, name)]


def _check_name(name: str) -> None:
    if not _NAME.match(name) or keyword.iskeyword(name):
        raise ValueError(
            f"{name!r} cannot be a plugin's name: use 2 to 31 small letters, digits and _, a letter first."
        )
    if name == TEMPLATE:
        raise ValueError(f"{TEMPLATE!r} is the example itself: choose another name.")


def _copy(source: Path, target: Path, name: str) -> list[Path]:
    written = []
    for old in sorted(path for path in source.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
        new = target / _renamed(str(old.relative_to(source)), name)
        new.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(_renamed(_EXAMPLE_MARK.sub("", old.read_text(encoding="utf-8")), name), encoding="utf-8")
        written.append(new)
    return written


def _renamed(text: str, name: str) -> str:
    """`text` with each form of the example's name replaced, in one pass: the new may hold the old."""
    title = name.replace("_", " ").title()
    camel, host = title.replace(" ", ""), name.replace("_", "-").strip("-")
    forms = {
        "ContohPlatform": f"{camel}Platform",
        "TestContoh": f"Test{camel}",
        "contoh.example": f"{host}.example",
        "papan-contoh": f"papan-{host}",
        "Contoh": title,
        "contoh": name,
    }
    return _WORDS.sub(lambda found: forms[found.group()], text)
