"""The pages in Chromium: no payload runs, keys and panes work, nothing is too wide, and all of it without a script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import log_in
from tests.browser.conftest import Served
from tests.fakes.demo import PASSWORD
from tests.web.test_smuggling import smuggle

pytestmark = pytest.mark.browser
NARROW, WIDE = {"width": 320, "height": 640}, {"width": 1280, "height": 800}


def paths_of(served: Served) -> list[str]:
    demo = served.site.demo
    items = [f"/butir/{demo.codes[name]}" for name in ("c1", "c3")]
    items.append(f"{items[0]}/waktu")
    return [
        "/antrean",
        "/antrean?tab=all&cari=jalan",
        "/unit",
        "/triase",
        *(f"/jawaban/{part}" for part in ("persetujuan", "verifikasi", "templat", "templat/baru", "serah-terima")),
        *("/jawaban/aturan", "/jawaban/pemilihan"),
        "/akun",
        f"/akun/{demo.accounts['PUPR']}",
        "/akun/tambah",
        "/akun/tambah?address=https://www.facebook.com/dinkes.contoh&platform=facebook",
        "/platform",
        "/platform/facebook",
        "/hubungkan/facebook",
        "/plugin",
        "/kata-sandi",
        "/pemberitahuan",
        "/pemberitahuan/saya",
        "/saluran",
        "/saluran/email",
        f"{items[1]}/ambil",
        "/tidak-ada",
        *items,
        f"{items[1]}/teruskan",
        f"{items[1]}/libatkan",
        f"{items[1]}/libatkan?unit={demo.units['Dinkes']}",
    ]


def newest_items(page: Page, served: Served, count: int) -> list[str]:
    page.goto(f"{served.url}/antrean?tab=all")
    return [str(link.get_attribute("href")) for link in page.locator(".row-words a").all()[:count]]


def test_payloads_open_no_dialog_and_break_no_policy(browser: Browser, served: Served) -> None:
    smuggle(served.site)
    page = browser.new_page(viewport=WIDE)
    dialogs: list[str] = []
    reports: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.on(
        "console",
        lambda message: reports.append(message.text) if "Content Security Policy" in message.text else None,
    )
    log_in(page, served.url, "kominfo", PASSWORD)
    paths = [*paths_of(served), *newest_items(page, served, 45)]
    for path in paths:
        page.goto(served.url + path)
        page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true })")
        assert page.evaluate("window.aktif") is None, path
    page.goto(f"{served.url}/antrean?tab=all")
    for _ in range(8):  # the same words, brought into the pane by the script
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.wait_for_selector("#panel article")
    assert page.evaluate("window.aktif") is None
    assert (dialogs, reports) == ([], [])
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), { text: 'window.aktif = 1' }))")
    assert page.evaluate("window.aktif") is None and len(reports) == 1, "the policy is on, and its reports are heard"
    page.close()


@pytest.mark.parametrize("role", ["kominfo", "operator"])
def test_nothing_is_too_wide_at_320_pixels(browser: Browser, served: Served, role: str) -> None:
    page = browser.new_page(viewport=NARROW)
    log_in(page, served.url, role, PASSWORD)
    for path in paths_of(served):
        page.goto(served.url + path)
        page.evaluate("document.querySelectorAll('details:not(.menu)').forEach((part) => { part.open = true })")
        spare = page.evaluate("document.documentElement.clientWidth - document.documentElement.scrollWidth")
        assert spare >= 0, (path, spare)
    page.close()


def test_what_is_touched_is_large_enough(browser: Browser, served: Served) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    log_in(page, served.url, "kominfo", PASSWORD)
    for path in paths_of(served):
        page.goto(served.url + path)
        small = page.evaluate(
            """[...document.querySelectorAll('button, .btn, summary, .tabs a, select, textarea, input.form-control')]
               .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 44)
               .map((one) => one.outerHTML.slice(0, 80))"""
        )
        assert small == [], path
    page.close()


def test_the_inbox_is_walked_with_the_keyboard(browser: Browser, served: Served) -> None:
    page = browser.new_page(viewport=WIDE)
    log_in(page, served.url, "kominfo", PASSWORD)
    page.goto(f"{served.url}/antrean?tab=all")
    words = page.locator(".row-words a").all_inner_texts()
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent") == words[1]
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel article .words")
    assert "butir=" in page.url
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_function(
        "words => document.querySelector('#panel .words').textContent.startsWith(words)", arg=words[2][:40]
    )
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.textContent") == words[1]
    page.keyboard.press("?")
    assert page.locator("dialog[open]").count() == 1
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "cari"
    page.keyboard.type("jk?")
    assert page.input_value("#cari") == "jk?", "in a field a letter is a letter"
    page.reload()
    page.wait_for_selector("#panel article .words")
    page.close()


def test_an_item_is_worked_with_the_keyboard(browser: Browser, served: Served) -> None:
    page = browser.new_page(viewport=WIDE)
    log_in(page, served.url, "kominfo", PASSWORD)
    page.goto(f"{served.url}/butir/{served.site.demo.codes['c3']}")
    page.keyboard.press("r")
    assert page.evaluate("document.activeElement.id") == "jawaban-teks"
    page.keyboard.press("Escape")
    page.keyboard.press("t")
    assert page.evaluate("document.querySelector('#teruskan').open")
    page.close()


def test_a_webhooks_address_is_copied_with_one_tap(browser: Browser, served: Served) -> None:
    context = browser.new_context(viewport=NARROW, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    log_in(page, served.url, "kominfo", PASSWORD)
    page.goto(f"{served.url}/platform/facebook")
    page.click("[data-copies=kait-facebook]")
    page.wait_for_selector("text=Tersalin")
    assert page.evaluate("navigator.clipboard.readText()") == page.input_value("#kait-facebook")
    assert page.input_value("#kait-facebook").endswith("/kait/facebook")
    context.close()


def test_everything_is_done_without_a_script(browser: Browser, served: Served) -> None:
    context = browser.new_context(viewport=WIDE, java_script_enabled=False)
    page = context.new_page()
    log_in(page, served.url, "kominfo", PASSWORD)
    page.goto(f"{served.url}/antrean?tab=all&cari=drainase")
    page.click(".row-words a")
    assert "/butir/" in page.url
    page.click("text=Ambil")
    assert page.locator(".notice").inner_text().strip().startswith("Butir ini sekarang Anda tangani")
    page.fill("#jawaban-teks", "Drainase dibersihkan besok pagi.")
    page.click("text=Simpan draf")
    assert page.input_value("#jawaban-teks") == "Drainase dibersihkan besok pagi."
    page.click("text=Tulis catatan")
    page.fill("#catatan-teks", "Sudah dicek.")
    page.click("text=Simpan catatan")
    assert "Sudah dicek." in page.locator(".timeline").inner_text()
    page.click(".menu > summary")
    page.click("text=Keluar")
    assert page.url.endswith("/masuk")
    context.close()
