"""What README and docs say exists, exists: paths, links, commands with their options, settings, tables, anchors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from aggregator.cli.main import cli
from aggregator.config import PREFIX, Settings
from aggregator.storage.tables import metadata
from web.terms import ACCOUNT_STATES

ROOT = Path(__file__).resolve().parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
IMAGE_LIMIT = 250_000  # bytes

_CODE = re.compile(r"`([^`\n]+)`")
_FENCE = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)|<img src=\"([^\"]+)\"")
_PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)+/?|[\w-]+\.(?:py|md|toml|txt)")
_ELSEWHERE = (".data/", ".venv/", "/", "Asia/")  # made when Sahut runs, another machine's, or no path at all
_COMMAND = re.compile(r"(?<![\w/.-])sahut((?:\s+(?:\"[^\"]*\"|[^\s`#\"]+))+)")
_CALLED = re.compile(r"\b([A-Z]\w+)\.(\w+)$|^(_?[a-z][a-z0-9_]*)$")

page_by_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def inline(page: Path) -> list[str]:
    """Everything in backticks outside code blocks."""
    return _CODE.findall(_FENCE.sub("", page.read_text(encoding="utf-8")))


def commands(page: Path) -> Iterator[str]:
    """Every call of `sahut` shown: a line of a code block, or a piece of text in backticks."""
    text = page.read_text(encoding="utf-8")
    lines = [line for block in _FENCE.findall(text) for line in block.splitlines()]
    for piece in (*lines, *inline(page)):
        yield from (found.group(1).strip() for found in _COMMAND.finditer(piece))


def links(page: Path) -> list[str]:
    """Every address a page links to or shows, of our own files only."""
    found = _LINK.findall(page.read_text(encoding="utf-8"))
    return [target for pair in found for target in pair if target and "://" not in target]


def sources() -> str:
    rooms = ("aggregator", "plugins", "web")
    return "\n".join(path.read_text(encoding="utf-8") for room in rooms for path in (ROOT / room).rglob("*.py"))


def test_there_is_something_to_check() -> None:
    assert len(PAGES) >= 5
    assert sum(len(list(commands(page))) for page in PAGES) > 30


@page_by_page
def test_every_path_exists(page: Path) -> None:
    named = [text for text in inline(page) if _PATH.fullmatch(text) and not text.startswith(_ELSEWHERE)]
    missing = [text for text in named if not (ROOT / text).exists() and not _is_beside(page, text)]
    assert not missing


def _is_beside(page: Path, text: str) -> bool:
    return (page.parent / text).exists()


@page_by_page
def test_every_link_leads_somewhere(page: Path) -> None:
    assert not [target for target in links(page) if not _resolves(page, target)]


def _resolves(page: Path, target: str) -> bool:
    path, _, anchor = target.partition("#")
    whole = (page.parent / path).resolve() if path else page
    return whole.is_file() and (not anchor or anchor in _anchors(whole))


def _anchors(page: Path) -> set[str]:
    """The anchors a Markdown page offers: its headings in small letters with hyphens."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@page_by_page
def test_every_command_exists_with_its_options(page: Path) -> None:
    assert [(line, fault) for line in commands(page) if (fault := _fault_of(line))] == []


def _fault_of(line: str) -> str | None:
    """What is wrong with a call of `sahut`, None when nothing is; words that are no command end the walk down."""
    command: click.Command = cli
    options: set[str] = {option for known in cli.params for option in known.opts}
    for word in re.findall(r"\"[^\"]*\"|[^\s\"]+", line):
        if word.startswith("--"):
            if word.partition("=")[0] not in options:
                return f"no option {word}"
        elif isinstance(command, click.Group):
            if word in ("…", "…`"):
                return None
            if word not in command.commands:
                return f"no command {word}"
            command = command.commands[word]
            options |= {option for known in command.params for option in known.opts}
    return None


def test_the_settings_are_those_of_the_code() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith(f"| `{PREFIX}")]
    assert rows == settings_rows(), "make the table anew from tests/docs/test_docs.py: settings_rows()"


def settings_rows() -> list[str]:
    """The table of docs/operations.md as the code would write it."""
    return [
        f"| `{PREFIX}{name.upper()}` | {_shown(field.default)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]


def _shown(default: object) -> str:
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    return "empty" if default in (None, ()) else f"`{default}`"


@page_by_page
def test_every_setting_named_is_one(page: Path) -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    assert set(re.findall(rf"{PREFIX}[A-Z_]+[A-Z]", page.read_text(encoding="utf-8"))) <= known


def cells(page: str, heading: str, column: int) -> set[str]:
    """What stands in backticks in one column of the tables under a heading."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    part = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [line.split("|")[column] for line in part.splitlines() if line.startswith("|")]
    return {name for row in rows for name in _CODE.findall(row)}


def test_the_tables_are_all_of_them() -> None:
    assert cells("architecture.md", "Tables", 2) == set(metadata.tables)


def test_account_states_and_outcomes_are_those_of_the_pages() -> None:
    told = cells("operations.md", "When an account is not read", 1)
    assert set(ACCOUNT_STATES) <= told
    assert told <= set(ACCOUNT_STATES) | _outcomes_in(sources())


def _outcomes_in(code: str) -> set[str]:
    """Every short code that the source names in quotes."""
    return set(re.findall(r"\"([a-z_]+)\"", code))


def test_the_log_events_are_written_somewhere() -> None:
    events = cells("operations.md", "Logs", 1)
    written = set(re.findall(r"log\.(?:info|warning|error)\(\s*\"(\w+)\"", sources()))
    written |= set(re.findall(r"\"(queue_lost|queue_back)\"", sources()))
    assert len(events) > 8 and events <= written


def test_every_name_of_the_architecture_is_in_the_code() -> None:
    code = sources()
    named = [match for text in inline(ROOT / "docs" / "architecture.md") if (match := _CALLED.search(text))]
    wanted = {part for match in named for part in match.groups() if part}
    assert not {name for name in wanted if not re.search(rf"\b{name}\b", code)}
    assert len(wanted) > 60


def test_every_folder_of_the_code_is_on_the_map() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    listed = {text for text in _CODE.findall(text) if (ROOT / text).is_dir()}
    rooms = {path.parent for path in (ROOT / "aggregator").glob("*/__init__.py")}
    assert {str(room.relative_to(ROOT)) for room in rooms} <= listed


def test_the_guide_calls_things_as_the_pages_do() -> None:
    """What is bold in the officials' guide is a word of the pages, unless it opens a paragraph or asks a question."""
    shown = "\n".join(
        path.read_text(encoding="utf-8")
        for room in ("web", "plugins/website")
        for path in (ROOT / room).rglob("*")
        if path.suffix in {".html", ".py"}
    ).casefold()
    text = (ROOT / "docs" / "panduan.md").read_text(encoding="utf-8").replace("\n", " ")
    named = [word for word in re.findall(r"\*\*(.+?)\*\*", text) if not word.endswith((".", "?"))]
    assert len(named) > 30
    assert not [word for word in named if word.casefold() not in shown]


def test_images_are_light_and_shown() -> None:
    shown = {(page.parent / target).resolve() for page in PAGES for target in links(page) if target.endswith(".png")}
    kept = {path.resolve() for path in (ROOT / "docs" / "images").glob("*.png")}
    assert kept and kept == shown
    assert not [path.name for path in kept if path.stat().st_size > IMAGE_LIMIT]
