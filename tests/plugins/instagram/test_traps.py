"""Every trap of Instagram's documentation, as a test."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from aggregator.conformance.store import Store
from aggregator.conformance.world import Reply
from aggregator.contract import (
    AuthExpired,
    Gone,
    Kind,
    Message,
    OpenThread,
    Permanent,
    RateLimited,
    ThreadRef,
    Tombstone,
    Unreadable,
)
from aggregator.fakes.offline import as_kit_world
from aggregator.fakes.skins.instagram import InstagramSkin
from aggregator.fakes.skins.instagram_by_facebook import InstagramByFacebookSkin

from .reading import PLUGIN, context, pull, threads
from .world import BUDI, CROWD, CROWDED, FIRST, KEY, NAME, NOW, SILENT, SITI, TAGGED, internet

MENTIONED = f"mention:{TAGGED}:17870000000000777"


@pytest.fixture
def net():
    return internet()


@pytest.fixture
def place(net):
    return next(net.world.places_on("instagram"))


def inspect(net, place, **more):
    return PLUGIN.inspect(*context(net, place, **more))


def fact(net, one):
    return net.world.comments["instagram", one]


def requests_of(net, place, store=None):
    account, ctx = context(net, place, store)
    list(PLUGIN.pull_since(account, store.cursor if store else None, ctx))
    return ctx.http.requests


# -- access ------------------------------------------------------------------------------------------------------------


def test_comments_counted_but_not_shown_are_an_alarm(net, place):
    net.world.notes("instagram")["standard"] = {KEY}
    assert inspect(net, place).problem == "Kosong padahal ada 60 komentar: akses aplikasi belum disetujui."
    store = Store()
    with pytest.raises(Permanent, match="akses aplikasi belum disetujui"):
        pull(net, place, store)
    assert store.shown() == {FIRST, CROWDED, SILENT}
    assert store.cursor is None


def test_a_comment_that_is_counted_but_filtered_is_no_alarm_and_no_work(net, place):
    fact(net, CROWD[0]).more["restricted"] = True
    store = Store()
    pull(net, place, store)
    assert CROWD[0] not in store.messages
    assert inspect(net, place).problem is None
    assert pull(net, place, store) == 1


def test_a_login_of_another_account_is_refused(net, place):
    other = net.world.place("instagram", "17841400000000002", "Dinas Lain", handle="dinas.lain")
    with pytest.raises(Permanent, match=f"bukan @{NAME}"):
        inspect(net, place, settings={}, secrets=net.skins["instagram"].secrets(other))


@pytest.mark.parametrize("skin", [InstagramSkin, InstagramByFacebookSkin])
def test_the_own_id_is_found_when_no_setting_tells_and_then_remembered(skin):
    net = internet(skin=skin)
    place, store = next(net.world.places_on("instagram")), Store()
    account, ctx = context(net, place, settings={"account_way": skin.way})
    for event in PLUGIN.pull_since(account, None, ctx):
        store.take(event)
    assert urlsplit(ctx.http.requests[0].url).path == "/v26.0/me"
    account, ctx = context(net, place, store, settings={"account_way": skin.way})
    list(PLUGIN.pull_since(account, store.cursor, ctx))
    assert len(ctx.http.requests) == 1


def test_without_a_login_nothing_is_asked(net, place):
    account, ctx = context(net, place, secrets={})
    with pytest.raises(AuthExpired):
        list(PLUGIN.pull_since(account, None, ctx))
    assert ctx.http.calls == 0


def test_a_limit_waits_as_long_as_its_header_says(net, place):
    net.world.notes("instagram")["allowance"] = {KEY: 0}
    with pytest.raises(RateLimited) as caught:
        pull(net, place, Store())
    assert caught.value.retry_after == 37 * 60


def test_a_dead_token_asks_for_a_login_and_buries_nothing(net, place):
    store = Store()
    pull(net, place, store)
    skin = net.skins["instagram"]
    skin.kill(skin.token_of(place))
    with pytest.raises(AuthExpired):
        threads(net, place, store)
    assert not store.gone


def test_a_lost_permission_is_said(net, place):
    net.world.notes("instagram")["refused"] = {KEY: 10}
    with pytest.raises(Permanent, match="Izin"):
        pull(net, place, Store())


# -- reading -----------------------------------------------------------------------------------------------------------


def test_fields_and_version_are_always_named_and_the_token_never(net, place):
    for request in requests_of(net, place):
        parts = urlsplit(request.url)
        assert parts.path.startswith("/v26.0/")
        assert "fields" in parse_qs(parts.query)
        assert "access_token" not in request.url


def test_more_than_fifty_replies_below_one_comment_are_read(net, place):
    post = fact(net, "17870000000000101").post
    late = {net.world.say(post, BUDI, f"Sama {n}", NOW, parent="17870000000000101").id for n in range(120)}
    store = Store()
    pull(net, place, store)
    assert late <= store.shown()
    assert {store.messages[one].parent_id for one in late} == {"17870000000000101"}


def test_a_reply_to_an_old_comment_is_seen_although_nothing_moves_up(net, place):
    store = Store()
    pull(net, place, store)
    reply = net.world.say(fact(net, CROWD[0]).post, SITI, "Saya juga", NOW, parent=CROWD[0])
    pull(net, place, store)
    assert store.messages[reply.id].parent_id == CROWD[0]


def test_a_comment_exchanged_for_another_is_seen_although_the_count_stays(net, place):
    store = Store()
    pull(net, place, store)
    net.world.remove(fact(net, CROWD[7]))
    fresh = net.world.say(net.world.posts["instagram", CROWDED], SITI, "Baru", NOW)
    pull(net, place, store)
    assert fresh.id in store.messages


def test_a_post_longer_than_a_turn_is_read_over_several(net, place):
    post = net.world.posts["instagram", CROWDED]
    many = {net.world.say(post, BUDI, f"Nomor {n}", NOW - timedelta(minutes=n)).id for n in range(400)}
    store = Store()
    turns = 0
    while not store.replies_included:
        pull(net, place, store, calls=3)
        turns += 1
        assert turns < 20
    assert many <= store.shown()


def test_a_place_in_the_list_that_is_no_longer_known_starts_it_anew(net, place):
    store = Store()
    pull(net, place, store, calls=2)
    assert store.cursor.data["reading"]
    store.cursor.data["reading"][1] = "QVFIusang"
    pull(net, place, store)
    assert set(CROWD) <= store.shown()


def test_a_question_that_is_too_big_is_asked_smaller(net, place):
    answers, asked = as_kit_world(net), []

    def fussy(request):
        limit = parse_qs(urlsplit(request.url).query).get("limit", ["0"])[0]
        asked.append(int(limit))
        if "/comments" in request.url and int(limit) > 20:
            error = {
                "message": "Please reduce the amount of data you're asking for",
                "code": 1,
                "type": "OAuthException",
            }
            return Reply.json({"error": error}, 500)
        return answers(request)

    store = Store()
    pull(net, place, store, world=fussy)
    assert set(CROWD) <= store.shown()
    assert {50, 20} <= set(asked)


def test_ids_above_2_to_the_53_stay_exact(net, place):
    post = net.world.post(place, "Besar", NOW, id="9007199254740993001")
    said = net.world.say(post, SITI, "Halo", NOW, id="9007199254740993003")
    store = Store()
    pull(net, place, store)
    assert {post.id, said.id} <= store.shown()


def test_the_office_is_one_author_whatever_id_its_replies_come_under(net, place):
    store = Store()
    pull(net, place, store)
    assert inspect(net, place).own_author_ids == {store.messages["17870000000000102"].author.external_id}


def test_a_hidden_comment_stays_and_says_so(net, place):
    store = Store()
    pull(net, place, store)
    assert store.messages["17870000000000105"].raw == {"hidden": True}


def test_the_face_tells_of_activity(net, place):
    face = inspect(net, place)
    assert (face.active, face.posts_30d, face.followers, face.title) == (True, 3, 2_310, "Dinas Kesehatan Contoh")
    assert face.last_post_at.isoformat() == "2026-03-06T02:00:00+00:00"


# -- threads, tags, mentions -------------------------------------------------------------------------------------------


def test_a_filtered_comment_is_not_buried(net, place):
    store = Store()
    pull(net, place, store)
    other = fact(net, "17870000000000105")
    other.more["restricted"] = True
    answers = as_kit_world(net)

    def shows_it_alone(request):
        return Reply.json({"id": other.id}) if f"/{other.id}?" in request.url else answers(request)

    threads(net, place, store, world=shows_it_alone)
    assert other.id not in store.gone


def test_a_deleted_post_buries_its_thread(net, place):
    store = Store()
    pull(net, place, store)
    net.world.posts["instagram", CROWDED].shown = False
    threads(net, place, store)
    assert store.gone == {CROWDED, *CROWD}


def test_a_tag_that_was_taken_back_is_buried(net, place):
    store = Store()
    pull(net, place, store)
    assert store.messages[TAGGED].kind is Kind.MENTION
    net.world.posts["instagram", TAGGED].more["tagged"] = False
    threads(net, place, store)
    assert store.gone == {TAGGED}


def mentioned(net):
    return net.world.say(net.world.posts["instagram", TAGGED], SITI, f"@{NAME} tolong", NOW, id="17870000000000777")


def test_a_mention_is_read_by_its_webhook_alone(net, place):
    comment, store = mentioned(net), Store()
    threads(net, place, store, [OpenThread(ref=ThreadRef(external_id=MENTIONED))])
    message = store.messages[comment.id]
    assert (message.kind, message.text, message.thread.external_id) == (Kind.MENTION, f"@{NAME} tolong", MENTIONED)


def test_a_mention_in_a_caption_is_read(net, place):
    store = Store()
    threads(net, place, store, [OpenThread(ref=ThreadRef(external_id=f"mention:{TAGGED}"))])
    assert store.messages[TAGGED].author.handle == "budi_79"


def test_a_mention_where_comments_were_closed_is_unreadable_and_stops_nothing(net, place):
    mentioned(net)
    net.world.posts["instagram", TAGGED].more["closed"] = True
    account, ctx = context(net, place)
    asked = [OpenThread(ref=ThreadRef(external_id=one)) for one in (MENTIONED, FIRST)]
    events = list(PLUGIN.pull_threads(account, asked, ctx))
    assert isinstance(events[0], Unreadable)
    assert any(isinstance(event, Message) for event in events)


def test_a_mention_that_is_gone_is_buried(net, place):
    net.world.remove(mentioned(net))
    account, ctx = context(net, place)
    thread = OpenThread(ref=ThreadRef(external_id=MENTIONED), known=frozenset({"17870000000000777"}))
    assert list(PLUGIN.pull_threads(account, [thread], ctx)) == [
        Tombstone(external_id="17870000000000777", seen_at=NOW)
    ]


# -- answers -----------------------------------------------------------------------------------------------------------


def test_a_mention_is_answered_under_it(net, place):
    comment, store = mentioned(net), Store()
    threads(net, place, store, [OpenThread(ref=ThreadRef(external_id=MENTIONED))])
    account, ctx = context(net, place)
    said = PLUGIN.answer(account, store.messages[comment.id], "Segera kami cek", ctx)
    there = fact(net, said.external_id)
    assert (there.parent, there.text, said.parent_id) == (comment.id, "Segera kami cek", comment.id)


def test_a_hidden_comment_cannot_be_answered(net, place):
    store = Store()
    pull(net, place, store)
    account, ctx = context(net, place)
    with pytest.raises(Permanent):
        PLUGIN.answer(account, store.messages["17870000000000105"], "Halo", ctx)


@pytest.mark.parametrize("one", [TAGGED, FIRST])
def test_what_cannot_be_answered_here_is_refused_before_sending(net, place, one):
    store = Store()
    pull(net, place, store)
    account, ctx = context(net, place)
    with pytest.raises(Permanent, match="langsung di Instagram"):
        PLUGIN.answer(account, store.messages[one], "Halo", ctx)
    assert not [request for request in ctx.http.requests if request.method == "POST"]


def test_a_comment_deleted_meanwhile_is_gone(net, place):
    store = Store()
    pull(net, place, store)
    net.world.remove(fact(net, "17870000000000104"))
    account, ctx = context(net, place)
    with pytest.raises(Gone):
        PLUGIN.answer(account, store.messages["17870000000000104"], "Halo", ctx)


def test_hiding_and_showing_reach_the_platform(net, place):
    store = Store()
    pull(net, place, store)
    for hidden in (True, False):
        account, ctx = context(net, place)
        PLUGIN.hide(account, store.messages["17870000000000104"], hidden, ctx)
        assert fact(net, "17870000000000104").hidden is hidden
