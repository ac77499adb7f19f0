"""Installations of real processes, on both kinds of database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakes.board import BoardServer, running_board
from tests.jobs.house import House


@pytest.fixture
def board() -> Iterator[BoardServer]:
    with running_board() as server:
        yield server


@pytest.fixture
def house(database_url: str, board: BoardServer) -> Iterator[House]:
    """On SQLite once, on PostgreSQL once."""
    built = House(database_url, board)
    yield built
    built.close()


@pytest.fixture
def small_house(board: BoardServer) -> Iterator[House]:
    """With the embedded database, where the kind of database does not matter."""
    built = House(None, board)
    yield built
    built.close()
