"""The wrong account: one act tells the citizen in public whose matter it is, and hands the item there."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert, select, text

from aggregator.domain.access import Right, Viewer
from aggregator.domain.workflow import WAITING
from aggregator.services.acts.act import Act, must_be
from aggregator.services.acts.answers import UNDO, Answers
from aggregator.services.acts.placing import Placing
from aggregator.services.acts.second import is_approved
from aggregator.services.acts.typed import answer_text
from aggregator.services.acts.writing import lay_pen_down
from aggregator.services.answer_rules import rule_for
from aggregator.services.audience import Audience
from aggregator.services.errors import Refused
from aggregator.services.filling import handoff_text, load_subject
from aggregator.services.intake.facts import reply_hash
from aggregator.services.learning import decisions
from aggregator.storage.tables import handoffs, replies

_ZONES = (timedelta(hours=7), timedelta(hours=9))  # WIB and WIT: a template may name today

# These words on this account acknowledge and never answer (settlement), before anything shows them.
_HANDS_ON = text(
    "INSERT INTO reply_texts (reply_hash, uses, hands_on) VALUES (:hash, 0, true) "
    "ON CONFLICT (reply_hash) DO UPDATE SET hands_on = true"
)


class HandingOn(Placing, Answers):
    """Acts for citizens who wrote to the wrong account."""

    def hand_off(self, viewer: Viewer, code: str, revision: int, unit_id: int, words: str, *, sends: bool) -> None:
        """Send the words as the first unit's acknowledgement (`sends` False: the person pasted them), and hand the item to
        the unit, whose clock starts now."""
        self._must_exist(unit_id)
        with self._act(viewer, code, revision) as act:
            must_be(act, WAITING, "diteruskan")
            if act.item["confidential"]:
                raise Refused("Butir rahasia diteruskan tanpa pesan terbuka. Pakai “Teruskan” saja.")
            self._not_there_yet(act, unit_id)
            self._no_other_reply(act)
            lay_pen_down(act)
            kept = answer_text(words)
            self._must_be_agreed(act, unit_id, kept)
            after = {"send_after": act.now + UNDO} if sends else {}
            self._write_reply(act, kept, "queued" if sends else "copied", **after)
            self._note(act, unit_id, kept)
            act.change("handed_off", self._placed(act, unit_id), {"from": act.item["unit_id"], "to": unit_id})
            self._leave_shares(act, unit_id)
            self._drop_blind(act, unit_id)
            decisions.note_unit(act.connection, act.item, unit_id, viewer.person_id, act.now, None)
            self._tell_the_unit(act, unit_id)
        if not sends:
            self._look_soon(act.item["account_id"], act.now)

    def _must_be_agreed(self, act: Act, unit_id: int, words: str) -> None:
        """Where answers need a second person, so do words that differ from those the unit agreed on beforehand."""
        connection, item = act.connection, act.item
        if not rule_for(connection, self._units, item["unit_id"]).wants_approval(item["kind"]):
            return
        subject = load_subject(connection, item["id"])
        assert subject is not None, "the item is locked by this act"
        days = {(act.now + zone).date() for zone in _ZONES}
        agreed = [handoff_text(connection, subject, unit_id, act.viewer, self._units, day).split() for day in days]
        if words.split() not in agreed and not is_approved(connection, item["id"], words):
            raise Refused(
                "Unit Anda mewajibkan persetujuan untuk setiap teks. Pakai teks serah terima apa adanya, "
                "atau teruskan tanpa pesan kepada warga."
            )

    def _note(self, act: Act, unit_id: int, words: str) -> None:
        said = reply_hash(act.item["account_id"], words)
        if said is None:
            raise Refused("Pesan terlalu singkat. Sebutkan kantor mana yang akan menjawab.")
        act.connection.execute(_HANDS_ON, {"hash": said})
        newest = select(replies.c.id).where(
            replies.c.item_id == act.item["id"], replies.c.state.in_(("queued", "copied"))
        )
        reply_id = act.connection.execute(
            newest.order_by(replies.c.changed_at.desc(), replies.c.id.desc()).limit(1)
        ).scalar_one()
        row = {
            "item_id": act.item["id"], "from_unit": act.item["unit_id"], "to_unit": unit_id, "reply_id": reply_id,
            "reply_hash": said, "person_id": act.viewer.person_id, "received_at": act.item["received_at"], "at": act.now,
        }  # fmt: skip
        act.connection.execute(insert(handoffs).values(row))

    def _tell_the_unit(self, act: Act, unit_id: int) -> None:
        there = Audience(act.connection, self._units, act.now).of(unit_id, Right.WORK)
        own = [person.id for person in there if person.own]
        act.announce("handed_off", own)
