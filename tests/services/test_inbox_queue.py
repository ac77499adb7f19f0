"""The queue: whatever is asked for is found once, in order, in three statements; nobody sees another's."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.domain.access import Viewer
from aggregator.services.inbox import Filter, queue
from aggregator.storage.db import Database
from tests.services.desk import (
    ALONE,
    BELOW,
    DEVELOPER,
    EVERYWHERE,
    KINDS,
    LEADER,
    NOWHERE,
    PLATFORMS,
    Desk,
    statements,
)

PATIENT = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
VIEWERS = (EVERYWHERE, LEADER, BELOW, ALONE, NOWHERE, DEVELOPER)
FILTERS = st.builds(
    Filter,
    tab=st.sampled_from(["open", "all", "mine", "late", "triage"]),
    unit=st.sampled_from([None, None, None, 1, 2, 3]),
    platform=st.sampled_from([None, None, *PLATFORMS]),
    kind=st.sampled_from([None, None, *KINDS]),
    age=st.sampled_from([None, None, "today", "week", "month", "older"]),
    search=st.sampled_from([None, None, "jalan", "jalan rusak", "keruh"]),
)


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def test_walking_finds_everything_once_in_both_directions(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "PAGE", 7)

    @PATIENT
    @given(st.sampled_from(VIEWERS), FILTERS)
    def found_once(viewer: Viewer, wanted: Filter) -> None:
        pages = desk.walk(viewer, wanted)
        codes = [row.code for page in pages for row in page.rows]
        assert codes == desk.expected(viewer, wanted)
        assert all(len(page.rows) == 7 for page in pages[:-1])
        assert pages[0].newer is None
        back = desk.walk_back(viewer, wanted, pages[-1])
        assert [row.code for page in reversed(back) for row in page.rows] == codes
        if len(back) > 1:
            assert back[-1].newer is None

    found_once()


def test_a_mark_that_is_none_shows_the_newest(desk: Desk) -> None:
    first = desk.inbox.page(EVERYWHERE, Filter())
    for mark in ("", "bukan-kode", "\x00", "9" * 40):
        assert desk.inbox.page(EVERYWHERE, Filter(), older_than=mark) == first
        assert desk.inbox.page(EVERYWHERE, Filter(), newer_than=mark) == first


def test_a_page_holds_fifty_and_says_what_is_beside(desk: Desk) -> None:
    first = desk.inbox.page(EVERYWHERE, Filter(tab="all"))
    second = desk.inbox.page(EVERYWHERE, Filter(tab="all"), older_than=first.older)
    third = desk.inbox.page(EVERYWHERE, Filter(tab="all"), older_than=second.older)
    assert [len(page.rows) for page in (first, second, third)] == [50, 50, 20]
    assert (first.newer, third.older) == (None, None)
    assert desk.inbox.page(EVERYWHERE, Filter(tab="all"), newer_than=second.newer) == first
    assert desk.inbox.page(EVERYWHERE, Filter(tab="all"), older_than=third.rows[-1].code).rows == ()


@pytest.mark.parametrize("number", range(len(VIEWERS)))
def test_every_number_is_the_length_of_its_list(desk: Desk, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "PAGE", 1000)
    viewer = VIEWERS[number]
    page = desk.inbox.page(viewer, Filter())
    assert set(page.tabs) == {"open", "mine", "late", "support", "triage", "all"}
    for tab, count in page.tabs.items():
        assert count == len(desk.inbox.page(viewer, Filter(tab=tab)).rows), tab
    assert {unit.id for unit in page.units} == {unit for unit in range(1, 5) if viewer.may_see(unit)}
    for unit in page.units:
        assert unit.waiting == len(desk.inbox.page(viewer, Filter(unit=unit.id)).rows)
        assert unit.late == len(desk.inbox.page(viewer, Filter(tab="late", unit=unit.id)).rows)


def test_who_reads_nothing_is_shown_nothing(desk: Desk) -> None:
    for viewer in (NOWHERE, DEVELOPER):
        page = desk.inbox.page(viewer, Filter(tab="all"))
        assert (page.rows, set(page.tabs.values()), page.units, page.coverage.accounts) == ((), {0}, (), 0)


def test_three_statements_a_page_and_a_few_more_a_search(desk: Desk) -> None:
    desk.units.all()
    second = desk.inbox.page(EVERYWHERE, Filter(tab="all")).older
    asked = (
        (Filter(), {}), (Filter(tab="all", search="jalan", kind="complaint"), {}), (Filter(tab="mine", unit=2, age="week"), {}),
        (Filter(tab="all"), {"older_than": second}), (Filter(tab="all"), {"newer_than": second}),
    )  # fmt: skip
    for wanted, marks in asked:
        with statements(desk.database) as seen:
            desk.inbox.page(BELOW if wanted.unit else EVERYWHERE, wanted, **marks)
        a_search = 5 if desk.database.is_sqlite else 8
        assert len(seen) <= (a_search if wanted.search else 3), seen


@pytest.mark.parametrize(
    "wanted",
    [
        Filter(platform="a\x00"),
        Filter(kind="\ud800"),
        Filter(unit=2**70),
        Filter(unit=-1),
        Filter(tab="'"),
        Filter(age="x"),
        Filter(search="\x00"),
    ],
)
def test_what_nobody_offers_finds_no_fault(desk: Desk, wanted: Filter) -> None:
    page = desk.inbox.page(EVERYWHERE, wanted)
    known = wanted.platform or wanted.kind or wanted.unit or wanted.search
    assert (page.rows == ()) == bool(known), "an unknown tab or age is passed over; nothing has an unknown platform"


def test_a_row_tells_what_the_item_is(desk: Desk) -> None:
    fact = next(fact for fact in desk.facts if fact.late and fact.mine and fact.unit)
    rows = desk.inbox.page(EVERYWHERE, Filter(tab="mine", unit=fact.unit)).rows
    row = next(row for row in rows if row.code == fact.code)
    assert (row.state, row.kind, row.late, row.platform, row.unit) == (
        fact.state,
        fact.kind,
        True,
        fact.platform,
        desk.units.name(fact.unit),
    )
    assert (row.claimed_by, row.excerpt, row.author, row.deleted, row.edited) == (
        "Me",
        fact.text,
        "Warga",
        False,
        False,
    )
