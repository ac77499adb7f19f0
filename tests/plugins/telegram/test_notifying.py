"""Notices by a Telegram bot, and who is joined to which chat."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aggregator.conformance.world import Reply, Request
from aggregator.contract import AuthExpired, Bound, Gone, Malformed, Permanent, PlatformError, RateLimited
from plugins.telegram.notifying import TelegramNotifier
from tests.plugins.notifying import NOTICE, lent, line

TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
SETTINGS = {"token": TOKEN, "bot": "@SahutUjiBot"}
NOTIFIER = TelegramNotifier()


def ok(result: Any) -> Reply:
    return Reply.json({"ok": True, "result": result})


def refusal(code: int, words: str, **more: Any) -> Reply:
    return Reply.json({"ok": False, "error_code": code, "description": words, **more}, code)


def said(text: Any, number: int = 1, kind: str = "private", chat: int = 4242) -> dict[str, Any]:
    return {"update_id": number, "message": {"message_id": 1, "chat": {"id": chat, "type": kind}, "text": text}}


def heard(updates: Any) -> tuple[list[Bound], list[Request]]:
    http = line(lambda request: ok([] if "offset" in request.url else updates), "api.telegram.org")
    return list(NOTIFIER.listen(lent(http, SETTINGS))), http.requests


def test_a_notice_is_one_message() -> None:
    http = line(lambda _: ok({"message_id": 5}), "api.telegram.org")
    NOTIFIER.notify(NOTICE, "4242", lent(http, SETTINGS))
    (request,) = http.requests
    told = json.loads(request.body)
    assert request.url.endswith("/sendMessage") and told["chat_id"] == "4242"
    assert NOTICE.title in told["text"] and NOTICE.link in told["text"] and NOTICE.taps[0].link in told["text"]


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (refusal(403, "Forbidden: bot was blocked by the user"), Gone),
        (refusal(400, "Bad Request: chat not found"), Gone),
        (refusal(401, "Unauthorized"), AuthExpired),
        (refusal(429, "Too Many Requests", parameters={"retry_after": 7}), RateLimited),
    ],
)
def test_refusals(reply: Reply, error: type[PlatformError]) -> None:
    with pytest.raises(error) as refused:
        NOTIFIER.notify(NOTICE, "4242", lent(line(lambda _: reply, "api.telegram.org"), SETTINGS))
    assert TOKEN not in str(refused.value)
    assert error is not RateLimited or getattr(refused.value, "retry_after", None) == 7


@pytest.mark.parametrize("text", ["/start ABCD2345", "/start@SahutUjiBot ABCD2345", "abcd2345", " ABCD2345 "])
def test_a_code_as_people_send_it(text: str) -> None:
    found, _ = heard([said(text)])
    assert found == [Bound(code="ABCD2345", address="4242")]


@pytest.mark.parametrize("text", ["/start", "halo", "ABCD23456", "", None, 5])
def test_what_is_no_code(text: Any) -> None:
    assert heard([said(text)])[0] == []


def test_a_code_in_a_group_joins_nobody_and_takes_no_comment_away() -> None:
    found, asked = heard([said("ABCD2345", kind="supergroup", chat=-1001), said("WXYZ2345", 2)])
    assert found == [Bound(code="WXYZ2345", address="4242")]
    assert len(asked) == 1, "nothing in a queue with groups is confirmed"


def test_what_was_read_in_private_is_not_read_again() -> None:
    _, asked = heard([said("ABCD2345", 7), said("x", 9)])
    assert [("offset=10" in request.url) for request in asked] == [False, True]


@pytest.mark.parametrize("updates", [{}, "x", [5, None, {}, {"update_id": 1, "message": []}]])
def test_answers_nobody_knows(updates: Any) -> None:
    if isinstance(updates, list):
        assert heard(updates)[0] == []
    else:
        with pytest.raises(Malformed):
            heard(updates)


def test_settings_that_are_missing() -> None:
    with pytest.raises(AuthExpired):
        NOTIFIER.notify(NOTICE, "4242", lent(line(lambda _: ok({}), "api.telegram.org"), {}))
    assert NOTIFIER.public({}) == {} and NOTIFIER.public({"bot": "https://evil.example/bot"}) == {}
    with pytest.raises(Permanent):
        NOTIFIER.address("-1001")
