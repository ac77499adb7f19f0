"""What Instagram's webhooks tell, who may send them, and that the app is told of an account at all."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest

from aggregator.conformance.store import Store
from aggregator.contract import OpenThread, Permanent, PushRequest
from aggregator.fakes.skins.instagram import InstagramSkin
from aggregator.fakes.skins.instagram_by_facebook import InstagramByFacebookSkin

from .reading import PLUGIN, context, threads
from .world import FIRST, KEY, NAME, NOW, SILENT, SITI, TAGGED, internet


def pushed(body, *, secret, secrets):
    raw = json.dumps(body).encode()
    told = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    headers = {"x-hub-signature-256": f"sha256={told}"}
    request = PushRequest(method="POST", headers=headers, query={}, body=raw, secrets=secrets, now=NOW)
    return list(PLUGIN.receive(request))


def entry(**more):
    return {"object": "instagram", "entry": [{"id": KEY, "time": 1773032400, **more}]}


def test_either_secret_of_the_app_may_sign():
    body = entry(field="comments", value={"id": "1", "media": {"id": FIRST}})
    secrets = {"client_secret": "rahasia-instagram", "webhook_secret": "rahasia-meta"}
    for secret in secrets.values():
        assert [event.thread.external_id for event in pushed(body, secret=secret, secrets=secrets)] == [FIRST]
    with pytest.raises(Permanent):
        pushed(body, secret="lain", secrets=secrets)


def test_a_comment_whose_post_is_not_told_has_the_account_pulled():
    body = entry(changes=[{"field": "comments", "value": {"comment_id": "17870000000000011"}}])
    events = pushed(body, secret="s", secrets={"client_secret": "s"})
    assert [(event.account_key, event.thread, event.event) for event in events] == [(KEY, None, None)]


def test_messages_and_unknown_fields_are_ignored():
    body = entry(
        messaging=[{"message": {"text": "pribadi"}}], changes=[{"field": "story_insights", "value": {"reach": 1}}]
    )
    assert pushed(body, secret="s", secrets={"client_secret": "s"}) == []


def test_the_pretended_webhook_is_believed_and_leads_to_its_comment():
    net, pushes, store = internet(), [], Store()
    place = next(net.world.places_on("instagram"))
    net.send_pushes(pushes.append)
    said = net.world.say(net.world.posts["instagram", SILENT], SITI, "Ada orang?", NOW)
    mention = net.world.say(net.world.posts["instagram", TAGGED], SITI, f"@{NAME} tolong", NOW)
    secrets = InstagramSkin.app_settings
    calls = [
        PushRequest(method="POST", headers=one.headers, query={}, body=one.body, secrets=secrets, now=NOW)
        for one in pushes
    ]
    refs = [OpenThread(ref=event.thread) for call in calls for event in PLUGIN.receive(call)]
    threads(net, place, store, refs)
    assert {said.id, mention.id} <= store.shown()


def test_the_address_check_is_answered_with_the_challenge():
    query = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "token"}
    request = PushRequest(method="GET", headers={}, query=query, body=b"", secrets={"verify_token": "token"}, now=NOW)
    assert PLUGIN.challenge(request) == "1158201444"


@pytest.mark.parametrize(
    ("skin", "fields"), [(InstagramSkin, "comments%2Cmentions"), (InstagramByFacebookSkin, "feed")]
)
def test_the_app_is_told_of_an_account_by_either_way_in(skin, fields):
    net = internet(skin=skin)
    account, ctx = context(net, next(net.world.places_on("instagram")))
    PLUGIN.subscribe(account, "https://sahut.example/kait/instagram", ctx)
    [asked] = ctx.http.requests
    assert asked.url.partition("?")[0].endswith("/me/subscribed_apps")
    assert f"subscribed_fields={fields}".encode() in asked.body
