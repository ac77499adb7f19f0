"""Ends without an answer, and taking an end back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from aggregator.domain.access import Viewer
from aggregator.domain.workflow import WAITING, State, due_at, reopened_state
from aggregator.services.acts.act import DONE, Act, ActDesk, must_be
from aggregator.services.acts.typed import required
from aggregator.services.learning import decisions


class Endings(ActDesk):
    """Acts that end an item, and the one that opens it again."""

    def close(self, viewer: Viewer, code: str, revision: int, reason: str) -> None:
        """Close it, saying why."""
        with self._ending(viewer, code, revision, State.CLOSED, "closed", reason, WAITING | {State.ANSWERED}):
            pass

    def not_ours(self, viewer: Viewer, code: str, revision: int, reason: str) -> None:
        """Not the kabupaten's to deal with."""
        with self._ending(viewer, code, revision, State.NOT_OURS, "not_ours", reason, WAITING) as (act, why):
            decisions.note_outside(act.connection, act.item, why, viewer.person_id, act.now)

    def no_answer_needed(self, viewer: Viewer, code: str, revision: int, reason: str) -> None:
        """Praise, spam, a greeting: nobody waits for an answer."""
        ends = State.NO_ANSWER_NEEDED
        with self._ending(viewer, code, revision, ends, "no_answer_needed", reason, WAITING) as (act, why):
            decisions.note_nobody(act.connection, act.item, why, viewer.person_id, act.now)

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

    @contextmanager
    def _ending(
        self,
        viewer: Viewer,
        code: str,
        revision: int,
        state: State,
        kind: str,
        reason: str,
        allowed: frozenset[State],
    ) -> Iterator[tuple[Act, str]]:
        """End an item; inside, the act is still one transaction."""
        with self._act(viewer, code, revision) as act:
            must_be(act, allowed, "ditutup")
            why = required(reason)
            act.change(kind, {"state": state.value, "closed_at": act.now, "closed_reason": why}, {"reason": why})
            yield act, why
