"""The pretended TikTok says what the documentation says, so that it and the plugin cannot agree on a mistake."""

from __future__ import annotations

import json
from typing import Any

import pytest
from werkzeug.test import Client

from aggregator.fakes.internet import FakeInternet
from aggregator.fakes.skins.tiktok import TikTokSkin

from .world import APP, KEY, LAMPU, TOKEN, first_day, number

HOST, ROOT = "https://business-api.tiktok.com", "/open_api/v1.3"
WHO = {"business_id": f"-000{KEY}"}
COMMENT_KEYS = {
    "comment_id", "video_id", "unique_identifier", "create_time", "text", "likes", "replies", "owner", "liked", "pinned",
    "status", "username", "display_name", "profile_image",
}  # fmt: skip


def ask(path: str, query: dict[str, Any] | None = None, body: Any = None, token: str = TOKEN) -> Any:
    client = Client(FakeInternet(first_day(page=30), [TikTokSkin]))
    method, told = ("GET", {"query_string": query}) if body is None else ("POST", {"json": body})
    reply = client.open(f"{ROOT}/{path}/", base_url=HOST, method=method, headers={"Access-Token": token}, **told)
    assert reply.status_code == 200
    answer = json.loads(reply.get_data())
    assert answer.keys() == {"code", "message", "request_id", "data"}
    return answer


def listed(**more: Any) -> Any:
    query = {**WHO, "video_id": LAMPU, "sort_field": "create_time", "sort_order": "desc", **more}
    return ask("business/comment/list", query)["data"]


def test_every_error_is_http_200_with_a_code():
    assert ask("business/video/list", WHO, token="mati")["code"] == 40105
    assert ask("business/tidak/ada", WHO)["code"] == 40006
    assert ask("business/video/list", {**WHO, "fields": "item_id"})["code"] == 40002  # lists are JSON text
    assert ask("business/video/list", {**WHO, "max_count": 21})["code"] == 40002
    assert ask("business/comment/list", {**WHO, "video_id": LAMPU, "max_count": 31})["code"] == 40002
    assert ask("business/comment/list", {**WHO, "video_id": "1"})["code"] == 40002


def test_a_video_has_only_its_id_unless_asked():
    data = ask("business/video/list", WHO)["data"]
    assert data.keys() == {"videos", "cursor", "has_more"}
    assert all(video.keys() == {"item_id"} for video in data["videos"])


def test_comments_have_the_documented_keys_and_three_replies_at_most():
    data = listed(include_replies="true")
    assert data.keys() == {"comments", "cursor", "has_more"}
    rows = {row["comment_id"]: row for row in data["comments"]}
    assert all(row.keys() == COMMENT_KEYS | {"reply_list"} for row in rows.values())
    busy = rows[number("31")]
    assert (busy["replies"], len(busy["reply_list"])) == (5, 3)
    assert all(reply["parent_comment_id"] == number("31") for reply in busy["reply_list"])


def test_replies_do_not_come_along_unasked_and_the_order_is_random():
    assert not any("reply_list" in row for row in listed()["comments"])
    random = ask("business/comment/list", {**WHO, "video_id": LAMPU})["data"]["comments"]
    assert [row["comment_id"] for row in random] != [row["comment_id"] for row in listed()["comments"]]


def test_hidden_comments_come_unless_only_public_ones_are_asked_for():
    assert {row["status"] for row in listed()["comments"]} == {"PUBLIC", "HIDDEN"}
    assert {row["status"] for row in listed(status="PUBLIC")["comments"]} == {"PUBLIC"}


def test_times_come_as_text_and_as_numbers():
    assert {type(row["create_time"]) for row in listed()["comments"]} == {str, int}


def test_a_reply_answers_with_its_own_id_and_parent():
    body = {**WHO, "video_id": LAMPU, "comment_id": number("34"), "text": "Baik"}
    data = ask("business/comment/reply/create", body=body)["data"]
    assert data.keys() == {"comment_id", "parent_comment_id", "video_id", "create_time", "text", "unique_identifier"}
    assert data["parent_comment_id"] == number("31")
    assert ask("business/comment/reply/create", body={**body, "text": "a" * 1_201})["code"] == 40002


def test_a_token_answer_has_the_documented_keys():
    body = {"client_id": APP["client_id"], "client_secret": APP["client_secret"], "grant_type": "authorization_code",
            "auth_code": f"kode.{KEY}", "redirect_uri": "https://sahut.example/kembali/"}  # fmt: skip
    data = ask("tt_user/oauth2/token", body=body)["data"]
    assert data.keys() == {
        "access_token", "token_type", "scope", "expires_in", "refresh_token", "refresh_token_expires_in", "open_id",
    }  # fmt: skip
    assert (data["expires_in"], data["refresh_token_expires_in"]) == (86400, 31536000)


@pytest.mark.parametrize("path", ["", "?state=1"])
def test_a_way_back_without_its_slash_is_refused(path):
    body = {"client_id": APP["client_id"], "client_secret": APP["client_secret"], "grant_type": "authorization_code",
            "auth_code": f"kode.{KEY}", "redirect_uri": f"https://sahut.example/kembali{path}"}  # fmt: skip
    assert ask("tt_user/oauth2/token", body=body)["code"] == 40002
