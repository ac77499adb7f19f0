"""The two-person rule of answers: one person writes, another who may manage the unit agrees or sends the draft back."""

from __future__ import annotations

from sqlalchemy import insert, update

from aggregator.domain.access import Right, Viewer
from aggregator.domain.workflow import WAITING
from aggregator.services.acts.act import Act, must_be
from aggregator.services.acts.answers import UNDO, Answers
from aggregator.services.acts.second import WITHDRAWN, Asked, asked_approval, decide
from aggregator.services.acts.typed import answer_text, required
from aggregator.services.acts.writing import lay_pen_down
from aggregator.services.audience import Audience
from aggregator.services.errors import Conflict, Refused
from aggregator.services.intake.settlement import text_hash
from aggregator.storage.tables import approvals, replies

_DECIDED = "Persetujuan ini sudah diputuskan orang lain. Lihat keadaannya sekarang."


class Approvals(Answers):
    """Acts of the writer and of the second person."""

    def ask_approval(self, viewer: Viewer, code: str, revision: int, text: str) -> None:
        """Show an answer to who may manage the unit, before it goes out."""
        with self._act(viewer, code, revision) as act:
            must_be(act, WAITING, "dijawab")
            self._no_other_reply(act)
            lay_pen_down(act)
            words = answer_text(text)
            self._write_reply(act, words, "pending")
            row = {
                "item_id": act.item["id"],
                "text_hash": text_hash(words),
                "asked_by": viewer.person_id,
                "asked_at": act.now,
            }
            act.connection.execute(insert(approvals).values(row))
            act.change("approval_asked", self._taken_on(act))
            act.taught_by_work()
            act.announce("approval_asked", self._approvers(act))

    def approve(self, viewer: Viewer, code: str, revision: int, *, sends: bool) -> None:
        """Agree: the answer is sent after the usual pause, or, where it cannot be (`sends` False), is ready to be pasted."""
        with self._act(viewer, code, revision) as act:
            asked = self._to_decide(act)
            if not decide(act.connection, approvals, asked.id, viewer.person_id, act.now, verdict="approved"):
                raise Conflict(_DECIDED)
            then = (
                {"state": "queued", "send_after": act.now + UNDO} if sends else {"state": "draft", "send_after": None}
            )
            self._move_pending(act, **then)
            act.change("approved", {})
            act.announce("approved", [asked.by_id])

    def return_draft(self, viewer: Viewer, code: str, revision: int, comment: str) -> None:
        """Send the draft back to its writer, saying what to change."""
        with self._act(viewer, code, revision) as act:
            asked, why = self._to_decide(act), required(comment, "Tuliskan apa yang perlu diperbaiki.")
            told = {"verdict": "returned", "comment": why}
            if not decide(act.connection, approvals, asked.id, viewer.person_id, act.now, **told):
                raise Conflict(_DECIDED)
            self._move_pending(act, state="draft")
            act.change("approval_returned", {}, {"reason": why})
            act.announce("approval_returned", [asked.by_id])

    def withdraw_approval(self, viewer: Viewer, code: str, revision: int) -> None:
        """The writer's side wants to go on writing."""
        with self._act(viewer, code, revision) as act:
            asked = asked_approval(act.connection, act.item["id"])
            if asked is None or not asked.waits:
                raise Refused("Tidak ada jawaban yang menunggu persetujuan.")
            decide(act.connection, approvals, asked.id, viewer.person_id, act.now, verdict=WITHDRAWN)
            self._move_pending(act, state="draft")
            act.change("approval_withdrawn", {})

    def _to_decide(self, act: Act) -> Asked:
        """What waits for this person's word; Refused, in words for them, when nothing does or it is not theirs to say."""
        must_be(act, WAITING, "diputuskan")
        asked = asked_approval(act.connection, act.item["id"])
        if asked is None or not asked.waits:
            raise Refused("Tidak ada jawaban yang menunggu persetujuan.")
        if not act.viewer.may_manage(act.item["unit_id"]):
            raise Refused("Jawaban ini disetujui oleh kepala atau penanggung jawab unit.")
        if asked.by_id == act.viewer.person_id:
            raise Refused("Anda yang menulis jawaban ini. Mintalah orang lain menyetujuinya.")
        return asked

    def _move_pending(self, act: Act, **values: object) -> None:
        pending = (replies.c.item_id == act.item["id"]) & (replies.c.state == "pending")
        act.connection.execute(update(replies).where(pending).values({**values, "changed_at": act.now}))

    def _approvers(self, act: Act) -> list[int | None]:
        """Who manages the unit itself; where nobody does, Diskominfo."""
        there = Audience(act.connection, self._units, act.now).of(
            act.item["unit_id"], Right.MANAGE, confidential=bool(act.item["confidential"])
        )
        own = [person.id for person in there if person.own]
        return [one for one in own or [person.id for person in there] if one != act.viewer.person_id]
