"""Every trap of Threads' documentation, as a test."""

from __future__ import annotations

import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from aggregator.conformance.store import Store
from aggregator.contract import (
    AuthExpired,
    Gone,
    Kind,
    OpenThread,
    Permanent,
    PushRequest,
    RateLimited,
    ThreadRef,
    Transient,
)
from aggregator.fakes.skins.graph import GraphSkin
from plugins.threads import answering

from .reading import PLUGIN, context, pull, threads
from .world import CROWD, CROWDED, DONO, FIRST, KEY, NAME, NAMED, NOW, RINI, SILENT, internet


@pytest.fixture
def net():
    return internet()


@pytest.fixture
def place(net):
    return next(net.world.places_on("threads"))


def full(net, place):
    store = Store()
    pull(net, place, store)
    return store


def fact(net, one):
    return net.world.comments["threads", one]


def say(net, place, store, one, text):
    account, ctx = context(net, place, store)
    return PLUGIN.answer(account, store.messages[one], text, ctx), ctx.http.requests


# -- access ------------------------------------------------------------------------------------------------------------


def test_replied_posts_without_a_readable_reply_are_an_alarm(net, place):
    net.world.notes("threads")["standard"] = {KEY}
    assert "akses aplikasi belum disetujui" in PLUGIN.inspect(*context(net, place)).problem
    store = Store()
    with pytest.raises(Permanent, match="akses aplikasi belum disetujui"):
        pull(net, place, store)
    assert store.shown() == {FIRST, CROWDED, SILENT}


def test_a_turn_without_calls_is_no_alarm(net, place):
    store = Store()
    for calls in range(4):
        pull(net, place, store, calls=calls)
    assert not store.gone


def test_the_face_of_a_profile(net, place):
    face = PLUGIN.inspect(*context(net, place))
    assert (face.active, face.posts_30d, face.problem, face.own_author_ids) == (True, 3, None, {KEY})


def test_a_login_of_another_profile_is_refused(net, place):
    other = net.world.place("threads", "24600000000000009", "Lain", handle="pemkab.lain")
    with pytest.raises(Permanent, match=f"bukan @{NAME}"):
        PLUGIN.inspect(*context(net, place, secrets=net.skins["threads"].secrets(other)))


def test_the_own_id_is_found_when_no_setting_tells_and_then_remembered(net, place):
    store = Store()
    first = pull(net, place, store, settings={})
    assert first > pull(net, place, store, settings={}) == 2


def test_a_dead_token_asks_for_a_login_and_buries_nothing(net, place):
    store, skin = full(net, place), net.skins["threads"]
    skin.kill(skin.token_of(place))
    with pytest.raises(AuthExpired):
        threads(net, place, store)
    assert not store.gone


def test_a_limit_is_waited_for(net, place):
    net.world.notes("threads")["allowance"] = {KEY: 0}
    with pytest.raises(RateLimited) as caught:
        pull(net, place, Store())
    assert caught.value.retry_after == 37 * 60


# -- reading -----------------------------------------------------------------------------------------------------------


def test_fields_and_version_are_always_named_and_the_token_never(net, place):
    account, ctx = context(net, place)
    list(PLUGIN.pull_since(account, None, ctx))
    for request in ctx.http.requests:
        parts = urlsplit(request.url)
        assert parts.path.startswith("/v1.0/")
        assert "fields" in parse_qs(parts.query)
        assert "access_token" not in request.url


def test_nested_replies_come_with_their_own_parent(net, place):
    store = full(net, place)
    parents = {one: store.messages[f"180500000000001{one}"].parent_id for one in ("01", "02", "03")}
    assert parents == {"01": None, "02": "18050000000000101", "03": "18050000000000102"}


def test_a_pending_reply_is_read_once_it_is_approved(net, place):
    reply = net.world.say(net.world.posts["threads", FIRST], RINI, "Menunggu", NOW, pending=True)
    store = full(net, place)
    assert reply.id not in store.messages
    reply.more["pending"] = False
    threads(net, place, store)
    assert reply.id in store.messages


def test_reposts_are_skipped(net, place):
    repost = net.world.post(place, "Dari akun lain", NOW, repost=True)
    assert repost.id not in full(net, place).messages


def test_old_permalinks_are_normalised(net, place):
    urls = [message.url for message in full(net, place).messages.values()]
    assert all(url.startswith("https://www.threads.com/@") for url in urls)


def test_mentions_are_never_asked_from_before_threads_began(net, place):
    account, ctx = context(net, place, since=NOW - timedelta(days=4_000))
    list(PLUGIN.pull_since(account, None, ctx))
    asked = [parse_qs(urlsplit(one.url).query) for one in ctx.http.requests if "/mentions" in one.url]
    assert {one["since"][0] for one in asked} == {"1688540400"}


def test_a_mention_in_an_own_conversation_is_one_reply_there(net, place):
    store = full(net, place)
    reply = net.world.say(net.world.posts["threads", FIRST], DONO, f"@{NAME} kapan?", NOW + timedelta(minutes=5))
    pull(net, place, store, now=NOW + timedelta(minutes=6))
    message = store.messages[reply.id]
    assert (message.kind, message.thread.external_id) == (Kind.COMMENT, FIRST)


def test_more_mentions_than_a_turn_holds_are_heard_over_several(net, place):
    named = {net.world.post(place, f"@{NAME} {n}", NOW - timedelta(minutes=n), author=DONO).id for n in range(450)}
    store = Store()
    for _ in range(12):
        pull(net, place, store, calls=3)
    assert named <= store.shown()


