"""While a plugin works, nothing but `ctx.http` leaves the process and nothing stays behind.

An audit hook sees what a patched module would not: sockets made by a library, a name imported early. It
cannot be taken out again, so it looks at a switch.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any
from unittest.mock import patch

_FORBIDDEN = {
    "socket.__new__": "opens a socket of its own; use ctx.http",
    "socket.connect": "connects by itself; use ctx.http",
    "socket.getaddrinfo": "looks up a host by itself; use ctx.http",
    "subprocess.Popen": "starts a process; use ctx.http",
    "os.system": "starts a process; use ctx.http",
    "sqlite3.connect": "opens a database; remember things in the Cursor",
}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Trespass(AssertionError):
    """The plugin did by itself what only the core may do."""


_breaches: list[str] | None = None
_installed = False
_lock = Lock()


@contextmanager
def fenced() -> Iterator[None]:
    """Run a plugin inside: what it does on its own raises Trespass, even when it swallows the first one."""
    global _breaches
    _install()
    outer, _breaches = _breaches, []
    try:
        with patch("time.sleep", _sleep):  # an audit event since Python 3.13 only
            yield
        breaches = _breaches
    finally:
        _breaches = outer
    if breaches:
        raise Trespass(f"manners: the plugin {breaches[0]}.")


def _install() -> None:
    global _installed
    with _lock:
        if not _installed:
            sys.addaudithook(_watch)
            _installed = True


def _watch(event: str, args: tuple[Any, ...]) -> None:
    if _breaches is None:
        return
    what = _FORBIDDEN.get(event) or (_writes(args) if event == "open" else None)
    if what:
        _accuse(what)


def _sleep(seconds: float) -> None:
    _accuse("sleeps; raise RateLimited or Transient and let the core wait")


def _accuse(what: str) -> None:
    if _breaches is not None:
        _breaches.append(what)
        raise Trespass(f"manners: the plugin {what}.")


def _writes(args: tuple[Any, ...]) -> str | None:
    """A file opened for writing; byte-code written at a late import is Python's doing."""
    path, mode, flags = str(args[0]), args[1], args[2]
    writing = set(mode) & set("wax+") if isinstance(mode, str) else flags & _WRITING
    if not writing or "__pycache__" in path:
        return None
    return "writes a file; remember things in the Cursor"
