"""The answer field with a script: aids fill in place, the countdown runs, and what became of the answer appears by itself."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import update

from aggregator.domain.access import Role
from aggregator.services.answer_templates import Wording
from aggregator.storage.tables import replies
from tests.browser.chromium import log_in
from tests.browser.conftest import Served
from tests.fakes.demo import PASSWORD
from tests.web.test_answering import sendable

pytestmark = pytest.mark.browser
CLEAR = "Drainase di depan pasar sudah dikeruk kemarin sore, airnya lancar."


def test_from_a_template_to_an_answer_that_was_sent(served: Served, browser: Browser) -> None:
    core, unit = served.site.demo.core, served.site.demo.units["PUPR"]
    code = sendable(served.site)
    core.people.add("kepala", "Kepala", Role.HEAD, unit, PASSWORD)
    wording = Wording(title="Dikeruk", text=CLEAR, unit_id=unit, topic=None, handoff=False, expires_on=None)
    key = core.answer_templates.save(served.site.demo.people["operator"], 0, 0, wording)
    core.answer_templates.approve(core.people.find("kepala"), key, 1)
    page = browser.new_page(viewport={"width": 360, "height": 740})
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    log_in(page, served.url, "operator", PASSWORD)
    page.goto(f"{served.url}/butir/{code}")
    page.click("#bantuan summary")
    page.fill("#jawaban-teks", "Selamat pagi.")
    page.click("[data-fills]")
    expect(page.locator("#jawaban-teks")).to_have_value(f"Selamat pagi.\n\n{CLEAR}")
    page.click("[data-shows]")
    expect(page.locator("#pratinjau .entry-text")).to_contain_text(CLEAR)
    assert page.url.endswith(f"/butir/{code}"), "nothing was loaded anew"
    page.fill("#jawaban-teks", "Kami perbaiki besok.")
    page.click("#jawaban .btn-primary")
    expect(page.locator("#periksa")).to_be_in_viewport()
    page.fill("#jawaban-teks", CLEAR)
    page.click("#jawaban > form > .act-bar button >> nth=0")
    expect(page.locator("[data-countdown]")).to_contain_text("detik lagi")
    with core.database.write() as connection:
        connection.execute(update(replies).values(state="sent", send_after=None))
    expect(page.locator("#kiriman-judul")).to_contain_text("Terkirim", timeout=25_000)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert wrong == []
    page.close()
