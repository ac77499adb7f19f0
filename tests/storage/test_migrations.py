"""Every migration goes up and comes down with data in it, and the tables it makes are those the code describes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from aggregator.storage import schema
from aggregator.storage.db import Database, UtcTime
from aggregator.storage.schema import current_revision, downgrade, migrate, newest_revision
from aggregator.storage.tables import metadata

BESIDE = ("messages_fts", "alembic_version", "ix_messages_search")  # made by hand, described nowhere


def revisions() -> list[str]:
    """Every revision, oldest first."""
    script = ScriptDirectory.from_config(schema._config())
    return [one.revision for one in reversed(list(script.walk_revisions()))]


def sample(column: sa.Column[Any]) -> Any:
    """A value that the column's type takes; of every key the first."""
    if column.foreign_keys or (column.primary_key and isinstance(column.type, sa.Integer)):
        return 1
    if isinstance(column.type, UtcTime):
        return datetime(2026, 11, 2, tzinfo=UTC)
    for kind, value in (
        (sa.Boolean, True),
        (sa.Date, date(2026, 11, 2)),
        (sa.LargeBinary, b"x"),
        (sa.Float, 0.5),
        (sa.Integer, 1),
    ):
        if isinstance(column.type, kind):
            return value
    return "{}"


def fill(database: Database) -> None:
    """One row in every table."""
    with database.write() as connection:
        for table in metadata.sorted_tables:
            connection.execute(table.insert().values({column.name: sample(column) for column in table.columns}))


def tables(database: Database) -> set[str]:
    with database.read() as connection:
        return {name for name in sa.inspect(connection).get_table_names() if not name.startswith(BESIDE)}


def test_every_step_up_and_down(empty: Database) -> None:
    assert current_revision(empty) is None
    for revision in revisions():
        migrate(empty, revision)
        downgrade(empty, "-1")
        migrate(empty, revision)
        assert current_revision(empty) == revision
    assert tables(empty) == set(metadata.tables)


def test_all_the_way_down_and_up_again_with_data(empty: Database) -> None:
    migrate(empty)
    fill(empty)
    for _ in revisions():
        downgrade(empty, "-1")
    assert (tables(empty), current_revision(empty)) == (set(), None)
    migrate(empty)
    fill(empty)
    assert current_revision(empty) == newest_revision()


def test_people_and_their_sessions_stay_as_they_were(empty: Database) -> None:
    """0005: whoever was logged in stays so, and needs no e-mail address."""
    before = ScriptDirectory.from_config(schema._config()).get_revision("0005").down_revision
    migrate(empty, str(before))
    with empty.write() as connection:
        for login in ("budi", "rina"):
            row = {"login": login, "name": login.title(), "role": "operator", "password_hash": "-", "created_at": 0}
            connection.execute(sa.text(f"INSERT INTO people ({','.join(row)}) VALUES (:{',:'.join(row)})"), row)
        connection.exec_driver_sql(
            "INSERT INTO sessions (token_hash, person_id, created_at, seen_at) SELECT login, id, 0, 0 FROM people"
        )
    migrate(empty)
    sessions = (
        "SELECT p.login, s.stage, s.device, p.email FROM sessions s JOIN people p ON p.id = s.person_id ORDER BY 1"
    )
    with empty.read() as connection:
        found = [tuple(row) for row in connection.exec_driver_sql(sessions)]
    assert found == [("budi", "full", "", None), ("rina", "full", "", None)]
    downgrade(empty, str(before))
    with empty.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sessions").scalar_one() == 2


def test_migrating_again_keeps_everything(empty: Database) -> None:
    migrate(empty)
    fill(empty)
    migrate(empty)
    with empty.read() as connection:
        for table in metadata.sorted_tables:
            assert connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() == 1, table.name


def test_the_newest_schema_is_what_the_code_describes(empty: Database) -> None:
    def described(_object: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
        return not (name or "").startswith(BESIDE) and (kind, name) != ("column", "search")

    def default_differs(_1: Any, _2: Any, _3: Any, found: str | None, _4: Any, told: str | None) -> bool | None:
        """None leaves it to Alembic, which stumbles over SQLite's brackets around an empty text."""
        return False if found == f"('{told}')" else None

    migrate(empty)
    with empty.read() as connection:
        options = {"compare_type": True, "compare_server_default": default_differs, "include_object": described}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def test_processes_that_start_together_wait_for_each_other(empty_url: str) -> None:
    def start(_: int) -> str | None:
        database = Database(empty_url)
        try:
            migrate(database)
            return current_revision(database)
        finally:
            database.close()

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(start, range(6))) == {newest_revision()}
