"""Who writes the answer just now: a soft lock. It runs out by itself, and what was written is kept apart for each person."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import RowMapping, delete, insert, select

from aggregator.domain.access import Viewer
from aggregator.domain.workflow import WAITING
from aggregator.services.acts.act import Act, ActDesk, must_be
from aggregator.services.errors import Conflict, Refused
from aggregator.services.inbox.views import Pen
from aggregator.storage.tables import locks, people

WRITING = timedelta(minutes=5)


class Writing(ActDesk):
    """Acts around the pen. Beginning to write is no event: only taking the pen from somebody is."""

    def begin_writing(self, viewer: Viewer, code: str) -> Pen:
        """Take the pen, or keep it for another five minutes. Whose it is now: of two who begin at once the first has it,
        and the other is told so."""
        with self._act(viewer, code, None) as act:
            must_be(act, WAITING, "dijawab")
            holder = _holder(act)
            if holder is not None and holder["person_id"] != viewer.person_id:
                return Pen(holder_id=holder["person_id"], name=holder["name"], until=holder["until"], mine=False)
            _take(act)
            return Pen(holder_id=viewer.person_id or 0, name=viewer.name, until=act.now + WRITING, mine=True)

    def take_over(self, viewer: Viewer, code: str, holder_id: int) -> None:
        """Take the pen from the colleague `holder_id`, who is told; their draft stays theirs. Raises Conflict when
        somebody else has it meanwhile."""
        with self._act(viewer, code, None) as act:
            must_be(act, WAITING, "dijawab")
            holder = _holder(act)
            if holder is not None and holder["person_id"] not in (holder_id, viewer.person_id):
                raise Conflict(f"{holder['name']} baru saja mengambil alih. Lihat keadaannya sekarang, lalu coba lagi.")
            _take(act)
            if holder is not None and holder["person_id"] == holder_id != viewer.person_id:
                act.tell("taken_over", {"person": holder["name"]})
                act.announce("taken_over", [holder_id], {"by": viewer.name})


def hold_pen(act: Act) -> None:
    """Whoever saves a draft goes on writing, unless a colleague has the pen; a supporting unit has none to hold."""
    holder = _holder(act)
    mine = holder is None or holder["person_id"] == act.viewer.person_id
    if mine and act.state in WAITING and act.viewer.may_work(act.item["unit_id"]):
        _take(act)


def lay_pen_down(act: Act) -> None:
    """Before an answer goes out: Refused while a colleague writes one; the own lock ends here."""
    _nobody_else_writes(act)
    act.connection.execute(delete(locks).where(locks.c.item_id == act.item["id"]))


def _holder(act: Act) -> RowMapping | None:
    """Who writes, with their name; None when nobody does or their time ran out."""
    held = select(locks.c.person_id, locks.c.until, people.c.name).join(people, people.c.id == locks.c.person_id)
    now = (locks.c.item_id == act.item["id"]) & (locks.c.until > act.now)
    return act.connection.execute(held.where(now)).mappings().one_or_none()


def _nobody_else_writes(act: Act) -> None:
    holder = _holder(act)
    if holder is not None and holder["person_id"] != act.viewer.person_id:
        raise Refused(writes(holder["name"]))


def writes(name: str) -> str:
    """What the others are told."""
    return f"{name} sedang menulis jawaban untuk butir ini. Tunggu sebentar, atau ambil alih lebih dulu."


def _take(act: Act) -> None:
    if act.viewer.person_id is not None:  # whoever runs the command line does not sit there writing
        act.connection.execute(delete(locks).where(locks.c.item_id == act.item["id"]))
        row = {"item_id": act.item["id"], "person_id": act.viewer.person_id, "until": act.now + WRITING}
        act.connection.execute(insert(locks).values(row))
