"""Servers on loopback that behave, and that misbehave, and a guarded client to visit them with."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aggregator.contract import PlatformInfo
from aggregator.sync.http import GuardedHttp, HttpSettings, PullBudget
from aggregator.sync.politeness import InMemoryHosts, LocalPace

NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
OWN_HOST = PlatformInfo(id="situs", title="Situs", own_host=True)
SCRAPER = PlatformInfo(id="laman", title="Laman", own_host=True, scrapes=True)


class Clock:
    """A clock that moves only when told, or when someone sleeps on it."""

    def __init__(self) -> None:
        self.now = NOW
        self.slept: list[float] = []

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


@dataclass
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Answer:
    status: int = 200
    body: bytes = b"ok"
    headers: dict[str, str] = field(default_factory=dict)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """A client that hangs up is part of the tests."""


class Site:
    """A web server whose every path answers as told; unknown paths are 404."""

    def __init__(self, address: str = "127.0.0.1") -> None:
        self.asked: list[Asked] = []
        self.routes: dict[str, Answer | Callable[[Asked], Answer]] = {}
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                asked = Asked(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body)
                site.asked.append(asked)
                route = site.routes.get(self.path.partition("?")[0], Answer(404, b"tidak ada"))
                answer = route(asked) if callable(route) else route
                self.send_response(answer.status)
                for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.body)

            do_POST = do_GET

            def log_message(self, *_: Any) -> None: ...

        self._server = _Server((address, 0), Handler)
        self.host, self.port = address, self._server.server_port
        self.url = f"http://{self.host}:{self.port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class RawServer:
    """Hands every accepted socket to `talk(socket, number)`; counts them. A canary when nobody should
    come."""

    def __init__(self, talk: Callable[[socket.socket, int], None] | None = None, address: str = "127.0.0.1") -> None:
        self.accepted = 0
        self._talk = talk
        self._closing = False
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._listener = socket.create_server((address, 0), family=family)
        self.port = self._listener.getsockname()[1]
        self.url = f"http://{address}:{self.port}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.accepted += 1
            threading.Thread(target=self._answer, args=(connection, self.accepted), daemon=True).start()

    def _answer(self, connection: socket.socket, number: int) -> None:
        with connection:
            try:
                if self._talk is not None:
                    self._talk(connection, number)
            except OSError:
                pass  # the client hung up, as it should

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@contextmanager
def serving(server: Any) -> Iterator[Any]:
    try:
        yield server
    finally:
        server.close()


def read_request(connection: socket.socket) -> bytes:
    """Everything up to the end of the headers; b"" when the client hung up."""
    got = b""
    while b"\r\n\r\n" not in got:
        piece = connection.recv(65536)
        if not piece:
            return b""
        got += piece
    return got


def resolves(**names: Sequence[str]) -> Callable[[str, int], Sequence[str]]:
    """A resolver of its own: `dinas_example=[...]` for dinas.example; every other name is unknown."""
    table = {name.replace("_", "."): addresses for name, addresses in names.items()}

    def resolve(host: str, port: int) -> Sequence[str]:
        if host not in table:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return table[host]

    return resolve


def visit(
    account_url: str | None,
    *,
    info: PlatformInfo = OWN_HOST,
    calls: int = 50,
    memory: InMemoryHosts | None = None,
    clock: Clock | None = None,
    deadline: datetime | None = None,
    gap_seconds: float = 1.0,
    allow_private: bool = True,
    **settings: Any,
) -> GuardedHttp:
    """A guarded client for one account, on loopback unless `allow_private` is off."""
    clock = clock or Clock()
    memory = memory or InMemoryHosts()
    return GuardedHttp(
        info,
        account_url,
        settings=HttpSettings(allow_private_network=allow_private, **settings),
        budget=PullBudget(calls, deadline, clock),
        pace=LocalPace(memory, gap_seconds=gap_seconds, sleep=clock.sleep, clock=clock),
        memory=memory,
        clock=clock,
    )
