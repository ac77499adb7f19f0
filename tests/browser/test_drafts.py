"""What is typed is never lost: not by a reload, a broken line, a server in trouble, an ended session or a colleague."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import log_in
from tests.browser.conftest import Served
from tests.browser.phone import phone
from tests.browser.test_phone import may_send
from tests.conftest import SteppableClock
from tests.fakes.demo import PASSWORD

pytestmark = pytest.mark.browser
FIELD = "#jawaban-teks"
WORDS = "Lubangnya sudah ditambal petugas UPT Jalan."


@pytest.fixture
def page(browser: Browser, served: Served) -> Iterator[Page]:
    may_send(served.site)
    with phone(browser, service_workers="block") as opened:
        log_in(opened, served.url, "kominfo", PASSWORD)
        opened.goto(item(served))
        yield opened


def item(served: Served) -> str:
    return f"{served.url}/butir/{served.site.demo.codes['c3']}"


def kept(page: Page) -> list[str]:
    return page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('sahut-draf:'))")


def note(page: Page) -> str:
    return page.locator("[data-draft-of=jawaban-teks]").inner_text()


def stored(served: Served) -> str | None:
    """What Kominfo's answer field would show: their draft, else what was sent."""
    page = served.site.demo.core.inbox.item(served.site.demo.people["kominfo"], served.site.demo.codes["c3"])
    said = page.team.draft or page.reply
    return said.text if said else None


def test_a_reload_gives_back_what_was_typed(page: Page, served: Served) -> None:
    page.route("**/draf-otomatis", lambda route: route.abort())
    page.locator(FIELD).press_sequentially(WORDS)
    page.reload()
    assert page.input_value(FIELD) == WORDS and "dipulihkan" in note(page)
    page.click("text=buang")
    assert page.input_value(FIELD) == "" and kept(page) == []
    page.click("text=kembalikan")
    assert page.input_value(FIELD) == WORDS and len(kept(page)) == 1


def test_a_pause_saves_it_as_the_servers_draft_and_the_device_forgets(page: Page, served: Served) -> None:
    page.locator(FIELD).press_sequentially(WORDS)
    assert len(kept(page)) == 1
    page.wait_for_selector("text=Draf tersimpan")
    assert stored(served) == WORDS and kept(page) == []
    page.reload()
    assert page.input_value(FIELD) == WORDS and note(page) == "" and page.locator(".notice").count() == 0


def test_what_is_typed_without_a_network_is_saved_when_it_is_back(page: Page, served: Served) -> None:
    page.context.set_offline(True)
    page.locator(FIELD).press_sequentially(WORDS)
    page.locator(FIELD).blur()
    page.wait_for_selector("text=Tersimpan di perangkat ini")
    assert page.locator("#jaringan").inner_text() == "Tanpa jaringan"
    page.context.set_offline(False)
    page.wait_for_selector("text=Draf tersimpan")
    assert stored(served) == WORDS and page.locator("#jaringan").inner_text() == ""


@pytest.mark.parametrize("trouble", ["offline", "502"])
def test_a_failed_answer_keeps_its_words_and_is_tried_again(page: Page, served: Served, trouble: str) -> None:
    page.route("**/draf-otomatis", lambda route: route.abort())
    page.fill(FIELD, WORDS)
    if trouble == "offline":
        page.context.set_offline(True)
    else:
        page.route("**/jawab", lambda route: route.fulfill(status=502, body="bad gateway"))
    page.click("#jawaban form .btn-primary")
    page.wait_for_selector("text=Belum terkirim")
    assert page.input_value(FIELD) == WORDS and len(kept(page)) == 1 and stored(served) is None
    page.context.set_offline(False)
    page.unroute("**/jawab")
    page.click("text=Coba lagi")
    page.wait_for_selector("#kiriman-judul")
    assert stored(served) == WORDS and kept(page) == []


def test_an_answer_that_takes_too_long_counts_as_not_sent(page: Page, served: Served) -> None:
    page.evaluate("AbortSignal.timeout = () => AbortSignal.abort()")
    page.fill(FIELD, WORDS)
    page.click("#jawaban form .btn-primary")
    page.wait_for_selector("text=Belum terkirim: server tidak menjawab")
    assert page.input_value(FIELD) == WORDS


def test_a_session_that_ends_while_one_types_loses_nothing(page: Page, served: Served, clock: SteppableClock) -> None:
    page.route("**/draf-otomatis", lambda route: route.abort())
    page.fill(FIELD, WORDS)
    clock.step(minutes=31)
    page.click("#jawaban form .btn-primary")
    page.wait_for_selector("text=Waktu masuk Anda habis")
    assert page.input_value(FIELD) == WORDS
    page.click("a:has-text('Masuk lagi')")
    page.fill("#login", "kominfo")
    page.fill("#password", PASSWORD)
    page.click("main button")
    page.wait_for_selector("text=dipulihkan")
    assert page.input_value(FIELD) == WORDS and page.url == item(served)


