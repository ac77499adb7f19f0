"""Answer: said once, under the right message, and read back."""

from __future__ import annotations

from typing import Any

from aggregator.conformance.base import KitBase, Turn, must
from aggregator.conformance.faults import Fault, echo_error, faults, listening, strike
from aggregator.conformance.store import Store
from aggregator.conformance.world import Reply, Request, World
from aggregator.contract import (
    AuthExpired,
    Capability,
    Message,
    Permanent,
    PlatformError,
    RateLimited,
    Transient,
)


class Answers(KitBase):
    """answer() and hide(); a plugin without them is held to raising Permanent by the records' clause."""

    def sends(self, request: Request) -> bool:
        """Whether a request says something in public; override where reading also uses POST."""
        return request.method != "GET"

    def test_answer_is_sent_once_and_read_back(self) -> None:
        if not self.can(Capability.ANSWER):
            return
        must(self.answerable, "answer", "ANSWER is claimed: name a citizen's message in answerable.")
        for one in self.answerable:
            world, message = self.world(), self.message(one)
            turn = self._answer(world, message)
            must(not turn.error, "answer", f"answering ended in {turn.error!r}.")
            self._delivered(world, turn, message)
            writes = [n for n, request in enumerate(turn.requests) if self.sends(request)]
            must(len(writes) == 1, "answer", f"{len(writes)} requests that send; send once.")
            must(
                writes[0] < turn.calls - 1,
                "answer",
                "nothing is read back after sending; return what the platform shows.",
            )

    def test_answer_twice_is_one_answer(self) -> None:
        if self.can(Capability.ANSWER):
            world, message = self.world(), self._citizen()
            once, again = self._answer(world, message), self._answer(world, message)
            self._same(world, once, again)

    def test_answer_lost_on_the_way_is_found(self) -> None:
        if not self.can(Capability.ANSWER):
            return
        message, sent = self._citizen(), self._sending_call()
        for fault in faults(self.now):
            if fault.error is Transient:
                world = self.world()
                lost = self._answer(strike(world, sent, fault, after=True), message)
                must(
                    isinstance(lost.error, Transient | None),
                    "answer",
                    f"{fault.name} while sending must be Transient.",
                )
                again = self._answer(world, message)
                self._same(world, again, again)

    def test_answer_goes_under_the_message_that_was_meant(self) -> None:
        if self.can(Capability.ANSWER):
            world, store, given = self.world(), self.filled(), set[str]()
            for one in self.answerable:
                turn = self._answer(world, self.message(one, store))
                self._delivered(world, turn, self.message(one, store))
                given.add(turn.result.external_id)
            must(
                len(given) == len(self.answerable),
                "answer",
                "the same words under two messages are two answers.",
            )

    def test_answer_trouble_arrives_under_its_name(self) -> None:
        if not self.can(Capability.ANSWER):
            return
        message, heard = self._citizen(), list[Reply]()
        self._answer(listening(self.world(), heard), message)
        for call in range(1, len(heard) + 1):
            for fault in faults(self.now):
                if fault.error in (AuthExpired, RateLimited, Transient):
                    self._struck(message, call, fault)
            echo = self._answer(echo_error(self.world(), call, " ".join(self.secrets.values())), message)
            must(echo.error, "answer", f"a 400 at call {call} was swallowed.")

    def test_answer_without_a_credential_says_so(self) -> None:
        if self.can(Capability.ANSWER) and self.secrets:
            world, message = self.world(), self._citizen()
            turn = self._answer(world, message, secrets={})
            must(
                isinstance(turn.error, AuthExpired | Permanent),
                "answer",
                "without a credential raise AuthExpired or Permanent.",
            )
            must(not any(map(self.sends, turn.requests)), "answer", "nothing may be sent without a credential.")

    def test_hide_asks_the_platform(self) -> None:
        if self.can(Capability.HIDE):
            world, message = self.world(), self._citizen()
            for hidden in (True, False):
                turn = self._hide(world, message, hidden)
                must(not turn.error, "answer", f"hiding ended in {turn.error!r}.")
                must(any(map(self.sends, turn.requests)), "answer", "hide() asks the platform for nothing.")

    def _citizen(self) -> Message:
        must(self.answerable, "answer", "name a citizen's message in answerable.")
        return self.message(self.answerable[0])

    def _answer(self, world: World, message: Message, **more: Any) -> Turn:
        ctx = self.context(world, **more)
        account, text = self.frozen_account(), self.answer_text
        return self.call(ctx, lambda _: self.platform().answer(account, message, text, ctx))

    def _hide(self, world: World, message: Message, hidden: bool) -> Turn:
        ctx = self.context(world)
        return self.call(ctx, lambda _: self.platform().hide(self.frozen_account(), message, hidden, ctx))

    def _sending_call(self) -> int:
        turn = self._answer(self.world(), self._citizen())
        return next(n for n, request in enumerate(turn.requests, 1) if self.sends(request))

    def _delivered(self, world: World, turn: Turn, message: Message) -> None:
        """The returned record is what a reader of the page finds, under the message that was meant."""
        answer = turn.result
        must(
            isinstance(answer, Message),
            "answer",
            f"answer() must return the Message, got {turn.error or answer!r}.",
        )
        store = Store()
        self.catch_up(world, store)
        shown = store.messages.get(answer.external_id)
        must(shown, "answer", "the returned message is not on the page.")
        must(shown == answer, "answer", "the returned message differs from what a pull reads.")
        must(answer.external_id not in self.expected, "answer", "an old message was returned as the answer.")
        must(
            _words(answer.text) == _words(self.answer_text),
            "answer",
            "the answer's text was changed on its way.",
        )
        beneath = answer.parent_id in (message.external_id, message.parent_id)
        same = answer.thread.external_id == message.thread.external_id
        must(
            beneath and same,
            "answer",
            f"the answer stands under {answer.parent_id!r}, not under {message.external_id!r}.",
        )

    def _same(self, world: World, once: Turn, again: Turn) -> None:
        must(not once.error, "answer", f"answering ended in {once.error!r}.")
        must(
            not again.error,
            "answer",
            f"sending the same again ended in {again.error!r}; a duplicate is delivered.",
        )
        same = once.result.external_id == again.result.external_id
        must(same, "answer", "the same answer sent twice must come back as one.")
        store = Store()
        self.catch_up(world, store)
        copies = [m for m in store.messages.values() if _words(m.text) == _words(self.answer_text)]
        must(len(copies) == 1, "answer", f"{len(copies)} copies on the page after sending the same again.")

    def _struck(self, message: Message, call: int, fault: Fault) -> None:
        turn = self._answer(strike(self.world(), call, fault), message)
        right: type[PlatformError] = fault.error or PlatformError
        where = f"{fault.name} at call {call}"
        must(isinstance(turn.error, right), "answer", f"{where} must be {right.__name__}, got {turn.error!r}.")
        must(sum(map(self.sends, turn.requests)) <= 1, "answer", f"{where}: sent again at once.")


def _words(text: str) -> list[str]:
    return text.split()
