"""Meta's dialect: the platform's own test vectors, every error code's meaning, paging, batches, webhooks."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from aggregator.conformance.world import Reply, offline_context
from aggregator.contract import (
    Account,
    AuthExpired,
    Gone,
    Malformed,
    Permanent,
    PlatformInfo,
    PushRequest,
    RateLimited,
    Transient,
)
from plugins.dialects import graph

NOW = datetime(2026, 3, 9, 5, 0, tzinfo=UTC)
SECRET, TOKEN = "contoh-app-secret", "EAAB-contoh-token"


class Meta:
    info = PlatformInfo(id="meta", title="Meta", hosts=("graph.facebook.com",))


def access(world, calls=None):
    account = Account(key="1001", url="https://www.facebook.com/1001")
    ctx = offline_context(world, platform=Meta(), account=account, now=NOW, calls=calls)
    return graph.Graph(ctx, token=TOKEN, app_secret=SECRET), ctx


def refusal(code, subcode=None, message="ditolak", status=400, headers=None, **more):
    error = {"code": code, "message": message, "type": "OAuthException", **more}
    body = {"error": error if subcode is None else {**error, "error_subcode": subcode}}
    return Reply.json(body, status, headers)


def test_proof_is_what_the_platform_computes():
    assert graph.proof(TOKEN, SECRET) == "e265645219d54927fb4bf4d250cc5ca1d1e771ccce52f991fc468369ad9aa57e"


BODY = (
    rb'{"object":"page","entry":[{"id":"1001","time":1763712000,"changes":[{"field":"feed","value":'
    rb'{"item":"comment","verb":"add","message":"Jalan rusak \u2014 tolong"}}]}]}'
)
SIGNATURE = "sha256=4f5c4511eb72d8fddec3f9dbac5c8320a3420cfb434fbe33822f387ece50b4de"


def test_signature_is_over_the_raw_bytes():
    assert len(BODY) == 166
    assert graph.signed(BODY, {"x-hub-signature-256": SIGNATURE}, ["lain", SECRET])
    again = json.dumps(json.loads(BODY)).encode()
    assert not graph.signed(again, {"x-hub-signature-256": SIGNATURE}, [SECRET])
    assert not graph.signed(BODY, {"x-hub-signature-256": SIGNATURE}, ["", "lain"])
    assert not graph.signed(BODY, {}, [SECRET])


def test_challenge_is_answered_to_who_knows_the_token():
    def check(secrets, **query):
        named = {f"hub.{name}": value for name, value in query.items()}
        return graph.challenge(PushRequest(method="GET", headers={}, query=named, body=b"", secrets=secrets, now=NOW))

    right = {"mode": "subscribe", "challenge": "1158201444", "verify_token": "kata-kunci"}
    assert check({"verify_token": "kata-kunci"}, **right) == "1158201444"
    assert check({"verify_token": "lain"}, **right) is None
    assert check({}, **{**right, "verify_token": ""}) is None
    assert check({"verify_token": "kata-kunci"}, **{**right, "mode": "unsubscribe"}) is None


def test_token_goes_in_the_header_and_the_proof_with_every_call():
    asked = []

    def world(request):
        asked.append(request)
        return Reply.json({"id": "1001"})

    graph_, _ = access(world)
    graph_.get("me", fields="id", after=None)
    graph_.post("1001/comments", {"message": "Baik"})
    read, write = asked
    assert parse_qs(urlsplit(read.url).query) == {"fields": ["id"], "appsecret_proof": [graph.proof(TOKEN, SECRET)]}
    assert urlsplit(read.url).path == "/v26.0/me"
    assert read.headers["authorization"] == write.headers["authorization"] == f"Bearer {TOKEN}"
    assert parse_qs(write.body.decode())["appsecret_proof"] == [graph.proof(TOKEN, SECRET)]
    assert TOKEN not in read.url + write.url


MEANINGS = [
    (1, None, Transient), (2, None, Transient), (-1, 2207001, Transient), (4, None, RateLimited), (17, None, RateLimited),
    (4, 2207051, Permanent), (32, None, RateLimited), (341, None, RateLimited), (613, 1996, RateLimited),
    (80001, None, RateLimited), (80002, None, RateLimited), (80006, None, RateLimited), (190, 463, AuthExpired),
    (190, 492, AuthExpired), (102, None, AuthExpired), (10, None, Permanent), (200, None, Permanent), (299, None, Permanent),
    (3, None, Permanent), (12, None, Permanent), (100, 33, Gone), (100, None, Permanent), (24, None, Gone),
    (24, 4279009, Transient), (803, None, Gone), (25, 2207050, Permanent), (368, None, Permanent), (506, None, graph.Duplicate),
    (1705, None, Permanent), (2500, None, Permanent), (999_999, None, Permanent),
]  # fmt: skip


@pytest.mark.parametrize(("code", "subcode", "error"), MEANINGS)
@pytest.mark.parametrize("status", [200, 400, 403, 500])
def test_a_code_has_one_meaning_whatever_the_status(code, subcode, error, status):
    with pytest.raises(error) as raised:
        access(lambda _: refusal(code, subcode, status=status))[0].get("me")
    assert type(raised.value) is error
    assert "ditolak" not in raised.value.message


def test_words_of_a_refusal_that_matter():
    def raised(**more):
        with pytest.raises(Exception) as error:
            access(lambda _: refusal(**more))[0].get("me")
        return error.value

    assert isinstance(raised(code=1, message="Please reduce the amount of data you're asking for"), graph.TooMuchData)
    assert isinstance(
        raised(code=100, message="After Cursor specified exceeds the max limit supported"), graph.CursorRefused
    )
    user = raised(code=100, message="(#100) Tried accessing nonexisting field (tagged) on node type (User)")
    assert "milik orang" in user.message
    assert isinstance(raised(code=999, is_transient=True), Transient)
    assert "peran" in raised(code=190, subcode=492).message.lower()


def test_a_limit_keeps_the_estimate_of_the_account():
    told = {"1001": [{"type": "pages", "call_count": 101, "total_time": 3, "estimated_time_to_regain_access": 37}]}
    with pytest.raises(RateLimited) as limited:
        access(lambda _: refusal(80001, headers={"X-Business-Use-Case-Usage": json.dumps(told)}))[0].get("me")
    assert limited.value.retry_after == 37 * 60
    with pytest.raises(RateLimited) as unsaid:
        access(lambda _: refusal(4))[0].get("me")
    assert unsaid.value.retry_after == 3600


def test_a_full_allowance_stops_the_next_call_not_this_one():
    asked = []

    def world(request):
        asked.append(request)
        return Reply.json(
            {"id": "1001"}, headers={"X-App-Usage": '{"call_count":95,"total_time":12,"total_cputime":3}'}
        )

    graph_, _ = access(world)
    assert graph_.get("me") == {"id": "1001"}
    assert (graph_.quota("facebook").used, graph_.quota("facebook").limit) == (95, 100)
    with pytest.raises(RateLimited):
        graph_.get("me")
    assert len(asked) == 1


@pytest.mark.parametrize(
    "header", ["bukan json", "[]", "7", '{"1001": "x"}', '{"1001": [7]}', '{"1001": [{"type": "a"}]}']
)
def test_strange_usage_headers_are_ignored(header):
    graph_, _ = access(lambda _: Reply.json({}, headers={"X-App-Usage": header, "X-Business-Use-Case-Usage": header}))
    graph_.get("me")
    graph_.get("me")


def paged(*pages):
    """A list whose pages are asked for by number; the address of the next one holds the token, as Meta's does."""
    asked = []

    def world(request):
        query = {name: values[0] for name, values in parse_qs(urlsplit(request.url).query).items()}
        asked.append(query)
        return Reply.json(pages[int(query.get("after", "0"))])

    return world, asked