@pytest.mark.parametrize(
    ("taken", "left"), [("Pakai draf perangkat ini", WORDS), ("Pakai draf server", "Dari meja lain.")]
)
def test_a_newer_draft_of_the_server_is_shown_beside_and_a_person_chooses(
    page: Page, served: Served, taken: str, left: str
) -> None:
    core, code = served.site.demo.core, served.site.demo.codes["c3"]
    page.context.set_offline(True)
    page.fill(FIELD, WORDS)
    core.acts.save_draft(served.site.demo.people["kominfo"], code, "Dari meja lain.")
    page.context.set_offline(False)
    page.wait_for_selector("text=draf itu tidak ditimpa")
    assert stored(served) == "Dari meja lain."
    page.reload()
    assert page.input_value(FIELD) == "Dari meja lain." and WORDS in note(page)
    page.click(f"text={taken}")
    assert page.input_value(FIELD) == left
    page.locator(FIELD).blur()
    page.wait_for_function("Object.keys(localStorage).every((name) => !name.startsWith('sahut-draf:'))")
    assert stored(served) == left


def test_between_two_drafts_of_one_person_nothing_is_overwritten_before_they_choose(page: Page, served: Served) -> None:
    """The other one came from their desk. Neither typing nor a pause touches either."""
    page.context.set_offline(True)
    page.fill(FIELD, WORDS)
    served.site.demo.core.acts.save_draft(
        served.site.demo.people["kominfo"], served.site.demo.codes["c3"], "Dari meja."
    )
    page.context.set_offline(False)
    page.wait_for_selector("text=draf itu tidak ditimpa")
    page.reload()
    page.locator(FIELD).press_sequentially("x")
    page.locator(FIELD).blur()
    page.reload()
    assert WORDS in note(page) and stored(served) == "Dari meja."


def test_the_log_out_takes_drafts_from_the_device(page: Page, served: Served) -> None:
    page.context.set_offline(True)
    page.fill(FIELD, WORDS)
    page.click("text=Tulis catatan")
    page.fill("#catatan-teks", "Sudah dicek.")
    assert len(kept(page)) == 2
    page.context.set_offline(False)
    page.click(".menu > summary")
    page.click("text=Keluar")
    page.wait_for_url("**/masuk")
    assert kept(page) == []


def test_a_draft_is_given_to_nobody_else(page: Page, served: Served) -> None:
    page.route("**/draf-otomatis", lambda route: route.abort())
    page.fill(FIELD, WORDS)
    page.context.clear_cookies()  # the session is lost, nobody logged out
    log_in(page, served.url, "operator", PASSWORD)
    page.goto(item(served))
    assert page.input_value(FIELD) == "" and note(page) == ""
    page.context.clear_cookies()
    log_in(page, served.url, "kominfo", PASSWORD)
    page.goto(item(served))
    assert page.input_value(FIELD) == WORDS


def test_notes_and_reasons_are_kept_as_well(page: Page) -> None:
    page.click("text=Tulis catatan")
    page.fill("#catatan-teks", "Sudah dicek di lapangan.")
    page.reload()
    assert page.input_value("#catatan-teks") == "Sudah dicek di lapangan."
    page.click("text=Simpan catatan")
    page.wait_for_selector(".timeline >> text=Sudah dicek di lapangan.")
    assert kept(page) == []


def test_a_refusal_says_why_and_leaves_the_words(page: Page, served: Served) -> None:
    core, code = served.site.demo.core, served.site.demo.codes["c3"]
    page.route("**/draf-otomatis", lambda route: route.abort())
    page.fill(FIELD, WORDS)
    people = served.site.demo.people
    core.acts.claim(people["operator"], code, core.inbox.item(people["operator"], code).revision)
    page.click("#jawaban form .btn-primary")
    page.wait_for_selector("text=Sudah ada yang lebih dulu")
    assert page.input_value(FIELD) == WORDS
    page.click("a:has-text('Buka keadaan terbaru')")
    page.wait_for_selector("text=dipulihkan")
    assert page.input_value(FIELD) == WORDS


def test_ten_thousand_letters_are_counted_and_kept_whole(
    page: Page, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = served.site.demo.core.sources
    monkeypatch.setitem(sources, "website", replace(sources["website"], answer_limit=8_000))  # type: ignore[arg-type]
    page.reload()
    long = "panjang " * 1_250
    page.fill(FIELD, long)
    assert page.locator("[data-counter]").inner_text().startswith("10.000/")
    page.click("#jawaban form .btn-primary")
    assert "kurangi" in page.evaluate("document.querySelector('#jawaban-teks').validationMessage")
    page.click("text=Simpan draf")
    page.wait_for_selector(".notice >> text=Draf tersimpan")
    assert page.input_value(FIELD) == long.strip()


def test_an_answer_of_emoji_alone_is_told_about_or_sent_as_written(page: Page, served: Served) -> None:
    page.fill(FIELD, "🙏🙏")
    page.click("#jawaban form .btn-primary")
    page.wait_for_selector("#periksa")
    assert page.input_value(FIELD) == "🙏🙏" and not page.query_selector("#kiriman-judul")


def test_what_a_platform_refused_stands_in_the_field_again(page: Page, served: Served) -> None:
    core, code = served.site.demo.core, served.site.demo.codes["c3"]
    page.fill(FIELD, WORDS)
    page.click("#jawaban form .btn-primary")
    page.wait_for_selector("#kiriman-judul")
    with core.database.write() as connection:
        connection.exec_driver_sql("UPDATE replies SET state = 'failed', problem = 'Situs menolak jawaban ini.'")
    page.goto(item(served))
    assert "Situs menolak jawaban ini." in page.locator(".box-warn").inner_text()
    assert page.input_value(FIELD) == WORDS and code in page.url
