"""Two people at one item, in two browsers: who writes is seen, and nothing written is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from aggregator.domain.access import Role
from tests.browser.chromium import log_in
from tests.browser.conftest import Served
from tests.fakes.demo import PASSWORD
from tests.web.test_item import routed

pytestmark = pytest.mark.browser


def opened(browser: Browser, served: Served, login: str, code: str) -> Page:
    page = browser.new_context(viewport={"width": 360, "height": 740}).new_page()
    log_in(page, served.url, login, PASSWORD)
    page.goto(f"{served.url}/butir/{code}")
    return page


def test_typing_takes_the_pen_and_the_other_may_take_it_over(browser: Browser, served: Served) -> None:
    core = served.site.demo.core
    core.people.add("rina", "Rina", Role.OPERATOR, served.site.demo.units["PUPR"], PASSWORD)
    code = routed(served.site)
    first = opened(browser, served, "operator", code)
    first.locator("#jawaban-teks").press_sequentially("Drainase")
    expect(first.locator("#pena")).to_contain_text("Anda sedang menulis")
    assert first.locator("#jawaban-teks").input_value() == "Drainase"
    second = opened(browser, served, "rina", code)
    expect(second.locator("#pena")).to_contain_text("Operator sedang menulis, sampai")
    expect(second.locator("#pena [data-left]")).to_contain_text("lagi)")
    second.locator("#jawaban-teks").fill("Tulisan Rina")
    second.get_by_role("button", name="Ambil alih").click()
    expect(second.locator("#pena")).to_contain_text("Anda sedang menulis")
    assert second.locator("#jawaban-teks").input_value() == "Tulisan Rina"
    for page in (first, second):
        page.context.close()


def test_a_colleagues_name_is_completed(browser: Browser, served: Served) -> None:
    page = opened(browser, served, "operator", routed(served.site))
    page.locator("summary", has_text="Tulis catatan").click()
    page.locator("#catatan-teks").press_sequentially("Mohon @op")
    page.locator("#catatan-nama button").click()
    assert page.locator("#catatan-teks").input_value() == "Mohon @operator "
    expect(page.locator("#catatan-nama")).to_be_hidden()
    page.context.close()
