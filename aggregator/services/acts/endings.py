"""Ends without an answer, the second person who verifies them, and taking an end back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, RowMapping, insert

from aggregator.domain.access import Right, Role, Viewer
from aggregator.domain.answers import Strength
from aggregator.domain.unit_rules import End
from aggregator.domain.workflow import WAITING, State, due_at, reopened_state
from aggregator.services.acts.act import DONE, Act, ActDesk, must_be
from aggregator.services.acts.second import Asked, asked_closing, decide
from aggregator.services.acts.typed import required
from aggregator.services.answer_rules import rule_for
from aggregator.services.audience import Audience
from aggregator.services.errors import Conflict, Refused
from aggregator.services.learning import decisions
from aggregator.storage.tables import closures

_Teach = Callable[[Connection, RowMapping, str, int | None, datetime], None]


@dataclass(frozen=True, slots=True)
class _Ends:
    """How an item ends: the event, from which states, what it teaches triage."""

    kind: str
    allowed: frozenset[State]
    teach: _Teach | None = None


_ENDS: Mapping[End, _Ends] = MappingProxyType(
    {
        End.CLOSED: _Ends("closed", WAITING | {State.ANSWERED}),
        End.ELSEWHERE: _Ends("answered", WAITING),
        End.NOT_NEEDED: _Ends("no_answer_needed", WAITING, decisions.note_nobody),
    }
)


class Endings(ActDesk):
    """Acts that end an item, and the one that opens it again. Where the unit's rule wants a verifier, an end is only asked
    for: True is returned, the item goes on waiting, and triage learns nothing until somebody else has agreed."""

    def close(self, viewer: Viewer, code: str, revision: int, reason: str) -> bool:
        """Close it, saying why."""
        return self._end(viewer, code, revision, End.CLOSED, reason)

    def answered_elsewhere(self, viewer: Viewer, code: str, revision: int, reason: str) -> bool:
        """The citizen was answered where Sahut cannot see it: counted as MANUAL, with the reason."""
        return self._end(viewer, code, revision, End.ELSEWHERE, reason)

    def no_answer_needed(self, viewer: Viewer, code: str, revision: int, reason: str) -> bool:
        """Praise, spam, a greeting: nobody waits for an answer."""
        return self._end(viewer, code, revision, End.NOT_NEEDED, reason)

    def not_ours(self, viewer: Viewer, code: str, revision: int, reason: str) -> None:
        """Not the kabupaten's to deal with."""
        with self._act(viewer, code, revision) as act:
            must_be(act, WAITING, "ditutup")
            why = required(reason)
            ended = {"state": State.NOT_OURS.value, "closed_at": act.now, "closed_reason": why}
            act.change("not_ours", ended, {"reason": why})
            decisions.note_outside(act.connection, act.item, why, viewer.person_id, act.now)

    def rightly_hidden(self, viewer: Viewer, code: str, revision: int) -> None:
        """A look at what triage had hidden as noise: yes, nobody needs to answer."""
        with self._act(viewer, code, revision) as act:
            must_be(act, frozenset({State.NO_ANSWER_NEEDED}), "ditinjau")
            act.change("reviewed", {}, {})
            decisions.note_nobody(act.connection, act.item, "", viewer.person_id, act.now, source="reviewed")

    def reopen(self, viewer: Viewer, code: str, revision: int, reason: str) -> None:
        """Take the end back."""
        with self._act(viewer, code, revision) as act:
            must_be(act, DONE, "dibuka lagi")
            state = reopened_state(act.item["unit_id"], act.item["claimed_by"])
            values = {"state": state.value, "closed_at": None, "closed_reason": None, "answered_at": None,
                      "answer_id": None, "answer_strength": None, "denied_answer_id": act.item["answer_id"]}  # fmt: skip
            if act.item["unit_id"] is not None and act.item["due_at"] is None:  # it never waited for this unit before
                values |= {"received_at": act.now, "due_at": due_at(act.now, self._goal, act.item["urgency"])}
            why = required(reason)
            act.change("reopened", values, {"why": "person", "reason": why})
            if act.state is State.NO_ANSWER_NEEDED:
                decisions.note_needed(act.connection, act.item, why, viewer.person_id, act.now)

    # -- the second person ---------------------------------------------------------------------------------------------

    def confirm_closing(self, viewer: Viewer, code: str, revision: int) -> None:
        """Yes, it may end so. It ends at the moment it was asked for: the verifier's time is not the office's."""
        with self._act(viewer, code, revision) as act:
            asked = self._to_verify(act)
            if not decide(act.connection, closures, asked.id, viewer.person_id, act.now, verdict="confirmed"):
                raise Conflict("Penutupan ini sudah diputuskan orang lain.")
            end, why = End(asked.end or ""), asked.reason or ""
            act.change("closing_confirmed", _ended(end, why, asked.at), _told(end, why) | {"at": asked.at.isoformat()})
            self._teach(act, end, why)
            act.announce("closing_confirmed", [asked.by_id])

    def return_closing(self, viewer: Viewer, code: str, revision: int, comment: str) -> None:
        """No: back to the unit's work, with the reason. Whoever asked may take it back in the same way."""
        with self._act(viewer, code, revision) as act:
            own = asked_closing(act.connection, act.item["id"])
            mine = own is not None and own.waits and own.by_id == viewer.person_id
            asked, why = own if own is not None and mine else self._to_verify(act), required(comment)
            told = {"verdict": "returned", "comment": why}
            if not decide(act.connection, closures, asked.id, viewer.person_id, act.now, **told):
                raise Conflict("Penutupan ini sudah diputuskan orang lain.")
            act.change("closing_returned", {}, {"reason": why})
            act.announce("closing_returned", [asked.by_id])

    # -- inside --------------------------------------------------------------------------------------------------------

    def _end(self, viewer: Viewer, code: str, revision: int, end: End, reason: str) -> bool:
        ends = _ENDS[end]
        with self._act(viewer, code, revision) as act:
            must_be(act, ends.allowed, "ditutup")
            why = required(reason)
            if self._wants_verifier(act, end):
                self._ask(act, end, why)
                return True
            act.change(ends.kind, _ended(end, why, act.now), _told(end, why))
            self._teach(act, end, why)
            return False

    def _wants_verifier(self, act: Act, end: End) -> bool:
        """An answer that stands on the platform needs nobody's word."""
        seen = act.state is State.ANSWERED and act.item["answer_strength"] != Strength.MANUAL
        return not seen and rule_for(act.connection, self._units, act.item["unit_id"]).wants_verifier(end)

    def _ask(self, act: Act, end: End, why: str) -> None:
        if (waiting := asked_closing(act.connection, act.item["id"])) is not None and waiting.waits:
            raise Refused("Penutupan butir ini sudah menunggu verifikasi.")
        row = {"item_id": act.item["id"], "kind": end.value, "reason": why, "asked_by": act.viewer.person_id}
        act.connection.execute(insert(closures).values(row | {"asked_at": act.now}))
        act.change("closing_asked", {}, {"reason": why, "end": end.value})
        act.announce("closing_asked", self._verifiers(act))

    def _to_verify(self, act: Act) -> Asked:
        """What waits for this person's word; Refused when nothing does, or they are no second person."""
        must_be(act, WAITING | {State.ANSWERED}, "diverifikasi")
        asked = asked_closing(act.connection, act.item["id"])
        if asked is None or not asked.waits:
            raise Refused("Tidak ada penutupan yang menunggu verifikasi.")
        if not (act.viewer.sorts or act.viewer.may_manage(act.item["unit_id"])):
            raise Refused("Penutupan diverifikasi Diskominfo atau penanggung jawab unit.")
        if act.viewer.person_id in (asked.by_id, act.item["claimed_by"]):
            raise Refused("Anda yang mengerjakan butir ini. Mintalah orang lain memverifikasinya.")
        return asked

    def _teach(self, act: Act, end: End, why: str) -> None:
        if (teach := _ENDS[end].teach) is not None:
            teach(act.connection, act.item, why, act.viewer.person_id, act.now)

    def _verifiers(self, act: Act) -> list[int | None]:
        """Who manages the unit itself, and Diskominfo's verifiers."""
        there = Audience(act.connection, self._units, act.now).of(
            act.item["unit_id"], Right.WORK, confidential=bool(act.item["confidential"])
        )
        return [one.id for one in there if one.role is Role.VERIFIER or (one.own and one.right >= Right.MANAGE)]


def _ended(end: End, why: str, at: datetime) -> dict[str, Any]:
    """The item's columns after this end."""
    if end is End.ELSEWHERE:
        return {
            "state": State.ANSWERED.value,
            "answered_at": at,
            "answer_strength": Strength.MANUAL.value,
            "answer_id": None,
        }
    state = State.CLOSED if end is End.CLOSED else State.NO_ANSWER_NEEDED
    return {"state": state.value, "closed_at": at, "closed_reason": why}


def _told(end: End, why: str) -> dict[str, Any]:
    told = {"strength": Strength.MANUAL.value} if end is End.ELSEWHERE else {}
    return told | {"reason": why}
