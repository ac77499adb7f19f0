"""A phone on a slow line, and the walk of an official from the log-in to an answered item, with its taps counted."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, CDPSession, Locator, Page

SCREEN = {"width": 360, "height": 740}
RATE = 400_000 / 8  # bytes a second each way: 400 kbit/s
LATENCY = 400  # ms
LETTERS_A_SECOND = 4  # a practised thumb
ANSWER = "Drainase di depan pasar sudah dibersihkan petugas UPT pagi ini."


@contextmanager
def phone(browser: Browser, **more: object) -> Iterator[Page]:
    """A page on a phone that has never seen Sahut."""
    context = browser.new_context(viewport=SCREEN, has_touch=True, is_mobile=True, locale="id-ID", **more)  # type: ignore[arg-type]
    try:
        yield context.new_page()
    finally:
        context.close()


def slow_line(page: Page) -> CDPSession:
    """Slow 3G for this page from now on."""
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    limits = {"offline": False, "latency": LATENCY, "downloadThroughput": RATE, "uploadThroughput": RATE}
    line.send("Network.emulateNetworkConditions", limits)
    return line


@dataclass
class Walk:
    """Seconds and taps of one way from the log-in page to an answered item."""

    page: Page
    taps: int = 0
    began: float = field(default_factory=time.monotonic)
    ended: float | None = None

    def tap(self, target: str | Locator) -> None:
        self.taps += 1
        one = self.page.locator(target).first if isinstance(target, str) else target
        one.tap()

    def write(self, text: str) -> None:
        """Type at a thumb's pace into what has the focus."""
        self.page.keyboard.type(text, delay=1000 / LETTERS_A_SECOND)

    @property
    def seconds(self) -> float:
        return (self.ended or time.monotonic()) - self.began


def log_in_and_answer(page: Page, base: str, login: str, password: str) -> Walk:
    """Log in, open the first item that waits, answer it, and see that it is on its way."""
    walk = Walk(page)
    page.goto(f"{base}/masuk")
    walk.tap("#login")
    walk.write(login)
    walk.tap("#password")
    walk.write(password)
    walk.tap("main button")
    walk.tap(page.locator(".row-words a").first)
    walk.tap("[data-focuses=jawaban-teks]")
    page.wait_for_function("document.activeElement.id === 'jawaban-teks'")
    walk.write(ANSWER)
    walk.tap("#jawaban form .btn-primary")
    page.wait_for_selector("#kiriman-judul >> text=Jawaban Anda")
    walk.ended = time.monotonic()
    return walk
