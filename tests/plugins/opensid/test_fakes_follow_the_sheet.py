"""The pretended villages answer as OpenSID's documentation says: checked without the plugin."""

from __future__ import annotations

import json
import re

import pytest
from bs4 import BeautifulSoup

from aggregator.conformance.world import Request
from aggregator.fakes.skins import opensid as skin

from .world import DESK, HOST, ROAD, Village

KEYS = {"nama", "judul", "isi", "status", "foto", "created_at", "updated_at", "child_count", "child"}
CHILD_KEYS = {"id", "id_pengaduan", "nama", "isi", "created_at"}
LEAKED = {"nik", "email", "telepon", "ip_address"}


def ask(village, path, status=200):
    reply = village.kit()(Request("GET", f"https://{HOST}{path}"))
    assert reply.status == status, path
    return reply


def page(village, path):
    return BeautifulSoup(ask(village, path).body, "lxml")


def complaints(village, query=""):
    return json.loads(ask(village, f"/internal_api/pengaduan{query}").body)


@pytest.mark.parametrize(("more", "extra"), [({}, set()), ({"leak": True}, LEAKED)])
def test_json_has_the_documented_keys(more, extra):
    answer = complaints(Village("json", **more))
    assert set(answer) == {"data", "meta", "links"}
    assert set(answer["meta"]["pagination"]) == {"total", "count", "per_page", "current_page", "total_pages"}
    for row in answer["data"]:
        assert row["type"] == "pengaduan"
        assert isinstance(row["id"], str)
        assert set(row["attributes"]) == KEYS | extra
        assert all(set(child) == CHILD_KEYS | extra for child in row["attributes"]["child"])


def test_json_pages_hold_thirty_at_most_and_sort_both_ways():
    village = Village("json")
    for number in range(400, 450):
        village.report(number, village.posts["301"].author, "Judul", "Isi", "2026-03-06 09:00:00")
    answer = complaints(village, "?page[size]=100&page[number]=2&sort=-created_at")
    assert (answer["meta"]["pagination"]["per_page"], len(answer["data"])) == (30, 23)
    ids = [row["id"] for row in complaints(village, "?sort=id&page[size]=3")["data"]]
    assert ids == ["301", "302", "303"]


def test_dates_and_texts_of_both_releases():
    before = complaints(Village("json"))["data"][0]["attributes"]
    after = complaints(Village("json", cut=True))["data"][0]["attributes"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", before["created_at"])
    assert re.fullmatch(r"\d\d [A-Z][a-z]+ \d{4} \d\d:\d\d", after["created_at"])


def test_older_villages_have_no_json_and_newer_ones_a_page_without_complaints():
    ask(Village("natra"), "/internal_api/pengaduan", 404)
    ask(Village(complaints=False), "/pengaduan", 404)
    shell = page(Village("json"), "/pengaduan")
    assert "internal_api/pengaduan" in str(shell)
    assert not shell.select('[id^="pengaduan3"]')


@pytest.mark.parametrize(("face", "target", "answer"), [
    ("natra", "data-target", ".support-content-comment p"), ("esensi", "data-bs-target", ".alert.alert-info p"),
])  # fmt: skip
def test_complaint_pages_match_the_documented_selectors(face, target, answer):
    soup = page(Village(face), "/pengaduan")
    dialogs = [one for one in soup.select('div.modal[id^="pengaduan"]') if one["id"] != "newpengaduan"]
    assert [one["id"] for one in dialogs] == ["pengaduan303", "pengaduan302", "pengaduan301"]
    assert {f"#{one['id']}" for one in dialogs} == {card[target] for card in soup.select(f'[{target}^="#pengaduan"]')}
    assert dialogs[2].select_one(".modal-body p.text-muted").text == "Pengaduan oleh Rahmat | 2026-03-02 10:11:12"
    lead, body = dialogs[2].select(answer)
    assert lead.text == "Ditanggapi oleh Desa Sukamaju | 2026-03-03 08:00:00"
    assert body.text.removeprefix('"') == "Sudah kami laporkan ke PLN."
    assert "Halaman 1 dari 1" in soup.text


def test_natra_articles_match_the_documented_selectors():
    box = page(Village("natra"), f"/{ROAD}").select_one("div.contact_bottom div.box-body")
    table = box.find("table", recursive=False)
    assert table.select_one(":scope > thead th").text.strip() == "Siti"
    assert table.select_one(":scope > tbody > tr:first-child > td > font > small").text == "01 Maret 2026 09:15:22"
    reply = table.select_one(":scope > tbody > tr:nth-child(2) table")
    assert reply.select_one("thead th code").text == "(Administrator)"


def test_esensi_articles_match_the_documented_selectors():
    soup = page(Village("esensi"), f"/{ROAD}")
    first, reply = soup.select("#listKomentar .accordion-body > div.flex")
    assert first.select_one("span:has(> i.fa-user)").text.strip() == "Siti"
    assert first.select_one("span:has(> i.fa-calendar-alt)").text.strip() == "1 Maret 2026"
    assert reply["style"] == "margin: 0 0 0 40px;"
    assert soup.select_one('form[action*="add_comment/"]')["action"].endswith("/add_comment/11")


def test_the_front_page_lists_the_ten_newest_comments_and_counts():
    village = Village("natra")
    for number in range(500, 512):
        village.say(number, 13, village.posts["301"].author, f"Komentar {number}", "2026-03-07 09:00:00")
    soup = page(village, "/")
    assert len(soup.select("#li-komentar li")) == skin.NEWEST
    card = soup.select_one(f'.catgimg2_container2:has(a[href$="{DESK}"]) .post_commentbox .fa-comments')
    assert card.next_sibling.strip() == "13"


def test_servers_without_rewriting_know_no_other_paths():
    village = Village(index=True)
    ask(village, "/pengaduan", 404)
    assert "/index.php/artikel/" in str(page(village, "/"))
    ask(village, "/index.php/pengaduan")


def test_waiting_comments_are_not_shown():
    village = Village("natra")
    path = "/artikel/2026/3/2/pasar-desa-dibuka-12"
    assert "Parkir motor" not in page(village, path).text
    village.world.approve(village.comments["206"])
    assert "Parkir motor" in page(village, path).text
    ask(village, "/artikel/2026/3/2/tidak-ada-99", 404)
