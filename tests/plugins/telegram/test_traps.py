"""What is hard at Telegram: messages shown once, anonymous admins, private chats, numbers that jump, two readers."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from aggregator.conformance.world import Reply
from aggregator.contract import (
    AuthExpired,
    Gone,
    Kind,
    Malformed,
    Message,
    Permanent,
    RateLimited,
    ThreadRef,
    Transient,
    Unreadable,
)
from plugins.telegram import parse

from .reading import PLATFORM, context, glance, glanced
from .world import (
    ACCOUNT,
    BUDI,
    EXPECTED,
    GROUP,
    NOW,
    OTHER,
    PUSHED,
    SITI,
    TOKEN,
    WEBHOOK_SECRET,
    Town,
    signed,
)

ALL = sorted([*EXPECTED, "-1001999888666:9001", "-1001999888666:9002"])


def row(**more: Any) -> dict[str, Any]:
    return {**PUSHED["message"], **more}


def answered(code: int, description: str, **more: Any):
    return lambda _: Reply.json({"ok": False, "error_code": code, "description": description, **more}, code)


# -- who speaks, and where ------------------------------------------------------------------------------------------


def test_a_post_of_the_channel_is_a_post_with_its_own_address():
    town = Town()
    events = PLATFORM.pull_since(ACCOUNT, None, context(town.ask))
    records = {one.external_id: one for one in events if isinstance(one, Message)}
    post, comment, reply = (records[f"{GROUP}:{number}"] for number in (5001, 5012, 5014))
    assert (post.kind, post.author.external_id, post.url) == (
        Kind.POST,
        "-1001222333444",
        "https://t.me/dinas_pu_contoh/88",
    )
    assert (comment.kind, comment.parent_id, comment.url) == (
        Kind.COMMENT, None, "https://t.me/dinas_pu_contoh/88?comment=5012"
    )  # fmt: skip
    assert comment.thread == ThreadRef(external_id=f"{GROUP}:5001", url="https://t.me/dinas_pu_contoh/88")
    assert (reply.parent_id, reply.thread.external_id, reply.url) == (
        f"{GROUP}:5013", f"{GROUP}:5001", "https://t.me/c/1999888777/5014"
    )  # fmt: skip
    assert records[f"{GROUP}:5015"].raw == {"media": "photo"}


def test_an_admin_behind_the_group_speaks_as_the_group_which_inspect_knows():
    town = Town()
    events = PLATFORM.pull_since(ACCOUNT, None, context(town.ask))
    answer = next(one for one in events if isinstance(one, Message) and one.external_id == f"{GROUP}:5013")
    assert answer.author.external_id == GROUP
    own = PLATFORM.inspect(ACCOUNT, context(town.ask)).own_author_ids
    assert own == {GROUP, "-1001222333444", "612000111", "777000900"}


def test_a_citizen_who_writes_as_a_channel_is_that_channel():
    chat = {"id": -1003, "type": "channel", "title": "Warga RT 05", "username": "warga_rt05"}
    message = parse.record_of(
        row(**{"from": {"id": 136817688, "is_bot": True, "first_name": "Channel"}}, sender_chat=chat)
    )
    assert isinstance(message, Message)
    assert (message.author.external_id, message.author.name) == ("-1003", "Warga RT 05")


@pytest.mark.parametrize("stand_in", [1087968824, 136817688])
def test_a_stand_in_is_never_taken_for_a_person(stand_in):
    bad = parse.record_of(row(**{"from": {"id": stand_in, "is_bot": True, "first_name": "Group"}}))
    assert bad == Unreadable(reason="key missing: sender_chat", external_id=f"{GROUP}:5012")


def test_a_forward_that_is_not_marked_is_never_taken_for_a_comment():
    bad = parse.record_of(row(**{"from": {"id": 777000, "is_bot": False, "first_name": "Telegram"}}))
    assert bad == Unreadable(reason="key missing: is_automatic_forward", external_id=f"{GROUP}:5012")


def test_a_word_to_the_bot_in_private_never_becomes_public():
    private = {"message_id": 3, "date": 1772947815, "from": {"id": 5, "is_bot": False, "first_name": "Ani"},
               "chat": {"id": 5, "type": "private", "first_name": "Ani"}, "text": "Rahasia saya"}  # fmt: skip
    assert parse.record_of(private) is None
    assert pushed({"update_id": 7, "message": private}) == []


def test_a_message_out_of_the_blue_begins_its_own_thread():
    alone = {
        name: value
        for name, value in PUSHED["message"].items()
        if name not in ("message_thread_id", "reply_to_message")
    }
    message = parse.record_of(alone)
    assert (message.thread.external_id, message.parent_id) == (f"{GROUP}:5012", None)
    reply = parse.record_of({**alone, "message_id": 5030, "reply_to_message": alone})
    assert (reply.thread.external_id, reply.parent_id) == (f"{GROUP}:5012", f"{GROUP}:5012")


def test_an_album_is_several_messages_that_know_each_other():
    photos = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]
    bare = {name: value for name, value in PUSHED["message"].items() if name != "text"}
    first = parse.record_of({**bare, "photo": photos, "caption": "Lihat ini", "media_group_id": "77"})
    second = parse.record_of({**bare, "message_id": 5013, "photo": photos, "media_group_id": "77"})
    assert [(one.text, one.raw) for one in (first, second)] == [
        ("Lihat ini", {"media": "photo", "album": "77"}), ("", {"media": "photo", "album": "77"})
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["new_chat_members", "left_chat_member", "pinned_message", "migrate_to_chat_id"])
def test_what_the_group_tells_by_itself_is_nobodys_word(name):
    bare = {key: value for key, value in PUSHED["message"].items() if key != "text"}
    assert parse.record_of({**bare, name: 1}) is None


def test_a_sort_of_message_that_nobody_knows_is_unreadable_and_not_empty():
    bare = {key: value for key, value in PUSHED["message"].items() if key != "text"}
    assert parse.record_of({**bare, "hologram": {}}) == Unreadable(
        reason="key missing: text", external_id=f"{GROUP}:5012"
    )


@pytest.mark.parametrize("sort", ["my_chat_member", "channel_post", "message_reaction"])
def test_updates_that_nobody_asked_for_are_passed_over(sort):
    assert parse.update_of({"update_id": 7, sort: {}}).record is None


# -- refusals -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("world", "error"),
    [
        (answered(401, "Unauthorized"), AuthExpired),
        (answered(404, "Not Found"), AuthExpired),
        (answered(403, "Forbidden: bot was kicked from the supergroup chat"), Permanent),
        (answered(400, "Bad Request: chat not found"), Gone),
        (answered(400, "Bad Request: message to be replied not found"), Gone),
        (answered(400, "Bad Request: message is too long"), Permanent),
        (answered(400, "Bad Request: sesuatu yang baru"), Permanent),
        (answered(409, "Conflict: terminated by other getUpdates request"), Transient),
        (answered(502, "Bad Gateway"), Transient),
        (lambda _: Reply.json({"ok": False, "error_code": 500, "description": "Internal"}), Transient),
        (lambda _: Reply.json({"ok": True}), Malformed),
    ],
    ids=["revoked", "no-token", "kicked", "no-chat", "no-message", "long", "new", "two-readers", "502", "200-false", "empty"],
)  # fmt: skip
def test_a_refusal_means_one_thing(world, error):
    message = parse.record_of(PUSHED["message"])
    with pytest.raises(error) as raised:
        PLATFORM.answer(ACCOUNT, message, "Baik", context(world))
    assert type(raised.value) is error


def test_the_wait_is_told_in_the_body():
    with pytest.raises(RateLimited) as raised:
        glance(answered(429, "Too Many Requests: retry after 7", parameters={"retry_after": 7}), [])
    assert raised.value.retry_after == 7


@pytest.mark.parametrize("token", ["", "612000111", "a/../getMe?x=", "612:../../x"])
def test_a_token_that_is_none_is_never_sent(token):
    ctx = context(Town().ask, secrets={"bot_token": token})
    with pytest.raises(AuthExpired):
        list(PLATFORM.pull_since(ACCOUNT, None, ctx))
    assert ctx.http.calls == 0


def test_an_answer_to_a_deleted_comment_is_not_left_standing_alone():
    town = Town()
    message = parse.record_of(PUSHED["message"])
    town.world.remove(town.comments["5012"])
    with pytest.raises(Gone):
        PLATFORM.answer(ACCOUNT, message, "Baik", context(town.ask))
    assert not [one for one in town.world.comments.values() if one.more.get("by_bot")]


# -- inspect --------------------------------------------------------------------------------------------------------


def test_inspect_shows_the_channel():
    snapshot = PLATFORM.inspect(ACCOUNT, context(Town().ask))
    assert (snapshot.exists, snapshot.title, snapshot.followers, snapshot.problem) == (
        True,
        "Dinas PU Contoh",
        1200,
        None,
    )
    assert snapshot.evidence == {"group": GROUP}


@pytest.mark.parametrize(
    ("more", "notes", "problem"),
    [
        ({"unlinked": True}, {}, "grup diskusi"),
        ({"status": "left"}, {}, "anggota"),
        ({"status": "kicked"}, {}, "anggota"),
        ({"status": "member"}, {"privacy": True}, "privasi"),
        ({"status": "member"}, {}, None),
    ],
    ids=["no-group", "left", "kicked", "privacy", "open-member"],
)
def test_inspect_says_what_keeps_the_bot_from_hearing(more, notes, problem):
    town = Town()
    town.place.more |= more
    town.world.notes("telegram").update(notes)
    told = PLATFORM.inspect(ACCOUNT, context(town.ask)).problem
    assert (told is None) if problem is None else problem in told


def test_a_channel_without_a_group_says_so():
    town = Town()
    town.place.more["unlinked"] = True
    with pytest.raises(Permanent, match="grup diskusi"):
        list(PLATFORM.pull_since(ACCOUNT, None, context(town.ask)))


def test_a_channel_that_does_not_exist_is_told_so():
    snapshot = PLATFORM.inspect(replace(ACCOUNT, key="tidak_ada"), context(Town().ask))
    assert not snapshot.exists
    assert snapshot.problem


# -- webhook --------------------------------------------------------------------------------------------------------


def pushed(update: Any) -> list[tuple[str, str]]:
    request = signed(json.dumps(update).encode())
    return [(event.account_key, event.event.external_id) for event in PLATFORM.receive(request)]


def test_what_the_pretended_telegram_pushes_is_believed_and_read():
    town, bodies = Town(), []
    town.internet.send_pushes(bodies.append)
    town.next_day()
    events = []
    for push in bodies:
        headers = {name.lower(): value for name, value in push.headers.items()}
        request = replace(signed(push.body), headers=headers)
        events += [(event.account_key, event.event.external_id) for event in PLATFORM.receive(request)]
    assert events == [
        (GROUP, f"{GROUP}:5019"),  # a reply to a comment names its group only
        (ACCOUNT.key, f"{GROUP}:5012"),
        (OTHER.key, "-1001999888666:9003"),
        (ACCOUNT.key, f"{GROUP}:5020"),
    ]


def test_behind_our_webhook_a_glance_only_looks_whether_messages_arrive():
    town = Town()
    accounts = glanced(town.ask)
    hook = town.world.notes("telegram").setdefault("webhook", {"url": "https://sahut.example/t"})
    secrets = {"bot_token": TOKEN, "webhook_secret": WEBHOOK_SECRET}
    events = glance(town.ask, accounts, secrets=secrets)
    assert [(event.account_key, event.changed) for event in events] == [(ACCOUNT.key, False), (OTHER.key, False)]
    assert list(PLATFORM.pull_since(ACCOUNT, accounts[0].cursor, context(town.ask, secrets=secrets)))
    hook |= {"pending": 4, "last_error_date": int((NOW - timedelta(minutes=5)).timestamp())}
    with pytest.raises(Permanent, match="webhook"):
        glance(town.ask, accounts, secrets=secrets)


@pytest.mark.parametrize("headers", [{}, {"x-telegram-bot-api-secret-token": ""}], ids=["none", "empty"])
@pytest.mark.parametrize("secrets", [{}, {"webhook_secret": ""}], ids=["unset", "blank"])
def test_without_a_secret_nobody_is_believed(headers, secrets):
    request = replace(signed(json.dumps(PUSHED).encode()), headers=headers, secrets=secrets)
    with pytest.raises(Permanent):
        list(PLATFORM.receive(request))


def test_somebody_elses_webhook_is_an_alarm():
    town = Town()
    accounts = glanced(town.ask)
    town.world.notes("telegram")["webhook"] = {"url": "https://lain.example/t"}
    with pytest.raises(Permanent, match="aplikasi lain"):
        glance(town.ask, accounts)
    with pytest.raises(Permanent, match="webhook"):
        list(PLATFORM.pull_since(ACCOUNT, accounts[0].cursor, context(town.ask)))


def test_people_of_one_first_name_stay_apart():
    authors = {parse.record_of(row(**{"from": {"id": int(one.id), "is_bot": False, "first_name": "Siti"}})).author.external_id
               for one in (SITI, BUDI)}  # fmt: skip
    assert authors == {"777000111", "5550001"}
