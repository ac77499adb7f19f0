"""Addresses of feeds and searches as people paste them."""

from __future__ import annotations

import pytest

from plugins.rss_news import address
from plugins.rss_news.platform import NewsPlatform

PLATFORM = NewsPlatform()
GOOGLE = "https://news.google.com/rss/search?q={}&hl=id&gl=ID&ceid=ID:id"
UNDERSTOOD = {
    "https://radar.example/feed/": "radar.example/feed",
    "http://www.radar.example/feed": "radar.example/feed",
    "radar.example/feed/": "radar.example/feed",
    "https://radar.example/feed/?utm_source=wa&fbclid=x": "radar.example/feed",
    "https://radar.example/category/daerah/feed/": "radar.example/category/daerah/feed",
    "https://radar.example/?s=dinas+pu&feed=rss2": "radar.example?s=dinas+pu&feed=rss2",
    "https://radar.example/rss.xml": "radar.example/rss.xml",
    "https://radar.example/rss/daerah": "radar.example/rss/daerah",
    "https://radar.example/atom.xml": "radar.example/atom.xml",
    "https://radar.example/daerah.rss": "radar.example/daerah.rss",
    "https://radar.example/berita?format=feed&type=rss": "radar.example/berita?format=feed&type=rss",
    "https://radar.example/feeds/posts/default?alt=rss": "radar.example/feeds/posts/default?alt=rss",
    "https://www.youtube.com/feeds/videos.xml?channel_id=UCx1": "youtube.com/feeds/videos.xml?channel_id=UCx1",
    "https://www.bing.com/news/search?q=dpupr&format=rss": "bing.com/news/search?q=dpupr&format=rss",
    "rss: https://radar.example/berita.php": "radar.example/berita.php",
    "feed:https://radar.example/feed/": "radar.example/feed",
    "feed://radar.example/feed/": "radar.example/feed",
    "https://radar.example/berita.php#umpan": "radar.example/berita.php",
    "berita: Dinas Pekerjaan Umum Contoh": "google news: dinas pekerjaan umum contoh",
    "Google News: DPUPR  Contoh": "google news: dpupr contoh",
    "news: Desa Mekarsari": "google news: desa mekarsari",
    "https://news.google.com/search?q=dpupr%20contoh&hl=en-US": "google news: dpupr contoh",
    "https://news.google.com/rss/search?q=DPUPR+contoh": "google news: dpupr contoh",
}
NO_FEED = [
    "https://radar.example/",
    "https://radar.example/berita/101/",
    "https://radar.example/comments/feed/",
    "https://radar.example/feeds/comments/default",
    "https://radar.example/2026/03/pos/feed/?withcomments=1",
    "https://radar.example/sitemap.xml",
    "https://news.google.com/topstories?hl=id",
    "https://news.google.com/rss/search?q=",
    "https://instagram.com/dinkes",
    "@dinkes",
    "berita terkini",
    "rss: dinkes",
    "ftp://radar.example/feed/",
    "https://admin:sandi@radar.example/feed/",
    "https://127.0.0.1/feed/",
    "https://radar.example:8080/feed/",
]


@pytest.mark.parametrize(("text", "key"), UNDERSTOOD.items())
def test_a_feed_is_understood(text, key):
    found = PLATFORM.resolve(text)
    assert found is not None
    assert found.key == key
    assert PLATFORM.resolve(found.url) == found


@pytest.mark.parametrize("text", NO_FEED)
def test_what_is_no_feed_is_left_alone(text):
    assert PLATFORM.resolve(text) is None


def test_a_search_asks_for_the_indonesian_edition():
    assert PLATFORM.resolve('berita: "DPUPR Contoh" when 7d').url == GOOGLE.format("%22DPUPR%20Contoh%22%20when%207d")


@pytest.mark.parametrize(
    ("link", "plain"),
    [
        ("http://www.radar.example/b/1?utm_source=rss&id=2#atas", "https://radar.example/b/1?id=2"),
        ("https://radar.example/b/1", "https://radar.example/b/1"),
        ("https://radar.example/?p=1&fbclid=zzz", "https://radar.example/?p=1"),
    ],
)
def test_a_link_without_what_counts_visitors(link, plain):
    assert address.canonical_link(link) == plain
