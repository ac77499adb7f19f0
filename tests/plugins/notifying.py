"""What the tests of notifiers share: a notice, and what the core lends for it, with a pretended service on loopback-free
wires (a world) or a mail server on loopback."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime

import structlog

from aggregator.conformance.world import OfflineHttp, World
from aggregator.contract import Notice, NotifyContext, Tap
from aggregator.sync.addresses import Reach

NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
NOTICE = Notice(
    key="event:7:12",
    title="Keluhan baru untuk Dinas PUPR, tenggat besok 08.12",
    body="",
    link="https://sahut.example/pemberitahuan/12",
    stop_link="https://sahut.example/pemberitahuan/saya",
    taps=(Tap(label="Saya kerjakan", link="https://sahut.example/butir/x/ambil"),),
)


def line(world: World, *hosts: str) -> OfflineHttp:
    """A line to a pretended service that reaches these hosts only."""
    return OfflineHttp(world, reach=Reach(hosts, None), now=NOW)


def no_socket(_host: str, _port: int) -> socket.socket:
    raise AssertionError("this medium speaks HTTP")


def lent(http: OfflineHttp | None, settings: Mapping[str, str], *, dial: object = no_socket,
         tls: ssl.SSLContext | None = None) -> NotifyContext:  # fmt: skip
    return NotifyContext(
        http=http,  # type: ignore[arg-type]  # None where a medium makes no call
        dial=dial,  # type: ignore[arg-type]
        tls=tls or ssl.create_default_context(),
        now=NOW,
        settings=settings,
        contact="https://sahut.example",
        log=structlog.get_logger(),
    )
