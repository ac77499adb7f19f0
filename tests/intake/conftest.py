from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from aggregator.storage.db import Database
from tests.intake.house import House


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


@pytest.fixture
def new_house(new_database_url: Callable[[], str]) -> Iterator[Callable[..., House]]:
    """Makes houses on databases of their own."""
    databases: list[Database] = []

    def make(**wanted: int | bool) -> House:
        databases.append(Database(new_database_url()))
        return House(databases[-1], **wanted)  # type: ignore[arg-type]

    yield make
    for database in databases:
        database.close()
