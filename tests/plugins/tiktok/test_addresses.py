"""What people paste for a TikTok account."""

from __future__ import annotations

import pytest

from plugins.tiktok.platform import TikTokPlatform

UNDERSTOOD = {
    "https://www.tiktok.com/@dinkes_contoh": "dinkes_contoh",
    "http://tiktok.com/@dinkes_contoh/": "dinkes_contoh",
    "tiktok.com/@dinkes_contoh": "dinkes_contoh",
    "www.tiktok.com/@Dinkes_Contoh": "dinkes_contoh",
    "https://m.tiktok.com/@dinkes_contoh?lang=id-ID": "dinkes_contoh",
    "https://www.tiktok.com/@dinkes.contoh?_t=8abcXYZ&_r=1": "dinkes.contoh",
    "https://www.tiktok.com/@dinkes_contoh/video/7401112223334445556": "dinkes_contoh",
    "https://www.tiktok.com/@dinkes_contoh/video/7401112223334445556?is_from_webapp=1&sender_device=pc": "dinkes_contoh",
    "https://www.tiktok.com/@dinkes_contoh/photo/7401112223334445557": "dinkes_contoh",
    "https://www.tiktok.com/@dinkes_contoh/live": "dinkes_contoh",
    "  https://www.tiktok.com/@dinkes_contoh#atas  ": "dinkes_contoh",
    "tiktok: dinkes_contoh": "dinkes_contoh",
    "TikTok @dinkes.contoh": "dinkes.contoh",
    "tt:@dinkes_contoh": "dinkes_contoh",
    "Tik Tok dinkes_contoh": "dinkes_contoh",
}
NOT_UNDERSTOOD = (
    "@dinkes_contoh",
    "dinkes_contoh",
    "https://vm.tiktok.com/ZSabc123/",
    "https://vt.tiktok.com/ZSabc123/",
    "https://www.tiktok.com/t/ZTabc123/",
    "https://www.tiktok.com/",
    "https://www.tiktok.com/foryou",
    "https://www.tiktok.com/tag/banjir",
    "https://www.tiktok.com/@",
    "https://www.tiktok.com/@nama dengan spasi",
    "https://tiktok.com.contoh.example/@dinkes_contoh",
    "https://www.instagram.com/@dinkes_contoh",
    "ftp://tiktok.com/@dinkes_contoh",
    "https://www.tiktok.com/@" + "a" * 25,
)


@pytest.mark.parametrize(("pasted", "key"), UNDERSTOOD.items(), ids=range(len(UNDERSTOOD)))
def test_an_address_names_its_account(pasted, key):
    found = TikTokPlatform().resolve(pasted)
    assert found is not None
    assert (found.platform, found.key, found.url) == ("tiktok", key, f"https://www.tiktok.com/@{key}")


@pytest.mark.parametrize("pasted", NOT_UNDERSTOOD, ids=range(len(NOT_UNDERSTOOD)))
def test_other_things_name_nobody(pasted):
    assert TikTokPlatform().resolve(pasted) is None
