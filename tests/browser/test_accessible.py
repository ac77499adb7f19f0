"""Every page for each role: axe finds nothing, and everything is reached and done with keys alone."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.chromium import log_in
from tests.browser.conftest import Served
from tests.browser.test_phone import may_send
from tests.fakes.demo import PASSWORD
from tests.web.site import ROLES
from tests.web.test_access import LISTS, MACHINES, routes
from web.access import NEEDS
from web.security import STATIC

pytestmark = pytest.mark.browser
NO_PAGES = (
    STATIC | MACHINES | {"offline.manifest", "offline.worker", "notices.device_key"}
)  # no page: data for a script
SCREENS = {"phone": ({"width": 360, "height": 740}, "light"), "desk": ({"width": 1280, "height": 800}, "dark")}


def open_pages(served: Served, role: str) -> list[str]:
    """Every address of url_map that this role may open, the log-out left out."""
    return [
        path
        for endpoint, method, path in routes(served.site)
        if method == "GET" and endpoint not in NO_PAGES and role in LISTS[NEEDS[endpoint]]
    ]


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("role", ROLES)
def test_axe_finds_nothing_on_any_page(browser: Browser, served: Served, role: str, screen: str) -> None:
    size, scheme = SCREENS[screen]
    context = browser.new_context(viewport=size, color_scheme=scheme, bypass_csp=True, service_workers="block")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{served.url}/masuk")
    found = faults(page)
    served.site.visitor(role)  # the house has this person from now on
    log_in(page, served.url, role, PASSWORD)
    for path in [*open_pages(served, role), "/tidak-ada"]:
        page.goto(served.url + path)
        page.evaluate("document.querySelectorAll('details:not(.menu)').forEach((part) => { part.open = true })")
        found += faults(page)
    context.close()
    assert found == []


def faults(page: Page) -> list[tuple[str, str, str]]:
    """What axe has against the page: where, which rule, which element."""
    result = Axe().run(page).response
    return [(page.url, one["id"], node["html"][:90]) for one in result["violations"] for node in one["nodes"]]


def test_axe_sees_a_fault_when_there_is_one(browser: Browser, served: Served) -> None:
    page = browser.new_context(bypass_csp=True).new_page()
    page.goto(f"{served.url}/masuk")
    page.evaluate("document.querySelector('label').remove()")
    assert {rule for _, rule, _ in faults(page)} == {"label"}
    page.context.close()


def tab_to(page: Page, selector: str, most: int = 120) -> None:
    """Press Tab until the element has the focus, and see that the focus is seen."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement?.matches(selector)", selector):
            assert page.evaluate(
                "() => { const look = getComputedStyle(document.activeElement); return parseFloat(look.outlineWidth) >= 2; }"
            ), selector
            return
    raise AssertionError(f"{selector} was not reached in {most} steps")


def test_claim_answer_undo_and_route_are_done_with_keys_only(browser: Browser, served: Served) -> None:
    """From the log-in on, with Tab, Space, Enter and letters: no pointer at all."""
    may_send(served.site)
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.goto(f"{served.url}/masuk")
    tab_to(page, "#login")
    page.keyboard.type("kominfo")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".rows")
    page.goto(f"{served.url}/butir/{served.site.demo.codes['c3']}")
    tab_to(page, "form[action$='/ambil'] button")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Butir ini sekarang Anda tangani")
    tab_to(page, "#jawaban-teks")
    page.keyboard.type("Drainase sudah dibersihkan petugas.")
    tab_to(page, "#jawaban form .btn-primary")
    page.keyboard.press("Space")
    page.wait_for_selector("#kiriman-judul")
    tab_to(page, "form[action$='/urungkan'] button")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=tersimpan sebagai draf")
    assert page.input_value("#jawaban-teks") == "Drainase sudah dibersihkan petugas."
    tab_to(page, "#teruskan summary")
    page.keyboard.press("Enter")
    tab_to(page, "#teruskan a")
    page.keyboard.press("Enter")
    page.wait_for_selector(".unit-button")
    tab_to(page, ".unit-button")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Butir diteruskan")
    page.close()
