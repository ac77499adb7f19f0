"""What people do with an item: in which states, by whom, with what trace; and of two at once one wins."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select, update

from aggregator.domain.access import Role, Viewer
from aggregator.domain.workflow import WAITING, State
from aggregator.services.acts import UNDO, Acts
from aggregator.services.errors import Conflict, NotFound, Refused
from aggregator.services.ledger import counted, rebuild_counts, recounted
from aggregator.storage.db import Database
from aggregator.storage.ids import code_of
from aggregator.storage.tables import accounts, events, items, proofs, replies
from tests.fakes.clock import SteppableClock
from tests.fakes.viewers import viewer_of
from tests.intake.house import ANSWER, OFFICE, said
from tests.services.desk import ALONE, BELOW, DEVELOPER, EVERYWHERE, GOAL, LEADER, NOWHERE, Desk

DONE = frozenset(State) - WAITING - {State.MERGED}
REASON = "Sudah ditangani di lapangan."


class Office:
    """One item of unit 2, and what its people do with it."""

    def __init__(self, database: Database, clock: SteppableClock) -> None:
        self.desk = Desk(database, wanted=0)
        self.clock = clock
        self.acts = Acts(database, self.desk.units, GOAL, clock)
        self.desk.house.office()
        self.desk.house.store(said("a"))
        self.id = self.desk.house.message("a").id
        self.code = code_of(self.id)
        self.put(unit_id=2)

    def put(self, state: State = State.ROUTED, **columns: Any) -> None:
        """Set the item as an earlier act would have left it."""
        values = {"state": state.value, "waiting": state in WAITING, "revision": items.c.revision + 1} | columns
        with self.desk.database.write() as connection:
            connection.execute(update(items).where(items.c.id == self.id).values(values))
            rebuild_counts(connection)

    @property
    def item(self) -> Any:
        return self.desk.house.item("a")

    @property
    def events(self) -> list[Any]:
        return list(self.desk.house.rows(events, events.c.item_id == self.id))

    @property
    def reply(self) -> Any:
        return self.desk.house.rows(replies)[-1]

    def do(self, act: str, who: Viewer = BELOW, *more: Any, revision: int | None = None) -> None:
        call: Callable[..., None] = getattr(self.acts, act)
        if act in ("note", "save_draft", "undo"):
            call(who, self.code, *more)
        else:
            call(who, self.code, self.item.revision if revision is None else revision, *more)

    def check(self) -> None:
        """Counters equal a recount, and `waiting` and `late` follow from the state."""
        with self.desk.database.read() as connection:
            assert counted(connection) == recounted(connection)
        assert self.item.waiting == (State(self.item.state) in WAITING)
        assert self.item.waiting or not self.item.late


@pytest.fixture
def office(database: Database, clock: SteppableClock) -> Office:
    return Office(database, clock)


# act, what it is told, from which states, its event, the state afterwards (None: as it was)
ACTS: tuple[tuple[str, tuple[Any, ...], frozenset[State], str, State | None], ...] = (
    ("route", (3, REASON), WAITING | {State.NO_ANSWER_NEEDED, State.NOT_OURS}, "routed", State.ROUTED),
    ("release", (), WAITING, "released", None),
    ("give_back", (REASON,), WAITING, "returned", State.NEW),
    ("answered_elsewhere", (REASON,), WAITING, "answered", State.ANSWERED),
    ("close", (REASON,), WAITING | {State.ANSWERED}, "closed", State.CLOSED),
    ("not_ours", (REASON,), WAITING, "not_ours", State.NOT_OURS),
    ("no_answer_needed", (REASON,), WAITING, "no_answer_needed", State.NO_ANSWER_NEEDED),
    ("reopen", (REASON,), DONE, "reopened", State.ROUTED),
    ("note", (REASON,), frozenset(State), "noted", None),
    ("claim", (), WAITING, "claimed", State.WORKING),
    ("answer", ("Sudah diperbaiki.",), WAITING, "answering", State.WORKING),
    ("copied", ("Sudah diperbaiki.",), WAITING, "copied", State.WORKING),
)


@pytest.mark.parametrize(("act", "told", "allowed", "event", "after"), ACTS, ids=[act[0] for act in ACTS])
def test_an_act_in_every_state(
    office: Office, act: str, told: tuple[Any, ...], allowed: frozenset[State], event: str, after: State | None
) -> None:
    for state in State:
        office.put(state, unit_id=2, late=state in WAITING, claimed_by=None)
        with office.desk.database.write() as connection:
            connection.execute(replies.delete())
        before, heard = office.item, len(office.events)
        if state not in allowed:
            with pytest.raises(Refused):
                office.do(act, BELOW, *told)
            assert (office.item, len(office.events)) == (before, heard), "nothing is half done"
            continue
        office.do(act, BELOW, *told)
        (new,) = office.events[heard:]
        assert (new.kind, new.actor_id, new.at) == (event, BELOW.person_id, office.clock())
        expected = State.ACKNOWLEDGED if state is State.ACKNOWLEDGED and after is State.WORKING else after or state
        assert office.item.state == (State.ROUTED if act == "release" and state is State.WORKING else expected)
        assert office.item.revision == before.revision + (act != "note")
        office.check()


@pytest.mark.parametrize(
    ("act", "told"),
    [(row[0], row[1]) for row in ACTS] + [("save_draft", ("x",)), ("undo", ()), ("confirm", ()), ("deny", ())],
)
def test_who_may_not_act_finds_nothing(office: Office, act: str, told: tuple[Any, ...]) -> None:
    before = office.item
    for who in (ALONE, DEVELOPER, NOWHERE) if act == "note" else (ALONE, LEADER, DEVELOPER, NOWHERE):
        with pytest.raises(NotFound):
            office.do(act, who, *told)
    with pytest.raises(NotFound):
        getattr(office.acts, act)(
            BELOW, "0000000000000", *(() if act in ("note", "save_draft", "undo") else (1,)), *told
        )
    assert office.item == before


@pytest.mark.parametrize(("act", "told"), [(row[0], row[1]) for row in ACTS if row[0] != "note"])
def test_an_old_revision_is_told_so(office: Office, act: str, told: tuple[Any, ...]) -> None:
    office.put(State.ANSWERED if act == "reopen" else State.ROUTED)
    seen = office.item.revision
    office.do("claim" if act != "reopen" else "close", BELOW, *(() if act != "reopen" else (REASON,)))
    before = office.item
    with pytest.raises(Conflict):
        office.do(act, BELOW, *told, revision=seen)
    assert office.item == before


@pytest.mark.parametrize(
    "act", ["give_back", "answered_elsewhere", "close", "not_ours", "no_answer_needed", "reopen", "note"]
)
@pytest.mark.parametrize("reason", ["", "  \n", "\x00"])
def test_a_reason_is_asked_for(office: Office, act: str, reason: str) -> None:
    office.put(State.ANSWERED if act == "reopen" else State.ROUTED)
    with pytest.raises(Refused):
        office.do(act, BELOW, reason)
    assert [event.kind for event in office.events] == ["opened"]


def test_two_at_once_one_wins(office: Office) -> None:
    """Each of eight sees the same revision; one act happens, the others are told."""
    for _ in range(5):
        office.put(State.ROUTED, claimed_by=None)
        seen, heard, start = office.item.revision, len(office.events), Barrier(8)

        def act(number: int, seen: int = seen, start: Barrier = start) -> str:
            start.wait()
            try:
                if number % 2:
                    office.do(
                        "claim",
                        viewer_of(Role.OPERATOR, 2, frozenset({2, 3}), person_id=1 + number % 4 // 2),
                        revision=seen,
                    )
                else:
                    office.do("route", EVERYWHERE, 3, f"alasan {number}", revision=seen)
            except Conflict:
                return "conflict"
            return "done"

        with ThreadPoolExecutor(8) as pool:
            outcomes = list(pool.map(act, range(8)))
        assert sorted(outcomes) == ["conflict"] * 7 + ["done"]
        assert (office.item.revision, len(office.events)) == (seen + 1, heard + 1)
        office.check()
        office.put(unit_id=2)


def test_the_clock_starts_again_where_it_is_handed_to(office: Office) -> None:
    office.put(State.WORKING, late=True, claimed_by=1, received_at=office.clock(), due_at=office.clock())
    now = office.clock.step(hours=30)
    office.do("route", BELOW, 3, "Ini urusan unit 3.")
    item = office.item
    assert (item.unit_id, item.received_at, item.due_at, item.late, item.claimed_by) == (
        3,
        now,
        now + GOAL,
        False,
        None,
    )
    assert '"reason":"Ini urusan unit 3."' in office.events[-1].data
    with pytest.raises(Refused):
        office.do("route", EVERYWHERE, 3)
    with pytest.raises(Refused):
        office.do("route", EVERYWHERE, 99)
    office.do("give_back", BELOW, "Bukan kami.")
    item = office.item
    assert (item.unit_id, item.state, item.received_at, item.due_at) == (None, "new", None, None)
    with pytest.raises(NotFound):
        office.do("claim", BELOW)
    office.check()


def test_what_never_waited_gets_its_clock_when_it_is_reopened(office: Office) -> None:
    office.put(State.NO_ANSWER_NEEDED, received_at=None, due_at=None)
    now = office.clock.step(hours=2)
    office.do("reopen", BELOW, "Ternyata bertanya.")
    assert (office.item.state, office.item.received_at, office.item.due_at) == ("routed", now, now + GOAL)


def test_draft_queue_undo_and_again(office: Office) -> None:
    office.do("save_draft", BELOW, "Sedang kami")
    revision = office.item.revision
    office.do("save_draft", BELOW, "Sedang kami cek")
    assert (office.reply.state, office.reply.text, office.item.revision) == ("draft", "Sedang kami cek", revision)
    office.do("answer", BELOW, "  Sudah diperbaiki.\x00 ")
    assert (office.reply.state, office.reply.text, office.reply.send_after) == (
        "queued",
        "Sudah diperbaiki.",
        office.clock() + UNDO,
    )
    assert (office.item.claimed_by, office.item.state) == (1, "working")
    for again in ("answer", "copied"):
        with pytest.raises(Refused):
            office.do(again, BELOW, "Dua kali")
    with pytest.raises(Refused):
        office.do("save_draft", BELOW, "Dua kali")
    office.do("undo")
    assert (office.reply.state, office.reply.text, office.reply.send_after) == ("draft", "Sudah diperbaiki.", None)
    with pytest.raises(Refused):
        office.do("undo")
    office.do("answer", BELOW, "Sudah diperbaiki kemarin.")
    assert len(office.desk.house.rows(replies)) == 1
    assert [event.kind for event in office.events] == ["opened", "answering", "undone", "answering"]


@pytest.mark.parametrize("state", ["sending", "unsure", "sent"])
def test_what_is_on_its_way_is_not_taken_back(office: Office, state: str) -> None:
    office.do("answer", BELOW, "Sudah diperbaiki.")
    with office.desk.database.write() as connection:
        connection.execute(update(replies).values(state=state))
    with pytest.raises(Refused):
        office.do("undo")
    for again in ("answer", "copied", "save_draft"):
        if state != "sent":
            with pytest.raises(Refused, match="sedang dikirim"):
                office.do(again, BELOW, "Dua kali")
    assert [(row.state, row.text) for row in office.desk.house.rows(replies)] == [(state, "Sudah diperbaiki.")]


@pytest.mark.parametrize("text", ["", " \n", "x" * 20_001])
def test_an_answer_must_be_one(office: Office, text: str) -> None:
    for act in ("answer", "copied"):
        with pytest.raises(Refused):
            office.do(act, BELOW, text)
    assert office.desk.house.rows(replies) == []


def test_a_pasted_answer_is_looked_for_soon(office: Office) -> None:
    with office.desk.database.write() as connection:
        connection.execute(update(accounts).values(next_pull_at=office.clock() + timedelta(hours=9)))
    office.do("copied", BELOW, "Sudah diperbaiki.")
    assert office.reply.state == "copied"
    assert office.desk.house.rows(accounts)[0].next_pull_at == office.clock()
    office.desk.house.store(said("r", "Sudah diperbaiki.", by=OFFICE, parent="a", minute=60))
    assert office.item.state == "answered"


def test_a_probable_answer_waits_for_a_yes(office: Office) -> None:
    office.desk.house.store(said("r", ANSWER, by=OFFICE, minute=9, url="https://uji.example/#r"))
    assert (office.item.state, office.item.answer_strength) == ("routed", "probable")
    office.do("confirm", BELOW)
    item, (proof,) = office.item, office.desk.house.rows(proofs)
    said_at = office.desk.house.message("r").created_at
    assert (item.state, item.answered_at, proof.snapshot, proof.shown_at, proof.status) == (
        "answered",
        said_at,
        ANSWER,
        said_at,
        "shown",
    )
    office.check()
    page = office.desk.inbox.item(EVERYWHERE, office.code)
    assert page.proof is not None and page.proof.url == "https://uji.example/#r"
    office.do("reopen", BELOW, "Ternyata bukan untuk ini.")
    assert office.desk.inbox.item(EVERYWHERE, office.code).proof is None, "an answer sent back proves nothing"
    office.desk.house.store(said("c", parent="a", minute=20))
    assert office.item.answer_id is None, "what a person sent back does not return"


def test_or_for_a_no(office: Office) -> None:
    office.desk.house.store(said("r", ANSWER, by=OFFICE, minute=9))
    office.do("deny", BELOW)
    assert (office.item.state, office.item.answer_id, office.item.denied_answer_id) == (
        "routed",
        None,
        office.desk.house.message("r").id,
    )
    for act in ("confirm", "deny"):
        with pytest.raises(Refused):
            office.do(act, BELOW)
    assert office.desk.house.rows(proofs) == []
    office.check()


def test_words_are_kept_as_every_database_can_hold_them(office: Office) -> None:
    office.do("note", BELOW, "nol\x00 dan setengah \ud800 huruf")
    office.do("route", BELOW, 3, "x" * 5_000 + "\x00")
    notes = [event.data for event in office.events[-2:]]
    assert "nol dan setengah ? huruf" in notes[0]
    assert 1_900 < len(notes[1]) < 2_100


def test_who_runs_the_machine_answers_without_a_name(office: Office) -> None:
    machine = viewer_of(Role.DISKOMINFO, person_id=None)
    office.do("answer", machine, "Sudah diperbaiki.")
    assert (office.item.state, office.item.claimed_by, office.events[-1].actor_id) == ("routed", None, None)
    with office.desk.database.read() as connection:
        assert connection.execute(select(replies.c.person_id)).scalar_one() is None
