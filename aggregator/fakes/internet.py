"""All skins behind one door: a request finds its platform by its Host. Counts what is asked, breaks what it is told to."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Response

from aggregator.fakes.skin import Push, Skin, Wsgi
from aggregator.fakes.world import Change, World

_UNKNOWN = Response("no such host here", 502)


@dataclass(slots=True, kw_only=True)
class Fault:
    """What befalls the next requests. `status` answers instead of the platform, `wait` seconds come before it,
    `cut` sends only that share of the body."""

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    wait: float = 0.0
    cut: float | None = None


class FakeInternet:
    """A WSGI application. `calls` counts requests by (platform, path)."""

    def __init__(self, world: World, skins: Iterable[Callable[[World], Skin]]) -> None:
        self.world = world
        self.skins = {skin.platform: skin for skin in (make(world) for make in skins)}
        self.calls: Counter[tuple[str, str]] = Counter()
        self._apps: dict[str, Wsgi] = {name: skin.app() for name, skin in self.skins.items()}
        self._faults: dict[str, deque[Fault]] = {name: deque() for name in self.skins}
        self._lock = threading.Lock()

    def break_next(self, platform: str, *faults: Fault) -> None:
        """The next requests to this platform meet these faults, in order."""
        self._faults[platform].extend(faults)

    def calls_to(self, platform: str) -> int:
        return sum(count for (name, _), count in self.calls.items() if name == platform)

    def send_pushes(self, sink: Callable[[Push], None]) -> None:
        """From now on every change is told to `sink` as each platform's webhook would."""

        def tell(change: Change) -> None:
            skin = self.skins.get(change.comment.post.place.platform)
            for push in skin.pushes(change) if skin else ():
                sink(push)

        self.world.listen(tell)

    def platform_of(self, host: str) -> str | None:
        """Whose host this is: a platform's, or that of a site of its own."""
        for name, skin in self.skins.items():
            if any(fnmatchcase(host, pattern) for pattern in skin.hosts):
                return name
        return next((name for name in self.skins if (name, host) in self.world.places), None)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        _as_browser(environ)
        host = environ.get("HTTP_HOST", "").partition(":")[0].lower()
        platform = self.platform_of(host)
        app = self._apps.get(platform or "")
        if platform is None or app is None:
            return _UNKNOWN(environ, start_response)
        with self._lock:
            self.calls[platform, environ["PATH_INFO"]] += 1
            fault = self._faults[platform].popleft() if self._faults[platform] else None
        return app(environ, start_response) if fault is None else _broken(fault, app)(environ, start_response)


def _as_browser(environ: dict[str, Any]) -> None:
    """A browser cannot pretend to ask another host: it names it in the path, as /_host/www.example.org/page."""
    _, mark, rest = environ["PATH_INFO"].partition("/_host/")
    if mark:
        environ["HTTP_HOST"], _, path = rest.partition("/")
        environ["PATH_INFO"] = "/" + path


def _broken(fault: Fault, app: Wsgi) -> Wsgi:
    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        time.sleep(fault.wait)
        if fault.status is not None:
            return Response(fault.body, fault.status, dict(fault.headers))(environ, start_response)
        whole = Response.from_app(app, environ)
        body = whole.get_data()
        whole.set_data(body if fault.cut is None else body[: int(len(body) * fault.cut)])
        return whole(environ, start_response)

    return answer


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing: addresses hold tokens."""


@contextmanager
def served(internet: FakeInternet, port: int = 0) -> Iterator[str]:
    """The internet on loopback; the value is its origin, as SAHUT_STAND_IN wants it."""
    server = make_server("127.0.0.1", port, internet, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()
