"""The ledger of allowances, on both databases: fair shares, days of the platform's own zone, waits, what people are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from aggregator.contract import Pace, PlatformInfo
from aggregator.domain.fairness import READING, fair_share
from aggregator.services.allowances import GLANCE, Allowances, allowance_of
from aggregator.storage.db import Database
from aggregator.storage.tables import accounts, allowances, units

PEERS = 4
LIMIT = 1_000
NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
LOS_ANGELES = ZoneInfo("America/Los_Angeles")
TUBE = PlatformInfo(
    id="tube", title="Tube", pace=Pace(calls_per_day=LIMIT, shared_by="app", day_zone="America/Los_Angeles")
)
OWN = PlatformInfo(id="situs", title="Situs", pace=Pace(calls_per_day=LIMIT))


@pytest.fixture
def ledger(database: Database) -> Allowances:
    """A ledger of four accounts of Tube (1 to 4), and one of another platform."""
    with database.write() as connection:
        connection.execute(insert(units).values(id=1, name="Dinas Uji", kind="dinas", created_at=NOON))
        for number in range(1, PEERS + 2):
            platform = "tube" if number <= PEERS else "situs"
            row = {"platform": platform, "key": f"kanal-{number}", "url": "https://x.example/", "unit_id": 1}
            connection.execute(
                insert(accounts).values(id=number, state="active", settings="{}", created_at=NOON, **row)
            )
    return Allowances(database)


def left(ledger: Allowances, account: int, now: datetime = NOON, info: PlatformInfo = TUBE) -> int:
    return ledger.left(allowance_of(info, account, now), account)


def spend(ledger: Allowances, account: int, many: int, now: datetime = NOON, info: PlatformInfo = TUBE) -> None:
    ledger.spent(allowance_of(info, account, now), account, many)


def take(ledger: Allowances, account: int, wanted: int, now: datetime) -> int:
    """What a turn does: ask, and use no more than that."""
    taken = min(wanted, left(ledger, account, now))
    spend(ledger, account, taken, now)
    return taken


_DAYS = count()
TURNS = st.lists(
    st.tuples(st.integers(GLANCE, PEERS), st.one_of(st.integers(0, 60), st.just(10 * LIMIT)), st.integers(0, 59)),
    max_size=40,
)


@given(turns=TURNS)
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_accounts_do_nobody_loses_their_own_part(
    ledger: Allowances, turns: list[tuple[int, int, int]]
) -> None:
    """Loud accounts, glances, at any hour, in any order: the sum stays below what is for reading, and each account can
    take its own part in the day's last minute."""
    midnight = datetime(2027, 1, 1, tzinfo=LOS_ANGELES) + timedelta(days=next(_DAYS))  # a day that nobody used yet
    own = fair_share(LIMIT, PEERS, opened=1.0).own
    used = dict.fromkeys(range(PEERS + 1), 0)
    for hour, (account, wanted, minute) in enumerate(turns):
        now = midnight + timedelta(minutes=min(1_439, 30 * hour + minute))
        taken = take(ledger, account, wanted, now)
        assert taken >= min(wanted, own - used[account]) or account == GLANCE
        used[account] += taken
    evening = midnight + timedelta(hours=23, minutes=59)
    for account in range(1, PEERS + 1):
        assert left(ledger, account, evening) >= own - used[account]
        used[account] += take(ledger, account, LIMIT, evening)
        assert used[account] >= own
    assert sum(used.values()) <= LIMIT * READING


def test_a_loud_account_stops_where_others_begin(ledger: Allowances) -> None:
    reading, own = 900, 112  # 1000 units: 900 for reading, half of that in four equal parts
    night = datetime(2026, 11, 2, 23, 59, tzinfo=LOS_ANGELES)
    assert take(ledger, 1, 10 * LIMIT, night) == reading - 3 * own
    assert left(ledger, 1, night) == 0
    assert [left(ledger, account, night) for account in (2, 3, 4)] == [own] * 3
    assert left(ledger, GLANCE, night) == 0, "a glance takes nobody's own part"


def test_the_common_part_opens_with_the_day(ledger: Allowances) -> None:
    midnight = datetime(2026, 11, 2, tzinfo=LOS_ANGELES)
    rooms = [left(ledger, 1, midnight + timedelta(hours=hour)) for hour in (0, 6, 12, 18)]
    assert rooms == [112 + 113, 112 + 226, 112 + 339, 112 + 452]


def test_a_glance_takes_the_common_part_and_no_more(ledger: Allowances) -> None:
    midnight = datetime(2026, 11, 2, tzinfo=LOS_ANGELES)
    assert take(ledger, GLANCE, 10 * LIMIT, midnight) == 900 - 4 * 112
    assert [left(ledger, account, midnight) for account in range(1, 5)] == [112] * 4


