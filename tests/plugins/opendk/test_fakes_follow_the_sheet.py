"""The pretended sub-districts answer as OpenDK's documentation says: checked without the plugin."""

from __future__ import annotations

import json

from bs4 import BeautifulSoup

from aggregator.conformance.world import Request

from .world import HOST, SubDistrict

COMPLAINT = {
    "komplain_id", "judul", "slug", "laporan", "status", "kategori", "nik", "nama", "anonim", "dilihat", "lampiran1",
    "detail_penduduk", "created_at", "updated_at",
}  # fmt: skip
ANSWER = {"komplain_id", "jawaban", "penjawab", "nik", "created_at", "updated_at"}
COMMENT = {"comment_id", "nama", "email", "body", "ip_address", "device", "status", "created_at", "updated_at"}


def ask(site, path, status=200):
    reply = site.kit()(Request("GET", f"https://{HOST}{path}"))
    assert reply.status == status
    return reply.body


def api(site, path):
    return json.loads(ask(site, f"/api/frontend/v1/{path}"))


def test_complaints_have_the_documented_keys():
    answer = api(SubDistrict(), "komplain?include=jawabs&sort=-updated_at")
    assert all(set(row["attributes"]) == COMPLAINT for row in answer["data"])
    assert {row["attributes"]["status"] for row in answer["data"]} == {"PROSES", "BELUM"}
    assert all(row["type"] == "jawabs" and set(row["attributes"]) == ANSWER for row in answer["included"])
    assert {row["attributes"]["penjawab"].isdigit() for row in answer["included"]} == {True, False}


def test_news_has_all_comments_also_those_not_enabled():
    answer = api(SubDistrict(), "artikel?include=comments&sort=-tanggal_terbit")
    assert all(set(row["attributes"]) == COMMENT for row in answer["included"])
    assert {row["attributes"]["status"] for row in answer["included"]} == {"enable", "disable"}
    named = {one["id"] for row in answer["data"] for one in row["relationships"]["comments"]["data"]}
    assert named == {row["id"] for row in answer["included"]}


def test_pages_hold_ten_and_thirty_at_most():
    site = SubDistrict()
    for number in range(100, 140):
        site.post(number, "Berita", "2026-03-05 08:00:00")
    assert len(api(site, "artikel")["data"]) == 10
    assert len(api(site, "artikel?page[size]=90")["data"]) == 30
    paging = api(site, "artikel?page[size]=90&page[number]=2")["meta"]["pagination"]
    assert (paging["total"], paging["count"], paging["total_pages"]) == (43, 13, 2)


def test_changed_complaints_come_first():
    site = SubDistrict().next_day()
    rows = api(site, "komplain?sort=-updated_at")["data"]
    assert [row["id"] for row in rows] == ["32", "35", "31"]


def test_pages_for_people_show_who_answered():
    soup = BeautifulSoup(ask(SubDistrict(), "/sistem-komplain/komplain/lampu-31"), "lxml")
    heads = [one.text for one in soup.select("div.media.well h4.media-heading")]
    assert heads == ["Dijawab oleh: Admin", "Dikomentari oleh: Dewi", "Dikomentari oleh: Budi"]
    assert "Tinjau" not in ask(SubDistrict(), "/sistem-komplain").decode()
    news = BeautifulSoup(ask(SubDistrict(), "/berita/vaksinasi-12"), "lxml")
    assert [one["data-id"] for one in news.select(".sectionComment [data-id]")] == ["23"]
    ask(SubDistrict(), "/berita/tidak-ada-99", 404)
