"""The plugin author's guide is in step with the contract and the kit."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import plugins
from aggregator.conformance.kit import CLAUSES
from aggregator.conformance.quality import Quality
from aggregator.contract import Context, Platform, PlatformError, errors, records
from aggregator.contract.hooks import HOOK_NAMES

GUIDE = (Path(plugins.__path__[0]) / "README.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return re.search(rf"^##+ {title}.*?$(.*?)(?=^## |\Z)", GUIDE, re.M | re.S).group(1)


def first_cells(title: str) -> list[str]:
    return re.findall(r"^\| `?([\w.]+)`? \|", section(title), re.M)[1:]


def test_the_hooks_are_all_of_them():
    assert sorted(first_cells("Hooks")) == sorted(HOOK_NAMES)


def test_the_methods_are_all_of_them():
    told = set(re.findall(r"`(\w+)", "".join(re.findall(r"^\|(.*?)\|", section("The class"), re.M))))
    public = {name for name, value in vars(Platform).items() if callable(value) and not name.startswith("_")}
    assert public == told - {"method"}


def test_what_is_lent_is_all_of_it():
    assert set(re.findall(r"`ctx\.(\w+)", section("The class"))) == {field.name for field in fields(Context)}


def test_the_errors_are_all_of_them():
    kinds = {
        name
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, PlatformError) and kind is not PlatformError
    }
    assert set(first_cells("Errors")) == kinds


def test_the_records_are_all_of_them():
    told = set(re.findall(r"\*\*(\w+)\*\*", section("Records")))
    assert {kind.__name__ for kind in records.Event.__args__} <= told


def test_the_clauses_are_all_of_them():
    assert tuple(re.findall(r"^\* \*\*([\w-]+)\*\*", section("The kit, clause by clause"), re.M)) == CLAUSES


def test_the_levels_are_all_of_them():
    assert first_cells("Quality") == list(Quality)


def test_the_files_are_those_of_the_example():
    there = {path.name for path in (Path(plugins.__path__[0]) / "contoh").iterdir() if path.is_file()}
    assert set(first_cells("The files")) == there
