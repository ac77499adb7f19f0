"""What is gathered, and what time brings: quarters of an hour, deadlines, piles, logins, mornings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from aggregator.domain.access import Role
from aggregator.domain.sla.hours import office_calendar
from aggregator.services.telling.watch import PILE
from aggregator.storage.tables import accounts, item_counts, meta, units
from tests.telling.house import Telling, Told

MORNING = datetime(2026, 11, 3, 0, 0, tzinfo=UTC)  # Tuesday, seven in Jakarta


def of(told: list[Told], kind: str) -> list[Told]:
    return [one for one in told if one.kind == kind]


def arrive(told: Telling, *external_ids: str, unit: str = "PUPR") -> None:
    for external_id in external_ids:
        told.write(external_id, f"Jalan di Gang {external_id} berlubang parah, kapan diperbaiki?", f"w-{external_id}")
        told.change(external_id, unit_id=told.demo.units[unit], state="routed", waiting=True, urgency=0)


def test_new_items_of_a_unit_are_one_notice_a_quarter_of_an_hour(told: Telling) -> None:
    arrive(told, *(f"n{number}" for number in range(7)))
    assert of(told.look(), "arrived") == [], "the quarter is not over"
    (one,) = of(told.look(minutes=16), "arrived")
    assert (one.person, one.data["n"], one.item) == ("operator", 7, None)
    assert of(told.look(), "arrived") == [] and of(told.look(minutes=15), "arrived") == []
    arrive(told, "m1")
    (single,) = of(told.look(minutes=16), "arrived")
    assert single.data["n"] == 1 and single.item == told.item("m1") and single.data["due"]


def test_two_schedulers_gather_the_same(told: Telling) -> None:
    arrive(told, "n1", "n2")
    told.clock.step(minutes=16)
    told.parts.watch.look(told.now)
    with told.core.database.write() as connection:
        connection.execute(update(meta).where(meta.c.name.like("notices_%")).values(value="0"))
    told.parts.watch.look(told.now)
    assert len(of(told.told(), "arrived")) == 1


def test_what_was_taken_on_or_moved_meanwhile_is_not_gathered(told: Telling) -> None:
    arrive(told, "n1", "n2", "n3", "n4")
    told.change("n1", claimed_by=told.demo.people["operator"].person_id)
    told.change("n2", waiting=False, state="closed")
    told.change("n3", confidential=True)
    (one,) = of(told.look(minutes=16), "arrived")
    assert one.item == told.item("n4")


def test_late_items_nobody_took_on_are_gathered_for_their_unit(told: Telling) -> None:
    for external_id in ("c3", "c4"):
        told.change(external_id, unit_id=told.demo.units["PUPR"], state="routed", waiting=True, late=True)
        told.happen(external_id, "late")
    (one,) = of(told.look(minutes=16), "late")
    assert (one.person, one.data["n"]) == ("operator", 2)


def test_a_deadline_that_draws_near_is_told_once(told: Telling) -> None:
    told.person("dua", Role.OPERATOR, "PUPR")
    told.clock.step(hours=3)
    told.look()
    mine, ours = {"claimed_by": told.demo.people["operator"].person_id}, {"claimed_by": None}
    for external_id, claim in (("c3", mine), ("c4", ours)):
        told.change(
            external_id, unit_id=told.demo.units["PUPR"], state="routed", waiting=True, late=False,
            due_at=told.now + timedelta(hours=2, minutes=5), received_at=told.now - timedelta(hours=5), **claim,
        )  # fmt: skip
    found = of(told.look(minutes=16), "nearly_late")
    assert sorted((one.person, one.item) for one in found) == sorted(
        [("operator", told.item("c3")), ("operator", told.item("c4")), ("dua", told.item("c4"))]
    )
    assert of(told.look(minutes=15), "nearly_late") == []


def test_a_pile_in_triage_is_told_a_step_at_a_time(told: Telling) -> None:
    def pile(count: int) -> None:
        with told.core.database.write() as connection:
            connection.execute(item_counts.delete())
            row = {"unit_id": 0, "state": "new", "late": False, "confidential": False, "n": count}
            connection.execute(item_counts.insert().values(row))

    pile(PILE - 1)
    assert of(told.look(), "triage") == []
    pile(PILE + 3)
    (one,) = of(told.look(), "triage")
    assert (one.person, one.data["n"]) == ("kominfo", PILE + 3)
    pile(PILE + 4)
    assert of(told.look(), "triage") == []
    pile(2 * PILE)
    assert len(of(told.look(), "triage")) == 1
    assert len(of(told.look(days=1), "triage")) == 1, "again the next day"


def test_an_account_that_needs_a_login_is_told_until_it_works_again(told: Telling) -> None:
    def state(name: str) -> None:
        with told.core.database.write() as connection:
            connection.execute(update(accounts).values(state=name, last_success_at=told.now))

    state("auth_expired")
    found = of(told.look(), "login")
    assert [(one.person, one.data["account"]) for one in found if one.person == "operator"] == [("operator", "PUPR")]
    assert len([one for one in found if one.person == "kominfo"]) == 2
    assert of(told.look(minutes=5), "login") == []
    state("active")
    told.look(minutes=5)
    state("auth_expired")
    assert of(told.look(), "login") != []


def test_accounts_of_one_login_are_one_notice_for_diskominfo(told: Telling) -> None:
    with told.core.database.write() as connection:
        connection.execute(update(accounts).values(state="auth_expired", login_id=7))
    (one,) = [one for one in of(told.look(), "login") if one.person == "kominfo"]
    assert one.data["n"] == 2 and "account_id" not in one.data


def test_the_mornings_digest_comes_once_at_seven(told: Telling) -> None:
    told.clock.now = MORNING - timedelta(minutes=1)
    assert of(told.look(), "digest") == []
    (one,) = of(told.look(minutes=1), "digest")
    assert one.person == "operator" and one.data["unit"].startswith("Dinas Pekerjaan Umum")
    assert one.data["waiting"] >= 1 and {"late", "fresh"} <= one.data.keys()
    assert of(told.look(minutes=5), "digest") == []


def test_who_works_for_several_units_gets_one_digest(told: Telling) -> None:
    with told.core.database.write() as connection:
        below = units.c.id == told.demo.units["Dinkes"]
        connection.execute(update(units).where(below).values(parent_id=told.demo.units["PUPR"]))
        row = {"unit_id": told.demo.units["Dinkes"], "state": "routed", "late": True, "confidential": False, "n": 2}
        connection.execute(item_counts.insert().values(row))
    told.core.units.forget()
    told.clock.now = MORNING
    (one,) = of(told.look(), "digest")
    assert one.data["units"] == 2 and one.data["late"] >= 2 and "unit_id" not in one.data


@pytest.mark.parametrize(
    "day",
    [datetime(2026, 11, 7, tzinfo=UTC), datetime(2026, 8, 17, tzinfo=UTC), datetime(2026, 12, 25, tzinfo=UTC)],
    ids=["Saturday", "independence day", "Christmas"],
)
def test_there_is_no_digest_on_a_free_day(told: Telling, day: datetime) -> None:
    told.clock.now = day
    assert of(told.look(), "digest") == [] and of(told.look(minutes=30), "digest") == []


def test_a_house_that_slept_through_the_morning_sends_no_digest_in_the_afternoon(told: Telling) -> None:
    told.clock.now = MORNING + timedelta(hours=4)
    assert of(told.look(), "digest") == []


def test_working_days_leave_out_holidays_and_collective_leave() -> None:
    free = ("2026-01-01", "2026-08-17", "2026-12-25", "2026-11-28", "2026-11-29", "2026-12-24")
    is_workday = office_calendar("Asia/Jakarta").is_workday
    assert not any(is_workday(datetime.fromisoformat(day).date()) for day in free)
    assert all(is_workday(datetime.fromisoformat(f"2026-11-{day:02d}").date()) for day in (2, 3, 4, 5, 6, 30))
