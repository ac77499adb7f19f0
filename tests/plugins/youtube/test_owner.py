"""What is done in the channel's own name, its login, and what YouTube tells by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from aggregator.conformance.kit import PlatformKit
from aggregator.conformance.logins import CONSENT
from aggregator.conformance.world import Reply, Request, offline_context
from aggregator.contract import (
    AuthExpired,
    Message,
    Permanent,
    PushRequest,
    Transient,
)
from aggregator.fakes.skins import google
from aggregator.fakes.skins.youtube import SCOPE
from plugins.youtube.platform import YouTube

from .reading import Reader
from .world import ACCOUNT, CHANNEL, OTHER, SECRETS, Scene

NOW = PlatformKit.now


# -- answering ---------------------------------------------------------------------------------------------------------


def message(reader: Reader, one: str) -> Message:
    return reader.pull().store.messages[one]


def test_an_answer_to_a_reply_goes_under_its_top_level_comment():
    scene = Scene(NOW)
    reader = Reader(scene, **SECRETS)
    said = YouTube().answer(ACCOUNT, message(reader, "UgzAir.r3"), "Kami cek hari ini", reader.ctx())
    assert said.parent_id == "UgzAir" and said.external_id.startswith("UgzAir.")
    assert said.author and said.author.external_id == CHANNEL


def test_an_answer_held_by_the_channels_filter_is_reported():
    scene = Scene(NOW)
    reader = Reader(scene, **SECRETS)
    question = message(reader, "UgzAir")
    scene.world.notes("youtube")["hold_replies"] = True
    with pytest.raises(Transient, match="ditahan"):
        YouTube().answer(ACCOUNT, question, "Kami cek hari ini", reader.ctx())


def test_nobody_answers_in_another_channels_name():
    scene = Scene(NOW)
    token = google.give_token(scene.world, SCOPE, OTHER)
    reader = Reader(scene, **{**SECRETS, "access_token": token})
    question = message(reader, "UgzAir")
    with pytest.raises(Permanent, match="kanal lain"):
        YouTube().answer(ACCOUNT, question, "Kami cek hari ini", reader.ctx())
    assert not any(one.method == "POST" for one in reader.requests)


def test_an_answer_costs_what_is_written_and_is_counted_so():
    scene = Scene(NOW)
    reader = Reader(scene, **SECRETS)
    question, ctx = message(reader, "UgzLampu"), None
    used, ctx = scene.world.notes("youtube")["units"], reader.ctx()
    YouTube().answer(ACCOUNT, question, "Kami cek hari ini", ctx)
    assert ctx.budget.spent == 3 + 52
    assert scene.world.notes("youtube")["units"] - used == 3 + 50


def test_hiding_is_seen_and_undone():
    scene = Scene(NOW)
    reader = Reader(scene, **SECRETS)
    spam = message(reader, "UgzLampu")
    YouTube().hide(ACCOUNT, spam, True, reader.ctx())
    assert "UgzLampu" in reader.reread("vidJalan001").store.gone
    YouTube().hide(ACCOUNT, spam, False, reader.ctx())
    assert "UgzLampu" in reader.reread("vidJalan001").store.shown()


# -- login ---------------------------------------------------------------------------------------------------------------


def consented(scene: Scene) -> str:
    """The code that comes back when a person follows the address and consents."""
    scene.world.notes("google")["person"] = CHANNEL
    address = YouTube().authorize_url(CONSENT, Reader(scene).ctx(secrets=SECRETS))
    asked = parse_qs(urlsplit(address).query)
    assert (asked["access_type"], asked["prompt"]) == (["offline"], ["consent"])
    reply = scene.kit_world()(Request("GET", address))
    back = urlsplit(reply.headers["location"])
    assert reply.status == 302 and reply.headers["location"].startswith(CONSENT.redirect_uri)
    told = parse_qs(back.query)
    assert told["state"] == [CONSENT.state]
    return told["code"][0]


def test_a_person_consents_and_their_channel_is_reached():
    scene = Scene(NOW)
    ctx = Reader(scene).ctx(secrets=SECRETS)
    credential = YouTube().exchange(consented(scene), CONSENT, ctx)
    (channel,) = YouTube().reachable(credential, ctx)
    assert (channel.key.key, channel.title) == (CHANNEL, "Dinas PU Contoh")
    assert google.owner_of(scene.world, f"Bearer {credential.secrets['access_token']}", SCOPE) == CHANNEL


def test_a_stolen_code_is_worth_nothing_without_the_verifier():
    scene = Scene(NOW)
    thief = replace(CONSENT, verifier="x" * 64)
    with pytest.raises(AuthExpired):
        YouTube().exchange(consented(scene), thief, Reader(scene).ctx(secrets=SECRETS))


def test_a_login_without_a_refresh_token_is_refused_with_the_remedy():
    scene = Scene(NOW)
    code = google.give_code(
        scene.world, "", CONSENT.redirect_uri, google.challenge_of(CONSENT.verifier), SCOPE, CHANNEL, offline=False
    )
    with pytest.raises(Permanent, match="permissions"):
        YouTube().exchange(code, CONSENT, Reader(scene).ctx(secrets=SECRETS))


# -- webhook and glance --------------------------------------------------------------------------------------------------


def test_the_hub_is_asked_again_every_four_days_and_its_trouble_is_not_ours():
    scene = Scene(NOW)
    reader = Reader(scene, **SECRETS).pull()
    told = scene.world.notes("youtube")["subscribed"][CHANNEL]
    assert told["hub.callback"] == SECRETS["webhook_url"] and told["hub.secret"] == SECRETS["webhook_secret"]
    assert not any("pubsubhubbub" in one.url for one in reader.pull().requests)
    scene.now += timedelta(days=5)
    assert any("pubsubhubbub" in one.url for one in reader.pull().requests)
    scene.now += timedelta(days=5)
    honest = scene.kit_world()
    ctx = replace(
        reader.ctx(),
        http=offline_context(
            lambda one: Reply(503) if "pubsubhubbub" in one.url else honest(one),
            platform=YouTube(), account=ACCOUNT, now=scene.now,
        ).http,
    )  # fmt: skip
    reader._take(YouTube().pull_since(ACCOUNT, reader.store.cursor, ctx))
    assert reader.store.cursor.data["hub"] == (scene.now - timedelta(days=5)).isoformat()


def test_the_hubs_check_is_answered_for_a_channels_feed_only():
    query = {
        "hub.mode": "subscribe",
        "hub.topic": f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}",
        "hub.challenge": "115812",
        "hub.verify_token": SECRETS["verify_token"],
    }
    request = PushRequest(method="GET", headers={}, query=query, body=b"", secrets=SECRETS, now=NOW)
    assert YouTube().challenge(request) == "115812"
    for wrong in ({"hub.verify_token": "salah"}, {"hub.topic": "https://lain.example/"}, {"hub.mode": "denied"}):
        assert YouTube().challenge(replace(request, query={**query, **wrong})) is None
    assert YouTube().challenge(replace(request, secrets={})) is None


def test_the_skins_own_push_is_believed():
    scene = Scene(NOW)
    push = scene.internet.skins["youtube"].announce(scene.pompa)
    headers = {name.lower(): value for name, value in push.headers.items()}
    request = PushRequest(method="POST", headers=headers, query={}, body=push.body, secrets=SECRETS, now=NOW)
    assert [event.account_key for event in YouTube().receive(request)] == [CHANNEL]
