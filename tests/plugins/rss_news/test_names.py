"""Which stories name the office."""

from __future__ import annotations

import pytest

from plugins.rss_news.address import search_url
from plugins.rss_news.names import Names

URL = "https://radar.example/feed/"


def names(**settings: str) -> Names:
    return Names.of(settings, URL)


@pytest.mark.parametrize(
    ("title", "summary", "told"),
    [
        ("DPUPR Tambal Jalan", "", True),
        ("dpupr tambal jalan", "", True),
        ("DPUPRKP Tambal Jalan", "", False),
        ("Kata Camat  Sukamaju, siap", "", True),
        ("Camat Sukamajubaru", "", False),
        ("Jalan rusak", "(DPUPR) diminta turun", True),
        ("Jalan rusak", "warga menunggu", False),
    ],
)
def test_names_are_whole_words(title, summary, told):
    assert names(names="DPUPR, Camat Sukamaju").stand_in(title, summary) is told


@pytest.mark.parametrize(
    ("title", "summary", "told"),
    [
        ("Banjir di Desa Mekarsari", "", True),
        ("Banjir", "Warga Desa Mekarsari mengungsi", False),
        ("Banjir", "Warga Desa Mekarsari, Kecamatan Sukamaju, mengungsi", True),
        ("Banjir Kecamatan Sukamaju", "Warga Desa Mekarsari mengungsi", True),
        ("Banjir Kecamatan Sukamaju", "Warga mengungsi", False),
    ],
)
def test_a_shared_name_in_the_summary_needs_its_place(title, summary, told):
    assert names(names="Desa Mekarsari", places="Kecamatan Sukamaju").stand_in(title, summary) is told


@pytest.mark.parametrize(
    ("query", "looked_for"),
    [
        ('"Dinas PUPR" OR DPUPR when:7d', ("Dinas PUPR", "DPUPR")),
        ("dpupr contoh -sepakbola site:radar.example", ("dpupr contoh",)),
    ],
)
def test_a_search_looks_for_its_own_words(query, looked_for):
    assert Names.of({}, search_url(query)).names == looked_for
    assert Names.of({"names": "Lain"}, search_url(query)).names == ("Lain",)


def test_signs_in_a_name_are_letters_like_others():
    assert names(names="Dinas P3AP2KB (Contoh)").stand_in("Acara Dinas P3AP2KB (Contoh) ramai", "")
    assert not names(names="a.b").stand_in("axb", "")
