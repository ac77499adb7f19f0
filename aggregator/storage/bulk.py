"""Many rows in few statements: multi-row VALUES on SQLite, COPY on PostgreSQL.

Rows are plain tuples of what the driver stores (times already in microseconds): turning them into SQLAlchemy
parameters would cost more than writing them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table

_SQLITE_VARIABLES = 32_000  # of 32,766 a statement may hold
_SQLITE_ROWS = 200  # longer statements parse no faster

Value = Any


def insert_rows(
    connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[tuple[Value, ...]]
) -> None:
    """Insert all rows or raise; the caller made sure that none exists yet."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        _insert_values(connection, table.name, columns, rows)
    else:
        _copy(connection, table.name, columns, rows)


def _insert_values(
    connection: Connection, table: str, columns: tuple[str, ...], rows: Sequence[tuple[Value, ...]]
) -> None:
    cursor = connection.connection.cursor()
    step = min(_SQLITE_ROWS, _SQLITE_VARIABLES // len(columns))
    for start in range(0, len(rows), step):
        chunk = rows[start : start + step]
        cursor.execute(_values_statement(table, columns, len(chunk)), [value for row in chunk for value in row])
    cursor.close()


@lru_cache(maxsize=512)
def _values_statement(table: str, columns: tuple[str, ...], rows: int) -> str:
    one = "(" + ",".join("?" * len(columns)) + ")"
    return f"INSERT INTO {table} ({','.join(columns)}) VALUES " + ",".join([one] * rows)


def _copy(connection: Connection, table: str, columns: tuple[str, ...], rows: Iterable[tuple[Value, ...]]) -> None:
    statement = f"COPY {table} ({','.join(columns)}) FROM STDIN"
    cursor: Any = connection.connection.cursor()
    with cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def rows_where_in(
    connection: Connection, select: str, fixed: Sequence[Value], column: str, values: Collection[Value]
) -> list[tuple[Value, ...]]:
    """Run `select … WHERE … AND <column> IN values` and return the driver's own tuples.

    `select` ends with its fixed conditions, written with `?` for each of `fixed`.
    """
    if not values:
        return []
    cursor = connection.connection.cursor()
    try:
        if connection.dialect.name == "sqlite":
            found: list[tuple[Value, ...]] = []
            ordered = list(values)
            for start in range(0, len(ordered), _SQLITE_VARIABLES):
                chunk = ordered[start : start + _SQLITE_VARIABLES]
                marks = ",".join("?" * len(chunk))
                cursor.execute(f"{select} AND {column} IN ({marks})", [*fixed, *chunk])
                found.extend(cursor.fetchall())
            return found
        cursor.execute(f"{select} AND {column} = ANY(?)".replace("?", "%s"), [*fixed, list(values)])
        return list(cursor.fetchall())
    finally:
        cursor.close()


def execute_many(connection: Connection, statement: str, rows: Sequence[tuple[Value, ...]]) -> None:
    """Run one statement (with `?`) for many rows: the driver's executemany, pipelined on PostgreSQL."""
    if not rows:
        return
    cursor = connection.connection.cursor()
    try:
        cursor.executemany(statement if connection.dialect.name == "sqlite" else statement.replace("?", "%s"), rows)
    finally:
        cursor.close()
