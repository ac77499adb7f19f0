"""Faults strike the call they are meant for, and a dropped name is really gone."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from aggregator.conformance.faults import (
    WAIT_SECONDS,
    add_keys,
    drop_keys,
    faults,
    names_in,
    nulls_in,
    set_keys,
    strike,
)
from aggregator.conformance.world import Reply, Request
from aggregator.contract import RateLimited
from aggregator.sync.responses import HttpResponse, error_of

NOW = datetime(2026, 3, 9, 5, 0, tzinfo=UTC)
ASK = Request("GET", "https://api.contoh.example/")
DATA = {"rows": [{"id": 1, "who": {"id": 2, "name": None}}, {"id": 3}], "next": None}


def answering(reply):
    return lambda _: reply


@pytest.mark.parametrize("fault", faults(NOW), ids=lambda fault: fault.name)
def test_a_fault_strikes_one_call_only(fault):
    whole = Reply.json(DATA)
    world = strike(answering(whole), 2, fault)
    assert world(ASK) == whole
    with suppress(OSError):
        assert world(ASK) != whole
    assert world(ASK) == whole


@pytest.mark.parametrize("name", ["429-seconds", "429-date"])
def test_both_forms_of_waiting_say_the_same(name):
    fault = next(fault for fault in faults(NOW) if fault.name == name)
    reply = fault.spoil(Reply())
    error = error_of(HttpResponse(reply.status, ASK.url, reply.headers, reply.body), (), NOW)
    assert isinstance(error, RateLimited)
    assert error.retry_after == timedelta(seconds=WAIT_SECONDS).total_seconds()


def test_after_the_platform_heard_it():
    heard = []
    timeout = next(fault for fault in faults(NOW) if fault.name == "time-out")
    for after in (False, True):
        with pytest.raises(TimeoutError):
            strike(lambda request: heard.append(request) or Reply(), 1, timeout, after=after)(ASK)
    assert heard == [ASK]


def test_json_names():
    reply = Reply.json(DATA)
    assert names_in(reply) == {"rows", "id", "who", "name", "next"}
    assert nulls_in(reply) == {"name", "next"}
    assert json.loads(drop_keys(answering(reply), "id")(ASK).body) == {
        "rows": [{"who": {"name": None}}, {}],
        "next": None,
    }
    assert json.loads(set_keys(answering(reply), "who", 7)(ASK).body)["rows"] == [
        {"id": 1, "who": 7},
        {"id": 3},
    ]
    wide = add_keys(answering(Reply.json([{}, {"table": {"a": {}}}])), {"nik": "1"})
    assert json.loads(wide(ASK).body) == [{"nik": "1"}, {"table": {"a": {"nik": "1"}}}]


def test_html_names_are_structure_not_data():
    page = '<li class="comment depth-1" id="comment-17" data-id="x"><b itemprop="name">class="b"</b></li>'
    reply = Reply.html(page)
    assert names_in(reply) == {"comment", "name", "b"}
    changed = drop_keys(answering(reply), "comment")(ASK).body.decode()
    assert 'class="baru-comment depth-1" id="comment-17"' in changed


def test_xml_names():
    feed = Reply(200, {"content-type": "application/rss+xml"}, b"<rss><item><dc:date>1</dc:date></item></rss>")
    assert names_in(feed) == {"rss", "item", "dc:date"}
    assert b"<baru-dc:date>1</baru-dc:date>" in drop_keys(answering(feed), "dc:date")(ASK).body


def test_what_is_no_json_has_no_names():
    broken = Reply(200, {"content-type": "application/json"}, b"{")
    assert names_in(broken) == nulls_in(broken) == frozenset()
