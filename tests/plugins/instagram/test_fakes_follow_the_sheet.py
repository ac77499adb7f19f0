"""The pretended Instagram against the field lists of Graph API v26.0, so that plugin and fake share no mistake."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlencode

import pytest
from jsonschema import Draft202012Validator

from aggregator.fakes.skins.instagram import InstagramSkin
from aggregator.fakes.skins.instagram_by_facebook import InstagramByFacebookSkin
from plugins.dialects.graph import proof

from .reading import Browser
from .world import CROWDED, FIRST, KEY, NAME, TAGGED, internet

FIELDS = json.loads((Path(__file__).parent / "schema.json").read_text())
_TYPES = {
    "string": {"type": "string"},
    "int": {"type": "integer"},
    "bool": {"type": "boolean"},
    "datetime": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000$"},
}
_LIST = {"type": "object", "required": ["data"], "properties": {"data": {"type": "array"}}}
_EDGES = {
    "IGUser": {"media": "IGMedia", "tags": "IGMedia"},
    "IGUserForIGOnlyAPI": {"media": "IGMedia", "tags": "IGMedia"},
    "IGMedia": {"comments": "IGComment"},
    "IGComment": {"replies": "IGComment"},
}


def schema_of(kind):
    """Only what the platform knows, each of its type; edges are lists of their kind."""
    properties = {name: _TYPES.get(told) or {"$ref": f"#/$defs/{told}"} for name, told in FIELDS[kind].items()
                  if told in _TYPES or told in FIELDS}  # fmt: skip
    edges = {name: {**_LIST, "properties": {"data": {"items": {"$ref": f"#/$defs/{one}"}}}}
             for name, one in _EDGES.get(kind, {}).items()}  # fmt: skip
    return {"type": "object", "properties": {**properties, **edges}, "additionalProperties": False, "required": ["id"]}


def check(node, kind):
    definitions = {one: schema_of(one) for one in FIELDS if one != "source" and not one.endswith("IGOnlyAPI")}
    Draft202012Validator({**schema_of(kind), "$defs": definitions}).validate(node)


class Asking:
    """One account's token at the pretended platform."""

    def __init__(self, skin=InstagramSkin):
        self.net = internet(skin=skin)
        self.skin = self.net.skins["instagram"]
        self.place = next(self.net.world.places_on("instagram"))

    def get(self, path, **params):
        token = self.skin.token_of(self.place)
        signed = (
            {"appsecret_proof": proof(token, self.skin.app_settings["client_secret"])}
            if self.skin.requires_proof
            else {}
        )
        url = f"https://{self.skin.hosts[0]}/{path}?{urlencode({**params, **signed})}"
        return Browser(self.net).get(url, headers={"Authorization": f"Bearer {token}"})

    def json(self, path, **params):
        return self.get(f"v26.0/{path}", **params).json


COMMENT = "id,text,timestamp,username,from,hidden,like_count,parent_id,media"
MEDIA = "id,caption,timestamp,permalink,media_type,media_product_type,comments_count,is_comment_enabled,username"
DEEP = f"{MEDIA},comments.limit(50){{{COMMENT},replies.limit(50){{{COMMENT}}}}}"


@pytest.mark.parametrize(
    ("skin", "kind"), [(InstagramSkin, "IGUserForIGOnlyAPI"), (InstagramByFacebookSkin, "IGUser")], ids=["B", "A"]
)
def test_every_field_is_one_that_the_platform_has(skin, kind):
    asking = Asking(skin)
    check(asking.json(KEY, fields="id,username,name,followers_count,media_count"), kind)
    for row in asking.json(f"{KEY}/media", fields=DEEP)["data"]:
        check(row, "IGMedia")
    check(asking.json(FIRST, fields=DEEP), "IGMedia")
    check(asking.json("17870000000000102", fields=COMMENT), "IGComment")
    check(asking.json(f"{KEY}/tags", fields="id,username,caption,timestamp,permalink")["data"][0], "IGMedia")


