"""Whose an item is: handing it on, taking it, putting it back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from aggregator.domain.access import Right, Viewer
from aggregator.domain.workflow import WAITING, State, due_at
from aggregator.services.acts.act import Act, ActDesk, must_be
from aggregator.services.acts.typed import optional, required
from aggregator.services.audience import Audience
from aggregator.services.errors import Refused
from aggregator.services.inbox.scope import SUPPORT
from aggregator.services.learning import decisions
from aggregator.services.watching import drop_blind_watchers
from aggregator.storage.tables import item_units


class Placing(ActDesk):
    """Acts that change whose work an item is."""

    def route(self, viewer: Viewer, code: str, revision: int, unit_id: int, reason: str | None = None) -> None:
        """Hand the item to a unit; its clock starts there now."""
        self._must_exist(unit_id)
        with self._act(viewer, code, revision) as act:
            must_be(act, WAITING | {State.NO_ANSWER_NEEDED, State.NOT_OURS}, "diteruskan")
            self._not_there_yet(act, unit_id)
            self._must_have_a_reader(act, unit_id)
            why = optional(reason)
            act.change(
                "routed", self._placed(act, unit_id), {"from": act.item["unit_id"], "to": unit_id, "reason": why}
            )
            self._leave_shares(act, unit_id)
            self._drop_blind(act, unit_id)
            decisions.note_unit(act.connection, act.item, unit_id, viewer.person_id, act.now, why)

    def claim(self, viewer: Viewer, code: str, revision: int) -> None:
        """Take the item on."""
        with self._act(viewer, code, revision) as act:
            must_be(act, WAITING, "diambil")
            state = act.state if act.state is State.ACKNOWLEDGED or act.item["unit_id"] is None else State.WORKING
            act.change("claimed", {"claimed_by": viewer.person_id, "state": state.value})
            act.taught_by_work()

    def release(self, viewer: Viewer, code: str, revision: int) -> None:
        """Put it back for colleagues."""
        with self._act(viewer, code, revision) as act:
            must_be(act, WAITING, "dilepas")
            state = State.ROUTED if act.state is State.WORKING else act.state
            act.change("released", {"claimed_by": None, "state": state.value})

    def give_back(self, viewer: Viewer, code: str, revision: int, reason: str) -> None:
        """ "Bukan kami": back to Diskominfo's triage, with the reason that teaches routing."""
        with self._act(viewer, code, revision) as act:
            must_be(act, WAITING, "dikembalikan")
            values = {
                "unit_id": None,
                "state": State.NEW.value,
                "claimed_by": None,
                "late": False,
                "received_at": None,
                "due_at": None,
            }
            why = required(reason)
            act.change("returned", values, {"from": act.item["unit_id"], "reason": why})
            self._drop_blind(act, None)
            decisions.note_returned(act.connection, act.item, why, viewer.person_id, act.now)

    def _leave_shares(self, act: Act, unit_id: int) -> None:
        """A unit that supported and has the item now supports no longer."""
        share = item_units.c
        own = (share.item_id == act.item["id"]) & (share.unit_id == unit_id) & (share.role == SUPPORT)
        act.connection.execute(update(item_units).where(own, share.ended_at.is_(None)).values(ended_at=act.now))

    def _drop_blind(self, act: Act, unit_id: int | None) -> None:
        confidential = act.item["confidential"]
        drop_blind_watchers(act.connection, self._units, act.now, act.item["id"], unit_id, confidential=confidential)

    def _must_exist(self, unit_id: int) -> None:
        if not self._units.exists(unit_id):
            raise Refused("Unit itu tidak ada (lagi). Pilih unit lain.")

    def _not_there_yet(self, act: Act, unit_id: int) -> None:
        if act.item["unit_id"] == unit_id and act.state in WAITING:
            raise Refused(f"Butir ini sudah ada di {self._units.name(unit_id)}.")

    def _placed(self, act: Act, unit_id: int) -> dict[str, Any]:
        """The item's columns once a unit has received it: its clock starts now."""
        return {"unit_id": unit_id, "state": State.ROUTED.value, "claimed_by": None, "late": False, "closed_at": None,
                "closed_reason": None, "received_at": act.now,
                "due_at": due_at(act.now, self._goal, act.item["urgency"])}  # fmt: skip

    def _must_have_a_reader(self, act: Act, unit_id: int) -> None:
        """A confidential item must not go where nobody may open it."""
        if not act.item["confidential"]:
            return
        there = Audience(act.connection, self._units, act.now).of(unit_id, Right.WORK, confidential=True)
        if not any(person.own for person in there):
            raise Refused(
                f"Belum ada orang di {self._units.name(unit_id)} yang ditunjuk membuka laporan rahasia. "
                "Pilih unit lain, atau minta Diskominfo menunjuk orangnya."
            )
