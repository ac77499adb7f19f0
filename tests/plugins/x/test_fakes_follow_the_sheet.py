"""The pretended X says what the documentation says, so that it and the plugin cannot agree on a mistake."""

from __future__ import annotations

import json
from typing import Any

import pytest
from werkzeug.test import Client

from aggregator.fakes.internet import FakeInternet
from aggregator.fakes.skins.x import XSkin

from .world import APP, KEY, OFFICE, TOKEN, first_day, next_day, number

FIELDS = "created_at,author_id,conversation_id,in_reply_to_user_id,referenced_tweets,entities,note_tweet"
HOST = "https://api.x.com"
ALWAYS = {"id", "text", "edit_history_tweet_ids"}


def ask(
    path: str, query: dict[str, Any] | None = None, *, world: Any = None, token: str = "", **told: Any
) -> tuple[int, Any, Any]:
    client = Client(FakeInternet(world or first_day(), [XSkin]))
    headers = {"Authorization": f"Bearer {token or APP['bearer_token']}"}
    method = "POST" if "json" in told or "data" in told else "GET"
    reply = client.open(f"/2/{path}", base_url=HOST, method=method, query_string=query, headers=headers, **told)
    return reply.status_code, json.loads(reply.get_data()), reply.headers


def search(**more: Any) -> Any:
    return ask("tweets/search/recent", {"query": f"@{KEY}", "max_results": 100, "tweet.fields": FIELDS, **more})


def test_a_page_has_the_documented_shape_and_headers():
    status, body, headers = search()
    assert status == 200
    assert body.keys() == {"data", "meta"}
    assert body["meta"].keys() == {"newest_id", "oldest_id", "result_count", "next_token"}
    ids = [int(row["id"]) for row in body["data"]]
    assert ids == sorted(ids, reverse=True)
    assert body["meta"]["newest_id"] == str(ids[0])
    assert headers["x-rate-limit-limit"] == "450"
    assert headers["x-rate-limit-remaining"] == "449"
    assert int(headers["x-rate-limit-reset"]) > 1_773_000_000


def test_fields_come_only_when_asked_for():
    _, bare, _ = ask("tweets", {"ids": number("02")})
    assert bare["data"][0].keys() == ALWAYS
    _, full, _ = ask("tweets", {"ids": number("02"), "tweet.fields": FIELDS})
    row = full["data"][0]
    assert row.keys() >= ALWAYS | {
        "created_at",
        "author_id",
        "conversation_id",
        "in_reply_to_user_id",
        "referenced_tweets",
    }
    assert row["created_at"] == "2026-03-05T02:15:30.000Z"
    assert row["referenced_tweets"] == [{"type": "replied_to", "id": number("01")}]


def test_no_results_have_no_data():
    _, body, _ = search(since_id=number("99"))
    assert body == {"meta": {"result_count": 0}}


@pytest.mark.parametrize(
    "more", [{"max_results": 9}, {"max_results": 101}, {"query": "a" * 513}, {"next_token": "basi"}], ids=range(4)
)
def test_bad_parameters_are_refused(more):
    status, body, _ = search(**more)
    assert status == 400
    assert body.keys() == {"title", "detail", "type", "status"}
    assert body["type"].endswith("/invalid-request")


def test_a_search_reaches_back_seven_days_only():
    status, _, _ = search(start_time="2026-03-01T00:00:00Z")
    assert status == 400


def test_timelines_take_five_at_least():
    assert ask(f"users/{OFFICE}/mentions", {"max_results": 4})[0] == 400
    assert ask(f"users/{OFFICE}/mentions", {"max_results": 5})[0] == 200


def test_missing_posts_stand_among_the_errors():
    _, body, _ = ask("tweets", {"ids": f"{number('02')},1"})
    assert len(body["data"]) == 1
    assert body["errors"][0]["value"] == "1"
    assert body["errors"][0]["type"].endswith("/resource-not-found")
    _, body, _ = ask("tweets", {"ids": "1"})
    assert "data" not in body


def test_an_edit_is_a_new_id_with_the_whole_history():
    _, body, _ = ask("tweets", {"ids": number("07")}, world=next_day())
    history = body["data"][0]["edit_history_tweet_ids"]
    assert history[0] == number("07")
    assert len(history) == 2


def test_a_long_post_is_cut_and_stands_beside_it_whole():
    _, body, _ = ask("tweets", {"ids": number("05"), "tweet.fields": FIELDS})
    row = body["data"][0]
    assert len(row["text"]) == 280
    assert len(row["note_tweet"]["text"]) > 280


def test_an_app_token_may_not_write_and_a_dead_one_nothing():
    body = {"text": "Baik", "reply": {"in_reply_to_tweet_id": number("08")}}
    assert ask("tweets", json=body)[0] == 403
    assert ask("tweets", json=body, token="mati")[0] == 401
    status, made, _ = ask("tweets", json=body, token=TOKEN)
    assert status == 201
    assert made["data"].keys() >= {"id", "text"}


def test_a_token_answer_has_the_documented_keys():
    form = {"grant_type": "authorization_code", "code": f"kode.{KEY}", "redirect_uri": "https://sahut.example/kembali",
            "code_verifier": "v" * 43, "client_id": APP["client_id"]}  # fmt: skip
    client = Client(FakeInternet(first_day(), [XSkin]))
    url, auth = "/2/oauth2/token", (APP["client_id"], APP["client_secret"])
    assert client.post(url, base_url=HOST, data=form).status_code == 400
    reply = client.post(url, base_url=HOST, data=form, auth=auth)
    body = json.loads(reply.get_data())
    assert body.keys() == {"token_type", "expires_in", "access_token", "refresh_token", "scope"}
    assert body["expires_in"] == 7200
    assert client.post(url, base_url=HOST, data=form, auth=auth).status_code == 400  # a code is good once
