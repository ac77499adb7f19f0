"""What every file of the checkout must keep to."""

from __future__ import annotations

import re

import pytest
from importlinter.cli import lint_imports

from tests.house.tree import PACKAGES, ROOT, files, texts

LONGEST = 400
HAND_MADE_MARKUP = "web/markup.py"
# Spelt with a gap (~), so that this file does not hold what it forbids.
FORBIDDEN = {
    "registries": (
        r"py~pi\.org",
        r"python~hosted\.org",
        r"npm~js\.",
        r"proxy\.go~lang",
        r"crates\.~io",
        r"ruby~gems\.org",
    ),
    "machines": (r"(?<![\w.-])/wo~rk/", r"(?<![\w.-])/ro~ot/", r"(?<![\w.-])/tmp~/v\b"),
    "people": (r"\bhel~pers?\b", r"\biss~ue #?\d", r"\bthe le~ad\b", r"\bthis sess~ion's\b"),
}
PLANTED = {"registries": "https://py~pi.org/", "machines": "in /wo~rk/main", "people": "as iss~ue 2 says"}


def ungapped(text: str) -> str:
    return text.replace("~", "")


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_speaks_of_how_it_was_made(what: str) -> None:
    forbidden = re.compile(ungapped("|".join(FORBIDDEN[what])), re.IGNORECASE)
    assert forbidden.search(ungapped(PLANTED[what])), "it finds what it is for"
    assert [(path, match.group()) for path, text in texts() for match in forbidden.finditer(text)] == []


def test_markup_is_written_by_hand_in_one_file() -> None:
    pattern = re.compile(r"\|\s*safe\b|\bMarkup\(|autoescape\s+false|autoescape=False|render_template_string")
    found = {path for path, text in texts() if path.startswith(PACKAGES) and pattern.search(text)}
    assert found == {HAND_MADE_MARKUP}


def test_no_file_is_too_long_to_read() -> None:
    code = (path for path in files(*PACKAGES, "bench", "tests") if path.suffix in (".py", ".js", ".css", ".html"))
    hand_written = (path for path in code if "versions" not in path.parts)
    long = {
        str(path.relative_to(ROOT)): n for path in hand_written if (n := len(path.read_text().splitlines())) > LONGEST
    }
    assert long == {}


def test_names_say_what_is_inside() -> None:
    vague = {"utils", "util", "hel" + "pers", "common", "manager", "misc"}
    assert [path for path in files(*PACKAGES, "bench", "tests") if vague & {path.stem, *path.parent.parts[-2:]}] == []


def test_nothing_is_left_for_later() -> None:
    pattern = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b|pytest\.(mark\.)?(sk" + r"ip|xf" + r"ail)")
    assert [
        (path, match.group()) for path, text in texts() for match in pattern.finditer(text) if path.endswith(".py")
    ] == []


def test_rooms_import_only_what_lies_below(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0


@pytest.mark.parametrize("name", ["run.txt", "dev.txt"])
def test_every_locked_package_has_its_hashes_and_no_address(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip()]
    assert len(lines) > 30
    for line in lines:
        assert re.fullmatch(
            r"[a-z0-9._-]+(\[[a-z,0-9_-]+\])?==\S+( ; [^;]*?)?(\s+--hash=sha256:[0-9a-f]{64})+\s*", line
        ), line[:80]
    assert not re.search(r"https?:|--index|--find-links|@ ", text)


def test_what_runs_is_locked_the_same_for_development() -> None:
    run, dev = (
        dict(re.findall(r"(?m)^([a-z0-9._-]+)==(\S+)", (ROOT / "requirements" / name).read_text()))
        for name in ("run.txt", "dev.txt")
    )
    assert run.items() <= dev.items()
