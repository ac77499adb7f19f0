"""Every trap of X's documentation, as the plugin meets it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from aggregator.conformance.world import Reply
from aggregator.contract import (
    AuthExpired,
    Checkpoint,
    Kind,
    Malformed,
    Message,
    OpenThread,
    Permanent,
    RateLimited,
    ThreadRef,
    Tombstone,
    Unreadable,
)
from plugins.x import parse
from plugins.x.platform import XPlatform

from .world import (
    ACCOUNT,
    KEY,
    NOW,
    OFFICE,
    SECRETS,
    SITI,
    WARGA,
    context,
    first_day,
    kit_world,
    last_mark,
    listening,
    next_day,
    number,
    post,
    pulled,
    queries,
)

ME = parse.Office(OFFICE, KEY)


def row(**more: Any) -> dict[str, Any]:
    return {
        "id": "1984000000000000123", "author_id": "55501", "created_at": "2026-03-08T02:11:09.000Z",
        "conversation_id": "1984000000000000123", "text": "@dpupr_contoh halo",
        "edit_history_tweet_ids": ["1984000000000000123"], **more,
    }  # fmt: skip


def read(one: dict[str, Any]) -> Any:
    page = parse.page_in({"data": [one], "meta": {"result_count": 1, "newest_id": one["id"]}}, ME)
    return page.posts[0].record if page.posts else None


# -- what is read ------------------------------------------------------------------------------------------------------------


def test_kinds_follow_from_who_wrote_to_whom():
    _, shown = pulled(first_day())
    kinds = {one[-2:]: message.kind for one, message in shown.items()}
    post, comment, mention = Kind.POST, Kind.COMMENT, Kind.MENTION
    assert kinds == {
        "01": post,
        "02": comment,
        "03": comment,
        "04": comment,
        "05": mention,
        "06": mention,
        "07": mention,
        "08": mention,
    }


def test_a_retweet_is_nobodys_words():
    assert read(row(referenced_tweets=[{"type": "retweeted", "id": "1984000000000000100"}])) is None


def test_a_quote_is_a_mention_of_its_own():
    quote = read(row(referenced_tweets=[{"type": "quoted", "id": "1984000000000000100"}]))
    assert (quote.kind, quote.parent_id) == (Kind.MENTION, None)


def test_no_results_are_an_answer_without_data():
    assert parse.page_in({"meta": {"result_count": 0}}, ME).posts == ()
    with pytest.raises(Malformed):
        parse.page_in({"meta": {"result_count": 2, "newest_id": "1"}}, ME)
    with pytest.raises(Malformed):
        parse.page_in({"data": [row()], "meta": {"result_count": 2, "newest_id": "1"}}, ME)


def test_a_partial_answer_keeps_what_it_has():
    answer = {
        "data": [row()],
        "meta": {"result_count": 1, "newest_id": "1984000000000000123"},
        "errors": [{"title": "x"}],
    }
    assert len(parse.page_in(answer, ME).posts) == 1


def test_both_spellings_are_read():
    new = row(note_post={"text": "@dpupr_contoh panjang"}, edit_history_post_ids=["1984000000000000123"])
    del new["edit_history_tweet_ids"]
    assert read(new).text == "@dpupr_contoh panjang"


def test_a_spelling_that_x_gave_up_is_tried_once_and_remembered():
    world = first_day(page=100)
    world.notes("x")["spelling"] = "post"
    asked = []
    events, shown = pulled(listening(world, asked))
    assert len(shown) == 8
    assert [("tweet.fields" in one, "post.fields" in one) for one in queries(asked)[1:]] == [
        (True, False),
        (False, True),
    ]
    asked.clear()
    pulled(listening(world, asked), last_mark(events))
    assert ["post.fields" in one for one in queries(asked)] == [True]


def test_a_renamed_reference_makes_no_reply_a_mention():
    reply = row(conversation_id="1984000000000000001", in_reply_to_user_id=OFFICE)
    assert isinstance(read(reply), Unreadable)


def test_ids_are_text_and_are_never_rounded():
    assert isinstance(read(row(author_id=55501)), Unreadable)
    big = "9007199254740993001"
    assert read(row(id=big, conversation_id=big, edit_history_tweet_ids=[big])).external_id == big


def test_names_come_only_when_they_are_paid_for():
    _, plain = pulled(first_day())
    _, named = pulled(first_day(), secrets={**SECRETS, "expand_author": "ya"})
    one = number("08")
    assert plain[one].author is not None and named[one].author is not None
    assert (plain[one].author.name, plain[one].author.handle) == ("Pengguna X 55503", None)
    assert (named[one].author.name, named[one].author.handle) == ("Warga X", "wargalama")
    assert plain[one].author.external_id == named[one].author.external_id


# -- pages ----------------------------------------------------------------------------------------------------------------------


def test_the_next_since_comes_from_the_first_page_and_is_kept_at_the_end_only():
    events, _ = pulled(first_day(page=3))
    marks = [event.cursor.data for event in events if isinstance(event, Checkpoint)]
    assert len(marks) == 3
    assert [mark["since"] for mark in marks] == [None, None, number("08")]
    assert {mark["newest"] for mark in marks[:2]} == {number("08")}


def test_all_pages_keep_the_same_since():
    world = first_day(page=1)
    events, _ = pulled(world)
    for short in ("21", "22", "23"):
        post(world, world.places["x", KEY], short, WARGA, f"@dpupr_contoh laporan {short}", "03-09T11:00:00")
    asked = []
    _, fresh = pulled(listening(world, asked), last_mark(events))
    assert fresh.keys() == {number("21"), number("22"), number("23")}
    assert {one["since_id"][0] for one in queries(asked)} == {number("08")}


def test_a_page_token_that_died_starts_the_page_again():
    world = first_day(page=3)
    events, _ = pulled(world, calls=2)
    cut = last_mark(events)
    assert cut.data["token"]
    broken = type(cut)(version=cut.version, data={**cut.data, "token": "basi"})
    _, shown = pulled(world, broken)
    assert len(shown) == 8


def test_a_silence_beyond_seven_days_is_filled_from_the_mentions_timeline():
    world = first_day()
    events, seen = pulled(world)
    place = world.places["x", KEY]
    post(world, place, "31", WARGA, "@dpupr_contoh jembatan retak", "03-10T08:00:00")  # no search reaches it any more
    post(world, place, "32", SITI, "@dpupr_contoh banjir lagi", "03-24T08:00:00")
    later = NOW + timedelta(days=16)
    world.clock = lambda: later
    world.notes("x")["expired"] = True
    asked = []
    again, shown = pulled(listening(world, asked), last_mark(events), now=later)
    assert shown.keys() - seen.keys() == {number("31"), number("32")}
    assert any("/mentions" in request.url for request in asked)
    assert last_mark(again).data["since"] == number("32")


def test_a_search_stays_half_a_minute_behind_and_nothing_is_lost():
    world = first_day()
    world.notes("x")["lag"] = 30
    events, _ = pulled(world)
    fresh = world.post(world.places["x", KEY], "@dpupr_contoh baru saja", NOW, author=WARGA)
    again, shown = pulled(world, last_mark(events))
    assert fresh.id not in shown
    world.clock = lambda: NOW + timedelta(minutes=1)
    _, shown = pulled(world, last_mark(again), now=NOW + timedelta(minutes=1))
    assert fresh.id in shown


# -- edits and deletions --------------------------------------------------------------------------------------------------------


def test_an_edit_keeps_the_first_id():
    world = first_day()
    events, _ = pulled(world)
    world.edit(world.comments["x", number("07")], "@dpupr_contoh ralat", NOW - timedelta(minutes=5))
    _, fresh = pulled(world, last_mark(events))
    assert {one: message.text for one, message in fresh.items()} == {number("07"): "@dpupr_contoh ralat"}
    assert fresh[number("07")].edited_at == NOW - timedelta(minutes=5)


def test_a_look_up_of_an_old_version_finds_the_new_one():
    world = next_day()
    lamp = OpenThread(ref=ThreadRef(external_id=number("06")), known=frozenset({number("07")}), whole=False)
    (message,) = XPlatform().pull_threads(ACCOUNT, [lamp], context(world))
    assert isinstance(message, Message)
    assert (message.external_id, message.text) == (number("07"), "@siti77 @dpupr_contoh sama, di RT 05")


@pytest.mark.parametrize(
    ("kind", "gone"),
    [("resource-not-found", True), ("not-authorized-for-resource", True), ("rate-limit-exceeded", False)],
)
def test_only_what_x_calls_gone_is_buried(kind, gone):
    def refuse(request):
        if "ids=" not in request.url:
            return kit_world(first_day())(request)
        return Reply.json({"errors": [{"value": number("02"), "type": f"https://api.x.com/2/problems/{kind}"}]})

    thread = OpenThread(ref=ThreadRef(external_id=number("01")), known=frozenset({number("02")}), whole=False)
    (event,) = XPlatform().pull_threads(ACCOUNT, [thread], context(refuse))
    assert isinstance(event, Tombstone if gone else Unreadable)


# -- refusals and money ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "kind", "error"),
    [
        (402, "credits-depleted", Permanent),
        (403, "client-forbidden", Permanent),
        (403, "usage-capped", Permanent),
        (429, "usage-capped", Permanent),
        (429, "rate-limit-exceeded", RateLimited),
        (401, "about:blank", AuthExpired),
        (403, "about:blank", AuthExpired),
        (400, "invalid-request", Permanent),
    ],
    ids=str,
)
def test_a_refusal_is_told_by_its_type(status, kind, error):
    def refuse(request):
        return Reply.json(
            {"title": "x", "detail": "x", "type": f"https://api.x.com/2/problems/{kind}", "status": status}, status
        )

    with pytest.raises(error):
        pulled(refuse)


def test_a_limit_waits_for_its_reset():
    world = first_day(page=1)
    world.notes("x")["limit"] = 1
    pulled(world, calls=2)
    with pytest.raises(RateLimited) as limited:
        pulled(world)
    assert limited.value.retry_after == 15 * 60 + 1  # the window began at NOW


def test_the_last_calls_of_a_window_are_left_to_people():
    world = first_day(page=1)
    world.notes("x")["limit"] = 6
    asked = []
    events, _ = pulled(listening(world, asked))
    searches = [request for request in asked if "search" in request.url]
    assert len(searches) == 2  # five, then four calls were left
    assert last_mark(events).data["token"]


def test_spent_credit_is_said_in_words_that_help():
    world = first_day(page=3)
    world.notes("x")["credits"] = 3
    with pytest.raises(Permanent, match="Kredit X habis"):
        pulled(world)


def test_an_office_without_any_token_is_told():
    with pytest.raises(AuthExpired, match="Bearer Token"):
        pulled(first_day(), secrets={})


def test_the_price_is_in_view():
    assert "US$0,005" in (XPlatform().inspect(ACCOUNT, context(first_day())).reads or "")
    assert any("US$0,005" in setting.help for setting in XPlatform().info.app_settings)
