"""Sites that are no WordPress: selector configurations, their faults, and schema.org."""

from __future__ import annotations

import contextlib
import json

import pytest

from aggregator.conformance.world import Reply
from aggregator.contract import Kind, Malformed, Permanent, PlatformError
from plugins.website.platform import Website
from plugins.website.selectors import presets, read_config

from .reading import BASE, Reading

GUESTBOOK = """<html><head><title>Buku Tamu</title></head><body><h1>Buku Tamu</h1><table>
<tr><th>No</th><th>Tanggal</th><th>Nama</th><th>Pesan</th><th>Jawaban</th></tr>
<tr><td>1</td><td>4 Agustus 2026 09.15</td><td>Siti</td><td>Kapan posyandu buka?</td><td><p>Tiap Senin, Bu.</p></td></tr>
<tr><td>2</td><td>4 Agustus 2026 10.00</td><td>Budi</td><td>Jalan rusak &amp; gelap</td><td></td></tr>
<tr><td>3</td><td>4 Agustus 2026 10.00</td><td>Budi</td><td>Jalan rusak &amp; gelap</td><td></td></tr>
<tr><td>4</td><td>entah kapan</td><td>Dewi</td><td>Tanpa tanggal</td><td></td></tr>
</table></body></html>"""

CARDS = {
    "start": {"pages": ["/aduan?hal={n}"], "page_range": [1, 2]},
    "item": {"selector": "li.aduan", "skip_if": ".contoh"},
    "fields": {
        "id": {"attr": "id", "regex": "aduan-(\\d+)"},
        "author": {"selector": ".nama", "remove": ["i"], "default": "Anonim"},
        "time": {"selector": "time", "attr": "datetime", "fallback": ".tgl"},
        "text": {"selector": ".isi", "strip": '"'},
        "permalink": {"selector": "a", "attr": "href"},
    },
    "reply": {
        "selector": "li.jawab",
        "scope": "next_sibling",
        "official": {"author_in": ["Admin"]},
        "fields": {"author": ".nama", "text": ".isi"},
    },
    "expect": {"min_items": 1, "must_contain": "Aduan"},
    "drop": ".telepon",
}


def card(
    number: int,
    text: str,
    *,
    name: str = "<i>★</i>Siti",
    at: str = '<time datetime="2026-08-04T09:00:00+07:00">',
) -> str:
    return (
        f'<li class="aduan" id="aduan-{number}"><span class="nama">{name}</span>{at}</time>'
        f'<div class="isi">{text}<span class="telepon">0812-1</span></div><a href="/aduan/{number}#isi">baca</a></li>'
    )


PAGES = {
    "/buku-tamu": GUESTBOOK,
    "/aduan?hal=1": "<h1>Aduan</h1><ul>"
    + card(7, '"Lampu mati')
    + '<li class="jawab"><b class="nama">Admin</b><div class="isi">Sudah menyala.</div></li>'
    + '<li class="jawab"><b class="nama">Budi</b><div class="isi">Belum!</div></li>'
    + card(8, "Air keruh", at="<span class=tgl>kemarin 08.00</span>")
    + '<li class="aduan"><p class="contoh">x</p></li></ul>',
    "/aduan?hal=2": "<h1>Aduan</h1><ul>" + card(9, "Sampah", name="") + "</ul>",
    "/": "<html><head><title>Kelurahan</title></head><body>Selamat datang</body></html>",
}


def world(request):
    page = PAGES.get(request.url.removeprefix(BASE))
    return Reply.html("tidak ada", 404) if page is None else Reply.html(page)


def comments(reading: Reading) -> list:
    return [one for one in reading.store.messages.values() if one.kind is not Kind.POST]


