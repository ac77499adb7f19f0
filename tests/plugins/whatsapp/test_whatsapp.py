"""WhatsApp: the template message, numbers as people write them, and Meta's codes."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from aggregator.conformance.world import Reply, Request
from aggregator.contract import AuthExpired, Gone, Permanent, PlatformError, RateLimited, Transient
from plugins.whatsapp.notifier import WhatsAppNotifier
from tests.plugins.notifying import NOTICE, lent, line

SETTINGS = {"phone_number_id": "1112223334", "token": "EAAG-rahasia", "template": "sahut_kabar"}
NOTIFIER = WhatsAppNotifier()


def sent(reply: Reply, settings: dict[str, str] | None = None) -> Request:
    http = line(lambda _: reply, *NOTIFIER.info.hosts)
    NOTIFIER.notify(NOTICE, "6281234567890", lent(http, SETTINGS | (settings or {})))
    return http.requests[0]


def refusal(code: int, status: int = 400) -> Reply:
    return Reply.json({"error": {"code": code, "message": "kata Meta tentang 6281234567890"}}, status)


def test_a_notice_goes_out_as_the_approved_template() -> None:
    request = sent(Reply.json({"messages": [{"id": "wamid.1"}]}))
    assert request.url == "https://graph.facebook.com/v26.0/1112223334/messages"
    assert request.headers["authorization"] == "Bearer EAAG-rahasia"
    told = json.loads(request.body)
    assert (told["to"], told["type"], told["template"]["name"]) == ("6281234567890", "template", "sahut_kabar")
    texts = [one["text"] for one in told["template"]["components"][0]["parameters"]]
    assert texts == [NOTICE.title, NOTICE.link] and told["template"]["language"] == {"code": "id"}


def test_a_parameter_holds_no_line_break() -> None:
    http = line(lambda _: Reply.json({}), *NOTIFIER.info.hosts)
    NOTIFIER.notify(replace(NOTICE, body="satu\ndua\t    tiga"), "628", lent(http, SETTINGS))
    text = json.loads(http.requests[0].body)["template"]["components"][0]["parameters"][0]["text"]
    assert "\n" not in text and "\t" not in text and "    " not in text


@pytest.mark.parametrize("typed", ["0812 3456 7890", "+62 812-3456-7890", "6281234567890", " (0812) 3456.7890 "])
def test_numbers_as_people_write_them(typed: str) -> None:
    assert NOTIFIER.address(typed) == "6281234567890"
    assert NOTIFIER.shown(NOTIFIER.address(typed)) == "+6281…890"


@pytest.mark.parametrize("typed", ["", "0", "12345", "rina", "0812x34567890", "+" * 20, "٠٨١٢٣٤٥٦٧٨٩٠"])
def test_what_is_no_number(typed: str) -> None:
    with pytest.raises(Permanent):
        NOTIFIER.address(typed)


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (refusal(190, 401), AuthExpired),
        (refusal(131026), Gone),
        (refusal(130429, 429), RateLimited),
        (refusal(131056), RateLimited),
        (refusal(132001, 404), Permanent),
        (refusal(131031, 403), Permanent),
        (refusal(131000, 500), Transient),
        (refusal(999999), Permanent),
        (Reply.html("<h1>oops</h1>", 503), Transient),
        (Reply(401), AuthExpired),
        (Reply(429, {"retry-after": "9"}), RateLimited),
    ],
)
def test_refusals_say_what_happens_next_and_repeat_nothing(reply: Reply, error: type[PlatformError]) -> None:
    with pytest.raises(error) as refused:
        sent(reply)
    assert "6281234567890" not in refused.value.message and "rahasia" not in refused.value.message


@pytest.mark.parametrize(
    "wrong", [{"phone_number_id": "0812 3456"}, {"template": "Sahut Kabar!"}, {"phone_number_id": "../x"}]
)
def test_settings_that_cannot_be_right_are_said_before_anything_is_sent(wrong: dict[str, str]) -> None:
    with pytest.raises(Permanent):
        sent(Reply.json({}), wrong)