def test_what_was_spent_beyond_its_bounds_is_kept_from_answers(ledger: Allowances) -> None:
    """Looking at public faces has no bound of its own: it counts, and everyone stops in time for the answers."""
    spend(ledger, GLANCE, 880)
    assert sum(take(ledger, account, LIMIT, NOON) for account in range(1, 5)) == 20


def test_only_accounts_that_are_read_have_a_part(ledger: Allowances, database: Database) -> None:
    with database.write() as connection:
        connection.execute(update(accounts).where(accounts.c.id.in_((3, 4))).values(state="paused"))
    assert left(ledger, 1, datetime(2026, 11, 2, tzinfo=LOS_ANGELES)) == 225 + 112


def test_an_allowance_of_its_own_is_the_accounts_alone(ledger: Allowances) -> None:
    spend(ledger, 5, 999, info=OWN)
    assert left(ledger, 5, info=OWN) == 1
    assert left(ledger, 6, info=OWN) == LIMIT
    assert left(ledger, 1) == 112 + int(452 * (4 / 24 + 0.25)), "04:00 in Los Angeles; another platform's use is none"


def test_a_day_ends_at_midnight_in_the_platforms_own_zone(ledger: Allowances) -> None:
    last = datetime(2026, 11, 3, 7, 59, 59, tzinfo=UTC)  # 23:59:59 in Los Angeles, winter time
    spend(ledger, 1, 400, last)
    today = allowance_of(TUBE, 1, last)
    assert (today.day.isoformat(), today.ends) == ("2026-11-02", datetime(2026, 11, 3, 8, tzinfo=UTC))
    assert left(ledger, 1, last) < 400
    fresh = last + timedelta(seconds=1)
    assert allowance_of(TUBE, 1, fresh).day.isoformat() == "2026-11-03"
    assert left(ledger, 1, fresh) == 112 + 113, "nothing used, and a quarter of the common part is open"


@pytest.mark.parametrize(
    ("noon", "hours"), [(datetime(2026, 11, 1, 20, tzinfo=UTC), 25), (datetime(2027, 3, 14, 20, tzinfo=UTC), 23)]
)
def test_the_days_on_which_clocks_change_end_at_midnight_too(noon: datetime, hours: int) -> None:
    day = allowance_of(TUBE, 1, noon)
    assert day.ends.astimezone(LOS_ANGELES).time().isoformat() == "00:00:00"
    assert allowance_of(TUBE, 1, day.ends).day == day.day + timedelta(days=1)
    assert allowance_of(TUBE, 1, day.ends - timedelta(hours=hours)).day == day.day
    assert allowance_of(TUBE, 1, day.ends - timedelta(hours=hours, seconds=1)).day == day.day - timedelta(days=1)
    assert 0 <= day.opened <= 1


def test_a_wait_is_everybodys_and_ends(ledger: Allowances) -> None:
    until = NOON + timedelta(minutes=37)
    ledger.wait("tube", until)
    assert ledger.waits_until("tube", NOON) == until
    assert ledger.waits_until("tube", until) is None
    assert ledger.waits_until("situs:5", NOON) is None
    ledger.wait("tube", NOON + timedelta(minutes=5))
    assert ledger.waits_until("tube", NOON) == NOON + timedelta(minutes=5), "the platform's last word"


def test_people_are_told_who_took_what(ledger: Allowances) -> None:
    infos = {"tube": TUBE, "situs": OWN}
    for account, many in ((1, 30), (2, 70), (GLANCE, 200)):
        spend(ledger, account, many)
    spend(ledger, 5, 12, info=OWN)
    spend(ledger, 1, 500, NOON - timedelta(days=1))
    ledger.wait("tube", NOON + timedelta(hours=1))
    tube, site = ledger.today(infos, NOON)
    assert (tube.shared, tube.used, tube.limit, tube.accounts) == (True, 300, LIMIT, PEERS)
    assert (tube.greatest, tube.greatest_account, tube.greatest_title) == (70, 2, "kanal-2"), "the glance is nobody"
    assert tube.waits_until == NOON + timedelta(hours=1)
    assert (site.shared, site.used, site.accounts, site.waits_until) == (False, 12, 1, None)


def test_a_quiet_day_is_told_as_well(ledger: Allowances) -> None:
    [tube] = ledger.today({"tube": replace(TUBE)}, NOON)
    assert (tube.used, tube.greatest, tube.greatest_account, tube.greatest_title) == (0, 0, None, "")


def test_old_days_are_forgotten(ledger: Allowances, database: Database) -> None:
    for days in (0, 90, 91, 400):
        spend(ledger, 1, 1, NOON - timedelta(days=days))
    ledger.forget_old(NOON)
    with database.read() as connection:
        kept = connection.execute(select(allowances.c.day)).scalars().all()
    assert sorted(kept) == [(NOON - timedelta(days=days)).date() for days in (90, 0)]
