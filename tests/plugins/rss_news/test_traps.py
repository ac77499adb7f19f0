"""What is hard in feeds: pages of HTML with status 200, dates in Indonesian or none, missing ids, twins, one page for
all, marks that sites do not give."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from aggregator.conformance.world import Reply
from aggregator.contract import Malformed, Permanent, RateLimited, Unreadable
from plugins.rss_news import parse
from plugins.rss_news.errors import GOOGLE_WAIT, NotAFeed

from .reading import PLATFORM, context, mark, messages, pull
from .world import ACCOUNT, HOST, NAMES, NOW, SEARCH, Press

ITEM = "<item><title>DPUPR {n}</title><link>https://radar.example/b/{n}</link>{more}</item>"


def feed(*items: str, encoding: str = "UTF-8", kind: str = "application/rss+xml", said: str | None = None):
    """A world that always shows these items."""
    head = f'<?xml version="1.0" encoding="{said or encoding}"?><rss version="2.0"><channel><title>Radar</title>'
    text = f"{head}{''.join(items)}</channel></rss>"
    return lambda _: Reply(200, {"content-type": kind}, text.encode(encoding))


def item(number: int = 1, more: str = "") -> str:
    return ITEM.format(n=number, more=more)


def dated(text: str) -> str:
    return item(more=f"<pubDate>{text}</pubDate>")


# -- what is no feed ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    ["", "<!doctype html><title>Gangguan</title><p>Kesalahan", "<html><body>Masuk</body></html>", "{}", "galat"],
    ids=["empty", "error-page", "login", "json", "words"],
)
def test_a_page_that_is_no_feed_is_malformed_and_moves_nothing(body):
    with pytest.raises(NotAFeed):
        pull(lambda _: Reply.html(body))
    snapshot = PLATFORM.inspect(ACCOUNT, context(lambda _: Reply.html(body)))
    assert "umpan" in snapshot.problem


def test_a_feed_whose_entries_have_another_name_is_malformed():
    with pytest.raises(Malformed):
        pull(feed("<berita><title>DPUPR 1</title></berita><berita><title>DPUPR 2</title></berita>"))


def test_a_feed_without_news_is_no_error():
    assert messages(pull(feed())) == []


def test_a_feed_that_breaks_off_gives_what_can_be_read():
    def cut(request):
        reply = feed(item(1), item(2), item(3))(request)
        return replace(reply, body=reply.body[: reply.body.rindex(b"<item>") + 15])

    assert [one.text for one in messages(pull(cut))][:2] == ["DPUPR 1", "DPUPR 2"]


# -- when -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("Tue, 03 Mar 2026 02:00:00 +0000", "2026-03-03T02:00:00+00:00"),
        ("Sel, 03 Mar 2026 09:00:00 +0700", "2026-03-03T02:00:00+00:00"),
        ("Sen, 04 Agu 2025 02:15:22 +0700", "2025-08-03T19:15:22+00:00"),
        ("Jumat, 05 Desember 2025 14:30 WIB", "2025-12-05T07:30:00+00:00"),
        ("Rabu, 01 Okt 2025 08:00 WITA", "2025-10-01T00:00:00+00:00"),
        ("12 Nopember 2025 pukul 07.05", "2025-11-12T00:05:00+00:00"),
        ("2026-03-03T09:00:00+07:00", "2026-03-03T02:00:00+00:00"),
        ("2026-03-03 09:00:00", "2026-03-03T09:00:00+00:00"),
    ],
)
def test_times_are_read_as_they_are_written(written, utc):
    [message] = messages(pull(feed(dated(written))))
    assert (message.created_at.isoformat(), message.precision) == (utc, "second")


@pytest.mark.parametrize(
    "more", ["", "<pubDate>kemarin sore</pubDate>", "<pubDate>Thu, 01 Jan 1970 00:00:00 +0000</pubDate>"]
)
def test_a_story_without_a_time_has_the_day_it_was_first_seen(more):
    ask = feed(item(more=more))
    [message] = messages(pull(ask))
    assert (message.created_at, message.precision) == (NOW, "day")
    assert messages(pull(ask, now=NOW + timedelta(days=2), known={message.external_id})) == []


def test_a_time_that_is_yet_to_come_is_no_time():
    [message] = messages(pull(feed(dated("Mon, 09 Mar 2026 12:00:00 +0000"))))  # local time, called UTC
    assert (message.created_at, message.precision) == (NOW, "day")


def test_a_clock_that_runs_ahead_a_little_is_now():
    [message] = messages(pull(feed(dated("Mon, 09 Mar 2026 05:20:00 +0000"))))
    assert (message.created_at, message.precision) == (NOW, "second")


# -- which ----------------------------------------------------------------------------------------------------------


def test_a_story_without_a_number_is_known_by_its_plain_address():
    ask = feed("<item><title>DPUPR</title><link>http://www.radar.example/b/1?utm_source=rss</link></item>")
    assert [one.external_id for one in messages(pull(ask))] == ["https://radar.example/b/1"]


def test_one_story_under_two_numbers_is_one_and_the_older_stays():
    guid = "<guid isPermaLink='false'>{}</guid><pubDate>{}</pubDate>".format
    late, early = guid("a", "Tue, 03 Mar 2026 02:00:00 +0000"), guid("b", "Mon, 02 Mar 2026 02:00:00 +0000")
    for items in ((item(1, late), item(1, early)), (item(1, early), item(1, late))):
        assert [one.external_id for one in messages(pull(feed(*items)))] == ["b"]
    same_words = item(1, early).replace("/b/1", "/b/77").replace("DPUPR 1", "DPUPR, 1!")
    assert [one.external_id for one in messages(pull(feed(item(1, late), same_words)))] == ["b"]


def test_a_very_long_number_is_kept_by_its_fingerprint():
    [message] = messages(pull(feed(item(more=f"<guid isPermaLink='false'>{'x' * 3000}</guid>"))))
    assert len(message.external_id) == 64


def test_a_story_without_a_title_is_unreadable_and_the_others_stay():
    bad = "<item><guid isPermaLink='false'>9</guid><description>DPUPR</description></item>"
    events = pull(feed(item(1), bad))
    assert [event.external_id for event in events if isinstance(event, Unreadable)] == ["9"]
    assert len(messages(events)) == 1


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "/b/1"])
def test_only_web_addresses_become_links(link):
    ask = feed(f"<item><title>DPUPR</title><link>{link}</link><guid isPermaLink='false'>1</guid></item>")
    [message] = messages(pull(ask))
    assert message.url is None or message.url == "https://radar.example/b/1"


def test_markup_is_gone_and_scripts_with_it():
    html = "<description><![CDATA[<p>Satu</p><p>Dua <b>tiga</b>, &amp; empat</p><script>alert(7731)</script>]]></description>"
    [message] = messages(pull(feed(item(more=html))))
    assert message.text == "DPUPR 1\n\nSatu Dua tiga, & empat"


def test_a_whole_article_is_cut_to_a_summary():
    [message] = messages(pull(feed(item(more=f"<description>{'panjang ' * 5000}</description>"))))
    assert len(message.text) < parse.LONGEST_SUMMARY + 20


@pytest.mark.parametrize(
    ("encoding", "said"), [("windows-1252", "windows-1252"), ("utf-8", "UTF-8"), ("windows-1252", "UTF-8")]
)
def test_letters_survive_whatever_the_encoding(encoding, said):
    ask = feed(item(more="<description>kafé “Melati”</description>"), encoding=encoding, said=said)
    assert messages(pull(ask))[0].text == "DPUPR 1\n\nkafé “Melati”"


def test_atom_is_read_too():
    press = Press()
    press.portal.more["format"] = "atom"
    [first, *_] = messages(pull(press.ask))
    assert (first.external_id, first.created_at.isoformat()) == (
        "tag:radar.example,2026:114",
        "2026-03-08T07:00:30+00:00",
    )
    assert first.text == "Drainase Muara Tersumbat\n\nMenurut Dinas Pekerjaan Umum, pengerukan dimulai Senin."


# -- Google News ----------------------------------------------------------------------------------------------------


def test_a_search_gives_the_publisher_and_the_title_without_it():
    press = Press()
    press.news(
        "301",
        "DPUPR Contoh Tambal Jalan",
        "2026-03-08T08:00:00+07:00",
        press.search,
        source=("harian.example", "Harian"),
    )
    press.news("302", "Sepak bola", "2026-03-08T09:00:00+07:00", press.search)
    [message] = messages(pull(press.ask, account=SEARCH))
    assert (message.external_id, message.text) == ("CBMi301", "DPUPR Contoh Tambal Jalan")
    assert (message.author.external_id, message.author.name) == ("harian.example", "Harian")
    assert message.url == "https://news.google.com/rss/articles/CBMi301?oc=5"  # opens in a browser, is never decoded


def test_a_search_that_finds_nothing_is_no_error():
    assert messages(pull(Press().ask, account=SEARCH)) == []


def test_google_that_names_no_wait_is_left_alone_for_hours():
    with pytest.raises(RateLimited) as raised:
        pull(lambda _: Reply.html("", 429), account=SEARCH)
    assert raised.value.retry_after == GOOGLE_WAIT
    with pytest.raises(RateLimited) as raised:
        pull(lambda _: Reply.html("", 429))
    assert raised.value.retry_after is None


# -- how far --------------------------------------------------------------------------------------------------------


def test_a_burst_longer_than_a_page_is_followed_to_what_is_known():
    press = Press()
    cursor = mark(pull(press.ask))
    for number in range(200, 235):
        press.news(str(number), f"DPUPR kabar {number}", f"2026-03-09T08:{number - 190:02d}:00+07:00")
    ctx = context(press.ask)
    events = list(PLATFORM.pull_since(ACCOUNT, cursor, ctx))
    assert {f"https://radar.example/?p={number}" for number in range(200, 235)} <= {
        one.external_id for one in messages(events)
    }
    assert ctx.http.calls == 4


def test_a_site_that_knows_no_pages_is_asked_once_more_and_not_for_ever():
    ctx = context(
        feed(*(item(number, f"<pubDate>Sun, 08 Mar 2026 0{number}:00:00 +0000</pubDate>") for number in range(1, 5)))
    )
    assert len(messages(list(PLATFORM.pull_since(ACCOUNT, None, ctx)))) == 4
    assert ctx.http.calls == 2


def test_nothing_older_than_what_is_asked_for_is_looked_up():
    press = Press()
    ctx = context(press.ask, since=NOW - timedelta(days=12))
    list(PLATFORM.pull_since(ACCOUNT, None, ctx))
    assert ctx.http.calls == 1


def test_other_names_read_the_feed_anew():
    press = Press()
    cursor = mark(pull(press.ask))
    assert messages(pull(press.ask, cursor)) == []
    account = replace(ACCOUNT, settings={"names": f"{NAMES}, pasar"})
    assert "https://radar.example/?p=102" in {one.external_id for one in messages(pull(press.ask, cursor, account))}


def test_without_names_a_person_is_asked_for_them():
    account = replace(ACCOUNT, settings={})
    with pytest.raises(Permanent, match="nama kantor"):
        pull(Press().ask, account=account)
    assert "nama kantor" in PLATFORM.inspect(account, context(Press().ask)).problem


# -- inspect --------------------------------------------------------------------------------------------------------


def test_inspect_shows_the_last_post():
    snapshot = PLATFORM.inspect(ACCOUNT, context(Press().ask))
    assert (snapshot.title, snapshot.active, snapshot.problem) == ("Radar Contoh", True, None)
    assert snapshot.last_post_at.isoformat() == "2026-03-08T07:00:30+00:00"
    assert snapshot.posts_30d is None  # the first page does not reach back so far


def test_a_silent_site_is_told_so():
    snapshot = PLATFORM.inspect(ACCOUNT, context(Press().ask, now=NOW + timedelta(days=45)))
    assert (snapshot.active, snapshot.posts_30d) == (False, 0)


def test_a_feed_that_is_gone_is_told_so():
    snapshot = PLATFORM.inspect(ACCOUNT, context(lambda _: Reply.html("", 410)))
    assert not snapshot.exists
    assert snapshot.problem


def test_the_account_reaches_its_own_host_only():
    with pytest.raises(Permanent):
        pull(lambda _: Reply(302, {"location": "https://lain.example/feed/"}, b""))
    assert HOST in ACCOUNT.url
