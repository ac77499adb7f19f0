"""The pages over the whole house. Storage is tested on both databases elsewhere; pages need one."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from aggregator.app import App
from tests.web.consenting import SIMPANG, set_up
from tests.web.site import Site, open_site


@pytest.fixture
def database_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    path = tmp_path / "pages.db"
    shutil.copyfile(migrated_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture
def site(core: App) -> Site:
    return open_site(core)


@pytest.fixture
def crossing(make_core: Callable[..., App]) -> Site:
    """The pages of a house that has the platform Simpang, its app set up."""
    core = make_core(plugin_dirs=(SIMPANG,), public_url="https://sahut.contoh.example")
    set_up(core)
    return open_site(core)
