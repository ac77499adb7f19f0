"""Serving the pages: granian, because slow clients cannot hold its threads (they are read outside Python)."""

from __future__ import annotations

import importlib
import os
import socket
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from aggregator.config import Settings
from aggregator.jobs.lifeline import end_with_parent
from aggregator.log import configure_logging
from aggregator.services.errors import ServiceError

_THREADS = 4  # pages wait for the database, which works outside Python's lock
_STOP_SECONDS = 3
_PORT_SECONDS = 2.0  # the pages of a run that was just killed need a moment to go


class PortTaken(ServiceError):
    """The pages cannot be served there."""


def serve_pages(target: str, settings: Settings, log_level: str) -> None:
    """Serve the WSGI application `target` ("module:name") until told to stop; raises PortTaken."""
    check_port(settings.host, settings.port)
    server = Granian(
        target,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        blocking_threads=_THREADS,
        websockets=False,
        log_level=LogLevels.error,
        workers_kill_timeout=_STOP_SECONDS,
    )
    server.serve(target_loader=partial(_load, os.getpid(), log_level))


def _load(parent: int, log_level: str, target: str) -> Callable[..., Any]:
    """In the process that granian starts."""
    end_with_parent(parent)
    configure_logging(log_level)
    module, _, name = target.partition(":")
    application: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return application


def check_port(host: str, port: int) -> None:
    """Raise PortTaken when nobody could listen there. (Granian itself would share the port in silence.)"""
    deadline = time.monotonic() + _PORT_SECONDS
    while (fault := _fault(host, port)) is not None:
        if time.monotonic() > deadline:
            raise PortTaken(f"Pintu {port} di {host} tidak dapat dipakai ({fault}). Pilih yang lain: SAHUT_PORT.")
        time.sleep(0.1)


def _fault(host: str, port: int) -> str | None:
    try:
        socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except OSError as error:
        return error.strerror or type(error).__name__
    return None
