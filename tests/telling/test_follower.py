"""From what happened to notices: the right people, once, and nobody of what they did themselves."""

from __future__ import annotations

import pytest
from sqlalchemy import insert

from aggregator.domain.access import Role
from aggregator.services.telling.follower import AT_ONCE, SETTLED, Follower
from aggregator.storage.tables import events, replies
from tests.telling.house import Telling, Told


def people(told: list[Told], kind: str) -> set[str]:
    return {one.person for one in told if one.kind == kind}


def test_the_past_is_nobodys_news(told: Telling) -> None:
    told.happen("c3", "late")
    fresh = Follower(told.core.database, told.core.units)
    with told.core.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM meta")
    assert fresh.follow(told.now) == 0 and told.told() == []


def test_danger_is_told_at_once_to_those_who_work_there(told: Telling) -> None:
    told.person("pic", Role.PIC, "PUPR")
    told.person("dinkes", Role.OPERATOR, "Dinkes")
    told.write("d1", "Tolong! Kabel listrik putus menjuntai di jalan, ada anak tersengat di depan PUPR", "w7")
    told.change("d1", urgency=2, unit_id=told.demo.units["PUPR"], waiting=True)
    found = told.follow()
    assert people(found, "urgent") == {"operator", "pic"}
    assert found[0].data["unit"].startswith("Dinas Pekerjaan Umum") and found[0].item == told.item("d1")


def test_danger_in_an_old_file_is_no_alarm(told: Telling) -> None:
    told.change("c3", urgency=2)
    told.clock.step(days=8)
    told.happen("c3", "routed")
    assert told.follow() == []


def test_what_no_unit_has_yet_is_told_to_those_who_sort(told: Telling) -> None:
    told.person("pilah", Role.VERIFIER, "Diskominfo")
    told.change("c3", urgency=2, unit_id=None, state="new")
    told.happen("c3", "opened")
    assert people(told.follow(), "urgent") == {"kominfo", "pilah"}


def test_a_confidential_item_is_told_to_those_who_are_named_for_its_unit(told: Telling) -> None:
    told.person("irban", Role.INSPECTORATE, "Diskominfo")
    told.change("c3", confidential=True, unit_id=told.demo.units["Diskominfo"], waiting=True)
    told.happen("c3", "routed", actor="kominfo")
    (one,) = told.follow()
    assert (one.person, one.kind, one.data["confidential"]) == ("irban", "arrived", True)


def test_who_routed_it_is_not_told(told: Telling) -> None:
    told.change("c3", urgency=2)
    told.happen("c3", "routed", actor="operator")
    assert told.follow() == []


def test_an_item_handed_to_somebody(told: Telling) -> None:
    person = told.demo.people["operator"].person_id
    told.happen("c3", "assigned", f'{{"person": {person}}}', actor="kominfo")
    told.happen("c3", "assigned", f'{{"person": {person}}}', actor="operator")
    told.happen("c3", "assigned", "{}", actor="kominfo")
    assert [(one.person, one.kind) for one in told.follow()] == [("operator", "assigned")]


@pytest.mark.parametrize(
    ("kind", "data", "expected"),
    [
        ("late", "{}", "late"),
        ("answered", "{}", "answered"),
        ("confirmed", "{}", "answered"),
        ("edited", "{}", "wrote_again"),
        ("reopened", '{"why": "unsatisfied", "message": 5}', "wrote_again"),
        ("reopened", '{"why": "answer_withdrawn"}', "withdrawn"),
        ("send_failed", "{}", "send_trouble"),
    ],
)
def test_whoever_took_it_on_is_told(told: Telling, kind: str, data: str, expected: str) -> None:
    told.change("c3", claimed_by=told.demo.people["operator"].person_id)
    told.happen("c3", kind, data)
    assert [(one.person, one.kind) for one in told.follow()] == [("operator", expected)]
    told.happen("c3", kind, data, actor="operator")
    again = told.follow()
    assert kind.startswith("send") or not [one for one in again if one.kind != "wrote_again"], "not of their own act"


def test_a_withdrawn_answer_nobody_tends_is_told_to_the_unit(told: Telling) -> None:
    told.happen("c3", "reopened", '{"why": "answer_withdrawn"}')
    assert people(told.follow(), "withdrawn") == {"operator"}


def test_reopened_by_a_person_is_no_news(told: Telling) -> None:
    told.change("c3", claimed_by=told.demo.people["operator"].person_id)
    told.happen("c3", "reopened", '{"why": "person"}', actor="kominfo")
    assert told.follow() == []


def test_whoever_wrote_the_answer_hears_that_it_failed(told: Telling) -> None:
    row = {"item_id": told.item("c3"), "text": "x", "state": "failed", "created_at": told.now, "changed_at": told.now}
    with told.core.database.write() as connection:
        connection.execute(insert(replies).values(row | {"person_id": told.demo.people["kominfo"].person_id}))
    told.happen("c3", "send_unsure")
    (one,) = told.follow()
    assert (one.person, one.kind, one.data["unsure"]) == ("kominfo", "send_trouble", True)


def test_a_citizen_who_writes_below_what_they_wrote(told: Telling) -> None:
    told.change("c3", claimed_by=told.demo.people["operator"].person_id)
    told.write("c3b", "Min, drainase pasar masih tersumbat sampai sekarang, kapan dibersihkan?", "warga-2", "c3")
    told.write("c3c", "Setuju, drainase pasar memang parah sekali keadaannya.", "warga-9", "c3")
    again = [one for one in told.follow() if one.kind == "wrote_again"]
    assert [(one.person, one.item) for one in again] == [("operator", told.item("c3"))]


def test_each_event_is_told_once_however_often_it_is_looked_at(told: Telling) -> None:
    told.change("c3", claimed_by=told.demo.people["operator"].person_id)
    told.happen("c3", "late")
    assert len(told.follow()) == 1
    assert told.follow() == []
    another = Follower(told.core.database, told.core.units)
    assert another.follow(told.now) >= 1, "a second scheduler looks too"
    assert len([one for one in told.told() if one.kind == "late"]) == 1


def test_an_event_that_was_committed_late_is_not_missed(told: Telling) -> None:
    """Its number is lower than those that were told already: ids are given before the commit."""
    told.change("c3", claimed_by=told.demo.people["operator"].person_id)
    late = {"item_id": told.item("c3"), "at": told.now, "kind": "late", "data": "{}"}
    with told.core.database.write() as connection:
        connection.execute(insert(events).values(late | {"id": 5_000, "kind": "noted"}))
    told.follow()
    with told.core.database.write() as connection:
        connection.execute(insert(events).values(late | {"id": 4_000}))
    assert people(told.follow(), "late") == {"operator"}


def test_a_flood_is_worked_off_in_one_go_and_left_behind(told: Telling) -> None:
    rows = [{"item_id": told.item("c3"), "at": told.now, "kind": "noted", "data": "{}"} for _ in range(2 * AT_ONCE + 5)]
    with told.core.database.write() as connection:
        connection.execute(insert(events), rows)
    told.clock.step(seconds=SETTLED.total_seconds() + 1)
    assert told.parts.follower.follow(told.now) >= len(rows)
    assert told.parts.follower.follow(told.now) == 0
