"""What people do with an item. One act = one transaction = one event; every act names the revision its person saw, so
that of two people who act at once one wins and the other is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Connection, RowMapping, insert, select, update

from aggregator.clock import Clock
from aggregator.domain.access import Viewer
from aggregator.domain.answers import Strength
from aggregator.domain.workflow import WAITING, State, due_at, reopened_state
from aggregator.services.errors import Conflict, NotFound, Refused
from aggregator.services.inbox.privacy import UNMASKED
from aggregator.services.intake.settlement import text_hash
from aggregator.services.learning import decisions
from aggregator.services.ledger import CountChange
from aggregator.services.units import Units
from aggregator.storage.db import Database
from aggregator.storage.ids import id_of
from aggregator.storage.tables import accounts, events, items, messages, proofs, replies

UNDO = timedelta(seconds=15)
_LONGEST_REASON = 2_000
_LONGEST_ANSWER = 20_000
_TOO_LATE = "Butir ini baru saja diubah orang lain. Lihat keadaannya sekarang, lalu coba lagi."
_DONE = frozenset(State) - WAITING


@dataclass(slots=True)
class Act:
    """One act under way: the item as it was, and the transaction it happens in."""

    connection: Connection
    viewer: Viewer
    item: RowMapping
    now: datetime

    @property
    def state(self) -> State:
        return State(self.item["state"])

    def change(self, kind: str, values: Mapping[str, Any], data: Mapping[str, Any] | None = None) -> None:
        """Write the item's new columns, its event and the counters; raises Conflict when someone was faster."""
        merged = dict(values)
        if "state" in merged:
            merged["waiting"] = State(merged["state"]) in WAITING
            if not merged["waiting"]:
                merged["late"] = False
        statement = update(items).where(items.c.id == self.item["id"], items.c.revision == self.item["revision"])
        result = self.connection.execute(statement.values(merged | {"revision": self.item["revision"] + 1}))
        if result.rowcount != 1:
            raise Conflict(_TOO_LATE)
        counts = CountChange()
        counts.move(_place({**self.item}), _place({**self.item, **merged}))
        counts.write(self.connection)
        self.tell(kind, data or {})

    def taught_by_work(self) -> None:
        """Whoever takes an item on says by it that it is theirs."""
        decisions.note_work(self.connection, self.item, self.viewer.person_id, self.now)

    def tell(self, kind: str, data: Mapping[str, Any]) -> None:
        row = {"item_id": self.item["id"], "at": self.now, "kind": kind, "actor_id": self.viewer.person_id}
        self.connection.execute(insert(events).values(row | {"data": orjson.dumps(data).decode()}))


def _place(item: Mapping[str, Any]) -> tuple[int | None, str, bool]:
    return item["unit_id"], str(item["state"]), bool(item["late"])


