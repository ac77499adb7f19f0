"""Items that say the same: one is worked on, the others share its end, and all of it can be taken back."""

from __future__ import annotations

from sqlalchemy import RowMapping, insert, select, update

from aggregator.domain.access import Viewer
from aggregator.domain.workflow import WAITING, State
from aggregator.services.acts.act import Act, item_for, must_be
from aggregator.services.acts.answers import Answers
from aggregator.services.errors import NotFound, Refused
from aggregator.storage.ids import code_of
from aggregator.storage.tables import merges


class Merging(Answers):
    """Acts that make several items one piece of work. Facts stay apart: an answer proves only what it stands under."""

    def merge(self, viewer: Viewer, code: str, revision: int, into_code: str) -> None:
        """This item says what that one says: it leaves the waiting lists and shares the other's end."""
        with self._act(viewer, code, revision, beside=into_code) as act:
            must_be(act, WAITING, "digabung")
            main = self._main(act, into_code)
            self._no_other_reply(act)
            row = {"item_id": act.item["id"], "into_id": main["id"], "state_before": act.item["state"],
                   "late_before": act.item["late"], "at": act.now, "by": viewer.person_id}  # fmt: skip
            act.connection.execute(insert(merges).values(row))
            act.change("merged", {"state": State.MERGED.value}, {"into": code_of(main["id"])})

    def separate(self, viewer: Viewer, code: str, revision: int) -> None:
        """Take a merge back: the item stands exactly as it stood before."""
        with self._act(viewer, code, revision) as act:
            must_be(act, frozenset({State.MERGED}), "dipisahkan")
            now = (merges.c.item_id == act.item["id"]) & merges.c.undone_at.is_(None)
            merge = act.connection.execute(select(merges).where(now)).mappings().one()
            undone = {"undone_at": act.now, "undone_by": viewer.person_id}
            act.connection.execute(update(merges).where(merges.c.id == merge["id"]).values(undone))
            act.change("separated", {"state": merge["state_before"], "late": merge["late_before"]})

    def _main(self, act: Act, code: str) -> RowMapping:
        """The item that stays; Refused with the same words when there is none and when it is not this person's."""
        try:
            main = item_for(act.connection, act.viewer, code)
        except NotFound:
            main = None
        if main is None or not act.viewer.may_work(main["unit_id"]):
            raise Refused("Butir tujuan tidak ditemukan di antara butir yang Anda tangani. Periksa kodenya.")
        if main["id"] == act.item["id"]:
            raise Refused("Butir tidak bisa digabung dengan dirinya sendiri.")
        if main["state"] == State.MERGED:
            raise Refused("Butir tujuan sudah digabung ke butir lain. Buka butir itu, lalu gabungkan ke sana.")
        gathered = select(merges.c.id).where(merges.c.into_id == act.item["id"], merges.c.undone_at.is_(None))
        if act.connection.execute(gathered).first():
            raise Refused(
                "Ada butir lain yang digabung ke sini. Gabungkan butir tujuan ke butir ini, bukan sebaliknya."
            )
        return main
