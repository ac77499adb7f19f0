"""The two ways into a database: what is read is not kept, what is written is whole or not at all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, insert, select, update

from aggregator.storage.db import Database
from aggregator.storage.tables import meta


def put(database: Database, name: str, value: str = "0") -> None:
    with database.write() as connection:
        connection.execute(insert(meta).values(name=name, value=value))


def value(database: Database, name: str) -> str | None:
    with database.read() as connection:
        return connection.execute(select(meta.c.value).where(meta.c.name == name)).scalar_one_or_none()


def test_a_block_that_raises_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.write() as connection:
        connection.execute(insert(meta).values(name="a", value="1"))
        _ = 1 / 0
    assert value(database, "a") is None


def test_what_a_reader_does_is_not_kept(database: Database) -> None:
    with database.read() as connection:
        connection.execute(insert(meta).values(name="a", value="1"))
    assert value(database, "a") is None


def test_read_then_write_in_one_transaction_loses_no_count(database: Database) -> None:
    put(database, "n")

    def count(_: int) -> None:
        for _ in range(5):
            with database.write() as connection:
                seen = connection.execute(select(meta.c.value).where(meta.c.name == "n").with_for_update()).scalar_one()
                connection.execute(update(meta).where(meta.c.name == "n").values(value=str(int(seen) + 1)))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(8)))
    assert value(database, "n") == "40"


def test_readers_do_not_wait_for_a_writer(database: Database) -> None:
    put(database, "a", "before")
    with database.write() as connection:
        connection.execute(update(meta).values(value="after"))
        assert value(database, "a") == "before"
    assert value(database, "a") == "after"
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(meta)).scalar_one() == 1
