"""The pretended Threads against the documented fields of posts and replies, so that plugin and fake share no mistake."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlencode

import pytest
from jsonschema import Draft202012Validator

from .reading import Browser
from .world import CROWDED, FIRST, KEY, NAME, internet

FIELDS = json.loads((Path(__file__).parent / "schema.json").read_text())["ReplyObject"]
ALL = "id,text,username,permalink,timestamp,media_type,has_replies,root_post,replied_to,is_reply,is_reply_owned_by_me,hide_status"


def _property(told):
    if told == "bool":
        return {"type": "boolean"}
    if told == "{id}":
        return {
            "type": "object",
            "required": ["id"],
            "properties": {"id": {"type": "string"}},
            "additionalProperties": False,
        }
    if told.startswith("ISO8601"):
        return {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000$"}
    return {"enum": told.split("|")} if "|" in told and " " not in told else {"type": "string"}


SCHEMA = {
    "type": "object",
    "properties": {name: _property(told) for name, told in FIELDS.items()},
    "additionalProperties": False,
    "required": ["id"],
}


class Asking:
    """One profile's token at the pretended platform."""

    def __init__(self):
        self.net = internet()
        self.skin = self.net.skins["threads"]
        self.place = next(self.net.world.places_on("threads"))
        self.client = Browser(self.net)

    def get(self, path, **params):
        url = f"https://graph.threads.net/v1.0/{path}?{urlencode(params)}"
        return self.client.get(url, headers={"Authorization": f"Bearer {self.skin.token_of(self.place)}"})


@pytest.mark.parametrize(
    "path", ["me/threads", "me/mentions", "me/replies", f"{FIRST}/conversation", f"{FIRST}/replies"]
)
def test_every_field_is_one_that_the_platform_has(path):
    rows = Asking().get(path, fields=ALL).json["data"]
    assert rows
    for row in rows:
        Draft202012Validator(SCHEMA).validate(row)


def test_the_check_itself_finds_a_field_that_does_not_exist():
    assert not Draft202012Validator(SCHEMA).is_valid({"id": "1", "like_count": 3})
    assert not Draft202012Validator(SCHEMA).is_valid({"id": "1", "media_type": "TEXT"})


def test_lists_are_newest_first_and_name_no_next_address():
    asking = Asking()
    page = asking.get(f"{CROWDED}/conversation", fields="id,timestamp", limit=100).json
    times = [row["timestamp"] for row in page["data"]]
    assert len(times) == 100
    assert times == sorted(times, reverse=True)
    assert page["paging"].keys() == {"cursors"}
    rest = asking.get(f"{CROWDED}/conversation", fields="id", after=page["paging"]["cursors"]["after"]).json
    last = asking.get(f"{CROWDED}/conversation", fields="id", after=rest["paging"]["cursors"]["after"]).json
    assert (len(rest["data"]), last) == (5, {"data": []})


def test_replies_are_the_top_level_and_a_conversation_is_flat():
    asking = Asking()
    top = {row["id"] for row in asking.get(f"{FIRST}/replies", fields="id").json["data"]}
    flat = {row["id"] for row in asking.get(f"{FIRST}/conversation", fields="id").json["data"]}
    assert top == {"18050000000000101", "18050000000000104"}
    assert flat - top == {"18050000000000102", "18050000000000103"}


@pytest.mark.parametrize(
    ("path", "params"),
    [("123", {"fields": "id"}), ("me/threads", {"fields": "id", "since": 1_600_000_000}), (FIRST, {"fields": "like_count"}),
     ("18050000000000101/conversation", {"fields": "id"})],
    ids=["gone", "too early", "no such field", "not a root post"],
)  # fmt: skip
def test_errors_are_graphs(path, params):
    answer = Asking().get(path, **params)
    assert (answer.status_code, answer.json["error"]["code"]) == (400, 100)


def test_a_container_is_published_once_and_counts():
    asking = Asking()
    head = {"Authorization": f"Bearer {asking.skin.token_of(asking.place)}"}
    form = {"media_type": "TEXT", "text": "Baik", "reply_to_id": "18050000000000104"}
    made = asking.client.post("https://graph.threads.net/v1.0/me/threads", data=form, headers=head).json
    assert asking.get(made["id"], fields="status").json == {"id": made["id"], "status": "FINISHED"}
    url = "https://graph.threads.net/v1.0/me/threads_publish"
    said = asking.client.post(url, data={"creation_id": made["id"]}, headers=head).json
    assert asking.client.post(url, data={"creation_id": made["id"]}, headers=head).status_code == 400
    assert asking.get(made["id"], fields="status").json["status"] == "PUBLISHED"
    assert asking.get(said["id"], fields="text,replied_to").json["replied_to"] == {"id": "18050000000000104"}
    quota = asking.get("me/threads_publishing_limit", fields="reply_quota_usage,reply_config").json["data"][0]
    assert quota == {"reply_quota_usage": 1, "reply_config": {"quota_total": 1000, "quota_duration": 86400}}


def test_the_way_from_consent_to_a_token_of_sixty_days():
    asking = Asking()
    app = asking.skin.app_settings
    asked = {"client_id": app["client_id"], "redirect_uri": "https://sahut.example/kembali", "state": "s1"}
    back = asking.client.get(f"https://threads.net/oauth/authorize?{urlencode(asked)}").location
    code = back.partition("code=")[2].partition("&")[0]
    form = {**asked, "client_secret": app["client_secret"], "grant_type": "authorization_code", "code": code}
    url = "https://graph.threads.net/oauth/access_token"
    short = asking.client.post(url, data=form).json["access_token"]
    assert asking.client.post(url, data=form).status_code == 400  # good once
    exchange = {"grant_type": "th_exchange_token", "client_secret": app["client_secret"], "access_token": short}
    given = asking.client.get(f"https://graph.threads.net/access_token?{urlencode(exchange)}").json
    assert (given["token_type"], given["expires_in"]) == ("bearer", 60 * 86_400)
    head = {"Authorization": f"Bearer {given['access_token']}"}
    me = asking.client.get("https://graph.threads.net/v1.0/me?fields=id,username", headers=head).json
    assert me == {"id": KEY, "username": NAME}
