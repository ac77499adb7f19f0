"""The pretended portals and search against RSS 2.0, RFC 4287 and HTTP's conditional requests."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from xml.etree import ElementTree

import pytest

from aggregator.conformance.world import Reply, Request
from plugins.rss_news.platform import NewsPlatform

from .world import ACCOUNT, SEARCH, Press

ATOM = "{http://www.w3.org/2005/Atom}"


def get(press: Press, url: str, **headers: str) -> Reply:
    return press.ask(Request("GET", url, {name.replace("_", "-"): value for name, value in headers.items()}))


def items(reply: Reply) -> list[ElementTree.Element]:
    root = ElementTree.fromstring(reply.body)
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    channel = root.find("channel")
    assert all(channel.findtext(name) for name in ("title", "link", "description"))
    return channel.findall("item")


def test_a_portal_shows_ten_stories_newest_first_in_wordpress_dress():
    shown = items(get(Press(), ACCOUNT.url))
    times = [parsedate_to_datetime(one.findtext("pubDate")) for one in shown]
    assert len(shown) == 10
    assert times == sorted(times, reverse=True)
    assert all(one.findtext("title") and one.find("guid").get("isPermaLink") == "false" for one in shown)


def test_the_pages_hold_every_story_once_and_end_in_404():
    press = Press()
    pages = [get(press, f"{ACCOUNT.url}?paged={number}") for number in (1, 2, 3)]
    guids = [one.findtext("guid") for page in pages[:2] for one in items(page)]
    assert len(guids) == len(set(guids)) == 14
    assert pages[2].status == 404


@pytest.mark.parametrize("mark", ["etag", "last-modified"])
def test_what_did_not_change_is_304_without_a_body(mark):
    press = Press()
    ask = {"etag": "if_none_match", "last-modified": "if_modified_since"}[mark]
    known = get(press, ACCOUNT.url).headers[mark]
    same = get(press, ACCOUNT.url, **{ask: known})
    assert (same.status, same.body) == (304, b"")
    press.next_day()
    assert get(press, ACCOUNT.url, **{ask: known}).status == 200


def test_atom_has_what_rfc_4287_demands():
    press = Press()
    press.portal.more["format"] = "atom"
    root = ElementTree.fromstring(get(press, ACCOUNT.url).body)
    entries = root.findall(f"{ATOM}entry")
    assert root.tag == f"{ATOM}feed"
    assert len(entries) == 10
    assert all(one.findtext(f"{ATOM}{name}") for one in entries for name in ("id", "title", "updated"))


def test_a_search_names_the_publisher_in_title_and_source():
    press = Press()
    press.news("301", "DPUPR Contoh Tambal Jalan", "2026-03-08T08:00:00+07:00", press.search)
    [one] = items(get(press, SEARCH.url))
    assert one.findtext("title") == "DPUPR Contoh Tambal Jalan - Radar Contoh"
    assert (one.findtext("source"), one.find("source").get("url")) == ("Radar Contoh", "https://radar.example")
    assert one.findtext("link").startswith("https://news.google.com/rss/articles/")


@pytest.mark.parametrize("url", [SEARCH.url.replace("gl=ID", "gl=US"), "https://tidak-ada.example/feed/"])
def test_what_is_not_there_is_refused(url):
    assert get(Press(), url).status in (404, 502)


def test_the_addresses_of_the_demo_are_those_the_plugin_reads():
    press = Press()
    skin = press.internet.skins["rss_news"]
    assert NewsPlatform().resolve(skin.address(press.portal)).key == ACCOUNT.key
    assert NewsPlatform().resolve(skin.address(press.search)).key == SEARCH.key
    assert skin.settings(press.portal) == ACCOUNT.settings
