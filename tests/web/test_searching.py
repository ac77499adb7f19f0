"""Searching in the queue: what was understood, what is marked, and that neither shows what it must not."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup

from aggregator.contract import Author, Kind, Message, ThreadRef
from aggregator.services.intake import Source
from tests.web.payloads import PAYLOADS
from tests.web.site import Site, one

NIK = "1702014507900001"


def tell(site: Site, *texts: str) -> None:
    """Messages to the office of the operator, indexed."""
    demo = site.demo
    records = [
        Message(
            external_id=f"s{number}",
            kind=Kind.COMMENT,
            thread=ThreadRef(external_id="p1", url="https://pupr.contoh.example/p1", title="Perbaikan Jalan Melati"),
            author=Author(external_id=f"warga-{number}", name=f"Warga {number}"),
            text=text,
            created_at=demo.core.clock() - timedelta(minutes=number),
        )
        for number, text in enumerate(texts)
    ]
    source = Source(account_id=demo.accounts["PUPR"], platform="website", unit_id=demo.units["PUPR"], own_host=True)
    demo.core.intake.store(source, records, demo.core.clock())
    demo.core.search_index.catch_up()


def searched(site: Site, words: str, role: str = "operator") -> BeautifulSoup:
    return site.visitor(role).page(f"/antrean?tab=all&cari={quote(words)}")


def test_the_page_says_how_it_understood_and_marks_what_it_found(site: Site) -> None:
    tell(site, "Jln dekat terminal rusaknya parah sekali", "Terminal bersih")
    page = searched(site, "jalan rusak terminal")
    assert [mark.text for mark in page.select(".row-words mark")] == ["Jln", "terminal", "rusaknya"]
    said = " ".join(one(page, ".sought-words").text.split())
    assert said == "Dicari: jalan, rusak, terminal (juga: jln, rusaknya)"
    assert "Cara mencari" in one(page, ".how summary").text
    assert page.select_one(".how[open]") is None


def test_operators_are_said_in_names(site: Site) -> None:
    tell(site, "Jalan terminal rusak")
    said = " ".join(
        one(searched(site, "terminal -lampu unit:pupr platform:website dari:@warga"), ".sought-words").text.split()
    )
    unit = site.demo.core.units.name(site.demo.units["PUPR"])
    assert said.startswith(f"Dicari: terminal, unit: {unit}, platform: Situs web") and said.endswith("· Tanpa: lampu")
    page = searched(site, "unit:tidakada jalan")
    assert "Tidak ada unit bernama “tidakada”." in one(page, ".sought").text
    assert one(page, ".empty-title").text == "Tidak ada yang cocok"


def test_the_queue_without_a_search_says_nothing_of_it(site: Site) -> None:
    assert site.visitor("operator").page("/antrean?tab=all").select_one(".sought, .row-words mark") is None


@pytest.mark.parametrize("role", ["kominfo", "operator", "bupati"])
def test_a_number_is_neither_found_nor_confirmed(site: Site, role: str) -> None:
    tell(site, f"Terminal gelap, NIK {NIK} belum terdaftar bantuan")
    page = searched(site, f"terminal {NIK}", role)
    assert "tidak dapat dicari" in one(page, ".sought").text
    assert [row.select_one("mark").text for row in page.select(".row")] == ["Terminal"]  # type: ignore[union-attr]
    assert (NIK in one(page, ".row-words").text) == (role == "operator"), "only the office that handles it reads it"
    for part in (NIK[:6], NIK[-4:], f'"NIK {NIK[:6]}"'):
        assert searched(site, part, role).select(".row") == [], part


@pytest.mark.parametrize("payload", PAYLOADS[::9])
def test_payloads_in_the_search_and_around_its_hits_stay_text(site: Site, payload: str) -> None:
    payload = payload.replace("\x00", "")
    tell(site, f"{payload} terminal {payload} rusak")
    for words in ("terminal rusak", payload, f"terminal {payload}", f"unit:{payload}", f'"{payload}"', f"-{payload}"):
        page = searched(site, words, "kominfo")
        assert not page.select(
            ".list script, .list img, .list iframe, .list svg[onload], .list [onerror], .list object"
        ), words
        assert all(not name.startswith("on") for tag in page.select(".list *") for name in tag.attrs), words
    row = one(searched(site, "terminal rusak", "kominfo"), ".row-words")
    assert "terminal" in [mark.text for mark in row.select("mark")]
    assert all(not mark.select("*") for mark in row.select("mark"))