def test_a_guest_book_is_read_with_its_answers():
    reading = Reading(selectors="guestbook-table").pull(world)
    found = comments(reading)
    assert [one.text for one in found] == [
        "Kapan posyandu buka?",
        "Tiap Senin, Bu.",
        "Jalan rusak & gelap",
        "Jalan rusak & gelap",
    ]
    assert found[1].parent_id == found[0].external_id
    assert found[0].created_at.isoformat() == "2026-08-04T02:15:00+00:00"
    assert [one.reason for one in reading.store.unreadable] == ["item without time"]


def test_twins_have_two_ids_that_stay():
    once, again = Reading(selectors="guestbook-table"), Reading(selectors="guestbook-table")
    ids = [one.external_id for one in comments(once.pull(world))]
    assert len(set(ids)) == len(ids) == 4
    assert ids == [one.external_id for one in comments(again.pull(world))]


def test_own_rules_read_pages_ids_times_and_replies():
    reading = Reading(selectors=json.dumps(CARDS)).pull(world)
    by_text = {one.text: one for one in comments(reading)}
    assert set(by_text) == {"Lampu mati", "Sudah menyala.", "Belum!", "Air keruh", "Sampah"}
    assert by_text["Lampu mati"].external_id == "7"
    assert by_text["Lampu mati"].author.name == "Siti"
    assert by_text["Lampu mati"].url == f"{BASE}/aduan/7"
    assert by_text["Sampah"].author.name == "Anonim"
    assert by_text["Air keruh"].precision == "minute"
    assert by_text["Sudah menyala."].parent_id == by_text["Belum!"].parent_id == "7"
    office = {one.author.external_id for one in reading.store.messages.values() if one.kind is Kind.POST}
    assert office == {by_text["Sudah menyala."].author.external_id} != {by_text["Belum!"].author.external_id}
    assert "0812" not in repr(reading.events)


def test_a_changed_page_is_told_and_buries_nobody():
    reading = Reading(selectors=json.dumps(CARDS)).pull(world)
    with pytest.raises(Malformed):
        reading.pull(lambda _: Reply.html("<h1>Aduan</h1>"))
    with pytest.raises(Malformed):
        reading.pull(lambda _: Reply.html("<h1>Sedang dalam perbaikan</h1>"))
    reading.threads(world)
    assert not reading.store.gone


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"item": {"selector": "li["}}, "item.selector"),
        ({"item": None}, "item"),
        ({"fields": {"author": ".x"}}, "fields.text"),
        ({"fields": {"text": ".x", "nik": ".y"}}, "fields.nik"),
        ({"fields": {"text": {"selector": ".x", "regex": "(a+)+"}}}, "fields.text.regex"),
        ({"fields": {"text": {"selector": ".x", "regex": "("}}}, "fields.text.regex"),
        ({"fields": {"text": 5}}, "fields.text"),
        ({"fields": {"text": {"selectr": ".x"}}}, "selectr"),
        ({"start": {"pages": ["https://jahat.id/"]}}, "start"),
        ({"start": {"pages": ["//jahat.id/"]}}, "start"),
        ({"start": {"pages": ["/x{n}"], "page_range": [1, 500]}}, "start.page_range"),
        ({"start": {"discover": {}}}, "start.discover"),
        ({"reply": {"selector": ".x", "fields": {"text": ".y"}, "scope": "atas"}}, "reply.scope"),
        ({"expect": {"min_items": -1}}, "expect.min_items"),
        ({"next_page": {"selector": "a", "max": 10_000}}, "next_page.max"),
        ({"preset": "tidak-ada"}, "preset"),
        ({"salah": 1}, "salah"),
    ],
)
def test_a_wrong_rule_is_explained(change, words):
    with pytest.raises(Permanent, match="Aturan baca") as told:
        read_config(json.dumps({**CARDS, **change}))
    assert words in told.value.message


@pytest.mark.parametrize("value", ["{", "[1]", "tidak-ada", "{" + " " * 30_000 + "}", '{"a":' * 2_000])
def test_what_is_no_rule_is_explained(value):
    with pytest.raises(Permanent, match="Aturan baca"):
        read_config(value)


