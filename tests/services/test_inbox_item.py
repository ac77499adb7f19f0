"""The item: its whole talk in a bounded number of statements, and NotFound for whoever may not see it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from aggregator.services.errors import NotFound
from aggregator.services.inbox.item import AROUND
from aggregator.storage.db import Database
from aggregator.storage.ids import code_of
from aggregator.storage.tables import items
from tests.fakes.demo import Demo
from tests.intake.house import ANSWER, OFFICE, said
from tests.services.desk import ALONE, BELOW, DEVELOPER, EVERYWHERE, LEADER, NOWHERE, Desk, statements


@pytest.fixture
def desk(database: Database) -> Desk:
    desk = Desk(database, wanted=0)
    desk.house.office()
    return desk


def code(desk: Desk, external_id: str) -> str:
    return code_of(desk.house.message(external_id).id)


def move(desk: Desk, external_id: str, unit: int | None) -> str:
    with desk.database.write() as connection:
        connection.execute(update(items).where(items.c.id == desk.house.message(external_id).id).values(unit_id=unit))
    return code(desk, external_id)


@pytest.mark.parametrize(("unit", "seen"), [(None, "EL"), (1, "EL"), (2, "ELB"), (3, "ELB"), (4, "ELA")])
def test_another_units_item_is_not_found(desk: Desk, unit: int | None, seen: str) -> None:
    desk.house.store(said("a"))
    name = move(desk, "a", unit)
    viewers = {"E": EVERYWHERE, "L": LEADER, "B": BELOW, "A": ALONE, "N": NOWHERE, "D": DEVELOPER}
    for letter, viewer in viewers.items():
        if letter in seen:
            assert desk.inbox.item(viewer, name).unit_id == unit
        else:
            with pytest.raises(NotFound):
                desk.inbox.item(viewer, name)


@pytest.mark.parametrize("name", ["", "0", "0000000000000", "zzzzzzzzzzzzz", "\x00", "'; --"])
def test_what_is_no_item_is_not_found(desk: Desk, name: str) -> None:
    with pytest.raises(NotFound):
        desk.inbox.item(EVERYWHERE, name)


def test_a_long_thread_shows_what_belongs_to_this_one(desk: Desk) -> None:
    talk = [said(f"m{n}", f"Komentar {n}", minute=n, by=f"w{n}") for n in range(1_000)]
    late = [
        said("reply", "Betul", parent="m300", minute=1_500, by="lain"),
        said("answer", ANSWER, by=OFFICE, parent="m300", minute=1_600),
    ]
    desk.house.store(*talk[:500])
    desk.house.store(*talk[500:], *late)
    name = code(desk, "m300")
    with statements(desk.database) as seen:
        page = desk.inbox.item(EVERYWHERE, name)
    assert len(seen) <= 11, "ten, and once the units' names"
    shown = [entry.external_id for entry in page.entries]
    assert len(shown) == len(set(shown)) <= 2 * AROUND + 2
    assert [entry.external_id for entry in page.entries if entry.is_this] == ["m300"]
    at = shown.index("m300")
    assert shown[at : at + 3] == ["m300", "reply", "answer"]
    assert [entry.external_id for entry in page.entries if entry.is_answer] == ["answer"]
    assert page.more == 1_002 - len(shown)
    assert {"m299", "m301"} <= set(shown)


def test_ten_statements_an_item(desk: Desk) -> None:
    desk.house.store(said("a"), said("r", ANSWER, by=OFFICE, parent="a", minute=5))
    name = code(desk, "a")
    desk.inbox.item(EVERYWHERE, name)
    with statements(desk.database) as seen:
        desk.inbox.item(EVERYWHERE, name)
    assert len(seen) <= 10


def test_replies_stand_below_what_they_answer(desk: Desk) -> None:
    heard = {"a": None, "b": None, "a1": "a", "b1": "b", "a2": "a1", "orphan": "nowhere", "below": "orphan"}
    desk.house.store(*(said(key, parent=parent, minute=n) for n, (key, parent) in enumerate(heard.items())))
    page = desk.inbox.item(EVERYWHERE, code(desk, "orphan"))
    assert [(entry.external_id, entry.depth) for entry in page.entries] == [
        ("a", 0), ("a1", 1), ("a2", 2), ("b", 0), ("b1", 1), ("orphan", 0), ("below", 1),
    ]  # fmt: skip


def test_a_ring_of_replies_is_shown_all_the_same(desk: Desk) -> None:
    desk.house.store(said("a", parent="b"), said("b", parent="a", minute=1), said("c", minute=2))
    page = desk.inbox.item(EVERYWHERE, code(desk, "a"))
    assert sorted(entry.external_id for entry in page.entries) == ["a", "b", "c"]


def test_only_items_that_may_be_seen_are_linked(desk: Desk) -> None:
    desk.house.store(said("mine"), said("theirs", minute=1))
    move(desk, "theirs", 4)
    page = desk.inbox.item(BELOW, move(desk, "mine", 2))
    assert {entry.external_id: entry.code is not None for entry in page.entries} == {"mine": True, "theirs": False}


def test_everything_the_page_shows(demo: Demo) -> None:
    core = demo.core
    page = core.inbox.item(demo.people["operator"], demo.codes["c1"])
    assert (page.state, page.author, page.text) == (
        "answered",
        "Siti Aminah",
        "Jalan Kenanga berlubang parah, kapan diperbaiki?",
    )
    assert (page.code, page.platform, page.account_title, page.unit) == (
        demo.codes["c1"],
        "website",
        "PUPR",
        "Dinas Pekerjaan Umum dan Penataan Ruang",
    )
    assert page.url == "https://pupr.contoh.example/p1#c1"
    assert page.post is not None and page.post.text == "Perbaikan Jalan Melati dimulai pekan ini."
    assert [entry.external_id for entry in page.entries] == ["c1", "c2", "c3", "c4", "c5", "c6"]
    assert [entry.official for entry in page.entries] == [False, True, False, False, True, False]
    assert page.reasons and page.candidates and page.candidates[0].unit_id == demo.units["PUPR"]
    assert page.proof is not None
    assert (page.proof.snapshot, page.proof.status, page.proof.strength) == (
        "Jalan Kenanga diperbaiki hari Kamis, Bu.",
        "shown",
        "direct",
    )
    assert page.proof.shown_at == core.clock() - timedelta(minutes=500)
    assert page.clock.stopped_at == page.proof.shown_at
    assert not page.can_answer, "the account has no password yet"
    assert [moment.kind for moment in page.timeline] == ["opened", "answered"]
    waiting = core.inbox.item(demo.people["operator"], demo.codes["c4"])
    assert (waiting.state, waiting.clock.stopped_at, waiting.proof) == ("acknowledged", None, None)
    core.clock.step(hours=2)  # type: ignore[attr-defined]  # the tests' own clock
    assert core.inbox.item(demo.people["operator"], demo.codes["c4"]).clock.used == waiting.clock.used + timedelta(
        hours=2
    )
