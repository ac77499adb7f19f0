"""Push: a webhook is believed for its signature only; a replay and an unknown field are harmless."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import ClassVar

from aggregator.conformance.base import KitBase, must
from aggregator.conformance.fence import fenced
from aggregator.contract import Capability, Malformed, Permanent, PushEvent, PushRequest, fault_of


class Pushes(KitBase):
    """receive(). The author gives bodies as the platform sends them, and signs them as the platform does."""

    push_bodies: ClassVar[Sequence[bytes]] = ()
    push_ids: ClassVar[Collection[str]] = ()  # ids of the messages or threads that push_bodies tell of
    push_covers_body: ClassVar[bool] = True  # False: the platform proves itself by a secret that covers no byte

    def signed_push(self, body: bytes) -> PushRequest:
        """`body` as a webhook call with its right signature and `secrets`."""
        raise NotImplementedError

    def test_push_is_read(self) -> None:
        if self.can(Capability.PUSH):
            must(self.push_bodies and self.push_ids, "push", "PUSH is claimed: give push_bodies and push_ids.")
            events = [event for body in self.push_bodies for event in self._read(self.signed_push(body))]
            told = {_id(event) for event in events}
            must(
                told == set(self.push_ids),
                "push",
                f"told of {sorted(told)}, expected {sorted(self.push_ids)}.",
            )
            must(all(event.account_key for event in events), "push", "say whose account it is.")
            faults = [fault for event in events if event.event and (fault := fault_of(event.event))]
            must(not faults, "push", f"the core would refuse a pushed message: {faults}.")

    def test_push_believes_only_its_signature(self) -> None:
        if self.can(Capability.PUSH):
            for body in self.push_bodies:
                request = self.signed_push(body)
                if self.push_covers_body:
                    self._push_refuses(replace(request, body=body + b" "), "a byte more")
                    self._push_refuses(replace(request, body=body[:-1] + b"!"), "a byte changed")
                self._push_refuses(replace(request, headers={}, query={}), "no signature")
                empty = dict.fromkeys(request.headers, "")
                self._push_refuses(replace(request, headers=empty, query={}), "an empty signature")
                self._push_refuses(replace(request, secrets=dict.fromkeys(request.secrets, "lain")), "another secret")
                self._push_refuses(replace(request, secrets={}), "no secret set")
                self._push_refuses(replace(request, headers={}, query={}, secrets={}), "neither secret nor signature")

    def test_push_again_is_harmless(self) -> None:
        if self.can(Capability.PUSH):
            for body in self.push_bodies:
                once, again = (self._read(self.signed_push(body)) for _ in range(2))
                must(once == again, "push", "a replay gives other events; derive ids from the body.")

    def test_push_ignores_what_it_does_not_know(self) -> None:
        if self.can(Capability.PUSH):
            for body in self.push_bodies:
                wide = json.dumps({**json.loads(body), "sahut_unknown": {"id": 7731}}).encode()
                same = self._read(self.signed_push(wide)) == self._read(self.signed_push(body))
                must(same, "push", "an unknown field changes what is read; ignore it.")
            for junk in (b"", b"{}", b"[]", b"null", b"\xff\xfe", b'{"entry": 7}'):
                self._push_survives(self.signed_push(junk))

    def test_push_challenge_is_not_answered_to_anyone(self) -> None:
        if self.can(Capability.PUSH):
            for query in ({}, {"hub.mode": "subscribe", "hub.challenge": "1158", "hub.verify_token": "salah"}):
                request = replace(self.signed_push(b"{}"), method="GET", query=query, body=b"")
                with fenced():
                    said = self.platform().challenge(request)
                must(said is None, "push", "a challenge with a wrong token was answered.")

    def _read(self, request: PushRequest) -> list[PushEvent]:
        with fenced():
            return list(self.platform().receive(request))

    def _push_refuses(self, request: PushRequest, how: str) -> None:
        try:
            events = self._read(request)
        except Permanent:
            return
        raise AssertionError(f"push: a call with {how} was believed ({len(events)} events); raise Permanent.")

    def _push_survives(self, request: PushRequest) -> None:
        try:
            self._read(request)
        except (Permanent, Malformed):
            return
        except Exception as error:  # the fence: anyone can post anything to a webhook
            raise AssertionError(f"push: {type(error).__name__} escaped on a signed {request.body!r}.") from error


def _id(event: PushEvent) -> str:
    return event.event.external_id if event.event else event.thread.external_id if event.thread else ""
