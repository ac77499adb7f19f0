"""Markup to words, words to moments."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from plugins.website.dates import read_date, zone_of
from plugins.website.text import clean, one_line, plain

NOW = datetime(2026, 8, 4, 5, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Kapan jalan diperbaiki?</p>\n", "Kapan jalan diperbaiki?"),
        ("<p>satu<br />\ndua</p>\n<p>tiga</p>\n", "satu\ndua\n\ntiga"),
        ("<p>a &lt; b &amp; &#8220;c&#8221;&nbsp;d</p>\n", "a < b & “c” d"),
        ("<p>spasi  ganda   dan\ttab</p>\n", "spasi ganda dan tab"),
        ('<p>lihat <a href="https://a.id">foto ini</a> ya</p>\n', "lihat foto ini ya"),
        ('<p>bagus <img src="x" alt="🙂" class="wp-smiley" /></p>\n', "bagus 🙂"),
        ("<blockquote><p>kutip</p></blockquote>\n<p>setuju</p>\n", "kutip\n\nsetuju"),
        ("<ul><li>satu</li><li>dua</li></ul>", "satu\n\ndua"),
        ("<p>teks<script>alert(1)</script><style>p{}</style></p>\n", "teks"),
        ("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n", "<script>alert(1)</script>"),
        ("<pre>a\n  b</pre>", "a\nb"),
        ("<p>a\x00b\x08c\ud83d</p>\n", "abc"),
        ("<p>tak tertutup <b>tebal", "tak tertutup tebal"),
        ("tanpa markah", "tanpa markah"),
        ("<p></p>\n", ""),
        ("", ""),
    ],
)
def test_plain(html, text):
    assert plain(html) == text


def test_a_page_nested_without_end_is_read():
    assert plain("<div>" * 20_000 + "dasar") in ("dasar", "")


def test_names_are_one_line():
    assert one_line(" Pak Joko &amp;\n Keluarga ") == "Pak Joko & Keluarga"
    assert clean("a\x00\udc00b\n") == "ab\n"


@pytest.mark.parametrize(
    ("text", "moment", "precision"),
    [
        ("2026-08-04T09:15:22+07:00", "2026-08-04T02:15:22", "second"),
        ("2026-08-04T02:15:22Z", "2026-08-04T02:15:22", "second"),
        ("2026-08-04 09:15", "2026-08-04T02:15:00", "minute"),
        ("2026-08-04", "2026-08-03T17:00:00", "day"),
        ("4 Agustus 2026 pukul 09.15", "2026-08-04T02:15:00", "minute"),
        ("04 Agustus 2026 09:15:22", "2026-08-04T02:15:22", "second"),
        ("Selasa, 4 Agu 2026 - 09:15 WITA", "2026-08-04T01:15:00", "minute"),
        ("August 1, 2026 at 11:00 pm", "2026-08-01T16:00:00", "minute"),
        ("1 Nopember 2026", "2026-10-31T17:00:00", "day"),
        ("17-Agt-2026", "2026-08-16T17:00:00", "day"),
        ("03/04/2026 10:00", "2026-04-03T03:00:00", "minute"),
        ("3.4.26", "2026-04-02T17:00:00", "day"),
        ("baru saja", "2026-08-04T05:00:00", "minute"),
        ("3 jam yang lalu", "2026-08-04T02:00:00", "minute"),
        ("2 hari lalu", "2026-08-02T05:00:00", "day"),
        ("seminggu yang lalu", "2026-07-28T05:00:00", "day"),
        ("5 minutes ago", "2026-08-04T04:55:00", "minute"),
        ("kemarin 08.30", "2026-08-03T01:30:00", "minute"),
        ("hari ini", "2026-08-03T17:00:00", "day"),
    ],
)
def test_dates(text, moment, precision):
    found = read_date(text, zone_of("WIB"), NOW)
    assert (found.at.isoformat()[:19], found.precision) == (moment, precision)


@pytest.mark.parametrize("text", ["", "entah", "31/02/2026", "99 Agustus 2026", "4 Blah 2026", "25:99"])
def test_what_is_no_date_is_none(text):
    assert read_date(text, zone_of(None), NOW) is None


def test_zones_have_short_names_and_a_default():
    assert str(zone_of("wit")) == "Asia/Jayapura"
    assert str(zone_of("Bukan/Zona")) == "Asia/Jakarta"