def page(ids, after=None, cursor=None):
    paging = {"cursors": {"before": "x", "after": cursor or after or "x"}}
    if after:
        paging["next"] = f"https://graph.facebook.com/v26.0/1001/feed?access_token={TOKEN}&limit=2&after={after}"
    return {"data": [{"id": one} for one in ids], "paging": paging}


def test_pages_follow_next_through_short_and_empty_ones_and_never_carry_the_token():
    world, asked = paged(page(["1", "2"], "1"), page([], "2"), page(["3"], "3"), page(["4"]))
    graph_, _ = access(world)
    pages = graph_.pages("1001/feed", by_cursor=False, fields="id", limit=2)
    assert [row["id"] for one in pages for row in one["data"]] == ["1", "2", "3", "4"]
    assert pages.complete
    assert [query.get("after") for query in asked] == [None, "1", "2", "3"]
    assert all("access_token" not in query and query["fields"] == "id" for query in asked)


def test_pages_without_next_go_on_by_cursor_until_one_is_empty():
    world, asked = paged(page(["1"], cursor="1"), page(["2"], cursor="2"), {"data": []})
    pages = access(world)[0].pages("1001/tags")
    assert [row["id"] for one in pages for row in one["data"]] == ["1", "2"]
    assert pages.complete
    assert len(asked) == 3


