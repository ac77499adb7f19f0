"""Real-shaped addresses of Threads, and what is none."""

from __future__ import annotations

import pytest

from plugins.threads.addresses import normal, resolve

OURS = [
    ("https://www.threads.net/@pemkab.contoh", "pemkab.contoh"),
    ("https://www.threads.com/@Pemkab.Contoh", "pemkab.contoh"),
    ("https://threads.net/@pemkab.contoh/", "pemkab.contoh"),
    ("threads.com/@pemkab.contoh", "pemkab.contoh"),
    ("http://m.threads.net/@pemkab.contoh?hl=id", "pemkab.contoh"),
    ("https://www.threads.com/@pemkab.contoh?xmt=AQGzAbCd&slof=1", "pemkab.contoh"),
    ("https://www.threads.com/@pemkab.contoh?igshid=NTc4MTIwNjQ2YQ==", "pemkab.contoh"),
    ("https://www.threads.net/@pemkab.contoh/post/C8aBcDeFgHi", "pemkab.contoh"),
    ("https://www.threads.com/@pemkab.contoh/replies", "pemkab.contoh"),
    ("https://www.threads.com/@pemdes_contoh/media", "pemdes_contoh"),
    ("threads: @pemdes_contoh", "pemdes_contoh"),
    ("Threads @Pemdes_Contoh", "pemdes_contoh"),
    ("threads: pemdes_contoh", "pemdes_contoh"),
]

NOBODYS = [
    "@pemkab.contoh",
    "pemkab.contoh",
    "https://www.threads.net/",
    "https://www.threads.net/t/C8aBcDeFgHi",
    "https://www.threads.com/search?q=pemkab",
    "https://www.threads.com/login",
    "https://www.threads.com/intent/post?text=halo",
    "https://www.threads.com/@",
    "https://www.threads.com/@nama..ganda",
    "https://threads.com.lain.example/@pemkab.contoh",
    "https://www.instagram.com/pemkab.contoh/",
    "ig: pemkab.contoh",
]


@pytest.mark.parametrize(("address", "key"), OURS)
def test_a_profile_is_recognised(address, key):
    found = resolve(address)
    assert found is not None
    assert (found.platform, found.key, found.url) == ("threads", key, f"https://www.threads.com/@{key}")


@pytest.mark.parametrize("address", NOBODYS)
def test_what_names_no_profile_is_nobodys(address):
    assert resolve(address) is None


def test_old_permalinks_become_new_ones():
    assert normal("https://www.threads.net/@a/post/C1") == "https://www.threads.com/@a/post/C1"
