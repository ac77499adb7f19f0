"""Addresses as people paste them."""

from __future__ import annotations

import pytest

from aggregator.contract import Permanent
from plugins.facebook.platform import FacebookPlatform

ID = "100064512345678"
PAGES = {
    "https://www.facebook.com/dinkescontoh": "dinkescontoh",
    "https://www.facebook.com/Dinkes.Contoh": "dinkescontoh",  # capitals and dots name the same Page
    "facebook.com/dinkescontoh/": "dinkescontoh",
    "http://m.facebook.com/dinkescontoh?locale=id_ID&_rdr": "dinkescontoh",
    "https://web.facebook.com/dinkescontoh?_rdc=1&_rdr#": "dinkescontoh",
    "https://mbasic.facebook.com/dinkescontoh/photos": "dinkescontoh",
    "https://id-id.facebook.com/dinkescontoh/about/": "dinkescontoh",
    "https://fb.com/dinkescontoh": "dinkescontoh",
    "https://www.facebook.com/dinkescontoh/posts/pfbid02AbCdEfGh123": "dinkescontoh",
    "https://www.facebook.com/dinkescontoh/videos/1234567890123456/": "dinkescontoh",
    "https://www.facebook.com/dinkescontoh?mibextid=ZbWKwL": "dinkescontoh",
    "https://www.facebook.com/pg/dinkescontoh/posts/?ref=page_internal": "dinkescontoh",
    "https://m.me/dinkescontoh": "dinkescontoh",
    f"https://www.facebook.com/{ID}": ID,
    f"https://www.facebook.com/profile.php?id={ID}": ID,
    f"https://m.facebook.com/profile.php?id={ID}&mibextid=ZbWKwL": ID,
    f"https://www.facebook.com/p/Kelurahan-Kenanga-{ID}/": ID,
    f"https://www.facebook.com/people/Desa-Melati/{ID}/": ID,
    f"https://www.facebook.com/pages/Kecamatan-Muara/{ID}?fref=ts": ID,
    f"https://www.facebook.com/pages/category/Government-Organization/Dinas-Contoh-{ID}/": ID,
    f"https://www.facebook.com/Desa-Melati-{ID}/": ID,
    f"https://www.facebook.com/permalink.php?story_fbid=pfbid0AbC&id={ID}": ID,
    f"https://m.facebook.com/story.php?story_fbid=123456&id={ID}": ID,
    "fb: dinkes.contoh": "dinkescontoh",
    "Facebook @dinkescontoh": "dinkescontoh",
    "FB/dinkescontoh": "dinkescontoh",
    "  https://www.facebook.com/dinkescontoh \n": "dinkescontoh",
}
JUNK = (
    "@dinkescontoh",
    "dinkescontoh",
    "https://www.facebook.com",
    "https://www.facebook.com/share/p/1AbCdEfGhI/",
    "https://www.facebook.com/share/1AbCdEfGhI/?mibextid=wwXIfr",
    "https://fb.watch/aBcDeFgHiJ/",
    "https://www.facebook.com/watch/?v=1234567890",
    "https://www.facebook.com/reel/1234567890123456",
    "https://www.facebook.com/hashtag/infrastruktur",
    "https://www.facebook.com/events/1234567890/",
    "https://www.facebook.com/marketplace/",
    "https://www.facebook.com/login.php?next=x",
    "https://www.facebook.com/sharer/sharer.php?u=https%3A%2F%2Fcontoh.go.id",
    "https://l.facebook.com/l.php?u=https%3A%2F%2Fcontoh.go.id",
    "https://developers.facebook.com/docs",
    "https://facebook.com.penipu.example/dinkescontoh",
    "https://notfacebook.com/dinkescontoh",
    "https://admin:rahasia@www.facebook.com/dinkescontoh",
    "Facebook Dinas Kesehatan Contoh",
    "https://www.instagram.com/dinkescontoh",
)
REFUSED = {
    f"https://www.facebook.com/profile.php?id={ID}&sk=friends": "profil pribadi",
    "https://www.facebook.com/siti.aminah.12/friends": "profil pribadi",
    "https://www.facebook.com/siti.aminah.12/friends_mutual": "profil pribadi",
    "https://www.facebook.com/friends/suggestions": "profil pribadi",
    "https://www.facebook.com/groups/wargamuara": "grup",
    "https://m.facebook.com/groups/1234567890/permalink/987/": "grup",
}


@pytest.mark.parametrize(("address", "key"), PAGES.items())
def test_an_address_of_a_page_is_understood(address, key):
    found = FacebookPlatform().resolve(address)
    assert found is not None
    assert (found.key, found.url) == (key, f"https://www.facebook.com/{key}")


@pytest.mark.parametrize("address", JUNK)
def test_anything_else_is_nobodys(address):
    assert FacebookPlatform().resolve(address) is None


@pytest.mark.parametrize(("address", "word"), REFUSED.items())
def test_what_only_a_person_or_a_group_has_is_refused_with_the_remedy(address, word):
    with pytest.raises(Permanent, match=word) as refusal:
        FacebookPlatform().resolve(address)
    assert "Halaman (Page)" in refusal.value.message
