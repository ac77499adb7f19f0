"""What people paste for an X account."""

from __future__ import annotations

import pytest

from plugins.x.platform import XPlatform

UNDERSTOOD = {
    "https://x.com/dinkes_contoh": "dinkes_contoh",
    "https://www.x.com/Dinkes_Contoh/": "dinkes_contoh",
    "http://twitter.com/dinkes_contoh": "dinkes_contoh",
    "https://mobile.twitter.com/dinkes_contoh": "dinkes_contoh",
    "https://m.twitter.com/dinkes_contoh": "dinkes_contoh",
    "x.com/dinkes_contoh": "dinkes_contoh",
    "twitter.com/@dinkes_contoh": "dinkes_contoh",
    "https://x.com/dinkes_contoh?s=20&t=abcDEF": "dinkes_contoh",
    "https://x.com/dinkes_contoh/status/1984000000000000123": "dinkes_contoh",
    "https://twitter.com/dinkes_contoh/status/1984000000000000123?ref_src=twsrc%5Etfw": "dinkes_contoh",
    "https://x.com/dinkes_contoh/with_replies": "dinkes_contoh",
    "  https://x.com/dinkes_contoh#m  ": "dinkes_contoh",
    "twitter: dinkes_contoh": "dinkes_contoh",
    "Twitter @dinkes_contoh": "dinkes_contoh",
    "x: @Dinkes_Contoh": "dinkes_contoh",
    "X @dinkes_contoh": "dinkes_contoh",
}
NOT_UNDERSTOOD = (
    "@dinkes_contoh",
    "dinkes_contoh",
    "x dinkes",
    "https://x.com/",
    "https://x.com/home",
    "https://x.com/search?q=banjir",
    "https://x.com/hashtag/banjir",
    "https://x.com/i/status/1984000000000000123",
    "https://x.com/intent/post?text=halo",
    "https://t.co/abcDEF123",
    "https://x.com.contoh.example/dinkes_contoh",
    "https://fedex.com/dinkes_contoh",
    "https://x.com/nama_yang_terlalu_panjang",
    "https://x.com/nama-salah",
    "ftp://x.com/dinkes_contoh",
)


@pytest.mark.parametrize(("pasted", "key"), UNDERSTOOD.items(), ids=range(len(UNDERSTOOD)))
def test_an_address_names_its_account(pasted, key):
    found = XPlatform().resolve(pasted)
    assert found is not None
    assert (found.platform, found.key, found.url) == ("x", key, f"https://x.com/{key}")


@pytest.mark.parametrize("pasted", NOT_UNDERSTOOD, ids=range(len(NOT_UNDERSTOOD)))
def test_other_things_name_nobody(pasted):
    assert XPlatform().resolve(pasted) is None