def test_the_check_itself_finds_a_field_that_does_not_exist():
    assert not Draft202012Validator({**schema_of("IGCommentFromUser")}).is_valid({"id": "1", "full_name": "Siti"})


def test_comments_are_top_level_newest_first_and_never_more_than_fifty():
    page = Asking().json(f"{CROWDED}/comments", fields="id,timestamp", limit=100)
    times = [row["timestamp"] for row in page["data"]]
    assert len(times) == 50
    assert times == sorted(times, reverse=True)
    assert page["paging"]["cursors"]["after"]


def test_without_fields_there_is_next_to_nothing():
    assert Asking().json(FIRST) == {"id": FIRST}


def test_expanded_edges_and_tags_name_no_next_address():
    asking = Asking()
    expanded = asking.json(CROWDED, fields="comments.limit(20){id}")["comments"]
    assert "next" not in expanded["paging"]
    assert "next" not in asking.json(f"{KEY}/tags", fields="id", limit=1)["paging"]
    assert "next" in asking.json(f"{CROWDED}/comments", fields="id", limit=20)["paging"]


@pytest.mark.parametrize(
    ("path", "params", "code"),
    [("abc", {"fields": "id"}, 100), (FIRST, {"fields": "edited_time"}, 100), (f"{TAGGED}/comments", {"fields": "id"}, 100),
     (f"{KEY}/media", {"fields": "id", "until": "kemarin"}, 100)],
    ids=["gone", "no such field", "someone else's", "bad time"],
)  # fmt: skip
def test_errors_are_graphs(path, params, code):
    answer = Asking().get(f"v26.0/{path}", **params)
    assert answer.status_code == 400
    assert answer.json["error"]["code"] == code
    assert {"message", "type", "code", "fbtrace_id"} <= answer.json["error"].keys()


def test_a_limit_is_a_400_with_its_own_code_and_header():
    asking = Asking()
    asking.net.world.notes("instagram")["allowance"] = {KEY: 0}
    answer = asking.get(f"v26.0/{KEY}", fields="id")
    told = json.loads(answer.headers["X-Business-Use-Case-Usage"])[KEY][0]
    assert (answer.status_code, answer.json["error"]["code"]) == (400, 80002)
    assert (told["type"], told["estimated_time_to_regain_access"]) == ("instagram", 37)


def test_the_way_from_consent_to_a_token_of_sixty_days():
    asking = Asking()
    app, client = asking.skin.app_settings, Browser(asking.net)
    asked = {"client_id": app["client_id"], "redirect_uri": "https://sahut.example/kembali", "state": "s1"}
    back = client.get(f"https://www.instagram.com/oauth/authorize?{urlencode(asked)}").location
    assert back.endswith("&state=s1#_")
    code = back.partition("code=")[2].partition("&")[0]
    form = {**asked, "client_secret": app["client_secret"], "grant_type": "authorization_code", "code": code}
    url = "https://api.instagram.com/oauth/access_token"
    short = client.post(url, data=form).json["data"][0]
    assert client.post(url, data=form).status_code == 400  # good once
    exchange = {
        "grant_type": "ig_exchange_token",
        "client_secret": app["client_secret"],
        "access_token": short["access_token"],
    }
    given = client.get(f"https://graph.instagram.com/access_token?{urlencode(exchange)}").json
    Draft202012Validator(
        {"properties": {name: _TYPES[told] for name, told in FIELDS["IGAccessTokenForIGOnlyAPI"].items()},
         "additionalProperties": False}
    ).validate(given)  # fmt: skip
    assert given["expires_in"] == 60 * 86_400
    me = client.get(
        "https://graph.instagram.com/v26.0/me?fields=user_id,username",
        headers={"Authorization": f"Bearer {given['access_token']}"},
    ).json
    check(me, "IGUserForIGOnlyAPI")
    assert (me["user_id"], me["username"]) == (int(KEY), NAME)
