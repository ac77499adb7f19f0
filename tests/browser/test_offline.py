"""The service worker in Chromium: what was read stays readable without a network, for its own session, and no longer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import log_in
from tests.browser.conftest import Served
from tests.browser.phone import phone
from tests.fakes.demo import PASSWORD

pytestmark = pytest.mark.browser
KEPT = """async () => { const found = [];
  for (const name of await caches.keys()) if (name.startsWith('halaman-'))
    for (const one of await (await caches.open(name)).keys()) found.push(new URL(one.url).pathname);
  return found.sort(); }"""
READY = "navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)"


@pytest.fixture
def page(browser: Browser, served: Served) -> Iterator[Page]:
    """A phone that is logged in and whose worker is awake."""
    with phone(browser) as opened:
        opened.goto(f"{served.url}/masuk")
        opened.wait_for_function(READY)
        log_in(opened, served.url, "kominfo", PASSWORD)
        yield opened


def read(page: Page, served: Served, *paths: str) -> None:
    """Open pages and wait until the worker has kept them."""
    for path in paths:
        page.goto(served.url + path)
        page.wait_for_function(f"path => ({KEPT})().then((kept) => kept.includes(path))", arg=path)


def kept(page: Page) -> list[str]:
    return list(page.evaluate(KEPT))


def item(served: Served) -> str:
    return f"/butir/{served.site.demo.codes['c3']}"


def test_what_was_read_can_be_read_without_a_network(page: Page, served: Served) -> None:
    read(page, served, "/antrean", item(served))
    page.context.set_offline(True)
    page.goto(f"{served.url}/antrean")
    assert page.locator("#jaringan").inner_text().startswith("Tanpa jaringan · terbaca ")
    page.locator(".row-words a", has_text="Drainase").click()
    assert "Drainase di depan pasar" in page.locator(".words").inner_text()
    assert page.evaluate("getComputedStyle(document.querySelector('.btn-primary')).minHeight") == "44px", (
        "with its colours"
    )
    page.goto(f"{served.url}/unit")
    assert "Tanpa jaringan" in page.locator("h1").inner_text() and "kominfo" not in page.content().lower()
    page.context.set_offline(False)
    page.goto(f"{served.url}/antrean")
    assert page.locator("#jaringan").inner_text() == ""


def test_a_server_that_says_nothing_is_not_waited_for(page: Page, served: Served) -> None:
    read(page, served, "/antrean")
    page.context.service_workers[0].evaluate("() => { self.fetch = () => new Promise(() => {}); }")
    page.goto(f"{served.url}/antrean", timeout=15_000)
    assert "terbaca" in page.locator("#jaringan").inner_text()
    assert page.locator("#jaringan button").inner_text() == "Muat ulang"


def test_a_form_that_finds_no_network_says_that_it_was_not_sent(page: Page, served: Served) -> None:
    read(page, served, item(served))
    page.context.set_offline(True)
    page.click("text=Ambil")
    assert "belum terkirim" in page.locator("main").inner_text()


def test_the_log_out_drops_what_was_kept(page: Page, served: Served) -> None:
    read(page, served, "/antrean", item(served))
    page.click(".menu > summary")
    page.click("text=Keluar")
    page.wait_for_url("**/masuk")
    page.wait_for_function(f"({KEPT})().then((kept) => kept.length === 0)")
    page.context.set_offline(True)
    page.goto(f"{served.url}/antrean")
    assert page.locator("h1").inner_text() == "Tanpa jaringan"


def test_another_person_of_the_same_phone_finds_nothing(page: Page, served: Served) -> None:
    read(page, served, "/antrean", item(served))
    page.context.clear_cookies()  # the session ended elsewhere: nobody logged out here
    log_in(page, served.url, "operator", PASSWORD)
    page.wait_for_function(f"({KEPT})().then((kept) => kept.join() === '/')")
    page.context.set_offline(True)
    page.goto(served.url + item(served))
    assert page.locator("h1").inner_text() == "Tanpa jaringan"


def test_after_twelve_hours_nothing_is_shown(page: Page, served: Served) -> None:
    read(page, served, "/antrean")
    page.context.service_workers[0].evaluate(
        "() => { const real = Date.now; Date.now = () => real() + 12 * 3_600_000 + 60_000; }"
    )
    page.context.set_offline(True)
    page.goto(f"{served.url}/antrean")
    assert page.locator("h1").inner_text() == "Tanpa jaringan" and "/antrean" not in kept(page)


def test_what_moved_to_another_unit_is_not_kept_any_longer(page: Page, served: Served) -> None:
    read(page, served, "/antrean", item(served))
    with served.site.demo.core.database.write() as connection:
        connection.exec_driver_sql("UPDATE items SET confidential = true")  # only for people who are named
    page.goto(served.url + item(served))
    page.wait_for_function(f"path => ({KEPT})().then((kept) => !kept.includes(path))", arg=item(served))


def test_pages_that_were_not_said_to_be_kept_are_not(page: Page, served: Served) -> None:
    read(page, served, "/antrean")
    for path in ("/akun", "/platform", "/kata-sandi", "/triase"):
        page.goto(served.url + path)
    read(page, served, item(served))
    assert set(kept(page)) <= {"/", "/antrean", item(served)}


PUSHES = [
    ({"title": "Butir baru", "body": "Drainase tersumbat", "link": "/antrean?tab=late"}, "/antrean?tab=late"),
    ({"title": "Butir baru", "link": "https://jahat.example/x"}, "/"),
    ({"title": "Butir baru", "link": "javascript:alert(1)"}, "/"),
    ({"title": "Butir baru", "link": "//jahat.example/x"}, "/"),
    ("bukan JSON", "/"),
]


@pytest.mark.parametrize(("payload", "leads"), PUSHES, ids=["own", "foreign", "script", "scheme-less", "broken"])
def test_a_push_becomes_a_notice_that_leads_only_here(page: Page, served: Served, payload: object, leads: str) -> None:
    page.context.grant_permissions(["notifications"], origin=served.url)
    shown = page.context.service_workers[0].evaluate(
        """async (payload) => {
          const shown = [];
          self.registration.showNotification = async (title, more) => { shown.push([title, more.body, more.data.path]); };
          const data = typeof payload === 'string' ? payload : JSON.stringify(payload);
          self.dispatchEvent(new PushEvent('push', { data }));
          await new Promise((done) => { setTimeout(done, 50); });
          return shown;
        }""",
        payload,
    )
    ((title, body, path),) = shown
    assert path == leads and title and body
