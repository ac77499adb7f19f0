"""The ledger of an item's working time, and waiting for its citizen; on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from aggregator.domain.access import Viewer
from aggregator.domain.sla.hours import office_calendar
from aggregator.services.acts import Acts
from aggregator.services.errors import Conflict, NotFound, Refused
from aggregator.services.working_time import ClockPage, WorkingTime
from aggregator.storage.db import Database
from aggregator.storage.ids import code_of
from aggregator.storage.tables import events, looks
from tests.fakes.clock import SteppableClock
from tests.intake.house import said
from tests.services.desk import ALONE, BELOW, EVERYWHERE, GOAL, Desk

ASKED = "Di RT berapa, Pak?"


class Bureau:
    """One item of unit 2, its acts and its ledger."""

    def __init__(self, database: Database, clock: SteppableClock) -> None:
        self.desk, self.clock = Desk(database, wanted=0), clock
        self.acts = Acts(database, self.desk.units, GOAL, clock)
        self.time = WorkingTime(database, self.desk.units, office_calendar("Asia/Jakarta"), clock)
        self.desk.house.now = clock()
        self.desk.house.store(said("a"))
        clock.step(minutes=1)
        self.code = code_of(self.desk.house.message("a").id)
        self.acts.route(EVERYWHERE, self.code, self.revision, 2)

    @property
    def revision(self) -> int:
        return int(self.desk.house.item("a").revision)

    def finish(self, viewer: Viewer = BELOW) -> ClockPage:
        """The clock of unit 2 to the end of the item."""
        page = self.time.ledger(viewer, self.code)
        return [one for one in page.clocks if one.stage == "selesai"][-1]

    def wait(self) -> None:
        self.acts.wait_for_citizen(BELOW, self.code, self.revision, ASKED)


@pytest.fixture
def bureau(database: Database, clock: SteppableClock) -> Bureau:
    return Bureau(database, clock)


def test_the_ledger_sums_to_what_it_shows(bureau: Bureau) -> None:
    bureau.clock.step(days=9, hours=3)
    page = bureau.finish()
    assert page.counted + page.uncounted == page.end - page.started_at == timedelta(days=9, hours=3)
    assert page.counted == sum((one.length for one in page.intervals if one.counted), timedelta())
    assert (page.amount, page.stopped, page.late) == (14, False, False) and 5 <= page.used <= 7
    bureau.clock.step(days=30)
    assert bureau.finish().late


def test_an_answer_stops_it(bureau: Bureau) -> None:
    bureau.clock.step(days=2)
    bureau.acts.answered_elsewhere(BELOW, bureau.code, bureau.revision, "Lewat telepon.")
    stopped = bureau.finish()
    bureau.clock.step(days=50)
    assert bureau.finish() == stopped and stopped.stopped and not stopped.late


def test_waiting_puts_the_deadline_off_until_somebody_goes_on(bureau: Bureau) -> None:
    due = bureau.finish().due_at
    bureau.wait()
    bureau.clock.step(days=7)
    held = bureau.finish()
    assert held.waiting and held.due_at is None and "menunggu warga" in {one.reason for one in held.intervals}
    bureau.acts.go_on(BELOW, bureau.code, bureau.revision)
    after = bureau.finish()
    assert not after.waiting and after.due_at is not None and due is not None and after.due_at > due
    events_told = [event.kind for event in bureau.desk.house.rows(events)][-2:]
    assert events_told == ["waiting", "resumed"]


def test_the_citizen_who_writes_again_ends_the_waiting(bureau: Bureau) -> None:
    bureau.wait()
    bureau.clock.step(days=2)
    bureau.desk.house.now = bureau.clock()
    bureau.desk.house.store(said("b", "RT 3, Min.", by="tetangga"))
    assert bureau.finish().waiting, "somebody else's words end nothing"
    bureau.desk.house.store(said("c", "RT 4, Min."))
    bureau.clock.step(days=1)
    assert not bureau.finish().waiting
    with pytest.raises(Refused, match="berjalan lagi"):
        bureau.acts.go_on(BELOW, bureau.code, bureau.revision)
    bureau.wait()
    assert bureau.finish().waiting, "one may ask a second time"


def test_waiting_has_its_rules(bureau: Bureau) -> None:
    with pytest.raises(Refused, match="alasannya"):
        bureau.acts.wait_for_citizen(BELOW, bureau.code, bureau.revision, "  ")
    with pytest.raises(Refused, match="berjalan lagi"):
        bureau.acts.go_on(BELOW, bureau.code, bureau.revision)
    seen = bureau.revision
    bureau.wait()
    with pytest.raises(Conflict):
        bureau.acts.wait_for_citizen(BELOW, bureau.code, seen, ASKED)
    with pytest.raises(Refused, match="sudah menunggu"):
        bureau.wait()
    bureau.acts.close(BELOW, bureau.code, bureau.revision, "Selesai di lapangan.")
    with pytest.raises(Refused, match="keadaannya"):
        bureau.wait()


def test_another_units_ledger_does_not_exist_and_a_secret_look_is_noted(bureau: Bureau) -> None:
    for viewer, code in ((ALONE, bureau.code), (BELOW, "tidakada")):
        with pytest.raises(NotFound):
            bureau.time.ledger(viewer, code)
    bureau.acts.make_confidential(EVERYWHERE, bureau.code, bureau.revision, "Menyebut nama anak.")
    with pytest.raises(NotFound):
        bureau.finish(BELOW)
    bureau.finish(EVERYWHERE)
    with bureau.desk.house.database.read() as connection:
        assert len(connection.execute(select(looks)).all()) == 1