def test_every_preset_is_a_valid_rule():
    assert len(presets()) == 10
    for name in presets():
        assert read_config(name).item
    assert read_config(json.dumps({"preset": "jcomments", "expect": {"min_items": 2}})).min_items == 2


def test_wordpress_presets_read_what_the_plugin_reads():
    from aggregator.conformance.cassette import Cassette

    from .reading import CASSETTES

    expected = json.loads((CASSETTES / "expected.json").read_text("utf-8"))
    for preset, scene in (("wordpress", "feed-twentytwentyone"), ("wp-block", "feed-twentytwentythree")):
        reading = Reading(selectors=preset)
        reading.pull(Cassette.read(CASSETTES / f"{scene}.json"))
        assert len(comments(reading)) >= 5
        for one in comments(reading):
            assert one.created_at.isoformat() == expected[scene][one.external_id]["date_gmt"] + "+00:00"


JSON_LD = """<html><head><title>Berita</title><script type="application/ld+json">
{"@graph": [{"@type": "Article", "comment": [
 {"@type": "Comment", "@id": "https://dinas.contoh.go.id/b#comment-5", "text": "Bagus <b>sekali</b>",
  "author": {"name": "Siti"}, "dateCreated": "2026-08-04T09:15:00+07:00",
  "comment": {"@type": "Comment", "text": "Terima kasih", "author": "Admin", "dateCreated": "2026-08-04T10:00:00+07:00"}},
 {"@type": "Comment", "author": {"name": "Tanpa isi"}}]}]}</script></head></html>"""
MICRODATA = """<html><body><div itemscope itemtype="https://schema.org/Comment" id="k1">
<span itemprop="author"><b itemprop="name">Budi</b></span><time itemprop="dateCreated"
datetime="2026-08-04T09:15:00+07:00"></time>
<p itemprop="text">Jalan rusak</p><div itemscope itemtype="https://schema.org/Comment" id="k2"><span
itemprop="author">Admin</span>
<time itemprop="dateCreated" datetime="2026-08-04T11:00:00+07:00"></time><p
itemprop="text">Segera</p></div></div></body></html>"""


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (JSON_LD, {"Bagus sekali": ("Siti", None), "Terima kasih": ("Admin", "5")}),
        (MICRODATA, {"Jalan rusak": ("Budi", None), "Segera": ("Admin", "k1")}),
    ],
)
def test_schema_org_comments_are_read(page, expected):
    def site(request):
        return Reply.html(page) if request.url == BASE + "/" else Reply.html("", 404)

    reading = Reading().pull(site)
    assert {one.text: (one.author.name, one.parent_id) for one in comments(reading)} == expected
    assert reading.driver == "html"


def test_a_site_without_comments_says_what_to_do():
    with pytest.raises(Permanent, match="Aturan baca"):
        Reading().pull(world)
    reading = Reading()
    face = Website().inspect(reading.account, reading.context(world))
    assert face.exists
    assert face.title == "Kelurahan"
    assert "Aturan baca" in face.problem


def test_inspect_says_how_a_site_is_read():
    from .world import SiteWorld, first_day

    reading = Reading()
    face = Website().inspect(reading.account, reading.context(SiteWorld(first_day())))
    assert face.reads == "komentar WordPress lewat REST"
    assert face.own_author_ids == {"user:5", "user:6"}
    assert not Website().inspect(reading.account, reading.context(lambda _: Reply.html("", 404))).exists
    guest = Reading(selectors="guestbook-table")
    assert "4 ditemukan" in Website().inspect(guest.account, guest.context(world)).reads
    wrong = Reading(selectors="{")
    assert "JSON" in Website().inspect(wrong.account, wrong.context(world)).problem


@pytest.mark.parametrize("selectors", ["{", "guestbook-table"])
def test_pulling_never_ends_outside_the_contract(selectors):
    for page in ("", "<table><tr>", "\x00", "<" * 5_000):
        with contextlib.suppress(PlatformError):
            Reading(selectors=selectors).pull(lambda _, page=page: Reply.html(page))
