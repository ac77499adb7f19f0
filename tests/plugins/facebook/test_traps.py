"""Every trap of reading that the platform's documentation and its users warn of."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

import pytest

from aggregator.conformance.store import Store
from aggregator.conformance.world import Reply
from aggregator.contract import (
    Kind,
    OpenThread,
    Permanent,
    ThreadRef,
    Transient,
    cursor_fault,
)
from plugins.dialects import graph
from plugins.facebook import parse
from plugins.facebook.bookmark import Bookmark, Debt

from .reading import PLUGIN, context, filled, pull, read_again, refusal
from .world import ACCOUNT, APP, BUDI, NOW, PAGE, SITI, Scene, at, first_day

ROAD, PUMP = f"{PAGE}_9001", f"{PAGE}_9002"


def test_a_thread_in_the_platforms_own_order_is_read_to_its_end():
    """Ranked comments: the newest stands last, behind pages that are all known."""
    scene = first_day()
    post = scene.world.post(scene.page, "Pendaftaran bantuan", at(4, 1), id="9010", ranked=True)
    for number in range(10):
        scene.world.say(post, SITI, f"Daftar {number}", at(4, 2, number), id=f"76{number:02}").likes = 50 - number
    store = filled(scene)
    scene.world.say(post, BUDI, "Kok nama saya tidak ada?", at(9, 1), id="7699")
    pull(scene, store)
    assert "7699" in store.shown()


def test_new_comments_on_old_posts_are_found_the_next_day():
    scene = Scene(rows_a_page=None)
    for number in range(60):
        scene.world.post(scene.page, f"Pos {number}", at(8, 0) - timedelta(hours=6 * number), id=str(9100 + number))
    store = filled(scene)
    scene.world.say(scene.world.posts["facebook", "9150"], SITI, "Masih rusak", at(9, 6), id="7501")
    scene.now = at(9, 6, 30)
    assert pull(scene, store).http.calls == 1
    assert "7501" not in store.shown()  # behind the newest posts: a webhook or the daily walk brings it
    scene.now = at(10, 6)
    pull(scene, store)
    assert "7501" in store.shown()


def test_a_list_that_serves_the_same_rows_for_ever_is_left():
    scene = first_day()
    asked = []

    def circling(request):
        parts = urlsplit(request.url)
        if parts.path.endswith("/comments"):
            asked.append(request)
            kept = [(name, value) for name, value in parse_qsl(parts.query) if name != "after"]
            request = replace(request, url=urlunsplit(parts._replace(query=urlencode(kept))))
        return scene.answer(request)

    store = Store()
    pull(scene, store, circling)
    assert len(asked) <= 4
    read_again(scene, filled(first_day()), ROAD, world=circling)
    assert len(asked) <= 8


def test_a_page_position_that_died_begins_the_list_anew():
    scene = first_day()
    died = []

    def dying(request):
        if "after=" in request.url and "/9001" not in request.url and not died and f"{ROAD}/comments" in request.url:
            died.append(request)
            return refusal(100, "(#100) Invalid cursor")
        return scene.answer(request)

    store = Store()
    pull(scene, store, dying)
    assert died
    assert {"7001", "7002", "7003"} <= store.shown()


def test_a_thread_too_long_for_the_platform_is_read_as_far_as_it_lists():
    scene = first_day()
    asked = []

    def capped(request):
        if "after=" in request.url and f"{ROAD}/comments" in request.url:
            asked.append(request)
            return refusal(100, "After Cursor specified exceeds the max limit supported by this endpoint")
        return scene.answer(request)

    store = Store()
    pull(scene, store, capped)
    pull(scene, store, capped)
    assert len(asked) == 1
    assert {"7004", "7301", PUMP} <= store.shown()


def test_a_bookmark_of_many_debts_stays_small():
    position = {"after": "Q" * 250}
    threads = [Debt(where=f"{PAGE}_{10**15 + n}", position=position, floor=NOW) for n in range(110)]
    lists = [Debt(where=name, position=position, floor=NOW) for name in parse.KINDS]
    marks = {f"{n:08x}": f"{n:08x}" for n in range(100)}
    cursor = Bookmark(done=NOW, deep=NOW, debts=(*threads, *lists), marks=marks).cursor()
    assert cursor_fault(cursor) is None
    kept = Bookmark.of(cursor).debts
    assert (kept[0], kept[-1]) == (threads[0], lists[-1])
    assert kept[50] == Debt(where=threads[50].where)  # from its top to its end: slower, never less


def test_a_question_that_is_too_big_is_asked_smaller():
    scene = first_day()

    def heavy(request):
        if "reverse_chronological).limit(25)" in unquote(request.url):
            return refusal(1, "Please reduce the amount of data you're asking for, then retry your request")
        return scene.answer(request)

    ctx = context(scene, heavy)
    with pytest.raises(Transient):
        list(PLUGIN.pull_since(ACCOUNT, None, context(scene, lambda _: refusal(1, "reduce the amount of data"))))
    first = next(event for event in PLUGIN.pull_since(ACCOUNT, None, ctx) if getattr(event, "kind", None))
    assert first.kind is Kind.POST
    assert ctx.http.calls == 2


def test_two_spellings_of_an_id_are_one_comment():
    row = {
        "id": "9001_7001",
        "message": "Kapan?",
        "created_time": "2026-03-01T02:15:00+0000",
        "parent": {"id": "9001_7000"},
    }
    thread = parse.thread_of(ROAD)
    bare = {**row, "id": "7001", "parent": {"id": "7000"}}
    one, other = parse.comment_of(row, thread), parse.comment_of(bare, thread)
    assert (one.external_id, one.parent_id) == (other.external_id, other.parent_id) == ("7001", "7000")


def test_ids_stay_text():
    row = {"id": 9007199254740993, "message": "Kapan?", "created_time": "2026-03-01T02:15:00+0000"}
    assert parse.comment_of(row, parse.thread_of(ROAD)).external_id is None


def test_comments_on_a_photo_of_an_album_are_read_at_the_photo():
    """They hang on the photo, which is no post and has no `message`."""
    scene = first_day()

    def album(request):
        parts = urlsplit(request.url)
        if parts.path == f"/v26.0/{PAGE}_8001":
            return refusal(100, "(#100) Tried accessing nonexisting field (message) on node type (Photo)")
        if parts.path == f"/v26.0/{PAGE}_8001/comments":
            row = {"id": "8001_7801", "message": "Foto ini RT 03", "created_time": "2026-03-01T02:15:00+0000"}
            return Reply.json({"data": [row], "paging": {"cursors": {"before": "a", "after": "b"}}})
        return scene.answer(request)

    thread = OpenThread(ref=ThreadRef(external_id=f"{PAGE}_8001"))
    (comment,) = PLUGIN.pull_threads(ACCOUNT, [thread], context(scene, album))
    assert (comment.external_id, comment.text) == ("7801", "Foto ini RT 03")


def test_ratings_are_never_asked_for():
    scene = first_day()
    ctx = pull(scene, Store())
    assert not any("ratings" in request.url for request in ctx.http.requests)
    refused = json.loads(scene.answer(replace(ctx.http.requests[0], url=_at(scene, "ratings"))).body)
    assert refused["error"]["code"] == 12


def _at(scene: Scene, edge: str) -> str:
    token = scene.skin.token_of(scene.page)
    shown = urlencode({"access_token": token, "appsecret_proof": graph.proof(token, APP["client_secret"])})
    return f"https://graph.facebook.com/v26.0/{PAGE}/{edge}?{shown}"


def test_missing_from_the_list_is_no_proof_of_deletion():
    """A comment the list leaves out, while the object itself still answers, is not buried."""
    scene = first_day()
    store = filled(scene)

    def filtered(request):
        reply = scene.answer(request)
        body = json.loads(reply.body)
        if "comments" in body and request.method == "GET":
            rows = body["comments"]["data"]
            body["comments"]["data"] = [row for row in rows if not row["id"].endswith("_7102")]
            return Reply.json(body)
        return reply

    ctx = read_again(scene, store, PUMP, world=filtered)
    assert not store.gone
    assert ctx.http.calls == 2


def test_a_deleted_post_buries_its_thread_and_no_other():
    scene = first_day()
    store = filled(scene)
    scene.world.posts["facebook", "9002"].shown = False
    read_again(scene, store)
    assert store.gone == {PUMP, "7101", "7102", "7103"}


def test_lost_permission_buries_nothing():
    scene = first_day()
    store = filled(scene)
    scene.world.remove(scene.world.comments["facebook", "7102"])
    scene.world.notes("facebook")["refused"] = {PAGE: 10}
    with pytest.raises(Permanent, match="Izin"):
        read_again(scene, store)
    assert not store.gone


def test_a_page_that_answers_nothing_buries_nothing():
    """Everything answers 'does not exist' once the Page itself is out of reach."""
    scene = first_day()
    store = filled(scene)
    gone = refusal(100, "Object does not exist", 33)

    def unreachable(request):
        if request.method == "GET":
            return gone
        calls = json.loads(dict(parse_qsl(request.body.decode()))["batch"])
        return Reply.json([{"code": 400, "headers": [], "body": gone.body.decode()} for _ in calls])

    with pytest.raises(Exception, match="tidak ada"):
        read_again(scene, store, world=unreachable)
    assert not store.gone
