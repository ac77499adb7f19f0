"""Counters and a recount always agree, whatever people and platforms do in whatever order."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import insert

from aggregator.domain.access import Role
from aggregator.services.acts import Acts
from aggregator.services.errors import Conflict, NotFound, Refused
from aggregator.services.units import Units
from aggregator.storage.db import Database
from aggregator.storage.ids import code_of
from aggregator.storage.tables import items, people, units
from tests.fakes.viewers import viewer_of
from tests.intake.house import ANSWER, NOW, OFFICE, THANKS, House, gone, said

KOMINFO = viewer_of(Role.DISKOMINFO, 1)
PLAIN = ("claim", "release", "confirm", "deny")
REASONED = ("give_back", "answered_elsewhere", "close", "not_ours", "no_answer_needed", "reopen")
KEYS = st.sampled_from([f"m{n}" for n in range(8)])
TEXTS = st.sampled_from(
    ["Jalan rusak, kapan diperbaiki?", "Masih belum diperbaiki min", ANSWER, f"@siti {ANSWER}", THANKS]
)


class Work(RuleBasedStateMachine):
    """Messages come, change and go; people act on their items; someone turns out to be the office."""

    house: House
    acts: Acts

    def __init__(self) -> None:
        super().__init__()
        self.house.reset()

    @rule(
        key=KEYS,
        text=TEXTS,
        by=st.sampled_from(["siti", "budi", OFFICE]),
        parent=st.one_of(st.none(), KEYS),
        minute=st.integers(0, 60),
    )
    def say(self, key: str, text: str, by: str, parent: str | None, minute: int) -> None:
        self.house.store(said(key, text, by=by, parent=None if parent == key else parent, minute=minute))

    @rule(key=KEYS)
    def vanish(self, key: str) -> None:
        self.house.store(gone(key))

    @rule(who=st.sampled_from([OFFICE, "budi"]))
    def recognise(self, who: str) -> None:
        self.house.office(who)

    @rule(pick=st.integers(0, 7), act=st.sampled_from((*PLAIN, *REASONED, "route", "answer")))
    def act(self, pick: int, act: str) -> None:
        rows = self.house.rows(items)
        if not rows:
            return
        item = rows[pick % len(rows)]
        arguments: dict[str, list[Any]] = {"route": [2], "answer": ["Jawaban."]}
        told = arguments.get(act, ["Sebab."] if act in REASONED else [])
        try:
            getattr(self.acts, act)(KOMINFO, code_of(item.id), item.revision, *told)
        except (Refused, Conflict, NotFound):
            return

    @invariant()
    def sums_agree(self) -> None:
        self.house.check_sums()


def test_counters_equal_a_recount_whatever_happens(database: Database) -> None:
    house = House(database)
    with database.write() as connection:
        connection.execute(insert(units).values(id=2, name="Dinas Lain", kind="dinas", created_at=NOW))
        row = {
            "id": 1,
            "login": "op",
            "name": "Op",
            "role": "diskominfo",
            "unit_id": 1,
            "password_hash": "-",
            "created_at": NOW,
        }
        connection.execute(insert(people).values(row))
    machine = type(
        "Work",
        (Work,),
        {
            "house": house,
            "acts": Acts(database, Units(database), house.intake._rules.answer_goal, lambda: house.now),
        },
    )
    patient = settings(
        max_examples=40 if database.is_sqlite else 15,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=patient)
