"""Time on task: from the log-in page to an answered item in a real Chromium at 360 × 740 over slow 3G (400 kbit/s, 400 ms),
typed at four letters a second. Every walk on a phone that never saw Sahut, and a house of its own."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from werkzeug.serving import make_server

from aggregator.app import build_app
from aggregator.config import Settings
from tests.browser.chromium import chromium
from tests.browser.phone import Walk, log_in_and_answer, phone, slow_line
from tests.browser.test_phone import may_send
from tests.fakes.demo import PASSWORD
from tests.web.site import open_site

_WALKS = int(os.environ.get("BENCH_WALKS", "5"))
_MOST_SECONDS, _MOST_TAPS = 60, 8


def run() -> Iterator[str]:
    """One line with n, median, maximum and taps."""
    walks = [_walk() for _ in range(_WALKS)]
    times, taps = [walk.seconds for walk in walks], max(walk.taps for walk in walks)
    well = max(times) <= _MOST_SECONDS and taps <= _MOST_TAPS
    yield (
        f"phone: log-in to answered item, slow 3G: n={len(walks)}, median {median(times):.1f} s, max {max(times):.1f} s "
        f"(≤ {_MOST_SECONDS} s), {taps} taps (≤ {_MOST_TAPS}) {'ok' if well else 'SHORT'}"
    )


def _walk() -> Walk:
    with _served() as address, chromium() as browser, phone(browser) as page:
        slow_line(page)
        return log_in_and_answer(page, address, "operator", PASSWORD)


@contextmanager
def _served() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        core = build_app(Settings(data_dir=Path(folder)))
        site = open_site(core)
        may_send(site)
        server = make_server("127.0.0.1", 0, site.app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join(10)
            server.server_close()
            core.close()
