from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from aggregator.storage.db import Database
from tests.conftest import KINDS


@pytest.fixture(params=KINDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without any table, of each kind."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres").empty_url())
    return f"sqlite:///{tmp_path / 'empty.db'}"


@pytest.fixture
def empty(empty_url: str) -> Iterator[Database]:
    database = Database(empty_url)
    yield database
    database.close()
