"""What a quiet cycle costs: one conditional request a feed."""

from __future__ import annotations

from aggregator.conformance.world import Request
from plugins.rss_news.platform import NewsPlatform

from .reading import context, mark, messages, pull
from .world import ACCOUNT, SEARCH, Press


def quiet(press: Press, account) -> tuple[int, list[int]]:
    """Calls of three quiet pulls, and the bytes each brought."""
    cursor, sizes = mark(pull(press.ask, account=account)), []
    press.internet.calls.clear()

    def weigh(request):
        reply = press.ask(request)
        sizes.append(len(reply.body))
        return reply

    for _ in range(3):
        events = list(NewsPlatform().pull_since(account, cursor, context(weigh, account)))
        assert messages(events) == []
        cursor = mark(events)
    return press.internet.calls_to("rss_news"), sizes


def test_a_quiet_feed_costs_one_conditional_request_without_a_body():
    assert quiet(Press(), ACCOUNT) == (3, [0, 0, 0])


def test_a_quiet_feed_without_marks_costs_one_request_and_no_more():
    press = Press()
    press.portal.more["marks"] = False
    calls, sizes = quiet(press, ACCOUNT)
    assert calls == 3
    assert min(sizes) > 1000


def test_a_quiet_search_costs_one_request():
    press = Press()
    press.news("301", "DPUPR Contoh Tambal Jalan", "2026-03-08T08:00:00+07:00", press.search)
    assert quiet(press, SEARCH)[0] == 3


def test_the_sites_marks_are_sent_back_to_the_letter():
    press = Press()
    cursor = mark(pull(press.ask))
    first = press.ask(Request("GET", ACCOUNT.url))
    ctx = context(press.ask)
    list(NewsPlatform().pull_since(ACCOUNT, cursor, ctx))
    sent = ctx.http.requests[0].headers
    assert sent["if-none-match"] == first.headers["etag"]
    assert sent["if-modified-since"] == first.headers["last-modified"] == "Sun, 08 Mar 2026 07:00:30 GMT"
