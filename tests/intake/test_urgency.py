"""A post under which many complain makes the next complaint urgent; urgent items stand ahead and are due sooner."""

from __future__ import annotations

from datetime import timedelta

from aggregator.contract import Kind
from aggregator.domain.access import Role
from aggregator.services.inbox import Filter, Inbox
from aggregator.services.units import Units
from aggregator.storage.ids import rank_of
from tests.fakes.viewers import viewer_of
from tests.intake.house import NOW, House, said

LATELY = 2 * 24 * 60 - 60  # `said` counts from two days ago


def test_five_citizens_under_one_post_make_it_urgent_and_one_citizen_five_times_does_not(house: House) -> None:
    house.store(said("p", kind=Kind.POST, by="kantor"))
    house.store(*(said(f"a{n}", by=f"warga-{n}", minute=LATELY + n) for n in range(4)))
    house.store(said("a9", by="warga-9", minute=LATELY + 9), said("old", by="warga-8", minute=0))
    assert house.item("a0").urgency == house.item("old").urgency == 0
    crowded = house.item("a9")
    assert crowded.urgency == 1
    assert "5 warga mengeluh di kiriman ini" in crowded.verdict
    assert crowded.due_at - crowded.received_at == timedelta(hours=8)
    house.store(*(said(f"b{n}", by="warga-1", minute=LATELY + n, thread="t2") for n in range(6)))
    house.store(said("b9", by="warga-1", minute=LATELY + 9, thread="t2"))
    assert house.item("b9").urgency == 0


def test_a_crowd_that_comes_in_one_pull_is_a_crowd(house: House) -> None:
    house.store(*(said(f"a{n}", by=f"warga-{n}", minute=LATELY + n) for n in range(5)))
    house.store(*(said(f"b{n}", by=f"warga-{n}", minute=n, thread="t2") for n in range(5)))
    assert [house.item(f"a{n}").urgency for n in range(5)] == [1] * 5
    assert [house.item(f"b{n}").urgency for n in range(5)] == [0] * 5  # two days ago


def test_urgent_items_stand_ahead_in_the_queue_and_paging_keeps_every_item(house: House) -> None:
    house.store(*(said(f"m{n}", by=f"w{n}", thread=f"t{n}", minute=n) for n in range(120)))
    with house.database.write() as connection:
        for name, urgency in (("m3", 2), ("m50", 1)):
            identity = house.message(name).id
            connection.exec_driver_sql(
                f"UPDATE items SET urgency = {urgency}, rank = {rank_of(identity, urgency)} WHERE id = {identity}"
            )
    inbox = Inbox(house.database, Units(house.database), {}, timedelta(hours=24), lambda: NOW)
    everyone = viewer_of(Role.DISKOMINFO, person_id=None)
    codes: list[str] = []
    mark = None
    while True:
        page = inbox.page(everyone, Filter(), older_than=mark)
        codes += [row.code for row in page.rows]
        mark = page.older
        if mark is None:
            break
    assert len(codes) == len(set(codes)) == 120
    first = inbox.page(everyone, Filter()).rows
    assert [row.urgency for row in first[:3]] == [2, 1, 0]
    back = inbox.page(everyone, Filter(), newer_than=codes[60])
    assert [row.code for row in back.rows] == codes[10:60]
    assert [row.urgency for row in inbox.page(everyone, Filter(tab="all")).rows[:3]] == [0, 0, 0]  # all: by time
