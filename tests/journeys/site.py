"""An office's WordPress on loopback, as a stranger's browser would meet it, with a desk behind it that publishes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aggregator.conformance.world import Request
from tests.plugins.website.world import BASE, SiteWorld, comment


class Site:
    """The site; `say`, `edit` and `delete` are what people do on it."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self.world = SiteWorld(rows)
        self.calls = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def say(self, number: int, post: int, text: str, at: str, **more: Any) -> None:
        self.world.rows[number] = comment(number, post, text, at, **more)

    def edit(self, number: int, text: str) -> None:
        self.world.rows[number]["content"] = {"rendered": f"<p>{text}</p>\n"}

    def delete(self, number: int) -> None:
        del self.world.rows[number]

    def here(self, words: bytes) -> bytes:
        return words.replace(BASE.encode(), self.url.encode())

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler_of(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            site.calls += 1
            reply = site.world(Request(self.command, BASE + self.path, headers, body))
            data = site.here(reply.body)
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, site.here(value.encode()).decode())
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_POST = do_GET

        def log_message(self, *_: Any) -> None: ...

    return Handler


@contextmanager
def running_site(rows: list[dict[str, Any]]) -> Iterator[Site]:
    site = Site(rows)
    try:
        yield site
    finally:
        site.close()
