"""One item, several hands: given to a colleague, supported by a second unit, or split because it holds two matters.

The unit that has the item leads and gives the one public answer. What is split off is a part of it with a unit and a clock of
its own; the item counts as answered only when no part is open."""

from __future__ import annotations

from typing import Any

from sqlalchemy import RowMapping, insert, select, update

from aggregator.domain.access import Right, Viewer
from aggregator.domain.answers import Strength
from aggregator.domain.workflow import WAITING, State, due_at
from aggregator.services.acts.act import Act, must_be
from aggregator.services.acts.placing import Placing
from aggregator.services.acts.typed import required
from aggregator.services.audience import Audience
from aggregator.services.errors import Conflict, NotFound, Refused
from aggregator.services.inbox.scope import PART, SUPPORT
from aggregator.storage.tables import item_units, messages

_ENDED = {PART: "part_done", SUPPORT: "support_ended"}


class Sharing(Placing):
    """Acts that bring in others."""

    def assign(self, viewer: Viewer, code: str, revision: int, person_id: int) -> None:
        """Give the item to a colleague of its unit, who is told."""
        with self._act(viewer, code, revision) as act:
            must_be(act, WAITING, "ditugaskan")
            unit_id, confidential = act.item["unit_id"], act.item["confidential"]
            near = Audience(act.connection, self._units, act.now, around=unit_id)
            there = {one.id: one for one in near.of(unit_id, Right.WORK, confidential=confidential) if one.own}
            colleague = there.get(person_id)
            if colleague is None:
                raise Refused("Orang itu tidak (lagi) menangani butir unit ini. Pilih rekan lain.")
            state = act.state if act.state is State.ACKNOWLEDGED else State.WORKING
            act.change("assigned", {"claimed_by": person_id, "state": state.value}, {"person": colleague.name})
            act.taught_by_work()
            act.announce("assigned", [person_id], {"by": viewer.name})

    def involve(self, viewer: Viewer, code: str, revision: int, unit_id: int, matter: str) -> None:
        """Ask a second unit for support: it sees the item, notes and drafts; the own unit answers."""
        self._share(viewer, code, revision, unit_id, matter, SUPPORT)

    def split(self, viewer: Viewer, code: str, revision: int, unit_id: int, matter: str) -> None:
        """The words hold a second matter: another unit deals with it, and its clock starts there now."""
        self._share(viewer, code, revision, unit_id, matter, PART)

    def claim_share(self, viewer: Viewer, code: str, revision: int, share_id: int) -> None:
        """A person of the unit that takes part takes its share on."""
        with self._seen(viewer, code, revision) as act:
            share = self._open_share(act, share_id)
            if not viewer.may_work(share["unit_id"]):
                raise NotFound
            self._update(act, share, {"claimed_by": viewer.person_id})
            act.change("share_claimed", {}, {"of": share["unit_id"]})

    def end_share(self, viewer: Viewer, code: str, share_id: int, outcome: str) -> None:
        """Done, or no longer needed: said by the unit that takes part or by the one that leads."""
        with self._seen(viewer, code) as act:
            share = self._open_share(act, share_id)
            if not (viewer.may_work(share["unit_id"]) or viewer.may_work(act.item["unit_id"])):
                raise NotFound
            told = required(outcome, "Tuliskan hasilnya, satu kalimat cukup.")
            self._update(act, share, {"ended_at": act.now, "outcome": told})
            values = self._after_part(act) if share["role"] == PART else {}
            act.change(_ENDED[share["role"]], values, {"of": share["unit_id"], "reason": told})
            leads = [act.item["claimed_by"]] if act.item["claimed_by"] else self._people_of(act, act.item["unit_id"])
            act.announce(_ENDED[share["role"]], leads, {"unit": share["unit_id"]})

    def _share(self, viewer: Viewer, code: str, revision: int, unit_id: int, matter: str, role: str) -> None:
        with self._act(viewer, code, revision) as act:
            must_be(act, WAITING, "dibagi")
            self._must_be_another_unit(act, unit_id)
            self._must_have_a_reader(act, unit_id)
            asked = required(matter, "Tuliskan apa yang diminta dari unit itu.")
            due = due_at(act.now, self._goal, act.item["urgency"]) if role == PART else None
            row = {"item_id": act.item["id"], "unit_id": unit_id, "role": role, "matter": asked, "since": act.now,
                   "due_at": due, "by": viewer.person_id}  # fmt: skip
            act.connection.execute(insert(item_units).values(row))
            kind, more = ("split", act.item["open_parts"] + 1) if role == PART else ("involved", act.item["open_parts"])
            act.change(kind, {"open_parts": more}, {"unit": unit_id, "reason": asked})
            act.announce(kind, self._people_of(act, unit_id), {"by": viewer.name})

    def _must_be_another_unit(self, act: Act, unit_id: int) -> None:
        if not self._units.exists(unit_id):
            raise Refused("Unit itu tidak ada (lagi). Pilih unit lain.")
        if act.item["unit_id"] is None:
            raise Refused("Teruskan butir ini dulu ke unit utamanya; sesudah itu unit lain bisa dilibatkan.")
        if act.item["unit_id"] == unit_id:
            raise Refused(f"{self._units.name(unit_id)} sudah menjadi unit utama butir ini.")
        share = item_units.c
        there = select(share.id).where(
            share.item_id == act.item["id"], share.unit_id == unit_id, share.ended_at.is_(None)
        )
        if act.connection.execute(there).first():
            raise Refused(f"{self._units.name(unit_id)} sudah ikut menangani butir ini.")

    def _open_share(self, act: Act, share_id: int) -> RowMapping:
        """The share, while it is open; its item is locked, so it stays so until the act ends."""
        wanted = select(item_units).where(item_units.c.id == share_id, item_units.c.item_id == act.item["id"])
        share = act.connection.execute(wanted).mappings().one_or_none()
        if share is None:
            raise NotFound
        if share["ended_at"] is not None:
            raise Conflict("Bagian ini baru saja diselesaikan orang lain. Lihat keadaannya sekarang.")
        return share

    def _update(self, act: Act, share: RowMapping, values: dict[str, Any]) -> None:
        act.connection.execute(update(item_units).where(item_units.c.id == share["id"]).values(values))

    def _after_part(self, act: Act) -> dict[str, Any]:
        """One part less; with the last one an answer that stood already counts."""
        left = act.item["open_parts"] - 1
        surely = act.item["answer_strength"] not in (None, Strength.PROBABLE.value)
        if left or act.state not in WAITING or act.item["answer_id"] is None or not surely:
            return {"open_parts": left}
        wanted = select(messages.c.id, messages.c.url, messages.c.text, messages.c.created_at)
        answer = act.connection.execute(wanted.where(messages.c.id == act.item["answer_id"])).mappings().one()
        return {"open_parts": 0} | act.prove(answer)

    def _people_of(self, act: Act, unit_id: int | None) -> list[int]:
        near = Audience(act.connection, self._units, act.now, around=unit_id)
        confidential = act.item["confidential"]
        return [one.id for one in near.of(unit_id, Right.WORK, confidential=confidential) if one.own]
