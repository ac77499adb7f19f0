"""Two people for one answer, two for one end: who may say what, what happens meanwhile, and of two at once one wins."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from aggregator.domain.access import Role, Viewer
from aggregator.domain.unit_rules import Approval, End, UnitRule
from aggregator.domain.workflow import State
from aggregator.services.acts import UNDO
from aggregator.services.answer_rules import AnswerRules
from aggregator.services.errors import Conflict, NotFound, Refused
from aggregator.services.second_word import SecondWord
from aggregator.storage.db import Database
from aggregator.storage.tables import approvals, closures, examples, items, notices, people, replies
from tests.fakes.clock import SteppableClock
from tests.fakes.viewers import viewer_of
from tests.services.desk import ALONE, BELOW, EVERYWHERE, LEADER
from tests.services.test_acts import Office

ANSWER = "Drainase sudah dikeruk kemarin."
HEAD = viewer_of(Role.HEAD, 2, frozenset({2, 3}), person_id=2)
VERIFIER = viewer_of(Role.VERIFIER, person_id=3)
DISKOMINFO = viewer_of(Role.DISKOMINFO, person_id=4)
ALL_ENDS = frozenset(End)


class Pair(Office):
    """An office whose rules want a second person; 1 writes, 2 heads unit 2, 3 verifies, 4 is Diskominfo."""

    def __init__(self, database: Database, clock: SteppableClock) -> None:
        super().__init__(database, clock)
        with database.write() as connection:
            for number, role in ((3, "verifikator"), (4, "diskominfo")):
                row = {"id": number, "login": role, "name": role.title(), "role": role, "password_hash": "-"}
                connection.execute(insert(people).values(row | {"created_at": clock()}))
            connection.execute(update(people).where(people.c.id == 1).values(unit_id=2))
            connection.execute(update(people).where(people.c.id == 2).values(role="kepala", unit_id=2))
        self.rules = AnswerRules(database, self.desk.units, clock)
        self.second = SecondWord(database, self.desk.units)
        self.demand(approval=Approval.ALWAYS, verified_ends=ALL_ENDS)

    def demand(self, **more: Any) -> None:
        self.rules.save(EVERYWHERE, 2, UnitRule(**more))

    def told(self, kind: str) -> list[int]:
        return sorted(row.person_id for row in self.desk.house.rows(notices, notices.c.kind == kind))

    def approve(self, who: Viewer, *, sends: bool = True, revision: int | None = None) -> None:
        self.acts.approve(who, self.code, self.item.revision if revision is None else revision, sends=sends)


@pytest.fixture
def pair(database: Database, clock: SteppableClock) -> Pair:
    return Pair(database, clock)


# -- answers ---------------------------------------------------------------------------------------------------------------


def test_an_answer_needs_a_second_person(pair: Pair) -> None:
    for act in ("answer", "copied"):
        with pytest.raises(Refused, match="Minta persetujuan"):
            pair.do(act, BELOW, ANSWER)
    pair.do("ask_approval", BELOW, ANSWER)
    assert (pair.reply.state, pair.item.claimed_by, pair.told("approval_asked")) == ("pending", 1, [2])
    for act in ("answer", "copied", "save_draft", "ask_approval"):
        with pytest.raises(Refused, match="menunggu persetujuan"):
            pair.do(act, BELOW, "Lain")
    pair.approve(HEAD)
    assert (pair.reply.state, pair.reply.person_id, pair.reply.send_after) == ("queued", 1, pair.clock() + UNDO)
    assert pair.told("approved") == [1]
    assert [one.kind for one in pair.events] == ["opened", "approval_asked", "approved"]
    assert pair.events[-1].actor_id == 2
    pair.check()


def test_the_writer_does_not_approve_and_neither_does_a_colleague(pair: Pair) -> None:
    pair.do("ask_approval", HEAD, ANSWER)
    with pytest.raises(Refused, match="orang lain"):
        pair.approve(HEAD)
    with pytest.raises(Refused, match="kepala atau penanggung jawab"):
        pair.approve(BELOW)
    for stranger in (ALONE, LEADER):
        with pytest.raises(NotFound):
            pair.approve(stranger)
    assert pair.reply.state == "pending"
    pair.approve(DISKOMINFO)
    assert pair.reply.state == "queued"


def test_only_the_very_words_are_approved(pair: Pair) -> None:
    pair.do("ask_approval", BELOW, ANSWER)
    pair.approve(HEAD)
    pair.do("undo")
    with pytest.raises(Refused, match="Minta persetujuan"):
        pair.do("answer", BELOW, ANSWER + " Tadi.")
    pair.do("answer", BELOW, ANSWER)
    assert pair.reply.state == "queued", "what was agreed to may be sent again after an undo"


def test_where_nothing_is_sent_the_approved_words_are_pasted(pair: Pair) -> None:
    pair.do("ask_approval", BELOW, ANSWER)
    pair.approve(HEAD, sends=False)
    assert (pair.reply.state, pair.reply.send_after) == ("draft", None)
    pair.do("copied", BELOW, ANSWER)
    assert pair.reply.state == "copied"


def test_a_draft_comes_back_with_a_comment(pair: Pair) -> None:
    pair.do("ask_approval", BELOW, ANSWER)
    with pytest.raises(Refused, match="diperbaiki"):
        pair.do("return_draft", HEAD, "  ")
    pair.do("return_draft", HEAD, "Sebut nama jalannya.")
    assert (pair.reply.state, pair.reply.text, pair.told("approval_returned")) == ("draft", ANSWER, [1])
    assert '"reason":"Sebut nama jalannya."' in pair.events[-1].data
    with pytest.raises(Refused, match="Tidak ada"):
        pair.approve(HEAD)
    pair.do("ask_approval", BELOW, ANSWER + " Jalan Melati.")
    pair.approve(HEAD)
    assert pair.reply.text == ANSWER + " Jalan Melati."


def test_what_was_asked_can_be_taken_back(pair: Pair) -> None:
    pair.do("ask_approval", BELOW, ANSWER)
    seen = pair.item.revision
    pair.do("withdraw_approval", BELOW)
    assert pair.reply.state == "draft"
    with pytest.raises(Conflict):
        pair.approve(HEAD, revision=seen)
    with pytest.raises(Refused):
        pair.do("withdraw_approval", BELOW)


def test_rules_by_kind_and_up_the_tree(pair: Pair) -> None:
    kind = pair.item.kind
    pair.demand(approval=Approval.BY_KIND, approval_kinds=frozenset({"praise" if kind != "praise" else "spam"}))
    pair.do("answer", BELOW, ANSWER)
    pair.do("undo")
    pair.demand(approval=Approval.BY_KIND, approval_kinds=frozenset({kind}))
    with pytest.raises(Refused):
        pair.do("answer", BELOW, ANSWER)
    pair.put(unit_id=3)
    with pytest.raises(Refused):  # unit 3 lies below unit 2
        pair.do("answer", BELOW, ANSWER)
    pair.rules.save(EVERYWHERE, 3, UnitRule())
    pair.do("answer", BELOW, ANSWER)


@pytest.mark.parametrize("turn", range(3))
def test_two_who_approve_at_once(pair: Pair, turn: int) -> None:
    pair.do("ask_approval", BELOW, ANSWER)
    seen, barrier = pair.item.revision, Barrier(4)

    def act(number: int) -> str:
        barrier.wait()
        try:
            if (number + turn) % 2:
                pair.approve(HEAD, revision=seen)
            else:
                pair.acts.return_draft(DISKOMINFO, pair.code, seen, "Belum lengkap.")
        except Conflict:
            return "conflict"
        return "done"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(act, range(4))) == ["conflict"] * 3 + ["done"]
    (verdict,) = (row.verdict for row in pair.desk.house.rows(approvals))
    assert pair.reply.state == {"approved": "queued", "returned": "draft"}[verdict]
    assert len(pair.told("approved")) + len(pair.told("approval_returned")) == 1


def test_handing_the_item_on_ends_the_question(pair: Pair) -> None:
    pair.do("ask_approval", BELOW, ANSWER)
    pair.do("route", EVERYWHERE, 4, "Ternyata urusan unit 4.")
    assert pair.reply.state == "draft"
    assert [row.verdict for row in pair.desk.house.rows(approvals)] == ["void"]
    pair.acts.answer(
        viewer_of(Role.OPERATOR, 4, person_id=2), pair.code, pair.item.revision, "Kami tangani: sudah dikeruk."
    )
    assert pair.reply.state == "queued"


def test_the_list_of_what_waits(pair: Pair) -> None:
    pair.do("ask_approval", BELOW, ANSWER)
    (row,) = pair.second.approvals(HEAD)
    assert (row.code, row.words, row.mine, row.asker) == (pair.code, ANSWER, False, "Me")
    (own,) = pair.second.approvals(BELOW)
    assert own.mine, "the writer sees that it waits"
    assert len(pair.second.approvals(DISKOMINFO)) == 1
    for stranger in (ALONE, viewer_of(Role.HEAD, 4, person_id=2), VERIFIER):
        assert pair.second.approvals(stranger) == ()
    pair.put(confidential=True)
    assert pair.second.approvals(HEAD) == (), "of a confidential item only who is named learns"
    pair.put(State.ANSWERED)
    assert pair.second.approvals(DISKOMINFO) == ()


# -- ends ------------------------------------------------------------------------------------------------------------------

ENDS = (("close", "closed", "closed"), ("answered_elsewhere", "answered_elsewhere", "answered"),
        ("no_answer_needed", "no_answer_needed", "no_answer_needed"))  # fmt: skip


@pytest.mark.parametrize(("act", "end", "state"), ENDS)
def test_an_end_waits_for_somebody_who_did_not_work_on_it(pair: Pair, act: str, end: str, state: str) -> None:
    pair.do("claim", BELOW)
    before = pair.item
    asked_at = pair.clock()
    assert getattr(pair.acts, act)(BELOW, pair.code, before.revision, "Warga hanya menyapa.") is True
    assert (pair.item.state, pair.item.waiting, pair.item.closed_reason) == (before.state, before.waiting, None)
    assert pair.told("closing_asked") == [2, 3] and pair.desk.house.rows(examples, examples.c.outcome == "nobody") == []
    with pytest.raises(Refused, match="sudah menunggu"):
        pair.do("close", BELOW, "Sekali lagi.")
    with pytest.raises(Refused, match="diverifikasi Diskominfo"):
        pair.do("confirm_closing", viewer_of(Role.OPERATOR, 2, frozenset({2, 3}), person_id=2))
    pair.clock.step(hours=5)
    pair.do("confirm_closing", VERIFIER)
    item = pair.item
    assert (item.state, item.waiting) == (state, False)
    assert asked_at in (item.closed_at, item.answered_at), "the verifier's time is not the office's"
    assert pair.events[-1].kind == "closing_confirmed" and "Warga hanya menyapa." in pair.events[-1].data
    taught = pair.desk.house.rows(examples, examples.c.outcome == "nobody")
    assert len(taught) == (end == "no_answer_needed")
    assert pair.told("closing_confirmed") == [1]
    pair.check()


def test_who_worked_does_not_verify(pair: Pair) -> None:
    pair.do("claim", HEAD)
    pair.do("close", BELOW, "Selesai di lapangan.")
    with pytest.raises(Refused, match="mengerjakan"):
        pair.do("confirm_closing", HEAD)
    with pytest.raises(NotFound):
        pair.do("confirm_closing", LEADER)
    pair.do("confirm_closing", DISKOMINFO)
    assert pair.item.state == "closed"


def test_an_end_comes_back_with_a_reason(pair: Pair) -> None:
    pair.do("close", BELOW, "Selesai.")
    with pytest.raises(Refused):
        pair.do("return_closing", VERIFIER, " ")
    pair.do("return_closing", VERIFIER, "Belum ada bukti.")
    assert (pair.item.state, pair.told("closing_returned")) == ("routed", [1])
    assert [row.verdict for row in pair.desk.house.rows(closures)] == ["returned"]
    pair.do("close", BELOW, "Selesai, foto di lapangan.")
    pair.do("return_closing", BELOW, "Saya keliru.")  # whoever asked may take it back
    assert pair.item.waiting


def test_an_answer_on_the_platform_needs_no_verifier(pair: Pair) -> None:
    pair.put(State.ANSWERED, answered_at=pair.clock(), answer_strength="direct")
    assert pair.acts.close(BELOW, pair.code, pair.item.revision, "Sudah dijawab.") is False
    assert pair.item.state == "closed"
    pair.put(State.ANSWERED, answered_at=pair.clock(), answer_strength="manual")
    assert pair.acts.close(BELOW, pair.code, pair.item.revision, "Lewat telepon.") is True


def test_without_a_rule_an_end_is_an_end(pair: Pair) -> None:
    pair.rules.drop(EVERYWHERE, 2)
    pair.do("close", BELOW, "Selesai.")
    assert (pair.item.state, pair.desk.house.rows(closures)) == ("closed", [])


def test_the_list_of_ends_to_verify(pair: Pair) -> None:
    pair.do("close", BELOW, "Selesai.")
    for who in (HEAD, VERIFIER, DISKOMINFO):
        (row,) = pair.second.closures(who)
        assert (row.words, row.end, row.mine) == ("Selesai.", "closed", False)
    assert pair.second.closures(BELOW)[0].mine
    for stranger in (ALONE, viewer_of(Role.LEADER, person_id=5)):
        assert pair.second.closures(stranger) == ()
    pair.do("route", EVERYWHERE, 4)
    assert pair.second.closures(VERIFIER) == (), "another unit has it now"


def test_two_who_verify_at_once(pair: Pair) -> None:
    pair.do("close", BELOW, "Selesai.")
    seen, barrier = pair.item.revision, Barrier(6)

    def act(number: int) -> str:
        barrier.wait()
        try:
            pair.acts.confirm_closing(VERIFIER if number % 2 else HEAD, pair.code, seen)
        except Conflict:
            return "conflict"
        return "done"

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(act, range(6))) == ["conflict"] * 5 + ["done"]
    assert pair.item.state == "closed"
    pair.check()


# -- the rules themselves --------------------------------------------------------------------------------------------------


def test_only_diskominfo_sets_rules_and_nonsense_is_refused(pair: Pair) -> None:
    for who in (HEAD, VERIFIER, BELOW):
        with pytest.raises(NotFound):
            pair.rules.save(who, 2, UnitRule())
        with pytest.raises(NotFound):
            pair.rules.drop(who, 2)
    for unit, rule, says in (
        (99, UnitRule(), "Unit itu"),
        (2, UnitRule(approval=Approval.BY_KIND), "sedikitnya satu jenis"),
        (2, UnitRule(most_uses=0), "1 sampai"),
        (2, UnitRule(uses_days=1_000), "1 sampai"),
    ):
        with pytest.raises(Refused, match=says):
            pair.rules.save(EVERYWHERE, unit, rule)
    pair.rules.save(EVERYWHERE, 0, UnitRule(most_uses=3))
    assert [(row.unit_id, row.unit) for row in pair.rules.page()] == [(0, "Semua unit"), (2, "Unit 2")]
    assert pair.rules.one(2).verified_ends == ALL_ENDS and pair.rules.one(4) == UnitRule()


def test_nothing_outlives_an_item_that_is_withdrawn(pair: Pair) -> None:
    pair.do("ask_approval", BELOW, ANSWER)
    pair.do("withdraw_approval", BELOW)
    pair.do("close", BELOW, "Selesai.")
    with pair.desk.database.write() as connection:
        kept = connection.execute(select(items.c.id)).scalars().all()
        assert kept
        connection.execute(replies.delete())
        connection.exec_driver_sql("DELETE FROM events")
        connection.exec_driver_sql("DELETE FROM examples")
        connection.execute(items.delete())
    assert pair.desk.house.rows(approvals) == [] and pair.desk.house.rows(closures) == []
