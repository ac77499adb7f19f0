"""Every code that the core can hand to a page has its Indonesian word."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import aggregator
from aggregator.contract import errors
from aggregator.domain.access import Role
from aggregator.domain.answers import Strength
from aggregator.domain.triage.kinds import NEEDS_NOBODY
from aggregator.domain.workflow import State
from web import terms
from web.markup import ICONS
from web.terms import Word, word

CORE = Path(aggregator.__file__).parent
ENGLISH = re.compile(r"\b(submit|ticket|entity|item|queue|reply|answer|unknown|error|pending)\b", re.IGNORECASE)


def tables() -> dict[str, dict[str, object]]:
    return {name: dict(value) for name, value in vars(terms).items() if name.isupper()}


def test_states_strengths_and_roles_are_all_there() -> None:
    assert set(terms.STATES) == set(State)
    assert set(terms.STRENGTHS) == set(Strength)
    assert set(terms.ROLES) == set(Role)


def test_every_event_kind_the_core_writes_has_a_word() -> None:
    text = "\n".join(path.read_text() for path in (CORE / "services").rglob("*.py"))
    written = set(re.findall(r"\.(?:change|tell)\(\s*\"(\w+)\"", text))
    written |= set(re.findall(r"\.event\([^,]+,\s*\"(\w+)\"", text))
    assert {"routed", "claimed", "answered", "reopened", "noted"} <= written, "the search still finds them"
    assert written <= set(terms.MOMENTS)


def test_every_error_of_the_contract_has_a_word_as_an_outcome() -> None:
    codes = {
        cls.code for cls in vars(errors).values() if isinstance(cls, type) and issubclass(cls, errors.PlatformError)
    }
    assert codes <= set(terms.OUTCOMES)


def test_every_kind_of_triage_has_a_word() -> None:
    tree = ast.parse((CORE / "domain" / "triage" / "kinds.py").read_text())
    returned = {
        constant.value
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for statement in ast.walk(function)
        if isinstance(statement, ast.Return) and statement.value is not None
        for constant in ast.walk(statement.value)
        if isinstance(constant, ast.Constant) and constant.value in terms.KINDS
    }
    assert returned | NEEDS_NOBODY == set(terms.KINDS)


def test_words_are_indonesian_short_and_drawn() -> None:
    for name, table in tables().items():
        for code, value in table.items():
            text = value.text if isinstance(value, Word) else str(value)
            assert text and len(text) <= 40 and not ENGLISH.search(text), (name, code)
            if isinstance(value, Word):
                assert value.icon in ICONS and value.tone in {"quiet", "info", "warn", "bad", "good"}, (
                    name,
                    code,
                )


def test_a_code_nobody_knows_is_shown_and_breaks_nothing() -> None:
    assert word(terms.OUTCOMES, "very_new").text == "Very new"


def test_the_sprite_holds_every_icon() -> None:
    sprite = (Path(terms.__file__).parent / "static" / "icons.svg").read_text()
    assert set(re.findall(r'<symbol id="(\w+)"', sprite)) == set(ICONS)