def test_older_posts_are_all_seen_over_several_turns(net, place):
    old = {net.world.post(place, f"Arsip {n}", NOW - timedelta(days=100, hours=n)).id for n in range(330)}
    store = Store()
    for _ in range(15):
        pull(net, place, store, calls=3)
    assert old <= store.shown()


def test_a_conversation_longer_than_a_turn_is_read_over_several(net, place):
    post = net.world.posts["threads", CROWDED]
    many = {net.world.say(post, DONO, f"Nomor {n}", NOW - timedelta(minutes=n)).id for n in range(700)}
    store = Store()
    for _ in range(15):
        pull(net, place, store, calls=3)
    assert many <= store.shown()


def test_a_hidden_reply_says_so(net, place):
    net.world.hide(fact(net, "18050000000000104"))
    assert full(net, place).messages["18050000000000104"].raw == {"hide_status": "HIDDEN"}


# -- threads -----------------------------------------------------------------------------------------------------------


def test_a_deleted_post_buries_its_conversation(net, place):
    store = full(net, place)
    net.world.posts["threads", CROWDED].shown = False
    threads(net, place, store)
    assert store.gone == {CROWDED, *CROWD}


def test_a_mention_that_is_gone_is_buried(net, place):
    store = full(net, place)
    net.world.posts["threads", NAMED].shown = False
    threads(net, place, store)
    assert store.gone == {NAMED}


def test_an_answer_given_elsewhere_to_a_mention_is_seen(net, place):
    store = full(net, place)
    said = net.world.say(net.world.posts["threads", NAMED], place.office, "Segera diangkut", NOW)
    threads(net, place, store)
    message = store.messages[said.id]
    assert (message.parent_id, message.thread.external_id) == (NAMED, f"mention:{NAMED}")
    assert message.author.external_id == KEY


# -- answers -----------------------------------------------------------------------------------------------------------


def test_an_answer_keeps_the_depth_of_what_it_answers(net, place):
    said, _ = say(net, place, full(net, place), "18050000000000103", "Sama-sama")
    assert fact(net, said.external_id).parent == "18050000000000103"


def test_a_slow_container_is_waited_for_and_published_once(net, place):
    net.world.notes("threads")["slow"] = {KEY: 3}
    _, requests = say(net, place, full(net, place), "18050000000000104", "Sudah dikerjakan")
    assert [urlsplit(one.url).path for one in requests if one.method == "POST"] == [
        "/v1.0/me/threads",
        "/v1.0/me/threads_publish",
    ]


def test_a_container_that_is_never_ready_says_nothing(net, place):
    net.world.notes("threads")["slow"] = {KEY: 99}
    with pytest.raises(Transient, match="belum terkirim"):
        say(net, place, full(net, place), "18050000000000104", "Sudah dikerjakan")
    assert not [one for one in net.world.comments.values() if one.text == "Sudah dikerjakan"]


@pytest.mark.parametrize("text", ["a" * 501, "🙏" * 126, "https://a.example " * 6], ids=["letters", "emoji", "links"])
def test_what_threads_would_refuse_is_refused_before_sending(net, place, text):
    account, ctx = context(net, place)
    message = full(net, place).messages["18050000000000104"]
    with pytest.raises(Permanent):
        PLUGIN.answer(account, message, text, ctx)
    assert ctx.http.calls == 0


def test_an_emoji_counts_as_its_bytes():
    assert answering.length_of("aé🙏") == 6


def test_a_reply_deleted_meanwhile_is_gone(net, place):
    store = full(net, place)
    net.world.remove(fact(net, "18050000000000104"))
    with pytest.raises(Gone):
        say(net, place, store, "18050000000000104", "Halo")


def test_only_direct_replies_are_hidden(net, place):
    store = full(net, place)
    account, ctx = context(net, place)
    with pytest.raises(Permanent, match="balasan langsung"):
        PLUGIN.hide(account, store.messages["18050000000000103"], True, ctx)
    PLUGIN.hide(account, store.messages["18050000000000104"], True, ctx)
    assert fact(net, "18050000000000104").hidden


# -- webhooks ----------------------------------------------------------------------------------------------------------


def request_of(push, secrets):
    return PushRequest(method="POST", headers=push.headers, query={}, body=push.body, secrets=secrets, now=NOW)


def test_the_pretended_webhook_is_believed_and_leads_to_its_reply(net, place):
    pushes, store = [], Store()
    net.send_pushes(pushes.append)
    reply = net.world.say(net.world.posts["threads", FIRST], RINI, "Halo", NOW, parent="18050000000000103")
    events = [event for push in pushes for event in PLUGIN.receive(request_of(push, net.skins["threads"].app_settings))]
    assert [event.account_key for event in events] == [NAME]
    threads(net, place, store, [OpenThread(ref=ThreadRef(external_id=event.thread.external_id)) for event in events])
    assert reply.id in store.messages


@pytest.mark.parametrize("field", ["mentions", "publish"])
def test_a_mention_has_the_profile_pulled(net, field):
    skin: GraphSkin = net.skins["threads"]
    push = skin.signed_push({"target_id": KEY, "values": {"value": {"id": NAMED}, "field": field}})
    events = list(PLUGIN.receive(request_of(push, skin.app_settings)))
    assert [(event.account_key, event.thread, event.event) for event in events] == [(KEY, None, None)]


def test_unknown_topics_are_ignored(net):
    skin: GraphSkin = net.skins["threads"]
    push = skin.signed_push({"target_id": KEY, "values": [{"value": {"id": "1"}, "field": "baru"}, "aneh"]})
    assert json.loads(push.body)["target_id"] == KEY
    assert list(PLUGIN.receive(request_of(push, skin.app_settings))) == []
