"""A platform with very many accounts never keeps those of another waiting, on both databases."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from aggregator.services.schedule import BATCH, Schedule
from aggregator.storage.tables import accounts
from tests.fakes.clock import SteppableClock
from tests.fakes.demo import Demo


@pytest.fixture
def schedule(demo: Demo) -> Schedule:
    """A house where nothing is due."""
    with demo.core.database.write() as connection:
        connection.execute(accounts.update().values(state="paused"))
    return Schedule(demo.core.database)


def due(demo: Demo, platform: str, many: int, clock: SteppableClock, since: timedelta) -> list[int]:
    """Accounts of a platform that have been due for so long; their numbers."""
    rows = [
        {"platform": platform, "key": f"{platform}-{number}", "url": "https://x.example/", "unit_id": demo.units["PUPR"],
         "settings": "{}", "state": "active", "created_at": clock(), "next_pull_at": clock() - since + timedelta(seconds=number)}
        for number in range(many)
    ]  # fmt: skip
    with demo.core.database.write() as connection:
        connection.execute(insert(accounts), rows)
        mine = select(accounts.c.id).where(accounts.c.platform == platform, accounts.c.state == "active")
        return list(connection.execute(mine.order_by(accounts.c.next_pull_at)).scalars())


def test_five_hundred_overdue_accounts_do_not_keep_another_platforms_one_waiting(
    demo: Demo, schedule: Schedule, clock: SteppableClock
) -> None:
    crowd = due(demo, "facebook", BATCH, clock, timedelta(days=2))
    [lonely] = due(demo, "tiktok", 1, clock, timedelta(seconds=1))
    found = schedule.due_accounts(clock())
    assert len(found) == BATCH
    assert found[:2] == [crowd[0], lonely], "its turn comes with the first of the crowd"
    assert found[2:] == crowd[1 : BATCH - 1], "who waits longest comes first"


def test_every_platform_has_its_turn_in_every_round(demo: Demo, schedule: Schedule, clock: SteppableClock) -> None:
    sizes = {"facebook": 300, "instagram": 40, "youtube": 7, "tiktok": 1}
    of = {one: name for name, many in sizes.items() for one in due(demo, name, many, clock, timedelta(hours=9))}
    found = [of[one] for one in schedule.due_accounts(clock())]
    assert Counter(found) == sizes, "all fit in one batch"
    assert [set(found[:4]), set(found[4:7])] == [set(sizes), set(sizes) - {"tiktok"}]
    assert set(found[4 + 6 * 3 : 4 + 6 * 3 + 33 * 2]) == {"facebook", "instagram"}


def test_a_small_batch_is_shared_too(demo: Demo, schedule: Schedule, clock: SteppableClock) -> None:
    crowd = due(demo, "facebook", 50, clock, timedelta(days=2))
    few = due(demo, "threads", 3, clock, timedelta(minutes=1))
    assert schedule.due_accounts(clock(), limit=6) == [one for pair in zip(crowd[:3], few, strict=True) for one in pair]


def test_what_is_being_pulled_leaves_its_turn_to_the_next(
    demo: Demo, schedule: Schedule, clock: SteppableClock
) -> None:
    crowd = due(demo, "facebook", 5, clock, timedelta(days=2))
    [lonely] = due(demo, "tiktok", 1, clock, timedelta(minutes=1))
    demo.core.accounts.begin(crowd[0], clock())
    assert schedule.due_accounts(clock(), limit=2) == [crowd[1], lonely]
