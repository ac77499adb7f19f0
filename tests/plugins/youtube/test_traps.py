"""Every trap of reading that YouTube's documentation and its users tell of."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from aggregator.conformance.kit import PlatformKit
from aggregator.conformance.world import Reply, offline_context
from aggregator.contract import (
    Account,
    AuthExpired,
    Gone,
    Malformed,
    Message,
    OpenThread,
    Permanent,
    RateLimited,
    ThreadRef,
    Tombstone,
    Transient,
    Unreadable,
)
from aggregator.fakes.skins import google
from aggregator.fakes.skins.youtube import SCOPE
from plugins.youtube import parse
from plugins.youtube.platform import YouTube

from .reading import Reader
from .world import ACCOUNT, BUDI, CHANNEL, SECRETS, WATI, Scene, at, many

NOW = PlatformKit.now


def test_replies_beyond_the_first_five_are_read_and_only_there():
    reader = Reader(Scene(NOW, page=None)).pull()
    assert {f"UgzAir.r{number}" for number in range(1, 8)} <= reader.store.shown()
    assert [asked["parentId"] for asked in reader.asked("/comments")] == ["UgzAir"]


def test_a_new_reply_in_an_old_thread_is_found_by_the_counter():
    scene = Scene(NOW, page=None)
    reader = Reader(scene).pull()
    scene.world.say(scene.jalan, WATI, "Sampai sekarang belum", id="UgzLubang.b2", parent="UgzLubang")
    reader.pull()
    assert "UgzLubang.b2" in reader.store.shown()
    assert [asked["videoId"] for asked in reader.asked("/commentThreads")] == ["vidJalan001"]


def test_a_comment_released_late_is_found_behind_newer_ones_and_below_the_pinned_one():
    scene = Scene(NOW, page=2)
    reader = Reader(scene).pull()
    scene.world.say(scene.jalan, BUDI, "Ditahan dua hari", at("01T08:01:00"), id="UgzLama")
    assert "UgzLama" in reader.pull().store.shown()


def test_a_walk_ends_where_the_counter_is_satisfied():
    scene = Scene(NOW, page=None)
    many(scene, scene.jalan, 250)
    reader = Reader(scene).pull()
    assert len(reader.asked("/commentThreads")) == 5 and len(reader.store.shown()) == 16 + 250
    scene.world.say(scene.jalan, WATI, "Yang terbaru", id="UgzBaru")
    reader.pull()
    assert len(reader.asked("/commentThreads")) == 1 and "UgzBaru" in reader.store.shown()


def test_page_tokens_are_never_stored():
    reader = Reader(Scene(NOW, page=2)).pull(calls=4)
    assert "get_newest" not in str(reader.store.cursor) and "Z2V0" not in str(reader.store.cursor)


def test_comments_switched_off_are_no_error_and_bury_nothing():
    scene = Scene(NOW)
    reader = Reader(scene).pull()
    assert "vidSambutan" in reader.store.shown()
    scene.jalan.more["comments_off"] = True
    before = reader.store.shown()
    reader.pull()
    reader.reread()
    assert reader.store.shown() == before
    scene.jalan.more["comments_off"] = False
    scene.world.say(scene.jalan, WATI, "Dibuka lagi", id="UgzBuka")
    assert "UgzBuka" in reader.pull().store.shown()


def test_private_threads_are_not_shown_and_buried_when_they_become_so():
    scene = Scene(NOW)
    reader = Reader(scene).pull()
    assert "UgzTertutup" not in reader.store.shown()
    scene.comment("UgzAir").more["public"] = False
    reader.reread("vidPompa002")
    assert "UgzAir" in reader.store.gone and "UgzAir.r3" in reader.store.gone


def test_an_empty_page_buries_nobody():
    """A list that shows nothing (a cache, a filter) is not believed: each comment is asked for by its id."""
    scene = Scene(NOW)
    reader = Reader(scene).pull()
    honest = scene.kit_world()

    def emptied(request):
        if "/commentThreads" not in request.url:
            return honest(request)
        return Reply.json({"items": [], "pageInfo": {"totalResults": 0, "resultsPerPage": 0}})

    ctx = replace(reader.ctx(), http=offline_context(emptied, platform=YouTube(), account=ACCOUNT, now=NOW).http)
    reader._take(YouTube().pull_threads(ACCOUNT, reader.store.threads(), ctx))
    assert not reader.store.gone


def test_a_video_that_is_gone_buries_its_comments():
    scene = Scene(NOW)
    reader = Reader(scene).pull()
    scene.pompa.shown = False
    reader.pull()
    assert reader.store.gone == {"vidPompa002"}
    reader.reread()
    assert {"UgzAir", "UgzAir.r1", "UgzAir.r7"} <= reader.store.gone
    assert "UgzLubang" in reader.store.shown()


def test_a_slice_of_a_thread_is_asked_for_by_id():
    scene = Scene(NOW)
    reader = Reader(scene).pull()
    scene.world.remove(scene.comment("UgzDebu"))
    known = frozenset({"UgzDebu", "UgzLampu", "vidJalan001"})
    thread = OpenThread(ref=ThreadRef(external_id="vidJalan001"), known=known, whole=False)
    events = list(YouTube().pull_threads(ACCOUNT, [thread], reader.ctx()))
    assert [(type(one), one.external_id) for one in events] == [(Message, "UgzLampu"), (Tombstone, "UgzDebu")]
    assert len(reader.requests) == 1


def test_text_is_asked_for_plain_and_read_either_way():
    reader = Reader(Scene(NOW)).pull()
    assert {asked["textFormat"] for asked in reader.asked("/commentThreads")} == {"plainText"}
    assert reader.store.messages["UgzLampu"].text == "Lampu jalan <b>mati</b> & gelap\ndi RT 05 🙏"
    owner = Reader(Scene(NOW), access_token=SECRETS["access_token"]).pull()
    assert owner.store.messages["UgzLubang.a1"].text == "Gang Kenanga dikerjakan Kamis, Pak."


def test_comment_counts_are_strings_of_any_size():
    row = {"statistics": {"viewCount": "1", "commentCount": "9007199254740993"}}
    assert parse.comment_count(row) == 9007199254740993
    assert parse.comment_count({"statistics": {"viewCount": "1"}}) is None
    with pytest.raises(Malformed):
        parse.comment_count({"statistics": {"viewCount": "1", "commentCount": "banyak"}})


def test_old_videos_beyond_the_watched_ones_are_read_through_the_channel(monkeypatch):
    monkeypatch.setattr("plugins.youtube.bookmark.TRACKED", 2)
    monkeypatch.setattr("plugins.youtube.pulling.TRACKED", 2)
    scene = Scene(NOW, page=None)
    reader = Reader(scene).pull()
    assert [one for one, _ in reader.store.cursor.data["videos"]] == ["vidPompa002", "vidSambutan"]
    scene.world.say(scene.jalan, WATI, "Di video lama", id="UgzLawas")
    assert "UgzLawas" in reader.pull().store.shown()
    assert reader.store.messages["UgzLawas"].thread.external_id == "vidJalan001"


def test_a_channel_by_its_handle_is_read_as_well():
    account = Account(key="@dinaspucontoh", url="https://www.youtube.com/@dinaspucontoh")
    assert "UgzLubang" in Reader(Scene(NOW), account).pull().store.shown()


def test_a_channel_without_videos_is_quiet_and_one_that_never_was_is_gone():
    scene = Scene(NOW)
    scene.world.place("youtube", "UCdesabarucontoh00000003", "Desa Baru")
    account = Account(key="UCdesabarucontoh00000003", url="https://www.youtube.com/channel/UCdesabarucontoh00000003")
    reader = Reader(scene, account).pull()
    assert reader.store.cursor and not reader.store.shown()
    missing = Account(key="@tidakada", url="https://www.youtube.com/@tidakada")
    with pytest.raises(Gone):
        Reader(scene, missing).pull()
    assert not YouTube().inspect(missing, Reader(scene, missing).ctx()).exists


def test_the_days_quota_waits_until_midnight_in_california():
    scene = Scene(NOW)
    scene.world.notes("youtube")["quota"] = 3
    with pytest.raises(RateLimited) as caught:
        Reader(scene).pull()
    assert caught.value.retry_after == pytest.approx(timedelta(hours=2).total_seconds())  # 05:00 UTC is 22:00 there


@pytest.mark.parametrize(
    ("status", "reason", "error"),
    [
        (403, "rateLimitExceeded", RateLimited),
        (403, "forbidden", AuthExpired),
        (403, "insufficientPermissions", AuthExpired),
        (400, "keyInvalid", AuthExpired),
        (403, "accessNotConfigured", Permanent),
        (404, "channelNotFound", Gone),
        (400, "processingFailure", Transient),
        (400, "belumPernahTerjadi", Permanent),
    ],
)
def test_reasons_have_a_meaning(status, reason, error):
    body = {"error": {"code": status, "message": "m", "errors": [{"reason": reason}]}}
    ctx = offline_context(
        lambda _: Reply.json(body, status), platform=YouTube(), account=ACCOUNT, now=NOW, secrets=SECRETS
    )
    with pytest.raises(error):
        list(YouTube().pull_since(ACCOUNT, None, ctx))


def test_an_expired_token_and_a_missing_key_are_told_apart():
    scene = Scene(NOW)
    token = google.give_token(scene.world, SCOPE, CHANNEL, scene.now + timedelta(hours=1))
    reader = Reader(scene, access_token=token).pull()
    scene.now += timedelta(hours=2)
    with pytest.raises(AuthExpired):
        reader.pull()
    with pytest.raises(Permanent, match="API key"):
        list(YouTube().pull_since(ACCOUNT, None, Reader(scene).ctx(secrets={})))


def test_a_bad_comment_leaves_the_others():
    ref = ThreadRef(external_id="v")
    row = {"id": "Ug1", "snippet": {"publishedAt": "2026-03-01T00:00:00Z", "updatedAt": "2026-03-01T00:00:00Z"}}
    assert parse.comment_of(row, ref) == Unreadable(reason="key missing: authorDisplayName", external_id="Ug1")
