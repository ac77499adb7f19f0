"""On a phone with a slow line: an answer in a minute and eight taps, few bytes, and nothing that jumps."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import log_in
from tests.browser.conftest import Served
from tests.browser.phone import ANSWER, RATE, log_in_and_answer, phone, slow_line
from tests.fakes.demo import PASSWORD
from tests.web.site import Site

pytestmark = pytest.mark.browser
SHIFTS = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((one) => { if (!one.hadRecentInput) sum += one.value; }))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 300);
})"""


def may_send(site: Site) -> None:
    """Give the account the secret that lets Sahut answer from it."""
    secret = next(setting.name for setting in site.demo.core.sources["website"].settings if setting.secret)
    people, accounts = site.demo.people, site.demo.accounts
    site.demo.core.registry.change_settings(people["kominfo"], accounts["PUPR"], {secret: "abcd efgh"})


def test_from_the_log_in_to_an_answer_in_a_minute_and_eight_taps(browser: Browser, served: Served) -> None:
    may_send(served.site)
    with phone(browser) as page:
        slow_line(page)
        walk = log_in_and_answer(page, served.url, "operator", PASSWORD)
        assert walk.taps <= 8
        assert walk.seconds <= 60
        assert page.locator("#kiriman-judul + * , .box .entry-text").first.inner_text() == ANSWER
        page.tap("[data-next]")
        page.wait_for_selector("#jawaban-teks")
        assert page.locator("article.item").get_attribute("data-item") not in walk.page.url.split("setelah=")[-1:]


def test_the_line_of_the_test_is_slow(browser: Browser, served: Served) -> None:
    """The profile bites: what comes over it takes as long as it should."""
    with phone(browser) as page:
        page.goto(f"{served.url}/masuk")
        slow_line(page)
        took = page.evaluate(
            """async () => { const began = performance.now();
               await (await fetch('/bootstrap/static/css/bootstrap.min.css', { cache: 'no-store' })).arrayBuffer();
               return performance.now() - began; }"""
        )
        assert took >= 25_000 / RATE * 1000


def test_nothing_jumps_while_a_page_loads(browser: Browser, served: Served) -> None:
    code = served.site.demo.codes["c3"]
    with phone(browser) as page:
        log_in(page, served.url, "kominfo", PASSWORD)
        type_a_draft(page, served, code)
        slow_line(page)
        for path in ("/antrean", f"/butir/{code}", "/triase", "/unit", "/akun", "/kata-sandi"):
            page.goto(served.url + path, wait_until="load")
            assert page.evaluate(SHIFTS) <= 0.05, path


def type_a_draft(page: Page, served: Served, code: str) -> None:
    """Leave something on the device that is given back: the worst that may move a page."""
    page.goto(f"{served.url}/butir/{code}")
    page.route("**/draf-otomatis", lambda route: route.abort())
    page.locator("#jawaban-teks").press_sequentially("Akan kami")
