"""When a person leaves: nothing they had taken on may slip, and nothing they did may be lost."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson
import pytest
from sqlalchemy import insert, select

from aggregator.domain.access import Role, Viewer
from aggregator.domain.workflow import State
from aggregator.services.errors import Conflict, NotFound, Refused
from aggregator.services.ledger import counted, recounted
from aggregator.services.people import Leaving, leaving
from aggregator.storage.db import Database
from aggregator.storage.tables import events, items, person_events, replies
from tests.fakes.demo import PASSWORD, Demo
from tests.fakes.viewers import viewer_of
from tests.intake.house import NOW
from tests.services.desk import Desk
from tests.services.staff import Office

ME, OTHER = 1, 2
ADMIN = viewer_of(Role.DISKOMINFO, person_id=OTHER)


def state_of(database: Database) -> dict[int, Any]:
    with database.read() as connection:
        return {row["id"]: row for row in connection.execute(select(items)).mappings()}


@pytest.fixture
def desk(database: Database, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(leaving, "BATCH", 7)
    return Desk(database, wanted=120)


def test_every_claim_is_released_and_the_counters_agree(desk: Desk) -> None:
    before = state_of(desk.database)
    held = [row for row in before.values() if row["claimed_by"] == ME]
    waiting = [row for row in held if row["waiting"]]
    assert len(waiting) > 14 and len(held) > len(waiting), "several batches, and items that are done"
    hands = Leaving(desk.database, lambda: NOW)
    assert hands.held(ADMIN, ME) == len(waiting)
    assert hands.deactivate(ADMIN, ME, "pindah tugas") == len(waiting)

    after = state_of(desk.database)
    for row in held:
        now = after[row["id"]]
        working = row["state"] == State.WORKING.value
        assert now["claimed_by"] is None and now["revision"] == row["revision"] + 1
        assert now["state"] == (State.ROUTED.value if working else row["state"])
        same = set(now) - {"claimed_by", "revision", "state"}
        assert {name: now[name] for name in same} == {name: row[name] for name in same}
    untouched = [row for row in before.values() if row["claimed_by"] != ME]
    assert all(after[row["id"]] == row for row in untouched)
    with desk.database.read() as connection:
        assert counted(connection) == recounted(connection)


def test_each_waiting_item_tells_why(desk: Desk) -> None:
    waiting = {id for id, row in state_of(desk.database).items() if row["claimed_by"] == ME and row["waiting"]}
    Leaving(desk.database, lambda: NOW).deactivate(ADMIN, ME)
    with desk.database.read() as connection:
        told = connection.execute(select(events).where(events.c.kind == "released")).mappings().all()
        (note,) = connection.execute(select(person_events).where(person_events.c.kind == "handed_over")).mappings()
    assert Counter(row["item_id"] for row in told) == Counter(waiting), "once each"
    assert all("tidak aktif" in orjson.loads(row["data"])["reason"] and row["actor_id"] == OTHER for row in told)
    assert orjson.loads(note["data"]) == {"released": len(waiting)}


def test_going_on_where_it_was_cut_off(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    hands = Leaving(desk.database, lambda: NOW)
    total = hands.held(ADMIN, ME)
    whole, calls = hands._hand_over, iter(range(99))

    def dies(viewer: Viewer, person_id: int) -> tuple[int, int]:
        if next(calls) == 2:
            raise RuntimeError("killed")
        return whole(viewer, person_id)

    monkeypatch.setattr(hands, "_hand_over", dies)
    with pytest.raises(RuntimeError):
        hands.deactivate(ADMIN, ME)
    left = hands.held(ADMIN, ME)
    assert 0 < left < total
    with desk.database.read() as connection:
        assert counted(connection) == recounted(connection), "never half a batch"
    assert hands.deactivate(ADMIN, ME) == left
    with desk.database.read() as connection:
        kinds = connection.execute(select(person_events.c.kind)).scalars().all()
    assert kinds.count("deactivated") == 1


def test_two_admins_at_once_release_each_item_once(desk: Desk) -> None:
    hands = Leaving(desk.database, lambda: NOW)
    total = hands.held(ADMIN, ME)
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda _: hands.deactivate(ADMIN, ME), range(2)))
    assert sum(done) == total
    with desk.database.read() as connection:
        released = connection.execute(select(events.c.item_id).where(events.c.kind == "released")).scalars().all()
        assert len(released) == len(set(released)) == total
        assert counted(connection) == recounted(connection)


def test_a_colleague_who_saw_it_before_is_told(demo: Demo) -> None:
    core, code = demo.core, demo.codes["c3"]
    core.people.add("tono", "Tono", Role.OPERATOR, demo.units["PUPR"], PASSWORD)
    tono, kominfo = core.people.find("tono"), demo.people["kominfo"]
    core.acts.claim(tono, code, core.inbox.item(tono, code).revision)
    core.acts.save_draft(tono, code, "Terima kasih, kami cek hari ini.")
    seen = core.inbox.item(demo.people["operator"], code)
    assert seen.claimed_by == "Tono"

    assert core.leaving.deactivate(kominfo, core.staff.id_of("tono")) == 1
    with pytest.raises(Conflict):
        core.acts.claim(demo.people["operator"], code, seen.revision)
    now = core.inbox.item(demo.people["operator"], code)
    assert (now.claimed_by, now.state) == (None, State.ROUTED.value)
    assert now.team is not None
    assert [one.text for one in now.team.drafts] == ["Terima kasih, kami cek hari ini."], "the draft stays"
    core.acts.claim(demo.people["operator"], code, now.revision)


def test_a_done_item_that_opens_again_waits_for_everyone(desk: Desk) -> None:
    done = next(row for row in state_of(desk.database).values() if row["claimed_by"] == ME and not row["waiting"])
    Leaving(desk.database, lambda: NOW).deactivate(ADMIN, ME)
    assert state_of(desk.database)[done["id"]]["claimed_by"] is None


def test_who_left_is_out_everywhere(office: Office) -> None:
    token = office.people.log_in("budi", "rahasia-sekali")
    office.enrol(office.budi)
    budi = office.id("budi")
    office.leaving.deactivate(office.rina, budi, "pensiun")
    assert office.people.behind(token) is None
    with pytest.raises(Refused, match="salah"):
        office.people.log_in("budi", "rahasia-sekali")
    page = office.staff.person(office.rina, budi)
    assert (page.person.state, page.devices, page.person.has_factor, page.link_until) == ("left", 0, False, None)
    assert [(one.kind, one.data.get("reason")) for one in page.moments][:1] == [("deactivated", "pensiun")]


def test_who_comes_back_needs_a_new_link(office: Office) -> None:
    budi = office.id("budi")
    office.leaving.deactivate(office.rina, budi)
    office.leaving.reinstate(office.rina, budi)
    with pytest.raises(Refused, match="salah"):
        office.people.log_in("budi", "rahasia-sekali")
    office.invitations.accept(office.invitations.renew(office.rina, budi), "kuda makan jeruk", "")
    office.leaving.reinstate(office.rina, budi)
    assert office.people.log_in("budi", "kuda makan jeruk"), "reinstating an active person changes nothing"


def test_an_address_that_was_given_on_keeps_its_new_holder(office: Office) -> None:
    budi = office.id("budi")
    office.leaving.deactivate(office.rina, budi)
    office.people.add("tono", "Tono", Role.OPERATOR, office.unit("Dinas"), "rahasia-sekali", "budi@kabupaten.go.id")
    with pytest.raises(Refused, match="sudah dipakai"):
        office.leaving.reinstate(office.rina, budi)


def test_who_may_and_who_may_not(office: Office) -> None:
    budi, rina = office.id("budi"), office.id("rina")
    for act in (office.leaving.deactivate, office.leaving.reinstate, office.leaving.held):
        with pytest.raises(NotFound):
            act(office.budi, rina)
    with pytest.raises(NotFound):
        office.leaving.deactivate(office.rina, 999)
    with pytest.raises(Refused, match="diri sendiri"):
        office.leaving.deactivate(office.rina, rina)
    assert office.people.find("budi").person_id == budi and office.people.find("rina").person_id == rina


def test_an_answer_that_was_on_its_way_still_goes(demo: Demo) -> None:
    core = demo.core
    core.people.add("tono", "Tono", Role.OPERATOR, demo.units["PUPR"], PASSWORD)
    with core.database.write() as connection:
        (row,) = connection.execute(select(items.c.id).where(items.c.unit_id == demo.units["PUPR"]).limit(1))
        tono = core.staff.id_of("tono")
        queued = {"item_id": row.id, "text": "Sudah.", "person_id": tono, "state": "queued"}
        connection.execute(insert(replies).values(queued | {"created_at": core.clock(), "changed_at": core.clock()}))
    core.leaving.deactivate(demo.people["kominfo"], tono)
    with core.database.read() as connection:
        assert connection.execute(select(replies.c.state).where(replies.c.item_id == row.id)).scalar_one() == "queued"
