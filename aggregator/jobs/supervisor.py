"""`sahut run`: everything on one machine. Starts the queue server and the processes, starts again what dies,
and stops all of them in order."""

from __future__ import annotations

import fcntl
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from aggregator.services.errors import ServiceError

_LOOK_SECONDS = 0.2
_LONGEST_PAUSE = 30.0
_SETTLED_SECONDS = 60.0  # a process that lived this long starts again at once
_WARM_SECONDS = 4.0  # to finish the job in hand
_COLD_SECONDS = 2.0
_STEPS = (
    (signal.SIGTERM, _WARM_SECONDS),
    (signal.SIGTERM, _COLD_SECONDS),
    (signal.SIGKILL, _COLD_SECONDS),
)
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

Start = Callable[[], subprocess.Popen[bytes]]

log = structlog.get_logger(__name__)


class AlreadyRunning(ServiceError):
    """Another run uses the same data folder."""


@contextmanager
def only_one(data_dir: Path) -> Iterator[None]:
    """Hold the data folder's lock; the kernel gives it back however this process ends."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "run.lock").open("a", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(f"Sahut sudah berjalan dengan folder data {data_dir}.") from None
        yield


@dataclass
class Child:
    """A process to keep alive. `start` returns it running, or raises."""

    name: str
    start: Start
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    deaths: int = 0

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def launch(self) -> None:
        self.started_at = time.monotonic()
        self.process = self.start()

    def look_after(self) -> None:
        """Start it again when it died: soon at first, then with growing pauses."""
        now = time.monotonic()
        if self.alive:
            return
        if self.process is not None:
            self._mourn(now)
        elif now >= self.start_at:
            try:
                self.launch()
            except (OSError, ServiceError) as error:
                self._postpone(now)
                log.warning("child_failed", name=self.name, error=type(error).__name__)

    def _mourn(self, now: float) -> None:
        assert self.process is not None
        log.warning("child_ended", name=self.name, code=self.process.returncode)
        if now - self.started_at > _SETTLED_SECONDS:
            self.deaths = 0
        self.process = None
        self._postpone(now)

    def _postpone(self, now: float) -> None:
        self.start_at = now + min(_LONGEST_PAUSE, 0.25 * 2**self.deaths)
        self.deaths += 1

    def signal(self, signum: signal.Signals) -> None:
        if self.process is not None and self.alive:
            self.process.send_signal(signum)


def command(arguments: Sequence[str]) -> Start:
    """A start function. Its own session keeps Ctrl-C from it: the supervisor alone decides when it ends."""
    return lambda: subprocess.Popen(arguments, stdin=subprocess.DEVNULL, start_new_session=True)  # noqa: S603 - our own


@dataclass
class Supervisor:
    """Keeps `children` alive until a signal comes. `foundation` (the queue) starts first and stops last."""

    foundation: Child | None
    children: Sequence[Child]
    _stop: threading.Event = field(default_factory=threading.Event)

    def run(self, ready: Callable[[], bool]) -> None:
        """Returns after a signal, with nothing left running. `ready` is called until it returns True."""
        for signum in _SIGNALS:
            signal.signal(signum, lambda *_: self._stop.set())
        try:
            self._start()
            is_ready = False
            while not self._stop.wait(_LOOK_SECONDS):
                for child in self._all():
                    child.look_after()
                is_ready = is_ready or ready()
        finally:
            self._end(self.children)
            self._end([self.foundation] if self.foundation else [])

    def _start(self) -> None:
        for child in self._all():
            if self._stop.is_set():
                return
            child.launch()

    def _all(self) -> list[Child]:
        return [self.foundation, *self.children] if self.foundation else list(self.children)

    def _end(self, children: Sequence[Child]) -> None:
        """Asked once: finish what you do. Asked twice: leave it. Then the hard way."""
        for signum, seconds in (
            (signal.SIGTERM, _WARM_SECONDS),
            (signal.SIGTERM, _COLD_SECONDS),
            (signal.SIGKILL, _COLD_SECONDS),
        ):
            for child in children:
                child.signal(signum)
            if _all_gone(children, seconds):
                return


def _all_gone(children: Sequence[Child], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while any(child.alive for child in children):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def answers(host: str, port: int) -> bool:
    """Whether someone listens there (an address for all is tried at this machine's own)."""
    where = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    try:
        socket.create_connection((where, port), timeout=1.0).close()
    except OSError:
        return False
    return True
