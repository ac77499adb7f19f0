"""Papan: an invented platform on loopback, kept in memory. Its list is paged by offset, newest first with pinned
entries on top, so pages shift while they are read; it has its bad days as well."""

from __future__ import annotations

import json
import random
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "kunci-papan-2f61c8"
OFFICE = "kantor"
FIRST_DAY = datetime(2026, 10, 1, tzinfo=UTC)


@dataclass(slots=True)
class Entry:
    """One post (its own thread) or comment."""

    id: str
    thread: str
    author: str
    name: str
    text: str
    at: datetime
    parent: str | None = None
    edited: datetime | None = None
    shown: bool = True
    pinned: bool = False

    def json(self, replies: int | None) -> dict[str, Any]:
        return {
            "id": self.id, "thread": self.thread, "author": self.author, "name": self.name, "text": self.text,
            "at": self.at.isoformat(), "parent": self.parent, "edited": self.edited and self.edited.isoformat(),
            "replies": replies,
        }  # fmt: skip


@dataclass
class Board:
    """What one account shows. Changes are made under `lock`, as readers may be half way."""

    entries: dict[str, Entry] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)
    calls: int = 0
    posted: list[tuple[str, str]] = field(default_factory=list)  # (parent, text) of every POST that came

    def post(self, number: int | str, *, at: datetime = FIRST_DAY, text: str = "Pengumuman dari dinas.") -> Entry:
        return self._add(Entry(f"p{number}", f"p{number}", OFFICE, "Dinas Uji", text, at))

    def comment(
        self,
        thread: str,
        number: int | str,
        text: str,
        *,
        at: datetime,
        author: str = "warga",
        parent: str | None = None,
        shown: bool = True,
    ) -> Entry:
        name = "Dinas Uji" if author == OFFICE else author.replace("-", " ").title()
        return self._add(Entry(f"c{number}", thread, author, name, text, at, parent=parent, shown=shown))

    def _add(self, entry: Entry) -> Entry:
        with self.lock:
            self.entries[entry.id] = entry
        return entry

    def remove(self, external_id: str) -> None:
        with self.lock:
            del self.entries[external_id]

    def visible(self) -> list[Entry]:
        """Newest first, ties by id, pinned ones on top."""
        with self.lock:
            shown = [(entry.pinned, entry.at, entry.id) for entry in self.entries.values() if entry.shown]
            shown.sort(reverse=True)
            return [self.entries[place[2]] for place in shown]

    def comments(self) -> dict[str, Entry]:
        return {entry.id: entry for entry in self.visible() if entry.id != entry.thread}


@dataclass
class Faults:
    """What goes wrong. `share` of all answers are 429 and as many again 503; `queue` holds single faults to come:
    a status, or reset, cut, html, empty, hang-up after the work was done ("mute")."""

    share: float = 0.0
    queue: list[int | str] = field(default_factory=list)
    retry_after: str = "1"
    always: int | str | None = None
    seed: int = 1

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)

    def next(self) -> int | str | None:
        if self.queue:
            return self.queue.pop(0)
        if self.always is not None:
            return self.always
        roll = self._dice.random()
        return 429 if roll < self.share else 503 if roll < 2 * self.share else None

    def headers(self, status: int) -> dict[str, str]:
        if status != 429:
            return {}
        date = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
        return {"Retry-After": self._dice.choice([self.retry_after, date]) if self.share else self.retry_after}


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A reader that was killed hangs up in the middle; anything else is this server's own fault."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class BoardServer:
    """Serves boards at http://127.0.0.1:<port>/<name>."""

    def __init__(self) -> None:
        self.boards: dict[str, Board] = {}
        self.faults = Faults()
        self.on_list: Any = None  # called with the board after each page of a list was made
        self._server = _Server(("127.0.0.1", 0), _handler_of(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def board(self, name: str) -> Board:
        return self.boards.setdefault(name, Board())

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/{name}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def answer(self, method: str, path: str, body: bytes, token: str) -> tuple[int, Any]:
        parts = urlsplit(path)
        name, what, *rest = parts.path.strip("/").split("/")
        board = self.boards.get(name)
        if board is None:
            return 404, {"code": "no_board"}
        board.calls += 1
        if method == "POST":
            return _write(board, json.loads(body), token)
        asked = parse_qs(parts.query)
        offset, size = int(asked.get("offset", ["0"])[0]), int(asked.get("size", ["20"])[0])
        if what == "thread" and rest[0] not in board.entries:
            return 404, {"code": "no_thread"}
        everything = board.visible()
        rows = [row for row in everything if row.thread == rest[0]] if what == "thread" else everything
        answer = _page(everything, rows, offset, size)
        if what == "list" and self.on_list:
            self.on_list(board)
        return 200, answer


def _page(everything: list[Entry], rows: list[Entry], offset: int, size: int) -> dict[str, Any]:
    counts = Counter(entry.thread for entry in everything if entry.id != entry.thread)
    shown = [row.json(counts.get(row.id, 0) if row.id == row.thread else None) for row in rows[offset : offset + size]]
    pinned = sum(row.pinned for row in rows)
    return {
        "entries": shown,
        "pinned": max(0, min(pinned - offset, size)),
        "more": offset + size < len(rows),
        "total": sum(counts.values()),
    }


def _write(board: Board, said: dict[str, str], token: str) -> tuple[int, Any]:
    parent, text = said["parent"], said["text"]
    board.posted.append((parent, text))
    if token != f"Bearer {TOKEN}":
        return 401, {"code": "token"}
    if parent not in board.entries:
        return 422, {"code": "closed"}
    same = [e for e in board.entries.values() if (e.parent, e.text, e.author) == (parent, text, OFFICE)]
    if same:
        return 409, {"code": "duplicate", "entry": same[0].json(None)}
    asked = board.entries[parent]
    entry = board.comment(
        asked.thread,
        f"r{len(board.entries)}",
        text,
        at=asked.at + timedelta(hours=1),
        author=OFFICE,
        parent=parent,
    )
    return 201, {"entry": entry.json(None)}


def _handler_of(server: BoardServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            fault = server.faults.next()
            if fault == "reset":
                self.close_connection = True
                return
            if isinstance(fault, int):
                self._send(fault, b"{}", server.faults.headers(fault))
                return
            status, answer = server.answer(self.command, self.path, body, self.headers.get("authorization", ""))
            if fault == "mute":  # the work is done, but nobody hears of it
                self.close_connection = True
                return
            data = json.dumps(answer).encode()
            spoilt = {
                "cut": data[: len(data) // 2],
                "html": b"<html><body>Sedang perbaikan</body></html>",
                "empty": b"",
            }
            self._send(status, spoilt.get(str(fault), data), {})

        do_POST = do_GET

        def _send(self, status: int, data: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {
                "Content-Type": "application/json",
                "Content-Length": str(len(data)),
                **headers,
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None: ...

    return Handler


@contextmanager
def running_board() -> Iterator[BoardServer]:
    server = BoardServer()
    try:
        yield server
    finally:
        server.close()
