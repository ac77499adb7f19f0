"""Telegram against the conformance kit.

Telegram shows a message to a bot once and never again, and the bot's own messages not at all. So an answer is read
back from the answer to the sending, and cannot be looked for later: the four clauses that look for it on the page are
held here against the group instead (what stands in the pretended world), and sending again is a second message.
"""

from __future__ import annotations

import json
from typing import Any, ClassVar

from aggregator.conformance.faults import faults, strike
from aggregator.conformance.kit import PlatformKit, Seen
from aggregator.conformance.world import Request
from aggregator.conformance.world import World as KitWorld
from aggregator.contract import Message, Platform, PushRequest, Transient
from plugins.telegram.platform import TelegramPlatform

from .world import ACCOUNT, EXPECTED, GROUP, OTHER, PUSHED, TOKEN, Town, ids, signed


class TestTelegram(PlatformKit):
    """The contract. Every id, time and text below was read from the group by hand, not from the plugin."""

    addresses: ClassVar = {
        "https://t.me/dinas_pu_contoh": "dinas_pu_contoh",
        "t.me/s/Dinas_PU_Contoh?before=90": "dinas_pu_contoh",
        "https://t.me/c/1999888777/5012": None,
        "https://contoh.example/dinas_pu": None,
    }
    expected = EXPECTED
    official = ids(5013)
    samples: ClassVar = {
        f"{GROUP}:5012": Seen(at="2026-03-08T12:30:15+07:00", author="777000111", text="Kapan jalan RT 03 diperbaiki?"),
        f"{GROUP}:5014": Seen(
            at="2026-03-08T13:45:00+07:00", author="777000111", text="Terima kasih 🙏", parent=f"{GROUP}:5013"
        ),
        f"{GROUP}:5015": Seen(at="2026-03-08T14:00:00+07:00", author="5550002", text="Lubangnya sedalam ini"),
        f"{GROUP}:5017": Seen(
            at="2026-03-09T01:30:00+07:00", author="5550001", text="Lampu jalan <b>mati</b> & gelap\ndi RT 05"
        ),
    }
    appeared = ids(5019, 5020)
    edited: ClassVar = {f"{GROUP}:5012": "Kapan jalan RT 03 dan RT 04 diperbaiki?"}
    answerable = (f"{GROUP}:5017", f"{GROUP}:5014")
    private = ("0812-0000-0000", "language_code")
    secrets: ClassVar = {"bot_token": TOKEN}
    secrets_in_url = ("bot_token",)
    optional_keys: ClassVar = {
        "linked_chat_id": "a channel without a discussion group has none; a person is told to link one",
        "message_thread_id": "only replies have it; without it a reply stands in the thread of what it answers",
        "reply_to_message": "is left out once the message that was answered is deleted",
        "caption": "a picture may be sent without words",
    }
    glanced = (ACCOUNT, OTHER)
    push_bodies = (json.dumps(PUSHED).encode(),)
    push_ids = ids(5012)
    push_covers_body = False

    def platform(self) -> Platform:
        return TelegramPlatform()

    def account(self) -> Any:
        return ACCOUNT

    def world(self) -> KitWorld:
        return Town().ask

    def changed_world(self) -> KitWorld:
        return Town().next_day().ask

    def signed_push(self, body: bytes) -> PushRequest:
        return signed(body)

    # -- an answer, against what stands in the group ---------------------------------------------------------------

    def test_answer_is_sent_once_and_read_back(self) -> None:
        for one in self.answerable:
            town, message = Town(), self.message(one)
            turn = self._answer(town.ask, message)
            assert [self.sends(request) for request in turn.requests] == [True]
            self._stands_in_the_group(town, turn.result, message)

    def test_answer_twice_is_one_answer(self) -> None:
        """Not on Telegram: each sending is a message of its own, and the record says so by its id."""
        town, message = Town(), self._citizen()
        once, again = (self._answer(town.ask, message).result.external_id for _ in range(2))
        assert once != again

    def test_answer_lost_on_the_way_is_found(self) -> None:
        """It is not: the person is told to look before sending again, and nothing is sent by itself."""
        for fault in (one for one in faults(self.now) if one.error is Transient):
            town, message = Town(), self._citizen()
            lost = self._answer(strike(town.ask, 1, fault, after=True), message)
            assert isinstance(lost.error, Transient)
            assert "Periksa di grup" in lost.error.message
            assert lost.calls == 1

    def test_answer_goes_under_the_message_that_was_meant(self) -> None:
        town, given = Town(), set()
        for one in self.answerable:
            turn = self._answer(town.ask, self.message(one))
            self._stands_in_the_group(town, turn.result, self.message(one))
            given.add(turn.result.external_id)
        assert len(given) == len(self.answerable)

    def sends(self, request: Request) -> bool:
        return request.url.endswith("/sendMessage")

    def _stands_in_the_group(self, town: Town, answer: Message, message: Message) -> None:
        shown = [one for one in town.world.comments_of(town.road) if one.more.get("by_bot")][-1]
        assert answer.text == shown.text == self.answer_text
        assert answer.external_id == f"{GROUP}:{int(shown.id) % 1_000_000_000}"
        assert answer.parent_id == message.external_id == f"{GROUP}:{shown.parent}"
        assert answer.thread.external_id == message.thread.external_id
        assert answer.author is not None
        assert answer.author.external_id == "612000111"
