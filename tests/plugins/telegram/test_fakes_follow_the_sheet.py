"""The pretended Bot API against the documentation's list of fields, and its rules of the queue."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from aggregator.conformance.world import Reply, Request
from aggregator.fakes.skins.telegram import SENDS_A_MINUTE, TelegramSkin

from .world import GROUP, TOKEN, WATI, WEBHOOK_SECRET, Town

MISSING = "Bad Request: message to be replied not found"
NOBODY = '{"message_id": 1}'
SCHEMA = json.loads(Path(__file__).with_name("schema.json").read_text())


def call(town: Town, method: str, token: str = TOKEN, **given: Any) -> Reply:
    return town.ask(Request("GET", f"https://api.telegram.org/bot{token}/{method}?{urlencode(given)}"))


def result(town: Town, method: str, **given: Any) -> Any:
    answer = json.loads(call(town, method, **given).body)
    assert answer["ok"] is True
    return answer["result"]


def refused(reply: Reply) -> tuple[int, str]:
    answer = json.loads(reply.body)
    assert answer["ok"] is False
    assert answer["error_code"] == reply.status
    return reply.status, answer["description"]


def follows(sort: str, row: Any) -> None:
    """Every field that is always there is there, and none that the documentation does not know."""
    known = SCHEMA[sort]
    assert set(known["always"]) <= row.keys() <= {*known["always"], *known["may"]}, sort
    for name, inner in SCHEMA["nested"].get(sort, {}).items():
        for one in row[name] if isinstance(row.get(name), list) else filter(None, [row.get(name)]):
            follows(inner, one)


def numbers(updates: list[dict[str, Any]]) -> list[int]:
    return [update["update_id"] for update in updates]


def test_every_answer_has_the_documented_fields():
    town = Town().next_day()
    updates = result(town, "getUpdates")
    assert {sort for update in updates for sort in update} == {"update_id", "message", "edited_message"}
    for update in updates:
        follows("Update", update)
        inner = (update.get("message") or update["edited_message"]).get("reply_to_message", {})
        assert "reply_to_message" not in inner
    follows("User", result(town, "getMe"))
    follows("ChatFullInfo", result(town, "getChat", chat_id="@Dinas_PU_Contoh"))
    follows("ChatFullInfo", result(town, "getChat", chat_id=GROUP))
    follows("ChatMember", result(town, "getChatMember", chat_id=GROUP, user_id=612000111))
    follows("WebhookInfo", result(town, "getWebhookInfo"))
    for row in result(town, "getChatAdministrators", chat_id=GROUP):
        follows("ChatMember", row)


def test_the_queue_forgets_what_an_offset_confirms_and_nothing_else():
    town = Town()
    first = numbers(result(town, "getUpdates", limit=3))
    assert numbers(result(town, "getUpdates", limit=3)) == first
    rest = numbers(result(town, "getUpdates", offset=first[-1] + 1))
    assert rest[0] == first[-1] + 1
    assert numbers(result(town, "getUpdates")) == rest


def test_a_negative_offset_forgets_all_but_the_last():
    town = Town()
    last = numbers(result(town, "getUpdates"))[-2:]
    assert numbers(result(town, "getUpdates", offset=-2)) == last
    assert numbers(result(town, "getUpdates")) == last


def test_what_waits_longer_than_a_day_is_lost():
    town = Town()
    town.now += timedelta(hours=25)
    assert result(town, "getUpdates") == []


def test_an_answer_holds_a_hundred_updates_at_most():
    town = Town()
    for number in range(6000, 6150):
        town.say(town.road, str(number), WATI, "Sama", "2026-03-09T02:00:00+07:00")
    assert len(result(town, "getUpdates", limit=500)) == 100


def test_only_the_sorts_that_were_asked_for_are_shown():
    updates = result(Town().next_day(), "getUpdates", allowed_updates='["edited_message"]')
    assert [sorted(update) for update in updates] == [["edited_message", "update_id"]]


@pytest.mark.parametrize(
    ("method", "given", "expected"),
    [
        ("getChat", {"chat_id": "@tidak_ada"}, (400, "Bad Request: chat not found")),
        ("getTelur", {}, (404, "Not Found: method not found")),
        ("sendMessage", {"chat_id": GROUP, "text": " "}, (400, "Bad Request: message text is empty")),
        ("sendMessage", {"chat_id": GROUP, "text": "a" * 4097}, (400, "Bad Request: message is too long")),
        ("sendMessage", {"chat_id": GROUP, "text": "a", "reply_parameters": NOBODY}, (400, MISSING)),
        ("setWebhook", {"url": "http://a.example"}, (400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")),
    ],
    ids=["no-chat", "no-method", "empty", "too-long", "no-message", "plain-http"],
)  # fmt: skip
def test_refusals_carry_their_code_and_description(method, given, expected):
    assert refused(call(Town(), method, **given)) == expected


def test_tokens_are_checked():
    assert refused(call(Town(), "getMe", token="612000111:salah"))[0] == 401
    assert refused(call(Town(), "getMe", token="bukan-token"))[0] == 404
    town = Town()
    town.world.notes("telegram")["revoked"] = True
    assert refused(call(town, "getMe")) == (401, "Unauthorized")


def test_a_group_takes_twenty_messages_a_minute():
    town = Town()
    given = {"chat_id": GROUP, "text": "Baik", "reply_parameters": json.dumps({"message_id": 5012})}
    for _ in range(SENDS_A_MINUTE):
        result(town, "sendMessage", **given)
    reply = call(town, "sendMessage", **given)
    assert reply.status == 429
    assert json.loads(reply.body)["parameters"] == {"retry_after": 60}
    town.now += timedelta(minutes=1)
    assert result(town, "sendMessage", **given)["reply_to_message"]["message_id"] == 5012


def test_a_message_without_a_reply_stands_alone_in_the_group():
    reply = json.dumps({"message_id": 1, "allow_sending_without_reply": True})
    for more in ({}, {"reply_parameters": reply}):
        sent = result(Town(), "sendMessage", chat_id=GROUP, text="Halo", **more)
        assert not {"reply_to_message", "message_thread_id"} & sent.keys()


def test_a_webhook_and_the_queue_exclude_each_other():
    town = Town()
    assert result(town, "setWebhook", url="https://sahut.example/t", secret_token="s") is True
    assert refused(call(town, "getUpdates"))[0] == 409
    assert result(town, "getWebhookInfo")["url"] == "https://sahut.example/t"
    assert result(town, "deleteWebhook") is True
    assert result(town, "getUpdates")


def test_the_bot_does_not_hear_itself_but_its_webhook_hears_the_others():
    town, pushes = Town(), []
    town.internet.send_pushes(pushes.append)
    before = numbers(result(town, "getUpdates"))
    given = {"chat_id": GROUP, "text": "Baik", "reply_parameters": json.dumps({"message_id": 5012})}
    result(town, "sendMessage", **given)
    assert numbers(result(town, "getUpdates")) == before
    assert pushes == []
    town.say(town.road, "5021", WATI, "Halo", "2026-03-09T10:00:00+07:00")
    assert [push.headers["X-Telegram-Bot-Api-Secret-Token"] for push in pushes] == [WEBHOOK_SECRET]
    follows("Update", json.loads(pushes[0].body))


def test_many_places_are_found_without_looking_through_them():
    town = Town()
    for number in range(300):
        town.world.place("telegram", str(7_400_000_000_000_000_000 + number), f"Desa {number}", handle=f"desa_{number}")
    chats = {result(town, "getChat", chat_id=f"@desa_{number}")["linked_chat_id"] for number in range(300)}
    assert len(chats) == 300
    assert all(str(chat).startswith("-100") for chat in chats)


def test_a_world_that_was_there_before_its_skin_is_told_whole():
    town = Town()
    late = TelegramSkin(town.world)
    shown = [update["message"]["message_id"] for update in late.do_getupdates({})]
    assert shown == [5001, 5012, 9001, 9002, 5013, 5014, 5015, 5016, 5017, 5018]
