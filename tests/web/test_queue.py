"""The queue: tabs, filters, paging, what it says when there is nothing, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import event

from aggregator.app import App
from aggregator.contract import Author, Kind, Message, ThreadRef
from aggregator.domain.access import Role
from aggregator.services.intake import Source
from tests.fakes.demo import PASSWORD, Demo
from tests.web.site import Site, one
from web import create_app
from web.place import Place
from web.terms import TABS

EMPTY = {
    "support": "Tidak ada yang menunggu dukungan",
    "open": "Semua sudah dijawab",
    "mine": "Belum ada yang Anda ambil",
    "late": "Tidak ada yang terlambat",
    "triage": "Tidak ada yang menunggu triase",
}


def fill(demo: Demo, count: int) -> None:
    """Store complaints of people, newest first in the queue as number 0."""
    now = demo.core.clock()
    records = [
        Message(
            external_id=f"n{number}",
            kind=Kind.COMMENT,
            thread=ThreadRef(external_id="p1", url="https://pupr.contoh.example/p1", title="Perbaikan Jalan Melati"),
            author=Author(external_id=f"orang-{number}", name=f"Warga {number}"),
            text=f"Jalan nomor{number} rusak berlubang, tolong diperbaiki.",
            created_at=now - timedelta(minutes=number),
        )
        for number in range(count)
    ]
    source = Source(account_id=demo.accounts["PUPR"], platform="website", unit_id=demo.units["PUPR"], own_host=True)
    for start in range(0, count, 500):
        demo.core.intake.store(source, records[start : start + 500], now)
    demo.core.search_index.catch_up()


def rows(page: object) -> list[str]:
    return [link.text for link in page.select(".row-words a")]  # type: ignore[attr-defined]


@contextmanager
def counted(core: App) -> Iterator[list[str]]:
    """The statements that were run meanwhile, transaction control left out."""
    seen: list[str] = []

    def note(_c: object, _cur: object, statement: str, *_: object) -> None:
        if not statement.upper().startswith(("BEGIN", "COMMIT", "PRAGMA", "ROLLBACK")):
            seen.append(statement)

    engine = core.database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("tab", list(TABS))
def test_every_tab_opens_and_says_where_it_is(site: Site, tab: str) -> None:
    page = site.visitor("kominfo").page(f"/antrean?tab={tab}")
    assert one(page, ".tabs [aria-current=page]").text.startswith(TABS[tab])
    assert TABS[tab] in one(page, "h1").text
    assert rows(page) or one(page, ".empty-title").text == EMPTY[tab]
    assert "terbaca" in one(page, ".coverage").text or "akun" in one(page, ".coverage").text


def test_counts_agree_with_lists(site: Site) -> None:
    visitor = site.visitor("kominfo")
    for tab in ("open", "mine", "late", "support", "triage"):
        page = visitor.page(f"/antrean?tab={tab}")
        assert int(one(page, ".tabs [aria-current=page] .count").text) == len(rows(page)), tab


def test_pages_follow_each_other_without_gap_or_repeat(site: Site) -> None:
    fill(site.demo, 130)
    visitor = site.visitor("operator")
    forward, path = [], "/antrean?cari=rusak"
    while path:
        page = visitor.page(path)
        forward.append(rows(page))
        last, older = path, page.select_one("a[rel=next]")
        path = str(older["href"]) if older else ""
    assert [len(part) for part in forward] == [50, 50, 30]
    everything = [row for part in forward for row in part]
    assert everything == [f"Jalan nomor{n} rusak berlubang, tolong diperbaiki." for n in range(130)]
    newer = one(visitor.page(last), "a[rel=prev]")
    assert rows(visitor.page(str(newer["href"]))) == forward[1]
    assert parse_qs(urlsplit(str(newer["href"])).query)["cari"] == ["rusak"], "filters live in the URL"


def test_a_row_leads_to_its_item_and_back_to_its_place(site: Site) -> None:
    visitor = site.visitor("operator")
    row = one(visitor.page("/antrean?tab=all&cari=drainase&jenis=complaint"), ".row")
    item = visitor.page(str(one(row, "a")["href"]))
    back = str(one(item, ".back a")["href"])
    assert urlsplit(back).fragment == row["id"]
    assert parse_qs(urlsplit(back).query) == {"tab": ["all"], "cari": ["drainase"], "jenis": ["complaint"]}
    assert one(visitor.page(back), f"#{row['id']}")


def test_filters_narrow_and_can_be_taken_away(site: Site) -> None:
    visitor = site.visitor("kominfo")
    assert rows(visitor.page(f"/antrean?unit={site.demo.units['PUPR']}"))
    page = visitor.page("/antrean?platform=facebook&umur=older")
    assert not rows(page) and one(page, ".empty-title").text == "Tidak ada yang cocok"
    assert one(page, "#f-umur option[selected]")["value"] == "older"
    assert rows(visitor.page(str(one(page, ".empty a")["href"])))


def test_a_crooked_address_is_still_a_page(site: Site) -> None:
    visitor = site.visitor("operator")
    for query in (
        "tab=x&unit=abc&jenis=y&umur=z",
        "unit=99999999999999999999",
        "sebelum=%00&sesudah=--",
        "cari=%F0%9F%98%A2",
        "cari=" + "a" * 5000,
        "sebelum=zzz",
        "unit=-1",
        "unit=²",
        "butir=<x>",
        'cari="',
        "cari=*",
        "cari=AND OR NOT",
        "tab=open&tab=late",
        "cari=%00",
    ):
        visitor.page(f"/antrean?{query}")


def test_an_empty_house_says_what_to_do_first(core: App) -> None:
    core.people.add("kominfo", "Kominfo", Role.DISKOMINFO, None, PASSWORD)
    core.people.add("bupati", "Bupati", Role.LEADER, None, PASSWORD)
    site = Site(create_app(core), Demo(core, {}, {}, {}, {}))
    page = site.visitor("kominfo").page("/antrean")
    assert one(page, ".empty a")["href"] == "/akun/tambah"
    assert "Mintalah Diskominfo" in one(site.visitor("bupati").page("/antrean"), ".empty").text
    for path in ("/unit", "/akun", "/triase", "/antrean?tab=all"):
        assert one(site.visitor("kominfo").page(path), ".empty-title").text


def test_units_open_their_lists(site: Site) -> None:
    visitor = site.visitor("kominfo")
    for row in visitor.page("/unit").select("tbody tr"):
        waiting = one(row, "td a")
        shown = rows(visitor.page(str(waiting["href"])))
        assert len(shown) == int(waiting.text)


def test_a_part_is_only_the_list(site: Site) -> None:
    answer = site.visitor("operator").get("/antrean", headers={"X-Sahut-Fragment": "1"})
    assert "<html" not in answer.text and 'id="baris"' in answer.text


@pytest.mark.parametrize(
    "path",
    ["/antrean", "/antrean?tab=all", "/antrean?cari=jalan", "/antrean?tab=late&jenis=complaint", "/butir"],
)
def test_a_page_asks_the_database_at_most_five_times_and_a_search_seven(site: Site, path: str) -> None:
    fill(site.demo, 60)
    visitor = site.visitor("kominfo")
    path = f"/butir/{site.demo.codes['c1']}" if path == "/butir" else path
    visitor.page(path)
    with counted(site.demo.core) as statements:
        visitor.page(path)
    assert 0 < len(statements) <= (14 if "/butir" in path else 7 if "cari=" in path else 5), statements


def test_a_place_survives_its_own_words() -> None:
    place = Place.of(
        {"tab": "late", "unit": "7", "jenis": "praise", "umur": "week", "cari": " a&b=ü ", "sebelum": "x1"}
    )
    assert Place.of_query(place.query()) == place
    assert Place.of_query(place.query(sebelum=None)).older_than is None
    assert Place.of_query("a&b=&=c") == Place.of({})
