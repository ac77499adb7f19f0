"""robots.txt is obeyed where pages made for people are read, kept for a day, not looked up needlessly."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta

import httpx2
import pytest

from aggregator.contract import BudgetSpent, Permanent, RateLimited, Transient
from aggregator.sync.http import GuardedHttp
from aggregator.sync.politeness import InMemoryHosts
from aggregator.sync.robots import for_programs

from .http_lab import NOW, OWN_HOST, SCRAPER, Answer, Clock, Site, resolves, serving, visit

RULES = b"""User-agent: *
Disallow: /admin
Crawl-delay: 7

User-agent: Sahut
Disallow: /rahasia
Allow: /rahasia/terbuka
Crawl-delay: 3
"""


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(Site()) as site:
        for path in ("/", "/rahasia/x", "/rahasia/terbuka", "/admin", "/wp-json/wp/v2/comments", "/feed/"):
            site.routes[path] = Answer()
        site.routes["/robots.txt"] = Answer(body=RULES)
        yield site


def scrape(site: Site, clock: Clock, memory: InMemoryHosts | None = None) -> GuardedHttp:
    return visit(
        f"http://dinas.example:{site.port}",
        info=SCRAPER,
        clock=clock,
        memory=memory,
        resolver=resolves(dinas_example=["127.0.0.1"], www_dinas_example=["127.0.0.1"]),
    )


def at(site: Site, path: str) -> str:
    return f"http://dinas.example:{site.port}{path}"


def test_the_group_for_sahut_is_obeyed(site: Site) -> None:
    clock = Clock()
    with scrape(site, clock) as http:
        http.get(at(site, "/"))
        http.get(at(site, "/rahasia/terbuka"))
        http.get(at(site, "/admin"))
        with pytest.raises(Permanent, match=r"robots\.txt"):
            http.get(at(site, "/rahasia/x"))
        assert http.calls == 4
    assert site.paths == ["/robots.txt", "/", "/rahasia/terbuka", "/admin"]
    assert clock.slept == [3, 3]


def test_a_page_behind_a_redirect_is_forbidden_too(site: Site) -> None:
    site.routes["/jalan"] = Answer(302, headers={"Location": "/rahasia/x"})
    with scrape(site, Clock()) as http, pytest.raises(Permanent, match=r"robots\.txt"):
        http.get(at(site, "/jalan"))
    assert "/rahasia/x" not in site.paths


def test_it_is_read_once_a_day_whichever_worker_reads(site: Site) -> None:
    clock, memory = Clock(), InMemoryHosts()
    for hours, readings in ((0, 1), (23, 1), (24, 2), (25, 2)):
        clock.now = NOW + timedelta(hours=hours)
        with scrape(site, clock, memory) as http:
            http.get(at(site, "/"))
        assert site.paths.count("/robots.txt") == readings


@pytest.mark.parametrize("status", [401, 403, 404, 410, 429])
def test_no_robots_txt_forbids_nothing(site: Site, status: int) -> None:
    site.routes["/robots.txt"] = Answer(status, b"User-agent: *\nDisallow: /")
    with scrape(site, Clock()) as http:
        assert http.get(at(site, "/rahasia/x")).status == 200


def test_a_site_whose_robots_txt_fails_is_left_alone_for_an_hour(site: Site) -> None:
    clock, memory = Clock(), InMemoryHosts()
    site.routes["/robots.txt"] = Answer(503)
    for minutes, readings in ((0, 1), (59, 1), (60, 2)):
        clock.now = NOW + timedelta(minutes=minutes)
        with scrape(site, clock, memory) as http, pytest.raises(Transient, match=r"robots\.txt"):
            http.get(at(site, "/"))
        assert site.paths == ["/robots.txt"] * readings
    site.routes["/robots.txt"] = Answer(body=RULES)
    clock.now = NOW + timedelta(minutes=120)
    with scrape(site, clock, memory) as http:
        assert http.get(at(site, "/")).status == 200


def test_a_long_delay_is_capped_and_never_waited_beyond_the_turn(site: Site) -> None:
    clock = Clock()
    site.routes["/robots.txt"] = Answer(body=b"User-agent: *\nCrawl-delay: 86400")
    with scrape(site, clock) as http:
        http.get(at(site, "/"))
        http.get(at(site, "/admin"))
        assert clock.slept == [30]
        http._budget.deadline = clock.now + timedelta(seconds=29)  # type: ignore[misc]
        with pytest.raises(BudgetSpent):
            http.get(at(site, "/"))
    assert clock.slept == [30]


def test_what_is_published_for_programs_is_not_looked_up(site: Site) -> None:
    site.routes["/robots.txt"] = Answer(body=b"User-agent: *\nDisallow: /")
    with scrape(site, Clock()) as http:
        http.get(at(site, "/wp-json/wp/v2/comments?per_page=1"))
        http.get(at(site, "/feed/"))
        http.post(at(site, "/"), json={})
    assert "/robots.txt" not in site.paths


def test_platforms_that_scrape_nothing_do_not_ask(site: Site) -> None:
    with visit(site.url, info=OWN_HOST) as http:
        http.get(site.url + "/rahasia/x")
    assert site.paths == ["/rahasia/x"]


def test_robots_txt_counts_as_a_call_and_may_be_redirected(site: Site) -> None:
    site.routes["/robots.txt"] = Answer(301, headers={"Location": "/aturan.txt"})
    site.routes["/aturan.txt"] = Answer(body=RULES)
    with scrape(site, Clock()) as http:
        with pytest.raises(Permanent, match=r"robots\.txt"):
            http.get(at(site, "/rahasia/x"))
        assert http.calls == 2


def test_the_page_itself_may_still_be_limited(site: Site) -> None:
    site.routes["/"] = Answer(429, headers={"Retry-After": "5"})
    with scrape(site, Clock()) as http, pytest.raises(RateLimited):
        http.get(at(site, "/"))


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/wp-json/wp/v2/comments", True), ("/?rest_route=/wp/v2/comments", True), ("/comments/feed/", True),
     ("/a/b/feed", True), ("/?feed=rss2&p=1", True), ("/feeds/comments/default", True), ("/rss.xml", True),
     ("/", False), ("/feedback", False), ("/berita/wp-json-bocor", False), ("/?cari=feed", False)],
)  # fmt: skip
def test_what_counts_as_published_for_programs(path: str, expected: bool) -> None:
    assert for_programs(httpx2.URL(f"https://dinas.example{path}")) is expected


def test_a_hostile_robots_txt_takes_no_time(site: Site) -> None:
    line = b"Disallow: /" + b"*a" * 5000 + b"$\n"
    site.routes["/robots.txt"] = Answer(body=b"User-agent: *\n" + line * 100)
    path = "/" + "a" * 4000 + "b"
    site.routes[path] = Answer()
    with scrape(site, Clock()) as http:
        began = time.monotonic()
        http.get(at(site, path))
        assert time.monotonic() - began < 5
