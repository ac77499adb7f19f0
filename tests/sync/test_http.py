"""The guarded client does what the contract says: sends what it is told, follows redirects, counts, waits."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.contract import (
    AuthExpired,
    BudgetSpent,
    Gone,
    Http,
    Malformed,
    Permanent,
    PlatformInfo,
    RateLimited,
    Transient,
)
from aggregator.sync.http import HttpSettings
from aggregator.sync.politeness import InMemoryHosts, LocalPace

from .http_lab import NOW, Answer, Asked, Clock, RawServer, Site, read_request, resolves, serving, visit


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(Site()) as site:
        yield site


def test_it_keeps_the_contract(site: Site) -> None:
    headers = {"X-WP-Total": "7", "Link": "<a>", "Set-Cookie": "s=1"}
    site.routes["/x"] = Answer(body=b'{"a": [1]}', headers=headers)
    with visit(site.url, contact="https://kab.example/bot") as http:
        line: Http = http
        answer = line.get(site.url + "/x?lama=1", params={"page": 2, "after": "2026-01-01T00:00:00+07:00"})
    assert (answer.status, answer.json()) == (200, {"a": [1]})
    assert answer.headers["x-wp-total"] == "7"
    assert "set-cookie" not in answer.headers
    assert answer.url.startswith(site.url + "/x?")
    asked = site.asked[0]
    assert asked.path == "/x?lama=1&page=2&after=2026-01-01T00%3A00%3A00%2B07%3A00"
    assert asked.headers["user-agent"] == "Sahut/0.1 (+https://kab.example/bot)"
    assert asked.headers["accept-encoding"] == "gzip, deflate"


def test_parameters_join_those_in_the_address(site: Site) -> None:
    site.routes["/"] = Answer()
    with visit(site.url) as http:
        http.get(site.url + "/?rest_route=/wp/v2/comments", params={"per_page": 100})
    assert site.paths == ["/?rest_route=%2Fwp%2Fv2%2Fcomments&per_page=100"]


def test_post_sends_json_or_a_form_with_the_password(site: Site) -> None:
    site.routes["/c"] = Answer(201, b"{}")
    with visit(site.url) as http:
        http.post(site.url + "/c", json={"content": "Terima kasih"}, auth=("admin", "abcd EFGH"))
        http.post(site.url + "/c", data={"isi": "ya & tidak"})
    first, second = site.asked
    assert json.loads(first.body) == {"content": "Terima kasih"}
    assert first.headers["content-type"] == "application/json"
    assert first.headers["authorization"] == "Basic YWRtaW46YWJjZCBFRkdI"
    assert second.body == b"isi=ya+%26+tidak"
    assert "authorization" not in second.headers


def test_a_plugin_cannot_set_the_lines_own_headers(site: Site) -> None:
    site.routes["/"] = Answer()
    with visit(site.url) as http:
        http.get(site.url, headers={"Host": "lain.example", "Cookie": "a=b", "USER-AGENT": "x", "X-Own": "1"})
    headers = site.asked[0].headers
    assert headers["host"] == f"127.0.0.1:{site.port}"
    assert headers["user-agent"].startswith("Sahut/")
    assert (headers.get("cookie"), headers["x-own"]) == (None, "1")


def test_no_cookies_no_proxy_no_netrc(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login mallory password rahasia\n")
    site.routes["/"] = Answer(headers={"Set-Cookie": "sid=1; Path=/"})
    with serving(RawServer()) as proxy, visit(site.url) as http:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.setenv("NETRC", str(netrc))
        http.get(site.url)
        http.get(site.url)
        assert proxy.accepted == 0
    assert all(not {"cookie", "authorization"} & asked.headers.keys() for asked in site.asked)
    assert len(site.asked) == 2


@pytest.mark.parametrize(
    ("status", "headers", "error"),
    [
        (401, {}, AuthExpired),
        (403, {}, AuthExpired),
        (404, {}, Gone),
        (410, {}, Gone),
        (429, {"Retry-After": "90"}, RateLimited),
        (500, {}, Transient),
        (503, {}, Transient),
        (503, {"Retry-After": "90"}, RateLimited),
        (400, {}, Permanent),
        (304, {}, Malformed),
    ],
)
def test_statuses_become_errors_unless_allowed(
    site: Site, status: int, headers: dict[str, str], error: type[Exception]
) -> None:
    site.routes["/"] = Answer(status, b"", headers)
    with visit(site.url) as http:
        with pytest.raises(error) as caught:
            http.get(site.url)
        assert http.get(site.url, allow=(status,)).status == status
    if isinstance(caught.value, RateLimited):
        assert caught.value.retry_after == 90


def test_redirects_are_followed_counted_and_bounded(site: Site) -> None:
    for hop in range(6):
        site.routes[f"/{hop}"] = Answer(302, headers={"Location": f"/{hop + 1}"})
    site.routes["/6"] = Answer(body=b"sampai")
    with visit(site.url) as http:
        answer = http.get(site.url + "/1", headers={"X-Token": "t"})
        assert (answer.body, answer.url, http.calls) == (b"sampai", site.url + "/6", 6)
        with pytest.raises(Permanent, match="tanpa akhir"):
            http.get(site.url + "/0")
        assert http.get(site.url + "/0", allow=(302,)).headers["location"] == "/1"
    assert all(asked.headers["x-token"] == "t" for asked in site.asked[:6])


def test_secrets_stay_behind_when_the_host_changes(site: Site) -> None:
    site.routes["/"] = lambda asked: Answer(301, headers={"Location": f"http://www.dinas.example:{site.port}/akhir"})
    site.routes["/akhir"] = Answer()
    account = f"http://dinas.example:{site.port}"
    both = resolves(dinas_example=["127.0.0.1"], www_dinas_example=["127.0.0.1"])
    with visit(account, resolver=both) as http:
        http.get(account + "/", auth=("a", "b"), headers={"X-Api-Key": "k", "If-None-Match": '"e"'})
    before, after = (asked.headers for asked in site.asked)
    assert {"authorization", "x-api-key", "if-none-match"} <= before.keys()
    assert not {"authorization", "x-api-key"} & after.keys()
    assert after["if-none-match"] == '"e"'


def test_a_redirect_to_another_site_is_refused_by_name(site: Site) -> None:
    site.routes["/"] = Answer(301, headers={"Location": "https://judi.example/?token=rahasia"})
    with visit(site.url) as http, pytest.raises(Permanent, match=r"judi\.example") as caught:
        http.get(site.url)
    assert "rahasia" not in str(caught.value)
    assert http.calls == 1


def test_a_post_stays_a_post_only_where_it_should(site: Site) -> None:
    account = f"http://dinas.example:{site.port}"
    both = resolves(dinas_example=["127.0.0.1"], www_dinas_example=["127.0.0.1"])

    def to_www(asked: Asked) -> Answer:
        if asked.headers["host"].startswith("www."):
            return Answer(201)
        return Answer(301, headers={"Location": f"http://www.dinas.example:{site.port}/komentar"})

    site.routes["/komentar"] = to_www
    site.routes["/kirim"] = Answer(302, headers={"Location": "/terkirim"})
    site.routes["/pindah"] = Answer(307, headers={"Location": "/terkirim"})
    site.routes["/terkirim"] = Answer()
    with visit(account, resolver=both) as http:
        for path in ("/komentar", "/kirim", "/pindah"):
            http.post(account + path, json={"isi": 1})
    assert [(asked.method, asked.path, asked.body) for asked in site.asked] == [
        ("POST", "/komentar", b'{"isi":1}'),
        ("POST", "/komentar", b'{"isi":1}'),
        ("POST", "/kirim", b'{"isi":1}'),
        ("GET", "/terkirim", b""),
        ("POST", "/pindah", b'{"isi":1}'),
        ("POST", "/terkirim", b'{"isi":1}'),
    ]


def test_a_password_is_not_sent_in_the_open() -> None:
    lookups: list[str] = []

    def resolver(host: str, port: int) -> list[str]:
        lookups.append(host)
        return []

    with (
        visit("http://dinas.example", allow_private=False, resolver=resolver) as http,
        pytest.raises(Permanent, match="https"),
    ):
        http.post("http://dinas.example/wp-json", auth=("admin", "rahasia"))
    assert lookups == []


def test_every_request_is_counted_and_none_goes_beyond_the_budget(site: Site) -> None:
    site.routes["/"] = Answer(302, headers={"Location": "/a"})
    site.routes["/a"] = Answer()
    with visit(site.url, calls=3) as http:
        http.get(site.url + "/")
        with pytest.raises(BudgetSpent):
            http.get(site.url + "/")
        assert http.calls == 3
        with pytest.raises(BudgetSpent):
            http.get(site.url + "/a")
    assert len(site.asked) == 3


def test_no_call_after_the_turns_deadline(site: Site) -> None:
    clock = Clock()
    site.routes["/"] = Answer()
    with visit(site.url, clock=clock, deadline=NOW + timedelta(minutes=1)) as http:
        http.get(site.url)
        clock.now += timedelta(minutes=1)
        with pytest.raises(BudgetSpent):
            http.get(site.url)
    assert len(site.asked) == 1


def test_a_host_is_given_time_between_calls() -> None:
    clock, memory = Clock(), InMemoryHosts()
    first = LocalPace(memory, gap_seconds=2, sleep=clock.sleep, clock=clock)
    second = LocalPace(memory, gap_seconds=2, sleep=clock.sleep, clock=clock)
    first.wait_turn("dinas.example")
    second.wait_turn("dinas.example")  # another worker, the same host
    second.wait_turn("lain.example")
    first.wait_turn("dinas.example", gap_seconds=10)
    first.wait_turn("dinas.example")
    assert clock.slept == [2, 2, 10]
    with pytest.raises(BudgetSpent):
        first.wait_turn("dinas.example", latest=clock.now + timedelta(seconds=1))
    first.wait_turn("dinas.example", latest=clock.now + timedelta(seconds=2))  # the refusal took no turn
    assert clock.slept == [2, 2, 10, 2]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_this_machine_needs_no_pause(host: str) -> None:
    clock = Clock()
    pace = LocalPace(InMemoryHosts(), gap_seconds=9, sleep=clock.sleep, clock=clock)
    pace.wait_turn(host)
    pace.wait_turn(host)
    assert clock.slept == []


def test_sites_are_paced_and_interfaces_are_not(site: Site) -> None:
    site.routes["/"] = Answer()
    account = f"http://dinas.example:{site.port}"
    for info, slept in (
        (PlatformInfo(id="situs", title="S", own_host=True), [1.0]),
        (PlatformInfo(id="api", title="A", hosts=("dinas.example",)), []),
    ):
        clock = Clock()
        with visit(account, info=info, clock=clock, resolver=resolves(dinas_example=["127.0.0.1"])) as http:
            http.get(account)
            http.get(account)
        assert clock.slept == slept


def test_connections_are_kept() -> None:
    def talk(connection: socket.socket, number: int) -> None:
        while read_request(connection):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    with serving(RawServer(talk)) as server, visit(server.url) as http:
        for _ in range(5):
            http.get(server.url)
        assert server.accepted == 1


def test_the_defaults_are_the_promised_limits() -> None:
    settings = HttpSettings()
    assert (settings.connect_seconds, settings.read_seconds, settings.total_seconds) == (5, 20, 20)
    assert settings.max_body == 2 * 1024 * 1024
    assert not settings.allow_private_network
