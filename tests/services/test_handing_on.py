"""Citizens who wrote to the wrong account: told in public where to, handed on in the same act, both halves measured."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, update

from aggregator.domain.access import Role, Viewer
from aggregator.domain.unit_rules import Approval
from aggregator.services.acts import UNDO
from aggregator.services.drafting import Drafting
from aggregator.services.errors import Conflict, NotFound, Refused
from aggregator.services.handoffs import HandoffFigures, halves
from aggregator.services.herald import Herald
from aggregator.storage.db import Database
from aggregator.storage.tables import accounts, answer_templates, handoffs, items, people, replies
from tests.fakes.clock import SteppableClock
from tests.fakes.viewers import viewer_of
from tests.intake.house import OFFICE, said
from tests.services.desk import ALONE, BELOW, EVERYWHERE, GOAL, LEADER
from tests.services.test_second_person import HEAD, Pair

WORDS = "Terima kasih, Bu. Ini ditangani Unit 4, kewenangan mereka; laporan Ibu sudah kami teruskan ke sana."


class Door(Pair):
    """A pair whose item is in the wrong place: it belongs to unit 4."""

    def __init__(self, database: Database, clock: SteppableClock) -> None:
        super().__init__(database, clock)
        self.rules.drop(EVERYWHERE, 2)
        self.put(unit_id=2, received_at=clock(), due_at=clock() + GOAL)
        self.drafting = Drafting(database, self.desk.units, {}, clock, ZoneInfo("Asia/Jakarta"))
        self.figures = HandoffFigures(database, self.desk.units, clock)

    def hand(self, words: str = WORDS, who: Viewer = BELOW, unit: int = 4, *, sends: bool = True) -> None:
        self.acts.hand_off(who, self.code, self.item.revision, unit, words, sends=sends)

    def reply_shown(self, text: str) -> None:
        """The office's words appear on the platform, below the citizen's."""
        self.desk.house.store(said("r", text, parent="a", by=OFFICE, created_at=self.clock()))


@pytest.fixture
def door(database: Database, clock: SteppableClock) -> Door:
    return Door(database, clock)


def test_one_act_tells_the_citizen_and_hands_the_item_on(door: Door) -> None:
    received = door.item.received_at
    now = door.clock.step(hours=3)
    door.hand()
    assert (door.reply.state, door.reply.text, door.reply.send_after) == ("queued", WORDS, now + UNDO)
    item = door.item
    assert (item.unit_id, item.state, item.received_at, item.due_at, item.claimed_by) == (
        4,
        "routed",
        now,
        now + GOAL,
        None,
    )
    assert (door.events[-1].kind, door.events[-1].data) == ("handed_off", '{"from":2,"to":4}')
    (row,) = door.desk.house.rows(handoffs)
    assert (row.from_unit, row.to_unit, row.reply_id, row.received_at, row.at, row.person_id) == (
        2, 4, door.reply.id, received, now, 1)  # fmt: skip
    with pytest.raises(NotFound):
        door.do("claim", BELOW)
    door.check()


def test_what_hands_on_acknowledges_and_never_answers(door: Door) -> None:
    door.hand()
    door.clock.step(minutes=1)
    door.reply_shown(WORDS)
    item = door.item
    assert (item.state, item.answered_at, item.answer_id) == ("acknowledged", None, None)
    assert item.acknowledged_at == door.clock(), "the first unit's half"
    door.clock.step(hours=5)
    door.desk.house.store(
        said("r2", "Lampunya sudah diganti kemarin sore.", parent="a", by=OFFICE, created_at=door.clock())
    )
    assert (door.item.state, door.item.answered_at) == ("answered", door.clock())


def test_the_same_words_without_a_hand_off_answer(door: Door) -> None:
    door.reply_shown(WORDS)
    assert door.item.state == "answered", "naming who is responsible answers"


def test_both_halves_are_measured(door: Door) -> None:
    door.clock.step(hours=3)
    door.hand()
    with door.desk.database.write() as connection:
        connection.execute(update(replies).values(state="sent"))
    with door.desk.database.read() as connection:
        (half,) = halves(connection, door.id, door.desk.units)
    assert (half.first, half.second, half.said) == (timedelta(hours=3), None, True)
    door.clock.step(hours=8)
    with door.desk.database.write() as connection:
        connection.execute(update(items).where(items.c.id == door.id).values(answered_at=door.clock()))
    with door.desk.database.read() as connection:
        (half,) = halves(connection, door.id, door.desk.units)
    assert half.second == timedelta(hours=8)
    first, second = sorted(door.figures.page(EVERYWHERE), key=lambda row: row.unit)
    assert (first.unit, first.sent_on, first.first, first.taken) == ("Unit 2", 1, timedelta(hours=3), 0)
    assert (second.unit, second.taken, second.answered, second.second) == ("Unit 4", 1, 1, timedelta(hours=8))
    door.clock.step(days=91)
    assert door.figures.page(EVERYWHERE) == ()
    with pytest.raises(NotFound):
        door.figures.page(HEAD)


def test_handed_on_twice_each_half_ends_where_the_next_begins(door: Door) -> None:
    door.clock.step(hours=1)
    door.hand()
    with door.desk.database.write() as connection:
        connection.execute(update(replies).values(state="failed"))
    door.clock.step(hours=2)
    door.hand(WORDS.replace("Unit 4", "Unit 3"), EVERYWHERE, 3)
    with door.desk.database.read() as connection:
        one, two = halves(connection, door.id, door.desk.units)
    assert (one.first, one.second, two.first) == (timedelta(hours=1), timedelta(hours=2), timedelta(hours=2))
    assert (one.said, two.said) == (False, False), "what failed told the citizen nothing; what is queued not yet"


def test_where_nothing_is_sent_it_was_pasted_and_is_looked_for_soon(door: Door) -> None:
    now = door.clock.step(hours=1)
    door.hand(sends=False)
    assert (door.reply.state, door.reply.send_after) == ("copied", None)
    assert door.desk.house.rows(accounts)[0].next_pull_at == now


@pytest.mark.parametrize("words", ["", "  ", "ke sana ya"])
def test_words_that_name_nobody_are_refused_and_nothing_is_half_done(door: Door, words: str) -> None:
    before = door.item
    with pytest.raises(Refused):
        door.hand(words)
    assert door.item == before and door.desk.house.rows(handoffs) == [] and door.desk.house.rows(replies) == []


def test_who_and_where(door: Door) -> None:
    for stranger in (ALONE, LEADER):
        with pytest.raises(NotFound):
            door.hand(who=stranger)
    for unit, says in ((2, "sudah ada di"), (99, "tidak ada")):
        with pytest.raises(Refused, match=says):
            door.hand(unit=unit)
    seen = door.item.revision
    door.do("claim", BELOW)
    with pytest.raises(Conflict):
        door.acts.hand_off(BELOW, door.code, seen, 4, WORDS, sends=True)
    door.put(confidential=True)
    with pytest.raises(Refused, match="rahasia"):
        door.hand(who=EVERYWHERE)


def test_where_answers_need_a_second_person_only_agreed_words_go_out(door: Door) -> None:
    door.demand(approval=Approval.ALWAYS)
    with pytest.raises(Refused, match="serah terima"):
        door.hand()
    door.hand(door.drafting.handoff_text(BELOW, door.code, 4))
    assert door.reply.state == "queued"


def test_the_words_are_a_template_with_the_right_office_and_its_account(door: Door) -> None:
    text = door.drafting.handoff_text(BELOW, door.code, 4)
    assert "tanggung jawab Unit 4. " in text and "{" not in text
    platform = door.item.platform
    account = {"id": 50, "platform": platform, "key": "unit4", "url": "https://unit4.example/", "unit_id": 4,
               "title": "Unit Empat", "next_pull_at": door.clock(), "created_at": door.clock()}  # fmt: skip
    wording = {"unit_id": 2, "title": "Serah terima", "text": "{nama}, hubungi {tujuan} {akun_tujuan} ya.", "handoff": True,
               "state": "approved", "changed_at": door.clock()}  # fmt: skip
    with door.desk.database.write() as connection:
        connection.execute(insert(accounts).values(account))
        connection.execute(insert(answer_templates).values(wording))
    text = door.drafting.handoff_text(BELOW, door.code, 4)
    assert text.endswith("hubungi Unit 4 (akun Unit Empat: https://unit4.example/) ya.")
    assert "Unit 4" in door.drafting.handoff_text(EVERYWHERE, door.code, 4)
    with pytest.raises(NotFound):
        door.drafting.handoff_text(ALONE, door.code, 4)


def test_the_people_of_the_right_unit_are_told(door: Door) -> None:
    with door.desk.database.write() as connection:
        connection.execute(update(people).where(people.c.id == 2).values(unit_id=4, role="pic"))
    door.hand()
    assert door.told("handed_off") == [2]


def test_plugins_hear_of_a_hand_off_as_of_any_routing(door: Door) -> None:
    herald = Herald(door.desk.database, door.desk.units)
    herald.keep(herald.fresh(door.clock())[1])
    door.hand()
    told, _ = herald.fresh(door.clock.step(minutes=1))
    assert [(one.kind, one.unit) for one in told] == [("routed", "Unit 4")]


def test_a_person_of_the_unit_may_take_it_back_in_time(door: Door) -> None:
    door.hand()
    door.do("undo", replace(viewer_of(Role.OPERATOR, 4), person_id=2))
    assert door.reply.state == "draft"
