"""Every trap of TikTok's documentation, as the plugin meets it."""

from __future__ import annotations

import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from aggregator.conformance.world import Reply
from aggregator.contract import (
    AuthExpired,
    Malformed,
    Message,
    OpenThread,
    Permanent,
    PushRequest,
    RateLimited,
    ThreadRef,
    Tombstone,
    Transient,
    Unreadable,
)
from aggregator.fakes.skins.tiktok import TikTokSkin
from aggregator.fakes.world import Change
from plugins.tiktok import parse
from plugins.tiktok.bookmark import KEPT
from plugins.tiktok.platform import TikTokPlatform

from .test_kit import signed
from .world import (
    ACCOUNT,
    APP,
    BUDI,
    JOKO,
    KEY,
    LAMPU,
    NOW,
    POMPA,
    SECRETS,
    WATI,
    at,
    context,
    first_day,
    kit_world,
    last_mark,
    number,
    pulled,
    say,
)


def again(world, thread, **more):
    return list(TikTokPlatform().pull_threads(ACCOUNT, [thread], context(world, **more)))


def buried(events):
    return {event.external_id for event in events if isinstance(event, Tombstone)}


# -- lists ---------------------------------------------------------------------------------------------------------------


def test_the_order_is_always_asked_for():
    asked = []

    def listening(request):
        asked.append(request.url)
        return kit_world(first_day())(request)

    pulled(listening)
    lists = [parse_qs(urlsplit(url).query) for url in asked if "/comment/" in url]
    assert lists
    assert all((q["sort_field"], q["sort_order"]) == (["create_time"], ["desc"]) for q in lists)


def test_a_short_page_is_not_the_last():
    _, shown = pulled(first_day(page=1))
    _, whole = pulled(first_day(page=20))
    assert shown.keys() == whole.keys()


def test_beyond_500_likes_decide_and_rows_come_twice():
    world = first_day(page=30)
    pump = world.posts["tiktok", POMPA]
    for one in range(700):
        comment = say(world, pump, f"{1000 + one}", JOKO, f"Air naik {one}", f"03-08T{one % 24:02}:{one % 60:02}:00")
        comment.likes = one % 7
    events, shown = pulled(world)
    assert (
        len([one for one in shown.values() if one.thread.external_id == POMPA and one.text.startswith("Air naik")])
        == 700
    )
    assert len([event for event in events if isinstance(event, Message)]) > len(shown)  # it did repeat itself


def test_deleting_among_thousands_buries_only_what_tiktok_no_longer_has():
    world = first_day(page=30)
    pump = world.posts["tiktok", POMPA]
    for one in range(540):
        say(world, pump, f"{1000 + one}", JOKO, f"Air naik {one}", f"03-08T{one % 24:02}:{one % 60:02}:00")
    known = frozenset(one.id for one in world.comments_of(pump)) | {POMPA}
    gone = world.comments["tiktok", number("1007")]
    world.remove(gone)
    assert buried(again(world, OpenThread(ref=ThreadRef(external_id=POMPA), known=known))) == {gone.id}
    piece = OpenThread(ref=ThreadRef(external_id=POMPA), known=frozenset({gone.id, number("1008")}), whole=False)
    events = again(world, piece)
    assert buried(events) == {gone.id}
    assert [event.external_id for event in events if isinstance(event, Message)] == [number("1008")]


def test_a_deleted_video_buries_its_thread():
    world = first_day()
    world.posts["tiktok", POMPA].shown = False
    known = frozenset({POMPA, number("41")})
    events = again(world, OpenThread(ref=ThreadRef(external_id=POMPA), known=known))
    assert buried(events) == known
    assert len(events) == 2


def test_a_pinned_old_comment_does_not_end_the_reading():
    row = {"comment_id": "1", "create_time": 1, "pinned": True, "text": "lama", "owner": False, "username": "a",
           "unique_identifier": "u", "status": "PUBLIC", "replies": 0}  # fmt: skip
    data = {"comments": [row], "cursor": 1, "has_more": False}
    page = parse.comments_in(data, ThreadRef(external_id="9"), KEY)
    assert page.entries[0].pinned
    world = first_day(page=1)
    events, shown = pulled(world)
    pump = world.posts["tiktok", POMPA]
    for short, when in (("71", "03-09T11:00:00"), ("72", "03-09T11:01:00"), ("73", "03-09T11:02:00")):
        say(world, pump, short, BUDI, f"Baru {short}", when)
    old = say(world, pump, "70", WATI, "Disematkan", "03-01T00:00:00", parent=None)
    old.more["pinned"] = True
    _, fresh = pulled(world, last_mark(events), known=frozenset(shown))
    assert {number("70"), number("71"), number("72"), number("73")} <= fresh.keys()


