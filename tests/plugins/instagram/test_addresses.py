"""Real-shaped addresses of Instagram, and what is none."""

from __future__ import annotations

import pytest

from plugins.instagram.addresses import resolve

OURS = [
    ("https://www.instagram.com/dinkes.contoh/", "dinkes.contoh"),
    ("https://instagram.com/Dinkes.Contoh", "dinkes.contoh"),
    ("instagram.com/dinkes.contoh", "dinkes.contoh"),
    ("http://m.instagram.com/dinkes.contoh/?hl=id", "dinkes.contoh"),
    ("https://www.instagram.com/dinkes.contoh?igsh=MWQ1ZGUxMzBkMA==&utm_source=qr", "dinkes.contoh"),
    ("https://www.instagram.com/pemdes_contoh/reels/", "pemdes_contoh"),
    ("https://www.instagram.com/pemdes_contoh/tagged/", "pemdes_contoh"),
    ("https://www.instagram.com/pemdes_contoh/p/DAbCdEfGhIj/", "pemdes_contoh"),
    ("https://www.instagram.com/stories/pemdes_contoh/3412345678901234567/", "pemdes_contoh"),
    ("https://www.instagram.com/_u/pemdes_contoh", "pemdes_contoh"),
    ("https://ig.me/m/pemdes_contoh", "pemdes_contoh"),
    ("https://instagr.am/rsud_contoh", "rsud_contoh"),
    ("instagram://user?username=rsud_contoh", "rsud_contoh"),
    ("https://l.instagram.com/?u=https%3A%2F%2Fwww.instagram.com%2Frsud_contoh%2F&e=AT0", "rsud_contoh"),
    ("https://www.instagram.com/@rsud_contoh", "rsud_contoh"),
    ("ig: dinkes.contoh", "dinkes.contoh"),
    ("IG @Dinkes.Contoh", "dinkes.contoh"),
    ("Instagram: @dinkes.contoh ", "dinkes.contoh"),
    ("instagram @dinkes.contoh", "dinkes.contoh"),
]

NOBODYS = [
    "@dinkes.contoh",
    "dinkes.contoh",
    "https://www.instagram.com/",
    "https://www.instagram.com/p/DAbCdEfGhIj/",
    "https://www.instagram.com/reel/DAbCdEfGhIj/?igsh=abc",
    "https://www.instagram.com/tv/DAbCdEfGhIj/",
    "https://www.instagram.com/share/BAabcdefgh",
    "https://www.instagram.com/explore/tags/kabupatencontoh/",
    "https://www.instagram.com/accounts/login/?next=/dinkes.contoh/",
    "https://www.instagram.com/stories/highlights/17900000000000001/",
    "https://www.instagram.com/nama..ganda/",
    "https://www.instagram.com/.dinkes/",
    "https://instagram.com.lain.example/dinkes.contoh",
    "https://www.facebook.com/dinkes.contoh",
    "https://l.instagram.com/?e=AT0",
    "digital: dinkes",
    "https://www.instagram.com/" + "a" * 31,
]


@pytest.mark.parametrize(("address", "key"), OURS)
def test_an_account_is_recognised(address, key):
    found = resolve(address)
    assert found is not None
    assert (found.platform, found.key, found.url) == ("instagram", key, f"https://www.instagram.com/{key}/")


@pytest.mark.parametrize("address", NOBODYS)
def test_what_names_no_account_is_nobodys(address):
    assert resolve(address) is None