def test_a_list_that_turns_in_circles_is_left_incomplete():
    same = page(["1", "2"], "1")
    world, asked = paged(same, same)
    pages = access(world)[0].pages("1001/feed")
    assert len(list(pages)) == 1
    assert not pages.complete
    assert len(asked) == 2


def test_a_list_ends_where_the_budget_does_and_says_so():
    world, _ = paged(page(["1"], "1"), page(["2"]))
    pages = access(world, calls=1)[0].pages("1001/feed")
    assert len(list(pages)) == 1
    assert not pages.complete
    assert pages.position == {"after": "1"}


def test_a_list_whose_cursor_goes_too_far_is_capped():
    def world(request):
        if "after" in request.url:
            return refusal(100, message="After Cursor specified exceeds the max limit supported by this endpoint")
        return Reply.json(page(["1"], "1"))

    pages = access(world)[0].pages("1001/feed")
    assert len(list(pages)) == 1
    assert not pages.complete


@pytest.mark.parametrize(
    "answer",
    [
        {"data": [{"id": "1"}]},
        {"data": {}},
        {"data": [{"id": "1"}], "paging": {}},
        {"data": [{"id": "1"}], "paging": {"next": 7}},
        {"data": [{"id": "1"}], "paging": {"next": "https://graph.facebook.com/v26.0/x"}},
        [],
    ],
)
def test_a_list_of_unknown_shape_is_malformed(answer):
    with pytest.raises(Malformed):
        list(access(lambda _: Reply.json(answer))[0].pages("1001/feed"))


def test_a_batch_carries_tokens_in_its_body_and_sorts_its_answers():
    asked = []

    def world(request):
        asked.append(request)
        late = {"code": 400, "headers": [], "body": json.dumps({"error": {"code": 190, "message": "x"}})}
        good = {"code": 200, "headers": [{"name": "X", "value": "y"}], "body": '{"id":"1"}'}
        return Reply.json([good, late, None, {"code": 200, "body": "<html>"}])

    graph_, ctx = access(world)
    calls = [graph.BatchCall(path="1", params={"fields": "id"}, token="EAAB-lain")] + [graph.BatchCall(path="2")] * 3
    one, dead, late, odd = graph_.batch(calls)
    assert one == {"id": "1"}
    assert [type(answer) for answer in (dead, late, odd)] == [AuthExpired, Transient, Malformed]
    assert ctx.budget.spent == 4
    items = json.loads(parse_qs(asked[0].body.decode())["batch"][0])
    assert f"appsecret_proof={graph.proof('EAAB-lain', SECRET)}" in items[0]["relative_url"]
    assert items[1]["relative_url"] == "v26.0/2?"
    assert "EAAB" not in asked[0].url


def test_a_batch_of_another_length_is_malformed():
    with pytest.raises(Malformed):
        access(lambda _: Reply.json([None]))[0].batch([graph.BatchCall(path="1")] * 2)


@pytest.mark.parametrize("text", ["2026-11-20T03:15:44+0000", "2026-11-20T10:15:44+07:00"])
def test_times_are_utc(text):
    assert graph.moment(text) == datetime(2026, 11, 20, 3, 15, 44, tzinfo=UTC)
    with pytest.raises(ValueError, match="offset"):
        graph.moment("2026-11-20T03:15:44")
    with pytest.raises(TypeError):
        graph.moment(1763712000)
