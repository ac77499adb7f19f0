"""The offline client judges as the real one, the tape plays what was recorded, the fence holds."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest

from aggregator.conformance.cassette import Cassette, NotOnTape
from aggregator.conformance.fence import Trespass, fenced
from aggregator.conformance.world import Reply, Request, offline_context
from aggregator.contract import (
    Account,
    AuthExpired,
    BudgetSpent,
    Gone,
    Malformed,
    Permanent,
    RateLimited,
    Transient,
)
from plugins.contoh.platform import ContohPlatform

ACCOUNT = Account(key="dinas-pu", url="https://contoh.example/@dinas-pu")
NOW = datetime(2026, 3, 9, 5, 0, tzinfo=UTC)
API = "https://api.contoh.example"


def context(world, **more):
    return offline_context(world, platform=ContohPlatform(), account=ACCOUNT, now=NOW, **more)


def echo(request):
    return Reply.json({"url": request.url, "headers": dict(request.headers), "body": request.body.decode()})


def test_a_request_carries_query_headers_and_body():
    http = context(echo).http
    got = http.get(f"{API}/a?x=1&y=2", params={"y": "a b"}, auth=("budi", "rahasia")).json()
    assert parse_qsl(urlsplit(got["url"]).query) == [("x", "1"), ("y", "a b")]
    assert got["headers"]["authorization"] == "Basic YnVkaTpyYWhhc2lh"
    assert json.loads(http.post(f"{API}/a", json={"a": 1}).json()["body"]) == {"a": 1}
    form = http.post(f"{API}/a", data={"a": "1 2"}).json()
    assert (form["body"], form["headers"]["content-type"]) == ("a=1+2", "application/x-www-form-urlencoded")


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply.json({}, 401), AuthExpired),
        (Reply.json({}, 404), Gone),
        (Reply.json({}, 429, {"Retry-After": "7"}), RateLimited),
        (Reply.json({}, 500), Transient),
        (Reply.json({}, 400), Permanent),
    ],
)
def test_statuses_become_errors_unless_allowed(reply, error):
    with pytest.raises(error) as caught:
        context(lambda _: reply).http.get(API)
    assert getattr(caught.value, "retry_after", 7) == 7
    assert context(lambda _: reply).http.get(API, allow=(reply.status,)).status == reply.status


@pytest.mark.parametrize("error", [TimeoutError, ConnectionResetError])
def test_a_network_that_fails_is_transient_and_keeps_the_address_to_itself(error):
    def broken(request):
        raise error(request.url)

    with pytest.raises(Transient) as caught:
        context(broken).http.get(f"{API}/rahasia")
    assert "rahasia" not in str(caught.value)


def test_html_for_json_is_malformed():
    with pytest.raises(Malformed):
        context(lambda _: Reply.html("<p>Masuk</p>")).http.get(API).json()


@pytest.mark.parametrize("url", ["https://lain.example/", "https://api.contoh.example.lain.example/", "file:///x"])
def test_other_hosts_are_out_of_reach_before_anything_is_asked(url):
    ctx = context(echo)
    with pytest.raises(Permanent):
        ctx.http.get(url)
    assert ctx.http.calls == 0


def test_redirects_are_followed_counted_and_kept_inside():
    def moving(request):
        if request.url == f"{API}/lama":
            return Reply(301, {"Location": "/baru"})
        return Reply(302, {"Location": "https://lain.example/"}) if "keluar" in request.url else echo(request)

    ctx = context(moving)
    assert ctx.http.get(f"{API}/lama").url == f"{API}/baru"
    assert [request.url for request in ctx.http.requests] == [f"{API}/lama", f"{API}/baru"]
    with pytest.raises(Permanent):
        ctx.http.get(f"{API}/keluar")
    with pytest.raises(Permanent):
        context(lambda _: Reply(301, {"Location": "/lagi"})).http.get(API)


def test_the_budget_ends():
    ctx = context(echo, calls=2)
    assert ctx.budget.allows(2)
    assert not ctx.budget.allows(3)
    ctx.http.get(API)
    ctx.http.get(API)
    with pytest.raises(BudgetSpent):
        ctx.http.get(API)
    assert (ctx.http.calls, ctx.budget.overspent) == (2, 1)


def test_known_and_held():
    ctx = context(echo, known={"1", "2"})
    assert ctx.known(["2", "3"]) == {"2"}
    assert ctx.held == 2


# ---- tapes ------------------------------------------------------------------------------------------------

SECRET = "kunci/rahasia+1"


def scripted(replies):
    left = list(replies)
    return lambda _: left.pop(0)


def recorded(tmp_path, requests, replies, **more):
    tape = Cassette(secrets=[SECRET])
    recording = tape.record(scripted(replies), **more)
    for request in requests:
        recording(request)
    path = tmp_path / "tape.json"
    tape.write(path)
    return path


def test_the_same_request_gets_the_next_answer_and_the_last_one_stays(tmp_path):
    ask = Request("GET", API)
    path = recorded(tmp_path, [ask, ask], [Reply.json({"n": 1}), Reply.html("<p>dua</p>", 503)])
    world = Cassette.read(path)
    played = [world(ask) for _ in range(3)]
    assert [reply.status for reply in played] == [200, 503, 503]
    assert (json.loads(played[0].body), played[1].body) == ({"n": 1}, b"<p>dua</p>")
    assert Cassette.read(path)(ask).status == 200


def test_bytes_and_broken_json_come_back_as_they_were(tmp_path):
    bodies = [bytes(range(256)), b'{"a": [1, 2', "kata 🙏".encode("utf-16"), b"", b'{"a":"\xc3\xa9"}']
    asks = [Request("GET", f"{API}/{n}") for n in range(len(bodies))]
    kind = {"content-type": "application/json"}
    path = recorded(tmp_path, asks, [Reply(200, kind, body) for body in bodies])
    world = Cassette.read(path)
    assert [world(ask).body for ask in asks] == bodies


def test_what_was_never_asked_is_an_error(tmp_path):
    ask = Request("POST", API, {}, b'{"a": 1}')
    world = Cassette.read(recorded(tmp_path, [ask], [Reply.json({})]))
    for other in (Request("GET", API), Request("POST", API, {}, b'{"a": 2}'), Request("POST", f"{API}/x")):
        with pytest.raises(NotOnTape):
            world(other)
    assert Cassette(missing=Reply(404))(ask).status == 404


def test_no_secret_reaches_the_tape_and_it_plays_with_another_one(tmp_path):
    def ask(secret):
        return Request("POST", f"{API}/?key={secret}", {"authorization": secret}, f"token={secret}".encode())

    leaky = {"Set-Cookie": SECRET, "Link": f"<{API}/?key={SECRET}>", "X-Own": "ya"}
    replies = [Reply.json({"echo": SECRET}, 200, leaky), Reply(200, leaky, b"\xff" + SECRET.encode())]
    path = recorded(tmp_path, [ask(SECRET)] * 2, replies, headers=["X-Own"])
    text = path.read_text()
    assert SECRET not in text
    reply = Cassette.read(path, secrets=["lain"])(ask("lain"))
    assert reply.headers == {
        "content-type": "application/json; charset=utf-8",
        "link": f"<{API}/?key=SECRET>",
        "x-own": "ya",
    }
    assert b"rahasia" not in reply.body


# ---- the fence --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "deed",
    [
        socket.socket,
        lambda: socket.getaddrinfo("localhost", 80),
        lambda: subprocess.run([sys.executable, "-V"], check=True),
        lambda: time.sleep(0),
    ],
)
def test_the_fence_stops_it_even_when_swallowed(deed):
    with pytest.raises(Trespass), fenced():
        deed()
    with pytest.raises(Trespass), fenced(), suppress(Trespass):
        deed()


def test_files_may_be_read_but_not_written(tmp_path):
    kept = tmp_path / "catatan"
    with pytest.raises(Trespass), fenced():
        kept.write_text("x")
    with pytest.raises(Trespass), fenced():
        os.open(kept, os.O_CREAT | os.O_WRONLY)
    assert not kept.exists()
    kept.write_text("x")  # outside the fence nothing is forbidden
    with fenced():
        assert kept.read_text() == "x"