class Acts:
    """Everything a person can do with an item."""

    def __init__(self, database: Database, units: Units, goal: timedelta, clock: Clock) -> None:
        self._database = database
        self._units = units
        self._goal = goal
        self._clock = clock

    # -- whose it is -----------------------------------------------------------------------------------------------

    def route(self, viewer: Viewer, code: str, revision: int, unit_id: int, reason: str | None = None) -> None:
        """Hand the item to a unit; its clock starts there now."""
        if not self._units.exists(unit_id):
            raise Refused("Unit itu tidak ada (lagi). Pilih unit lain.")
        with self._act(viewer, code, revision) as act:
            self._must_be(act, WAITING | {State.NO_ANSWER_NEEDED, State.NOT_OURS}, "diteruskan")
            if act.item["unit_id"] == unit_id and act.state in WAITING:
                raise Refused(f"Butir ini sudah ada di {self._units.name(unit_id)}.")
            due, why = due_at(act.now, self._goal, act.item["urgency"]), _optional(reason)
            values = {"unit_id": unit_id, "state": State.ROUTED.value, "claimed_by": None, "late": False, "closed_at": None,
                      "closed_reason": None, "received_at": act.now, "due_at": due}  # fmt: skip
            act.change("routed", values, {"from": act.item["unit_id"], "to": unit_id, "reason": why})
            decisions.note_unit(act.connection, act.item, unit_id, viewer.person_id, act.now, why)

    def claim(self, viewer: Viewer, code: str, revision: int) -> None:
        """Take the item on."""
        with self._act(viewer, code, revision) as act:
            self._must_be(act, WAITING, "diambil")
            state = act.state if act.state is State.ACKNOWLEDGED or act.item["unit_id"] is None else State.WORKING
            act.change("claimed", {"claimed_by": viewer.person_id, "state": state.value})
            act.taught_by_work()

    def release(self, viewer: Viewer, code: str, revision: int) -> None:
        """Put it back for colleagues."""
        with self._act(viewer, code, revision) as act:
            self._must_be(act, WAITING, "dilepas")
            state = State.ROUTED if act.state is State.WORKING else act.state
            act.change("released", {"claimed_by": None, "state": state.value})

    def give_back(self, viewer: Viewer, code: str, revision: int, reason: str) -> None:
        """ "Bukan kami": back to Diskominfo's triage, with the reason that teaches routing."""
        with self._act(viewer, code, revision) as act:
            self._must_be(act, WAITING, "dikembalikan")
            values = {
                "unit_id": None,
                "state": State.NEW.value,
                "claimed_by": None,
                "late": False,
                "received_at": None,
                "due_at": None,
            }
            why = _required(reason)
            act.change("returned", values, {"from": act.item["unit_id"], "reason": why})
            decisions.note_returned(act.connection, act.item, why, viewer.person_id, act.now)

    # -- the answer ------------------------------------------------------------------------------------------------

    def answer(self, viewer: Viewer, code: str, revision: int, text: str) -> None:
        """Send `text` through the plugin after a pause in which it can be taken back."""
        with self._act(viewer, code, revision) as act:
            self._must_be(act, WAITING, "dijawab")
            self._no_other_reply(act)
            self._write_reply(act, _answer_text(text), "queued", send_after=act.now + UNDO)
            act.change("answering", self._taken_on(act))
            act.taught_by_work()

    def copied(self, viewer: Viewer, code: str, revision: int, text: str) -> None:
        """The person pasted `text` on the platform; the next pull confirms it, and comes soon."""
        with self._act(viewer, code, revision) as act:
            self._must_be(act, WAITING, "dijawab")
            self._no_other_reply(act)
            self._write_reply(act, _answer_text(text), "copied")
            act.change("copied", self._taken_on(act))
            act.taught_by_work()
            account_id, now = act.item["account_id"], act.now
        # Apart: a pull locks its account before its items, so an act that holds an item must not wait for an account.
        with self._database.write() as connection:
            connection.execute(update(accounts).where(accounts.c.id == account_id).values(next_pull_at=now))

    def save_draft(self, viewer: Viewer, code: str, text: str) -> None:
        """Keep what was written so far; changes nothing about the item."""
        with self._act(viewer, code, None) as act:
            self._no_other_reply(act)
            self._write_reply(act, _clean(text)[:_LONGEST_ANSWER], "draft")

    def undo(self, viewer: Viewer, code: str) -> None:
        """Take a queued answer back to a draft; Refused once it is on its way."""
        with self._act(viewer, code, None) as act:
            statement = update(replies).where(replies.c.item_id == act.item["id"], replies.c.state == "queued")
            if (
                act.connection.execute(statement.values(state="draft", send_after=None, changed_at=act.now)).rowcount
                == 0
            ):
                raise Refused("Jawaban sudah dikirim dan tidak dapat diurungkan lagi.")
            act.tell("undone", {})

    def confirm(self, viewer: Viewer, code: str, revision: int) -> None:
        """Yes, that official message is the answer."""
        with self._act(viewer, code, revision) as act:
            answer = self._probable(act)
            proof = {
                "item_id": act.item["id"], "answer_id": answer["id"], "url": answer["url"], "snapshot": answer["text"],
                "sha256": text_hash(answer["text"]), "shown_at": answer["created_at"], "taken_at": act.now,
                "checked_at": act.now, "status": "shown",
            }  # fmt: skip
            act.connection.execute(proofs.delete().where(proofs.c.item_id == act.item["id"]))
            act.connection.execute(insert(proofs).values(proof))
            act.change(
                "confirmed",
                {"state": State.ANSWERED.value, "answered_at": answer["created_at"]},
                {"sha256": proof["sha256"]},
            )

    def deny(self, viewer: Viewer, code: str, revision: int) -> None:
        """No, that is not the answer."""
        with self._act(viewer, code, revision) as act:
            answer = self._probable(act)
            act.change("denied", {"answer_id": None, "answer_strength": None, "denied_answer_id": answer["id"]})

    def answered_elsewhere(self, viewer: Viewer, code: str, revision: int, reason: str) -> None:
        """The citizen was answered where Sahut cannot see it: counted as MANUAL, with the reason."""
        with self._act(viewer, code, revision) as act:
            self._must_be(act, WAITING, "ditandai dijawab")
            values = {
                "state": State.ANSWERED.value,
                "answered_at": act.now,
                "answer_strength": Strength.MANUAL.value,
                "answer_id": None,
            }
            act.change("answered", values, {"strength": Strength.MANUAL.value, "reason": _required(reason)})

    # -- ends without an answer ------------------------------------------------------------------------------------

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
            self._must_be(act, frozenset({State.NO_ANSWER_NEEDED}), "ditinjau")
            act.change("reviewed", {}, {})
            decisions.note_nobody(act.connection, act.item, "", viewer.person_id, act.now, source="reviewed")

    def reopen(self, viewer: Viewer, code: str, revision: int, reason: str) -> None:
        """Take the end back."""
        with self._act(viewer, code, revision) as act:
            self._must_be(act, _DONE, "dibuka lagi")
            state = reopened_state(act.item["unit_id"], act.item["claimed_by"])
            values = {"state": state.value, "closed_at": None, "closed_reason": None, "answered_at": None,
                      "answer_id": None, "answer_strength": None, "denied_answer_id": act.item["answer_id"]}  # fmt: skip
            if act.item["unit_id"] is not None and act.item["due_at"] is None:  # it never waited for this unit before
                values |= {"received_at": act.now, "due_at": due_at(act.now, self._goal, act.item["urgency"])}
            why = _required(reason)
            act.change("reopened", values, {"why": "person", "reason": why})
            if act.state is State.NO_ANSWER_NEEDED:
                decisions.note_needed(act.connection, act.item, why, viewer.person_id, act.now)

    def unmask(self, viewer: Viewer, code: str) -> None:
        """Show the personal data of this item to the viewer for a while; that they looked is noted, for good."""
        with self._database.write() as connection:
            act = Act(connection, viewer, _item(connection, viewer, code, None), self._clock())
            act.tell(UNMASKED, {})

    def note(self, viewer: Viewer, code: str, text: str) -> None:
        """Leave a note for colleagues."""
        with self._act(viewer, code, None) as act:
            act.tell("noted", {"text": _required(text, "Catatan masih kosong.")})

    # -- shared ----------------------------------------------------------------------------------------------------

    @contextmanager
    def _act(self, viewer: Viewer, code: str, revision: int | None) -> Iterator[Act]:
        """The transaction of one act, for who may act and saw the newest revision."""
        if not viewer.works:
            raise NotFound
        with self._database.write() as connection:
            yield Act(connection, viewer, _item(connection, viewer, code, revision), self._clock())

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
            self._must_be(act, allowed, "ditutup")
            why = _required(reason)
            act.change(kind, {"state": state.value, "closed_at": act.now, "closed_reason": why}, {"reason": why})
            yield act, why

    def _must_be(self, act: Act, allowed: frozenset[State], verb: str) -> None:
        if act.state not in allowed:
            raise Refused(f"Butir ini tidak dapat {verb} dalam keadaannya sekarang.")

    def _taken_on(self, act: Act) -> dict[str, Any]:
        """Who answers an unclaimed item takes it on."""
        if act.item["claimed_by"] is not None or act.item["unit_id"] is None or act.viewer.person_id is None:
            return {}
        state = act.state if act.state is State.ACKNOWLEDGED else State.WORKING
        return {"claimed_by": act.viewer.person_id, "state": state.value}

    def _no_other_reply(self, act: Act) -> None:
        on_its_way = select(replies.c.id).where(
            replies.c.item_id == act.item["id"], replies.c.state.in_(("queued", "sending", "unsure"))
        )
        if act.connection.execute(on_its_way).first():
            raise Refused("Masih ada jawaban yang sedang dikirim untuk butir ini. Tunggu sampai selesai.")

    def _write_reply(self, act: Act, text: str, state: str, *, send_after: datetime | None = None) -> None:
        """The item's draft becomes the answer; without one a new row begins."""
        values = {
            "text": text,
            "state": state,
            "person_id": act.viewer.person_id,
            "changed_at": act.now,
            "problem": None,
            "send_after": send_after,
        }
        drafts = update(replies).where(replies.c.item_id == act.item["id"], replies.c.state.in_(("draft", "failed")))
        if act.connection.execute(drafts.values(values)).rowcount == 0:
            act.connection.execute(insert(replies).values(values | {"item_id": act.item["id"], "created_at": act.now}))

    def _probable(self, act: Act) -> RowMapping:
        if act.state not in WAITING or act.item["answer_id"] is None:
            raise Refused("Tidak ada jawaban yang menunggu kepastian.")
        statement = select(messages.c.id, messages.c.url, messages.c.text, messages.c.created_at)
        return act.connection.execute(statement.where(messages.c.id == act.item["answer_id"])).mappings().one()


def _item(connection: Connection, viewer: Viewer, code: str, revision: int | None) -> RowMapping:
    statement = select(items).where(items.c.id == id_of(code)).with_for_update()
    item = connection.execute(statement).mappings().one_or_none()
    if item is None or not viewer.may_see(item["unit_id"]):
        raise NotFound
    if revision is not None and item["revision"] != revision:
        raise Conflict(_TOO_LATE)
    return item


def _clean(text: str | None) -> str:
    """What a person typed, as every database can hold it."""
    return (text or "").replace("\x00", "").encode("utf-8", "replace").decode().strip()


def _optional(reason: str | None) -> str | None:
    return _clean(reason)[:_LONGEST_REASON] or None


def _required(reason: str, message: str = "Tuliskan alasannya, satu kalimat cukup.") -> str:
    kept = _clean(reason)[:_LONGEST_REASON]
    if not kept:
        raise Refused(message)
    return kept


def _answer_text(text: str) -> str:
    kept = _clean(text)
    if not kept:
        raise Refused("Jawaban masih kosong.")
    if len(kept) > _LONGEST_ANSWER:
        raise Refused("Jawaban terlalu panjang. Ringkas dahulu, lalu kirim lagi.")
    return kept
