"""Which addresses are sites, and under which one name."""

from __future__ import annotations

import pytest

from plugins.website.address import account_key, same_site, without_comment_page


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("https://dpupr.contoh.go.id", "dpupr.contoh.go.id"),
        ("http://dpupr.contoh.go.id/", "dpupr.contoh.go.id"),
        ("HTTPS://WWW.DPUPR.Contoh.go.id//", "dpupr.contoh.go.id"),
        ("dpupr.contoh.go.id", "dpupr.contoh.go.id"),
        ("  www.dpupr.contoh.go.id/  ", "dpupr.contoh.go.id"),
        ("https://dpupr.contoh.go.id:443/", "dpupr.contoh.go.id"),
        ("http://dpupr.contoh.go.id:8080/", "dpupr.contoh.go.id:8080"),
        ("http://127.0.0.1:8080", "127.0.0.1:8080"),
        ("http://localhost:9000/", "localhost:9000"),
        ("http://[::1]:9000/", "[::1]:9000"),
        ("https://kab.contoh.go.id/dinas/pu/", "kab.contoh.go.id/dinas/pu"),
        ("https://kab.contoh.go.id/index.php", "kab.contoh.go.id"),
        ("https://dpupr.contoh.go.id/wp-json/wp/v2/comments", "dpupr.contoh.go.id"),
        ("https://dpupr.contoh.go.id/2026/08/jalan/?p=1#comment-5", "dpupr.contoh.go.id"),
        ("https://dpupr.contoh.go.id/feed/", "dpupr.contoh.go.id"),
        ("https://kecamatan-contoh.blogspot.com/", "kecamatan-contoh.blogspot.com"),
        ("https://dinasé.example/", "xn--dinas-fsa.example"),
        ("https://www.facebook.com/dinas", None),
        ("https://m.facebook.com/dinas", None),
        ("instagram.com/dinas", None),
        ("https://www.youtube.com/@dinas", None),
        ("https://youtu.be/x", None),
        ("https://www.tiktok.com/@dinas", None),
        ("https://x.com/dinas", None),
        ("https://www.threads.net/@dinas", None),
        ("https://t.me/dinas", None),
        ("https://maps.app.goo.gl/x", None),
        ("https://www.google.com/maps/place/x", None),
        ("@dinas", None),
        ("dinas pu", None),
        ("", None),
        ("ftp://dpupr.contoh.go.id", None),
        ("https://nama:sandi@dpupr.contoh.go.id/", None),
        ("https://dpupr.contoh.go.id:99999/", None),
        ("surel@dpupr.contoh.go.id", None),
        ("javascript:alert(1)", None),
        ("https://[::1/", None),
        ("https://..go.id/", None),
    ],
)
def test_resolve(address, key):
    found = account_key(address)
    assert (found and found.key) == key
    if found:
        assert found.platform == "website"
        assert account_key(found.url) == found


def test_a_lookalike_of_a_platform_is_a_site():
    assert account_key("https://facebook.com.contoh.go.id/").key == "facebook.com.contoh.go.id"
    assert account_key("https://notx.com/").key == "notx.com"


@pytest.mark.parametrize(
    ("link", "page"),
    [
        ("https://a.id/jalan/#comment-5", "https://a.id/jalan/"),
        ("https://a.id/jalan/comment-page-2/#comment-5", "https://a.id/jalan/"),
        ("https://a.id/?p=4&cpage=2#comment-5", "https://a.id/?p=4"),
        ("https://a.id/?cpage=2&p=4", "https://a.id/?p=4"),
        ("https://a.id/?cpage=2", "https://a.id/"),
    ],
)
def test_a_comment_stands_under_its_post(link, page):
    assert without_comment_page(link) == page


def test_same_site_means_the_same_host():
    assert same_site("https://www.a.id/x", "http://a.id")
    assert not same_site("https://jahat.id/a.id", "https://a.id")
    assert not same_site("mailto:x", "https://a.id")