def test_a_list_that_turns_on_the_spot_is_malformed():
    def stuck(request):
        return Reply.json({"code": 0, "message": "OK", "data": {"videos": [], "cursor": 7, "has_more": True}})

    with pytest.raises(Malformed):
        pulled(stuck, calls=50)


# -- rows ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("told", ["1792512345", 1792512345])
def test_times_come_as_text_and_as_numbers(told):
    thread = ThreadRef(external_id="9")
    row = {"comment_id": 7405550001112223334, "create_time": told, "text": "a", "owner": False, "username": "a",
           "unique_identifier": "u", "status": "PUBLIC", "replies": 0}  # fmt: skip
    entry = parse.comments_in({"comments": [row], "cursor": 0, "has_more": False}, thread, KEY).entries[0]
    assert isinstance(entry.record, Message)
    assert entry.record.created_at.isoformat() == "2026-10-20T16:05:45+00:00"
    assert entry.record.external_id == "7405550001112223334"


def test_a_hidden_comment_is_kept_and_marked():
    _, shown = pulled(first_day())
    assert shown[number("38")].raw == {"status": "HIDDEN"}
    assert shown[number("31")].raw == {"status": "PUBLIC"}


def test_a_picture_without_words_is_a_comment_and_faces_stay_behind():
    world = first_day()
    pump = world.posts["tiktok", POMPA]
    world.say(pump, WATI, "", at("03-09T11:00:00"), id=number("91"), image="https://p16.example/banjir.webp")
    _, shown = pulled(world)
    assert shown[number("91")].media == ("https://p16.example/banjir.webp",)
    assert not any("x-expires" in repr(one) for one in shown.values())


def test_the_owner_is_the_account_whatever_its_identifier():
    _, shown = pulled(first_day())
    answer = shown[number("33")]
    assert answer.author is not None
    assert answer.author.external_id == KEY
    snapshot = TikTokPlatform().inspect(ACCOUNT, context(first_day()))
    assert snapshot.own_author_ids == {KEY}


def test_one_bad_row_leaves_the_others():
    def spoiled(request):
        reply = kit_world(first_day())(request)
        return Reply(reply.status, reply.headers, reply.body.replace(b'"text":"Di sini juga banjir"', b'"text":17'))

    events, shown = pulled(spoiled)
    assert [event.external_id for event in events if isinstance(event, Unreadable)] == [number("42")]
    assert number("41") in shown


# -- codes -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "message", "error"),
    [
        (40100, "QPM limit", RateLimited),
        (51021, "too many", RateLimited),
        (40105, "revoked", AuthExpired),
        (40102, "expired", AuthExpired),
        (40001, "no permission", Permanent),
        (40002, "bad parameter", Permanent),
        (40006, "no path", Malformed),
        (50002, "internal", Transient),
        (49999, "?", Permanent),
    ],
    ids=str,
)
def test_a_code_is_an_error_although_http_says_200(code, message, error):
    def refuse(request):
        return Reply.json({"code": code, "message": message, "request_id": "20261021A", "data": {}})

    with pytest.raises(error):
        pulled(refuse)


@pytest.mark.parametrize(("message", "wait"), [("QPM limit", 300.0), ("QPD limit", 19 * 3600.0)])
def test_a_limit_says_how_long(message, wait):
    def refuse(request):
        return Reply.json({"code": 40100, "message": message, "data": {}})

    with pytest.raises(RateLimited) as limited:
        pulled(refuse)
    assert limited.value.retry_after == wait


def test_the_forty_first_call_in_a_minute_waits():
    world = first_day()
    for _ in range(40):
        pulled(world, calls=1)
    with pytest.raises(RateLimited):
        pulled(world, calls=1)


def test_an_account_that_was_never_connected_says_so():
    with pytest.raises(AuthExpired):
        pulled(first_day(), secrets={})


def test_silence_where_comments_are_counted_is_told():
    def silent(request):
        if "/comment/list/" in request.url:
            return Reply.json({"code": 0, "message": "OK", "data": {"comments": [], "cursor": 0, "has_more": False}})
        return kit_world(first_day())(request)

    problem = TikTokPlatform().inspect(ACCOUNT, context(silent)).problem
    assert problem is not None
    assert problem.startswith("Kosong padahal ada 2 komentar")


# -- answers -----------------------------------------------------------------------------------------------------------------


def test_a_reply_to_a_reply_stands_under_the_comment():
    world = first_day()
    _, shown = pulled(world)
    said = TikTokPlatform().answer(ACCOUNT, shown[number("36")], "RT 05 pekan depan", context(world))
    assert said.parent_id == number("31")


