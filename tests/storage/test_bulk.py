"""Many rows in few statements, the same on both databases, past the limits of a single statement."""

from __future__ import annotations

import pytest

from aggregator.storage.bulk import execute_many, insert_rows, rows_where_in
from aggregator.storage.db import REFUSALS, Database
from aggregator.storage.tables import meta

MANY = 70_000
COLUMNS = ("name", "value")
SELECT = "SELECT name, value FROM meta WHERE value <> ?"


def keep(database: Database, rows: list[tuple[str, str]]) -> None:
    with database.write() as connection:
        insert_rows(connection, meta, COLUMNS, rows)


def test_rows_come_back_as_they_went_in(database: Database) -> None:
    strange = [("kutip ' \" %s ?", "tab\tbaris\nmiring \\N \\. 🙏🏽"), ("kosong", ""), ("dua", "2")]
    keep(database, strange)
    keep(database, [])
    with database.read() as connection:
        found = rows_where_in(connection, SELECT, ("2",), "name", [name for name, _ in strange])
        assert sorted(found) == sorted(strange[:2])
        assert rows_where_in(connection, SELECT, ("2",), "name", []) == []


def test_more_values_than_a_statement_holds(database: Database) -> None:
    keep(database, [(f"n{number}", "x") for number in range(MANY)])
    with database.read() as connection:
        found = rows_where_in(connection, SELECT, ("y",), "name", [f"n{number}" for number in range(-5, MANY)])
    assert len(found) == MANY


def test_one_statement_for_many_rows(database: Database) -> None:
    keep(database, [("a", "1"), ("b", "2"), ("c", "3")])
    with database.write() as connection:
        execute_many(connection, "UPDATE meta SET value = ? WHERE name = ?", [("10", "a"), ("20", "b")])
        execute_many(connection, "UPDATE meta SET value = ? WHERE name = ?", [])
    with database.read() as connection:
        assert dict(rows_where_in(connection, SELECT, ("",), "name", ["a", "b", "c"])) == {
            "a": "10",
            "b": "20",
            "c": "3",
        }


@pytest.mark.parametrize("bad", [("a", "again"), ("b", None), ("c", "nol \x00")])
def test_one_bad_row_leaves_nothing_behind(database: Database, bad: tuple[str, str | None]) -> None:
    keep(database, [("a", "1")])
    rows = [(f"n{number}", "x") for number in range(500)]
    rows.insert(250, bad)  # type: ignore[arg-type]  # what the database is meant to refuse
    if bad[0] == "c" and database.is_sqlite:
        return keep(database, rows)  # SQLite holds NUL; the contract refuses it before
    with pytest.raises(REFUSALS):
        keep(database, rows)
    with database.read() as connection:
        assert rows_where_in(connection, SELECT, ("",), "name", ["a", "n0", "n499"]) == [("a", "1")]
    return None
