"""Substitutes: a right on another unit from a day to a day, that begins and ends by itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from aggregator.domain.access import Right, Role
from aggregator.services.errors import NotFound, Refused
from aggregator.storage.tables import grants
from tests.services.staff import PASSWORD, Office

TODAY = date(2026, 11, 2)  # 10.00 WIB at the clock's start
WHY = "PLT, SK nomor 12"


def give(office: Office, right: Right = Right.WORK, first: date = TODAY, last: date = TODAY, unit: str = "Lain") -> int:
    office.substitutes.give(office.rina, office.id("budi"), office.unit(unit), right, first, last, WHY)
    return office.substitutes.of(office.rina, office.id("budi"))[0].id


@pytest.mark.parametrize(("right", "sees", "works", "manages"), [
    (Right.READ, True, False, False), (Right.WORK, True, True, False), (Right.MANAGE, True, True, True),
])  # fmt: skip
def test_each_right_is_what_it_says(office: Office, right: Right, sees: bool, works: bool, manages: bool) -> None:
    other, own = office.unit("Lain"), office.unit("Dinas")
    assert not office.budi.may_see(other)
    give(office, right)
    budi = office.budi
    assert (budi.may_see(other), budi.may_work(other), budi.may_manage(other)) == (sees, works, manages)
    assert budi.may_work(own) and budi.may_work(office.unit("UPT")), "the own unit stays"


def test_it_holds_for_whole_local_days_and_ends_by_itself(office: Office) -> None:
    token = office.people.log_in("budi", PASSWORD)
    other = office.unit("Lain")
    give(office, first=TODAY + timedelta(days=1), last=TODAY + timedelta(days=2))
    moments = {
        datetime(2026, 11, 2, 16, 59, 59, tzinfo=UTC): False,  # 23.59.59 WIB the day before
        datetime(2026, 11, 2, 17, 0, tzinfo=UTC): True,
        datetime(2026, 11, 4, 16, 59, 59, tzinfo=UTC): True,
        datetime(2026, 11, 4, 17, 0, tzinfo=UTC): False,
    }
    for moment, holds in moments.items():
        office.clock.now = moment
        token = office.people.log_in("budi", PASSWORD)
        viewer = office.people.viewer(token)
        assert viewer is not None and viewer.may_work(other) is holds, moment


def test_an_open_session_loses_it_at_once(office: Office) -> None:
    token = office.people.log_in("budi", PASSWORD)
    grant = give(office)
    assert office.people.viewer(token).may_work(office.unit("Lain"))  # type: ignore[union-attr]
    office.substitutes.end(office.rina, office.id("budi"), grant)
    assert not office.people.viewer(token).may_see(office.unit("Lain"))  # type: ignore[union-attr]


def test_the_list_tells_states_and_dates(office: Office) -> None:
    give(office, last=TODAY)
    give(office, Right.READ, first=TODAY + timedelta(days=3), last=TODAY + timedelta(days=9), unit="UPT")
    newer, older = office.substitutes.of(office.rina, office.id("budi"))
    assert (older.unit, older.right, older.first, older.last, older.state, older.by, older.reason) == (
        "Lain", "work", TODAY, TODAY, "holds", "Rina Kusuma", WHY,
    )  # fmt: skip
    assert (newer.unit, newer.right, newer.state) == ("UPT", "read", "comes")
    office.clock.step(days=4)
    assert [one.state for one in office.substitutes.of(office.rina, office.id("budi"))] == ["holds", "over"]


def test_ending_one_that_has_not_begun(office: Office) -> None:
    grant = give(office, first=TODAY + timedelta(days=3), last=TODAY + timedelta(days=9))
    office.substitutes.end(office.rina, office.id("budi"), grant)
    office.clock.step(days=4)
    assert not office.budi.may_see(office.unit("Lain"))
    assert office.substitutes.of(office.rina, office.id("budi"))[0].state == "over"


def test_ending_twice_keeps_the_first_end(office: Office) -> None:
    grant = give(office)
    for _ in range(2):
        office.substitutes.end(office.rina, office.id("budi"), grant)
        office.clock.step(hours=1)
    assert office.kinds("budi").count("grant_ended") == 1
    with office.database.read() as connection:
        ended = connection.execute(select(grants.c.until_at)).scalar_one()
    assert ended == office.clock() - timedelta(hours=2)


@pytest.mark.parametrize(
    ("first", "last", "why", "word"),
    [
        (TODAY, TODAY - timedelta(days=1), WHY, "sebelum hari pertama"),
        (TODAY - timedelta(days=9), TODAY - timedelta(days=1), WHY, "sudah lewat"),
        (TODAY, TODAY + timedelta(days=367), WHY, "satu tahun"),
        (TODAY, TODAY, "  ", "alasannya"), (TODAY, TODAY, "\x00", "alasannya"),
        (date.min, date.max, WHY, "satu tahun"),
    ],
)  # fmt: skip
def test_dates_and_reasons_that_make_no_sense(office: Office, first: date, last: date, why: str, word: str) -> None:
    with pytest.raises(Refused, match=word):
        office.substitutes.give(office.rina, office.id("budi"), office.unit("Lain"), Right.WORK, first, last, why)
    assert office.substitutes.of(office.rina, office.id("budi")) == ()


def test_who_gives_to_whom(office: Office) -> None:
    office.people.add("dev", "Dev", Role.DEVELOPER, None, PASSWORD)
    lain, budi = office.unit("Lain"), office.id("budi")
    with pytest.raises(NotFound):
        office.substitutes.give(office.budi, budi, lain, Right.MANAGE, TODAY, TODAY, WHY)
    with pytest.raises(NotFound):
        office.substitutes.give(office.rina, 999, lain, Right.WORK, TODAY, TODAY, WHY)
    with pytest.raises(NotFound):
        office.substitutes.give(office.rina, budi, lain, Right.NONE, TODAY, TODAY, WHY)
    with pytest.raises(Refused, match="pengembang"):
        office.substitutes.give(office.rina, office.id("dev"), lain, Right.READ, TODAY, TODAY, WHY)
    with pytest.raises(Refused, match="Unit itu"):
        office.substitutes.give(office.rina, budi, 999, Right.READ, TODAY, TODAY, WHY)
    grant = give(office)
    for viewer, person in ((office.budi, budi), (office.rina, office.id("dev"))):
        with pytest.raises(NotFound):
            office.substitutes.end(viewer, person, grant)
    with pytest.raises(NotFound):
        office.substitutes.of(office.budi, budi)
    assert office.kinds("budi") == ["added", "granted"]
