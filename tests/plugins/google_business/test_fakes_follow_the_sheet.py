"""Every call of the plugin and every answer of the pretended Business Profile, held against Google's descriptions: the
discovery documents of the v1 APIs and Pub/Sub, and the documented shapes of the reviews (v4)."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from jsonschema import Draft202012Validator, ValidationError

from aggregator.conformance.kit import PlatformKit
from aggregator.conformance.logins import CONSENT
from aggregator.conformance.store import Store
from aggregator.conformance.world import Reply, Request, offline_context
from aggregator.contract import GlancedAccount
from aggregator.fakes.skins.google_business import SUBSCRIPTION
from plugins.google_business.platform import GoogleBusiness
from tests.plugins.youtube.discovery import Described, watched

from .world import ACCOUNT, CODE, SECRETS, TOKEN, Scene

NOW = PlatformKit.now
V4 = "mybusiness.googleapis.com"
DEFINITIONS = json.loads(Path(__file__).with_name("schema.json").read_text())["$defs"]
_LOCATION = r"/v4/accounts/\d+/locations/\d+"
METHODS = (  # verb, path, parameters, request, answer
    ("GET", rf"{_LOCATION}/reviews", {"pageSize", "orderBy", "pageToken"}, None, "ListReviewsResponse"),
    ("GET", rf"{_LOCATION}/reviews/[^/]+", set(), None, "Review"),
    ("PUT", rf"{_LOCATION}/reviews/[^/]+/reply", set(), "UpdateReplyRequest", "ReviewReply"),
    ("POST", r"/v4/accounts/\d+/locations:batchGetReviews", set(), "BatchGetReviewsRequest", "BatchGetReviewsResponse"),
)


class Reviews:
    """The v4 API, checked as `Described` checks the others."""

    host = V4

    def __init__(self) -> None:
        self.checked: set[str] = set()

    def check(self, request: Request, reply: Reply) -> None:
        parts = urlsplit(request.url)
        method = next(one for one in METHODS if one[0] == request.method and re.fullmatch(one[1], parts.path))
        assert parse_qs(parts.query).keys() <= method[2]
        if method[3]:
            valid(method[3], json.loads(request.body))
        if reply.status == 200:
            valid(method[4], json.loads(reply.body))
        self.checked.add(method[4])


def valid(name: str, body: object) -> None:
    Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": DEFINITIONS}).validate(body)


def test_calls_and_answers_are_those_of_the_apis():
    names = ("mybusinessaccountmanagement.v1", "mybusinessbusinessinformation.v1", "pubsub.v1")
    described, reviews = [Described(name) for name in names], Reviews()
    scene, plugin, store = Scene(NOW), GoogleBusiness(), Store()
    scene.notes["topic"] = True
    world = watched(scene.kit_world(), *described, reviews)

    def ctx(**more: str):
        secrets = {**SECRETS, **more}
        return offline_context(world, platform=plugin, account=ACCOUNT, now=NOW, known=store.known, secrets=secrets)

    assert plugin.inspect(ACCOUNT, ctx()).exists
    credential = plugin.refresh(_credential(scene), ctx())
    assert len(list(plugin.reachable(credential, ctx()))) == 2
    for event in plugin.pull_since(ACCOUNT, None, ctx()):
        store.take(event)
    scene.later()
    looked = [GlancedAccount(account=ACCOUNT, cursor=store.cursor, secrets=SECRETS)]
    for more in ({}, {"subscription": SUBSCRIPTION}):
        assert [one.changed for one in plugin.glance(looked, None, ctx(**more))] == [True]
    list(plugin.pull_threads(ACCOUNT, store.threads(), ctx()))
    plugin.answer(ACCOUNT, store.messages["AbFvToilet"], "Sudah kami perbaiki", ctx())
    assert [sorted(api.checked) for api in described] == [
        ["mybusinessaccountmanagement.accounts.list"],
        ["mybusinessbusinessinformation.accounts.locations.list"],
        ["pubsub.projects.subscriptions.acknowledge", "pubsub.projects.subscriptions.pull"],
    ]
    assert reviews.checked == {"ListReviewsResponse", "Review", "ReviewReply", "BatchGetReviewsResponse"}


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"starRating": "SIX"}, "Review"),
        ({"createTime": "kemarin"}, "Review"),
        ({"email": "x@surat.example"}, "Review"),
        ({"reviewReply": {"comment": "x"}}, "Review"),
    ],
    ids=["stars", "time", "unknown", "reply"],
)
def test_another_shape_is_noticed(change, name):
    head = {"authorization": f"Bearer {TOKEN}"}
    url = f"https://{V4}/v4/accounts/1100/locations/2200/reviews/AbFvAntre"
    row = json.loads(Scene(NOW).kit_world()(Request("GET", url, head)).body)
    valid(name, row)
    with pytest.raises(ValidationError):
        valid(name, {**row, **change})


@pytest.mark.parametrize(
    ("url", "status", "told"),
    [
        ("mybusinessbusinessinformation.googleapis.com/v1/accounts/1100/locations", 400, "INVALID_ARGUMENT"),
        (
            "mybusinessbusinessinformation.googleapis.com/v1/accounts/9/locations?readMask=name",
            403,
            "PERMISSION_DENIED",
        ),
        (f"{V4}/v4/accounts/1100/locations/2200/reviews?orderBy=newest", 400, "INVALID_ARGUMENT"),
        (f"{V4}/v4/accounts/1100/locations/9/reviews", 404, "NOT_FOUND"),
        (f"{V4}/v4/accounts/1100/locations/2200/reviews/tidakada", 404, "NOT_FOUND"),
    ],
)
def test_refusals_are_told_as_google_tells_them(url, status, told):
    reply = Scene(NOW).kit_world()(Request("GET", f"https://{url}", {"authorization": f"Bearer {TOKEN}"}))
    assert (reply.status, json.loads(reply.body)["error"]["status"]) == (status, told)


def _credential(scene: Scene):
    ctx = offline_context(scene.kit_world(), platform=GoogleBusiness(), account=ACCOUNT, now=NOW, secrets=SECRETS)
    return GoogleBusiness().exchange(CODE, CONSENT, ctx)