def test_an_answer_longer_than_the_setting_is_never_sent():
    world = first_day()
    _, shown = pulled(world)
    ctx = context(world, secrets={**SECRETS, "max_reply_chars": "150"})
    with pytest.raises(Permanent, match="150"):
        TikTokPlatform().answer(ACCOUNT, shown[number("41")], "a" * 151, ctx)
    assert len(world.comments_of(world.posts["tiktok", POMPA])) == 2


def test_an_answer_that_is_not_shown_is_not_called_delivered():
    world = first_day()
    _, shown = pulled(world)

    def eaten(request):
        if "comment_ids" in request.url:
            return Reply.json({"code": 0, "message": "OK", "data": {"comments": [], "cursor": 0, "has_more": False}})
        return kit_world(world)(request)

    with pytest.raises(Transient, match="spam"):
        TikTokPlatform().answer(ACCOUNT, shown[number("41")], "Segera", context(eaten))


# -- webhook -----------------------------------------------------------------------------------------------------------------


def test_the_skins_own_pushes_are_read_back():
    world = first_day()
    comment = world.comments["tiktok", number("41")]
    for what in ("added", "removed", "hidden"):
        (push,) = TikTokSkin(world).pushes(Change(what, comment))
        headers = {name.lower(): value for name, value in push.headers.items()}
        request = PushRequest(method="POST", headers=headers, query={}, body=push.body, secrets=APP, now=NOW)
        (event,) = TikTokPlatform().receive(request)
        assert event.account_key == f"-000{KEY}"
        assert event.thread == ThreadRef(external_id=POMPA)
    assert not list(TikTokSkin(world).pushes(Change("edited", comment)))


@pytest.mark.parametrize("age", [-301, 301])
def test_a_stale_notice_is_refused(age):
    request = signed(b'{"event":"comment.update"}')
    late = PushRequest(
        method="POST",
        headers=request.headers,
        query={},
        body=request.body,
        secrets=APP,
        now=NOW + timedelta(seconds=age),
    )
    with pytest.raises(Permanent, match="basi"):
        list(TikTokPlatform().receive(late))


def test_ids_in_the_inner_json_are_not_rounded():
    inner = json.dumps({"comment_id": 9007199254740993001, "video_id": 9007199254740993003})
    body = json.dumps({"event": "comment.update", "user_openid": "-0", "content": inner}).encode()
    (event,) = TikTokPlatform().receive(signed(body))
    assert event.thread == ThreadRef(external_id="9007199254740993003")


def test_a_withdrawn_permission_has_the_account_read_at_once():
    body = json.dumps({"event": "authorization.removed", "user_openid": "-000x", "content": '{"reason":1}'}).encode()
    (event,) = TikTokPlatform().receive(signed(body))
    assert (event.account_key, event.thread) == ("-000x", None)


# -- the bookmark ---------------------------------------------------------------------------------------------------------------


def test_the_bookmark_of_a_large_account_stays_small():
    world = first_day(page=20)
    place = world.places["tiktok", KEY]
    for one in range(KEPT + 60):
        post = world.post(
            place,
            f"Arsip {one}",
            at("02-01T07:00:00") + timedelta(minutes=one),
            id=str(7_300_000_000_000_000_000 + one),
        )
        say(world, post, f"8{one:03}", JOKO, f"Arsip komentar {one}", "02-28T07:00:00")
    world.clock = iter_minutes()
    events, shown = pulled(world)
    assert sum(one.text.startswith("Arsip komentar") for one in shown.values()) == KEPT + 60
    mark = last_mark(events)
    assert len(json.dumps(dict(mark.data))) < 12_000
    events, fresh = pulled(world, mark, known=frozenset(shown), now=NOW + timedelta(hours=7))
    assert not fresh


def iter_minutes():
    """A clock that goes on with each look at it, so that the limit of a minute is not what is tested."""
    now = [NOW]

    def clock():
        now[0] += timedelta(minutes=1)
        return now[0]

    return clock


def test_a_reading_that_was_cut_goes_on_where_it_stood():
    world = first_day(page=1)
    events, _ = pulled(world, calls=5)
    cut = last_mark(events)
    assert cut.data["opened"] is not None
    seen = set()
    for _ in range(30):
        events, shown = pulled(world, cut, calls=9)
        cut, seen = last_mark(events), seen | shown.keys()
        world.notes("tiktok").pop("minutes", None)
    assert {number("31"), number("37"), number("21")} <= seen


def test_lamp_thread_holds_all_its_replies():
    _, shown = pulled(first_day())
    below = {one for one, message in shown.items() if message.parent_id == number("31")}
    assert below == {number(short) for short in ("33", "34", "35", "36", "37")}
    assert {shown[one].thread.external_id for one in below} == {LAMPU}
