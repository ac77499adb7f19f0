"""The answer to an item: written here and sent, pasted by hand, or found on the platform."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, insert, select, update

from aggregator.domain.access import Viewer
from aggregator.domain.workflow import WAITING, State
from aggregator.services.acts.act import Act, ActDesk, must_be
from aggregator.services.acts.second import is_approved
from aggregator.services.acts.typed import LONGEST_ANSWER, answer_text, clean
from aggregator.services.acts.writing import hold_pen, lay_pen_down
from aggregator.services.answer_rules import rule_for
from aggregator.services.errors import Refused
from aggregator.services.intake.settlement import text_hash
from aggregator.storage.tables import accounts, messages, replies

UNDO = timedelta(seconds=15)
_UNSENT = ("draft", "failed")


class Answers(ActDesk):
    """Acts around the answer."""

    def answer(self, viewer: Viewer, code: str, revision: int, text: str) -> None:
        """Send `text` through the plugin after a pause in which it can be taken back."""
        with self._act(viewer, code, revision) as act:
            must_be(act, WAITING, "dijawab")
            self._no_other_reply(act)
            lay_pen_down(act)
            self._write_reply(act, self._agreed(act, text), "queued", send_after=act.now + UNDO)
            act.change("answering", self._taken_on(act))
            act.taught_by_work()

    def copied(self, viewer: Viewer, code: str, revision: int, text: str) -> None:
        """The person pasted `text` on the platform; the next pull confirms it, and comes soon."""
        with self._act(viewer, code, revision) as act:
            must_be(act, WAITING, "dijawab")
            self._no_other_reply(act)
            lay_pen_down(act)
            self._write_reply(act, self._agreed(act, text), "copied")
            act.change("copied", self._taken_on(act))
            act.taught_by_work()
            account_id, now = act.item["account_id"], act.now
        self._look_soon(account_id, now)

    def save_draft(self, viewer: Viewer, code: str, text: str) -> None:
        """Keep what this person wrote so far, apart from what colleagues write; changes nothing about the item."""
        with self._partner(viewer, code) as act:
            self._no_other_reply(act, own=True)
            hold_pen(act)
            self._write_reply(act, clean(text)[:LONGEST_ANSWER], "draft")

    def keep_draft(self, viewer: Viewer, code: str, text: str, base: str) -> None:
        """What a page saves by itself while its person types. `base`: the draft its typing began with; Refused when this
        person wrote another since, on another device."""
        with self._partner(viewer, code) as act:
            self._no_other_reply(act, own=True)
            self._draft_is_still(act, base)
            hold_pen(act)
            self._write_reply(act, clean(text)[:LONGEST_ANSWER], "draft")

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
            shown_at = answer["created_at"].isoformat()
            act.change("confirmed", act.prove(answer), {"sha256": text_hash(answer["text"]), "at": shown_at})

    def deny(self, viewer: Viewer, code: str, revision: int) -> None:
        """No, that is not the answer."""
        with self._act(viewer, code, revision) as act:
            answer = self._probable(act)
            act.change("denied", {"answer_id": None, "answer_strength": None, "denied_answer_id": answer["id"]})

    def _agreed(self, act: Act, text: str) -> str:
        """The words of an answer; Refused where the unit's rule wants a second person who did not agree to them."""
        words = answer_text(text)
        wanted = rule_for(act.connection, self._units, act.item["unit_id"]).wants_approval(act.item["kind"])
        if wanted and not is_approved(act.connection, act.item["id"], words):
            raise Refused("Jawaban unit ini disetujui orang kedua dahulu. Pakai “Minta persetujuan”.")
        return words

    def _look_soon(self, account_id: int, now: datetime) -> None:
        """Have the account read. Apart from the act: a pull locks its account before its items, so an act that holds an
        item must not wait for an account."""
        with self._database.write() as connection:
            connection.execute(update(accounts).where(accounts.c.id == account_id).values(next_pull_at=now))

    def _taken_on(self, act: Act) -> dict[str, Any]:
        """Who answers an unclaimed item takes it on."""
        if act.item["claimed_by"] is not None or act.item["unit_id"] is None or act.viewer.person_id is None:
            return {}
        state = act.state if act.state is State.ACKNOWLEDGED else State.WORKING
        return {"claimed_by": act.viewer.person_id, "state": state.value}

    def _no_other_reply(self, act: Act, *, own: bool = False) -> None:
        on_its_way = select(replies.c.id, replies.c.state).where(
            replies.c.item_id == act.item["id"], replies.c.state.in_(("queued", "sending", "unsure", "pending"))
        )
        if own:
            on_its_way = on_its_way.where(_of_this_person(act))
        if found := act.connection.execute(on_its_way).first():
            if found.state == "pending":
                raise Refused("Jawaban butir ini menunggu persetujuan. Tarik dahulu bila ingin mengubahnya.")
            raise Refused("Masih ada jawaban yang sedang dikirim untuk butir ini. Tunggu sampai selesai.")

    def _draft_is_still(self, act: Act, base: str) -> None:
        mine = (replies.c.item_id == act.item["id"]) & replies.c.state.in_(_UNSENT) & _of_this_person(act)
        draft = select(replies.c.text).where(mine)
        found = act.connection.execute(draft).scalar()
        if found and _lines(found) != _lines(clean(base)):
            raise Refused("Di server ada draf lain, dari perangkat Anda yang lain; draf itu tidak ditimpa.")

    def _write_reply(self, act: Act, text: str, state: str, *, send_after: datetime | None = None) -> None:
        """The person's own draft becomes the answer; without one a new row begins."""
        values = {
            "text": text,
            "state": state,
            "person_id": act.viewer.person_id,
            "changed_at": act.now,
            "problem": None,
            "send_after": send_after,
        }
        drafts = update(replies).where(
            replies.c.item_id == act.item["id"], replies.c.state.in_(_UNSENT), _of_this_person(act)
        )
        if act.connection.execute(drafts.values(values)).rowcount == 0:
            act.connection.execute(insert(replies).values(values | {"item_id": act.item["id"], "created_at": act.now}))

    def _probable(self, act: Act) -> RowMapping:
        if act.state not in WAITING or act.item["answer_id"] is None:
            raise Refused("Tidak ada jawaban yang menunggu kepastian.")
        statement = select(messages.c.id, messages.c.url, messages.c.text, messages.c.created_at)
        return act.connection.execute(statement.where(messages.c.id == act.item["answer_id"])).mappings().one()


def _of_this_person(act: Act) -> ColumnElement[bool]:
    return replies.c.person_id.is_not_distinct_from(act.viewer.person_id)


def _lines(text: str) -> list[str]:
    """However the browser ended its lines."""
    return text.splitlines()
