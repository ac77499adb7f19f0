"""Every trap that Business Profile's documentation and its users tell of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from aggregator.conformance.kit import PlatformKit
from aggregator.conformance.logins import CONSENT
from aggregator.conformance.store import Store
from aggregator.conformance.world import Reply, offline_context
from aggregator.contract import Account, AuthExpired, Gone, Permanent, RateLimited, Tombstone, Transient
from plugins.google_business import parse
from plugins.google_business.platform import GoogleBusiness

from .world import ACCOUNT, BUDI, CODE, KEY, OTHER_KEY, SECRETS, Scene, at

NOW = PlatformKit.now


class Reader:
    """A store and the turns that fill it."""

    def __init__(self, scene: Scene, account: Account = ACCOUNT) -> None:
        self.scene, self.account, self.store = scene, account, Store()

    def ctx(self, **more):
        ctx = offline_context(
            self.scene.kit_world(), platform=GoogleBusiness(), account=self.account, known=self.store.known,
            **{"now": self.scene.now, "secrets": SECRETS, **more},
        )  # fmt: skip
        self.requests = ctx.http.requests
        return ctx

    def pull(self, **more) -> Reader:
        return self._take(GoogleBusiness().pull_since(self.account, self.store.cursor, self.ctx(**more)))

    def reread(self, *reviews: str) -> Reader:
        threads = [one for one in self.store.threads() if not reviews or one.ref.external_id in reviews]
        return self._take(GoogleBusiness().pull_threads(self.account, threads, self.ctx()))

    def _take(self, events) -> Reader:
        for event in events:
            self.store.take(event)
        return self


def test_a_quota_of_nothing_is_no_rate_limit():
    scene = Scene(NOW)
    scene.notes["quota"] = 0
    with pytest.raises(Permanent, match="belum menyetujui"):
        Reader(scene).pull()


def test_a_real_rate_limit_keeps_its_time():
    body = {"error": {"code": 429, "message": "m", "status": "RESOURCE_EXHAUSTED"}}
    ctx = Reader(Scene(NOW)).ctx()
    world = offline_context(
        lambda _: Reply.json(body, 429, {"retry-after": "77"}), platform=GoogleBusiness(), account=ACCOUNT, now=NOW
    )
    with pytest.raises(RateLimited) as caught:
        list(GoogleBusiness().pull_since(ACCOUNT, None, replace(ctx, http=world.http)))
    assert caught.value.retry_after == 77


@pytest.mark.parametrize(
    ("key", "url"),
    [
        (KEY, "https://business.google.com/n/2200/profile"),
        ("cid/1158", "https://maps.google.com/maps?cid=1158"),
        ("place/ChIJPuskesmasContoh01", "https://search.google.com/local/reviews?placeid=ChIJPuskesmasContoh01"),
    ],
    ids=["name", "cid", "place"],
)
def test_a_location_is_found_by_whatever_names_it(key, url):
    reader = Reader(Scene(NOW), Account(key=key, url=url)).pull()
    assert "AbFvAntre/reply" in reader.store.shown()
    assert reader.store.cursor.data["name"] == "accounts/1100/locations/2200"
    assert reader.store.messages["AbFvAntre/reply"].author.external_id == KEY


def test_a_location_of_somebody_else_is_told_so():
    account = Account(key="locations/9", url="https://business.google.com/n/9/profile")
    with pytest.raises(Permanent, match="pengelola"):
        Reader(Scene(NOW), account).pull()


def test_a_location_shared_by_two_accounts_is_offered_once():
    scene = Scene(NOW)
    scene.place.more["accounts"] = ("accounts/1100", "accounts/1300")
    ctx = Reader(scene).ctx()
    credential = GoogleBusiness().exchange(CODE, CONSENT, ctx)
    offered = list(GoogleBusiness().reachable(credential, ctx))
    assert [(one.key.key, dict(one.settings)) for one in offered] == [
        (KEY, {"account": "accounts/1100"}),
        (OTHER_KEY, {"account": "accounts/1100"}),
    ]


def test_replies_that_google_holds_or_refused_are_not_shown():
    scene = Scene(NOW)
    reader = Reader(scene).pull()
    assert {"AbFvAnonim/reply", "AbFvSabar/reply"}.isdisjoint(reader.store.shown())
    scene.reply("AbFvAntre").more["state"] = "REJECTED"
    assert "AbFvAntre/reply" in reader.reread("AbFvAntre").store.gone


def test_the_reply_state_is_read_in_both_spellings():
    reply = {"comment": "x", "updateTime": "2026-03-01T00:00:00Z"}
    shown = [
        parse.reply_of({"reviewReply": {**reply, **state}}).shown
        for state in ({}, {"state": "REJECTED"}, {"reviewReplyState": "PENDING"}, {"state": "APPROVED"})
    ]
    assert shown == [True, False, False, True]


@pytest.mark.parametrize(
    ("comment", "text"),
    [
        (
            "(Translated by Google) The queue is long\n\n(Original)\nAntrenya panjang\nsekali",
            "Antrenya panjang\nsekali",
        ),
        ("Antrenya panjang\n\n(Translated by Google)\nThe queue is long", "Antrenya panjang"),
        ("Antrenya panjang", "Antrenya panjang"),
        (None, ""),
    ],
    ids=["original-last", "original-first", "untranslated", "stars-alone"],
)
def test_the_reviewers_own_words_are_kept(comment, text):
    row = {
        "reviewId": "r", "reviewer": {"displayName": "Wati"}, "starRating": "ONE", "comment": comment,
        "createTime": "2026-03-01T00:00:00.123456789Z", "updateTime": "2026-03-01T00:00:00.123456789Z",
    }  # fmt: skip
    (message,) = parse.messages_of(row, KEY)
    assert (message.text, message.rating) == (text, 1)
    assert message.created_at == datetime(2026, 3, 1, 0, 0, 0, 123456, tzinfo=UTC) and message.edited_at is None


def test_an_anonymous_reviewer_is_nobody_and_stars_are_kept():
    reader = Reader(Scene(NOW)).pull()
    assert reader.store.messages["AbFvAnonim"].author is None
    assert {one: reader.store.messages[one].rating for one in ("AbFvAntre", "AbFvBintang", "AbFvSabar")} == {
        "AbFvAntre": 2, "AbFvBintang": 1, "AbFvSabar": 5,
    }  # fmt: skip


def test_an_edited_review_rises_and_is_read_with_few_calls():
    scene = Scene(NOW, page=None)
    for number in range(180):
        scene.world.say(
            scene.page, BUDI, f"Ulasan {number}", at(f"01T{number % 24:02}:00:00"), id=f"AbF{number:03}", stars=3
        )
    reader = Reader(scene).pull()
    assert len(reader.requests) == 1 + 4
    scene.now += timedelta(hours=2)
    scene.world.edit(scene.review("AbF007"), "Ulasan lama, diubah")
    assert reader.pull().store.messages["AbF007"].text == "Ulasan lama, diubah"
    assert len(reader.requests) == 2
    scene.now += timedelta(hours=24)
    assert len(reader.pull().requests) == 4, "once a day everything is read"


def test_a_walk_cut_short_goes_on_and_is_then_walked_whole():
    scene = Scene(NOW, page=1)
    reader = Reader(scene).pull(calls=3)
    assert reader.store.cursor.data["page"]
    scene.world.remove(scene.review("AbFvSabar"))  # all below move up past the stored position
    reader.pull()
    assert "AbFvAnonim" not in reader.store.shown()
    reader.pull()
    assert {"AbFvAnonim", "AbFvAntre", "AbFvBintang"} <= reader.store.shown()
    assert reader.store.cursor.data["page"] is None


def test_a_page_older_than_an_hour_is_not_trusted():
    scene = Scene(NOW, page=1)
    reader = Reader(scene).pull(calls=3)
    scene.now += timedelta(hours=2)
    reader.pull()
    assert "pageToken" not in reader.requests[0].url


def test_a_page_that_google_forgot_is_read_from_the_top_again():
    scene = Scene(NOW, page=1)
    reader = Reader(scene).pull(calls=3)
    stale = {**reader.store.cursor.data, "page": "kedaluwarsa"}
    reader.store.cursor = replace(reader.store.cursor, data=stale)
    with pytest.raises(Transient):
        reader.pull()
    assert reader.store.cursor.data["page"] is None
    assert "AbFvAntre" in reader.pull().store.shown()


def test_a_review_missing_from_the_list_is_asked_for_before_it_is_buried():
    scene = Scene(NOW)
    reader = Reader(scene).pull()
    scene.world.remove(scene.review("AbFvAntre"))
    events = list(GoogleBusiness().pull_threads(ACCOUNT, reader.store.threads(), reader.ctx()))
    assert {one.external_id for one in events if isinstance(one, Tombstone)} == {"AbFvAntre", "AbFvAntre/reply"}
    assert reader.requests[-1].url.endswith("/reviews/AbFvAntre")


def test_an_unverified_location_is_a_problem_in_words():
    scene = Scene(NOW)
    scene.place.more["verified_owner"] = False
    reader = Reader(scene)
    snapshot = GoogleBusiness().inspect(ACCOUNT, reader.ctx())
    assert snapshot.exists and snapshot.verified is False and "terverifikasi" in snapshot.problem
    with pytest.raises(Permanent):
        reader.pull()


def test_a_twin_and_an_empty_list_are_problems_in_words():
    scene = Scene(NOW)
    scene.place.more["duplicate"] = "locations/9"
    assert "kembar" in GoogleBusiness().inspect(ACCOUNT, Reader(scene).ctx()).problem
    honest = Scene(NOW).kit_world()

    def hollow(request):
        return Reply.json({"reviews": [], "totalReviewCount": 12}) if "/reviews" in request.url else honest(request)

    ctx = offline_context(hollow, platform=GoogleBusiness(), account=ACCOUNT, now=NOW, secrets=SECRETS)
    assert "Kosong padahal ada 12 ulasan" in GoogleBusiness().inspect(ACCOUNT, ctx).problem


def test_a_login_in_testing_tells_when_it_dies():
    scene = Scene(NOW)
    scene.world.notes("google")["testing"] = {"refresh_token_expires_in": 604_799}
    ctx = Reader(scene).ctx()
    credential = GoogleBusiness().exchange(CODE, CONSENT, ctx)
    assert credential.expires_at == NOW + timedelta(seconds=3599)
    renewed = GoogleBusiness().refresh(credential, ctx)
    snapshot = GoogleBusiness().inspect(ACCOUNT, Reader(scene).ctx(secrets={**SECRETS, **renewed.secrets}))
    assert snapshot.credential_expires_at == NOW + timedelta(seconds=604_799)


def test_a_revoked_login_must_be_made_again():
    scene = Scene(NOW)
    ctx = Reader(scene).ctx()
    credential = GoogleBusiness().exchange(CODE, CONSENT, ctx)
    with pytest.raises(AuthExpired):
        GoogleBusiness().exchange(CODE, CONSENT, ctx)  # a code is good once
    scene.world.notes("google")["revoked"] = {credential.secrets["refresh_token"]}
    with pytest.raises(AuthExpired):
        GoogleBusiness().refresh(credential, ctx)


# -- answering ---------------------------------------------------------------------------------------------------------


def answer(reader: Reader, review: str, text: str):
    return GoogleBusiness().answer(ACCOUNT, reader.pull().store.messages[review], text, reader.ctx())


def test_a_reply_that_stands_is_never_overwritten():
    scene = Scene(NOW)
    with pytest.raises(Permanent, match="sudah dibalas"):
        answer(Reader(scene), "AbFvAntre", "Balasan lain")
    assert scene.reply("AbFvAntre").text == "Mohon maaf, mulai Senin ada dua loket."


@pytest.mark.parametrize(("state", "error"), [("PENDING", Transient), ("REJECTED", Permanent)])
def test_a_reply_that_google_holds_or_refuses_is_reported(state, error):
    scene = Scene(NOW)
    scene.notes["state"] = state
    with pytest.raises(error):
        answer(Reader(scene), "AbFvToilet", "Sudah kami perbaiki")
    assert scene.reply("AbFvToilet").text == "Sudah kami perbaiki"


def test_the_limit_is_in_bytes():
    reader = Reader(Scene(NOW))
    with pytest.raises(Permanent, match="4096"):
        answer(reader, "AbFvToilet", "🙏" * 1025)
    assert not any(one.method == "PUT" for one in reader.requests)


def test_a_review_that_is_gone_cannot_be_answered():
    scene = Scene(NOW)
    reader = Reader(scene)
    message = reader.pull().store.messages["AbFvToilet"]
    scene.world.remove(scene.review("AbFvToilet"))
    with pytest.raises(Gone):
        GoogleBusiness().answer(ACCOUNT, message, "Sudah", reader.ctx())
