"""An installation made of real processes: its own data folder, database, queue server, and a board to read."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import psutil
from redis import Redis
from sqlalchemy import select, update

from aggregator.app import App, build_app
from aggregator.config import Settings
from aggregator.jobs import tasks
from aggregator.jobs.embedded import EmbeddedServer
from aggregator.jobs.queues import PULL, Line, connect
from aggregator.jobs.scheduler import Scheduler
from aggregator.jobs.worker import work
from aggregator.services.units import UnitRow, import_units
from aggregator.storage.tables import accounts, pulls
from tests.fakes.board import TOKEN, Board, BoardServer

ROOT = Path(__file__).parents[2]
PLUGIN = ROOT / "tests" / "fakes" / "papan"
UNIT = UnitRow(name="Dinas Uji", kind="dinas", short_name="Uji", affairs="jalan")


def until(condition: Callable[[], Any], seconds: float = 30.0, pause: float = 0.05) -> Any:
    """Wait until `condition` is true and return it; fail when it is not in time."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, f"not within {seconds} s: {condition}"
        time.sleep(pause)
    return found


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@dataclass
class Gate:
    """Holds readers of a board's list until opened; counts how many readers each board had at once."""

    open: threading.Event = field(default_factory=threading.Event)
    inside: int = 0
    most: int = 0
    came: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, _board: Board) -> None:
        with self._lock:
            self.inside += 1
            self.came += 1
            self.most = max(self.most, self.inside)
        self.open.wait(30)
        with self._lock:
            self.inside -= 1


class Forked:
    """A process made from this one: as real as any, without the seconds that loading the program takes. Used like Popen."""

    def __init__(self, run: Callable[[], None]) -> None:
        self._process = multiprocessing.get_context("fork").Process(target=run)
        self._process.start()
        self.pid = int(self._process.pid or 0)

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("worker", timeout or 0)
        return self._process.exitcode

    def send_signal(self, signum: int) -> None:
        if self._process.exitcode is None:
            os.kill(self.pid, signum)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


Process = subprocess.Popen[bytes] | Forked


class House:
    """Starts `sahut` processes, and ends those it started."""

    def __init__(self, database_url: str | None, board: BoardServer) -> None:
        self.data_dir = Path(tempfile.mkdtemp(prefix="sahut-jobs-"))
        self.port = free_port()
        self.board = board
        told: dict[str, Any] = {
            "data_dir": self.data_dir,
            "database_url": database_url,
            "port": self.port,
            "workers": 2,
        }
        told |= {"plugin_dirs": (PLUGIN,), "allow_private_network": True, "host_gap_seconds": 0}
        self.settings = Settings(**told)
        self.core: App = build_app(self.settings)
        import_units(self.core.database, [UNIT], self.core.clock())
        self.core.units.forget()
        self.server = EmbeddedServer(self.data_dir)
        self._started: list[Process] = []

    @property
    def environment(self) -> dict[str, str]:
        plain = {name: value for name, value in os.environ.items() if not name.startswith("SAHUT_")}
        told = {
            "DATA_DIR": str(self.data_dir), "DATABASE_URL": self.settings.database_url or "", "PORT": str(self.port),
            "PLUGIN_DIRS": str(PLUGIN), "ALLOW_PRIVATE_NETWORK": "1", "HOST_GAP_SECONDS": "0", "WORKERS": "1",
        }  # fmt: skip
        return plain | {f"SAHUT_{name}": value for name, value in told.items() if value}

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        """`sahut …` as a process of this test; what it writes goes to a file each."""
        program = [sys.executable, "-c", "from aggregator.cli.main import main; main()", *arguments]
        number = len(self._started)
        with (
            (self.data_dir / f"{number}.out").open("wb") as out,
            (self.data_dir / f"{number}.err").open("wb") as err,
        ):
            process = subprocess.Popen(program, cwd=ROOT, env=self.environment | environment, stdout=out, stderr=err)
        self._started.append(process)
        return process

    def said(self, process: subprocess.Popen[bytes], stream: str = "out") -> str:
        return (self.data_dir / f"{self._started.index(process)}.{stream}").read_text(encoding="utf-8")

    def start_worker(self, line: Line = PULL, *, burst: bool = False) -> Forked:
        """What `sahut worker` does, in a process of its own."""
        worker = Forked(partial(self._work, line, burst))
        self._started.append(worker)
        return worker

    def _work(self, line: Line, burst: bool) -> None:
        self.core.database.engine.dispose(close=False)  # the connections are the test's
        tasks.process_app = lambda: self.core  # type: ignore[assignment]  # nothing but this process sees it
        work(self.core, partial(connect, self.settings), line.queue, burst=burst)

    def start_queue(self) -> subprocess.Popen[bytes]:
        process = self.server.start()
        self._started.append(process)
        return process

    def redis(self) -> Redis:
        return connect(self.settings)

    def tick(self) -> None:
        Scheduler(self.core, partial(connect, self.settings)).tick()

    def add_account(self, name: str = "papan-uji", comments: int = 3) -> int:
        """A board with a post and comments, and its account, due now."""
        board = self.board.board(name)
        now = datetime.now(UTC)
        board.post(1, at=now - timedelta(hours=3))
        for number in range(comments):
            board.comment(
                "p1",
                number,
                f"Jalan di RT {number} berlubang, mohon diperbaiki.",
                at=now - timedelta(minutes=90 - number),
            )
        unit = self.core.units.find("Uji").id
        return self.core.registry.add(None, self.board.url(name), unit, platform="papan", settings={"token": TOKEN})

    def account(self, account_id: int) -> dict[str, Any]:
        with self.core.database.read() as connection:
            return dict(connection.execute(select(accounts).where(accounts.c.id == account_id)).mappings().one())

    def change_account(self, account_id: int, **values: Any) -> None:
        with self.core.database.write() as connection:
            connection.execute(update(accounts).where(accounts.c.id == account_id).values(values))

    def make_due(self, account_id: int) -> None:
        self.change_account(account_id, next_pull_at=datetime.now(UTC))

    def outcomes(self, account_id: int) -> list[str]:
        """Of every pull, in order."""
        with self.core.database.read() as connection:
            of_account = select(pulls.c.outcome).where(pulls.c.account_id == account_id)
            return list(connection.execute(of_account.order_by(pulls.c.id)).scalars())

    def close(self) -> None:
        for process in reversed(self._started):
            end(process)
        self.core.close()
        shutil.rmtree(self.data_dir, ignore_errors=True)


def end(process: Process, signum: signal.Signals = signal.SIGKILL) -> int:
    """End a process with everything it started (their ids are read from the process itself)."""
    if process.poll() is None:
        family = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signum)
        process.wait(20)
        for member in family:
            if member.is_running():
                member.kill()
    return int(process.returncode)
