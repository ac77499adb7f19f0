"""Glances in the whole house: one look at many accounts, what follows from it, and fair shares of an allowance."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from typing import Any

import pytest
from sqlalchemy import insert, select

from aggregator.contract import (
    BudgetSpent,
    Checkpoint,
    Context,
    Cursor,
    GlancedAccount,
    Glimpse,
    Malformed,
    RateLimited,
    Transient,
)
from aggregator.demo.town import account_lines
from aggregator.fakes.world import Place
from aggregator.services.glances import LEASE
from aggregator.storage.tables import accounts, allowances, glances, logins
from tests.platforms.stage import Stage, citizen

GLANCING = ("facebook", "google_business", "telegram", "youtube")
CHANGING = ("facebook", "google_business", "youtube")  # Telegram's glance brings the messages themselves


@pytest.mark.parametrize("platform", CHANGING)
def test_quiet_accounts_count_as_read_and_changed_ones_are_due_at_once(stage: Stage, platform: str) -> None:
    quiet, loud = several(stage, platform, 2)
    stage.clock.step(hours=1)
    stage.world.say(stage.world.posts_of(loud)[0], citizen(50), "Ada yang baru, Pak.", stage.clock(), **stars(platform))
    before = {place.key: stage.row(place) for place in (quiet, loud)}
    assert all(row.next_pull_at > stage.clock() for row in before.values()), "the pull is only the net below"
    [seen] = stage.glance(platform)
    assert (seen.changed, seen.quiet) == ({key(stage, loud)}, {key(stage, quiet)})
    assert stage.row(loud).next_pull_at == stage.clock()
    assert stage.row(loud).last_success_at == before[loud.key].last_success_at
    assert stage.row(quiet).last_success_at == stage.clock()
    assert stage.row(quiet).next_pull_at == before[quiet.key].next_pull_at
    assert stage.app.engine.run_pull(stage.ids[loud.key], only_due=True).outcome == "ok"
    assert "Ada yang baru, Pak." in [text for text, _ in stage.held(loud)]
    assert stage.app.engine.run_pull(stage.ids[quiet.key], only_due=True) is None


@pytest.mark.parametrize("platform", GLANCING)
def test_the_first_account_makes_the_row_and_the_pace_is_kept(stage: Stage, platform: str) -> None:
    every = stage.app.host.platforms[platform].info.pace.glance_every
    assert stage.app.glances.due([platform], stage.clock()) == []
    assert rows(stage) == []
    several(stage, platform, 1)
    [row] = rows(stage)
    login = 9 if platform == "google_business" else 0
    assert (row.platform, row.login_id, row.failures, row.problem, row.looked) == (platform, login, 0, None, 1)
    assert row.last_success_at <= stage.clock()
    stage.clock.step(hours=1)
    stage.glance(platform)
    [row] = rows(stage)
    assert every <= row.next_at - stage.clock() <= every * 1.1
    assert stage.glance(platform) == []
    stage.clock.step(seconds=(every * 1.1).total_seconds())
    assert len(stage.glance(platform)) == 1
    assert len(rows(stage)) == 1


def test_one_glance_at_a_time(stage: Stage) -> None:
    several(stage, "facebook", 1)
    stage.clock.step(hours=1)
    [number] = stage.app.glances.due(["facebook"], stage.clock())
    turn = stage.app.glances.begin(number, stage.clock())
    assert turn is not None
    assert stage.app.glances.begin(number, stage.clock()) is None
    assert stage.app.glances.due(["facebook"], stage.clock()) == []
    assert stage.app.glancer.run(number) is None
    stage.clock.step(seconds=LEASE.total_seconds() + 1)
    assert stage.app.glancer.run(number) is not None, "whoever takes longer is gone"
    after = rows(stage)
    ended = {"next_at": stage.clock(), "failures": 3, "calls": 0, "looked": 0, "problem": "x", "now": stage.clock()}
    stage.app.glances.end(turn, **ended)
    stage.app.glances.move_cursor(turn, Cursor(version=1, data={"lama": 1}))
    assert rows(stage) == after, "a lost lease writes nothing"


@pytest.mark.parametrize(
    ("error", "wait"),
    [
        (Transient("Platform sedang terganggu."), (0.5, 1)),
        (RateLimited("Terlalu banyak panggilan.", 1_800), (30, 33)),
        (RateLimited("Terlalu banyak panggilan."), (15, 16.5)),
        (Malformed("Jawaban aneh."), (0.5, 1)),
        (KeyError("kunci"), (0.5, 1)),
    ],
    ids=["transient", "told", "not_told", "malformed", "bug"],
)
def test_a_glance_that_failed_comes_again_in_time(stage: Stage, error: Exception, wait: tuple[float, float]) -> None:
    [place] = several(stage, "facebook", 1)
    stage.clock.step(hours=1)
    before = stage.row(place)
    scripted(stage, "facebook", lambda *_: raising(error))
    stage.glance("facebook")
    [row] = rows(stage)
    least, most = (timedelta(minutes=minutes) for minutes in wait)
    assert least <= row.next_at - stage.clock() <= most
    assert (row.failures, row.lease_until) == (1, None)
    assert row.problem
    assert "kunci" not in row.problem
    after = stage.row(place)
    assert (after.last_success_at, after.failures, after.state) == (before.last_success_at, before.failures, "active")


def test_a_glance_that_fails_again_and_again_slows_down_and_recovers(stage: Stage) -> None:
    several(stage, "facebook", 1)
    real = stage.app.host.platforms["facebook"].glance
    scripted(stage, "facebook", lambda *_: raising(Transient("Platform sedang terganggu.")))
    waits = []
    for _ in range(6):
        stage.clock.step(hours=2)
        stage.glance("facebook")
        waits.append((rows(stage)[0].next_at - stage.clock()) / timedelta(minutes=1))
    assert [0.5 <= waits[0] <= 1, 2.5 <= waits[1] <= 5, 7.5 <= waits[2] <= 15, 30 <= waits[3] <= 60] == [True] * 4
    assert min(waits[4:]) >= 60
    stage.app.host.platforms["facebook"].glance = real
    stage.clock.step(hours=2)
    stage.glance("facebook")
    assert (rows(stage)[0].failures, rows(stage)[0].problem) == (0, None)


def test_the_bookmark_moves_only_after_its_events(stage: Stage) -> None:
    [place] = several(stage, "telegram", 1)
    stage.clock.step(hours=1)
    stage.world.say(stage.world.posts_of(place)[0], citizen(60), "Baru saja terjadi.", stage.clock())
    [number] = stage.app.glances.due(["telegram"], stage.clock())
    before = rows(stage)[0].cursor
    store = stage.app.intake.store

    def dies(*_: object, **__: object) -> None:
        raise OSError("the machine stops here")

    stage.app.intake.store = dies  # type: ignore[method-assign]  # as if the process ended
    stage.app.glancer.run(number)
    stage.app.intake.store = store  # type: ignore[method-assign]  # it starts again
    assert rows(stage)[0].cursor == before
    assert "Baru saja terjadi." not in [text for text, _ in stage.held(place)]
    stage.clock.step(minutes=2)
    stage.app.glancer.run(number)
    assert rows(stage)[0].cursor != before
    assert [text for text, _ in stage.held(place)].count("Baru saja terjadi.") == 1


def test_a_bookmark_that_is_too_large_is_the_plugins_fault(stage: Stage) -> None:
    several(stage, "facebook", 1)
    stage.clock.step(hours=1)
    huge = Checkpoint(cursor=Cursor(version=1, data={"x": "y" * 20_000}))
    scripted(stage, "facebook", lambda *_: iter([huge]))
    stage.glance("facebook")
    assert (rows(stage)[0].cursor, rows(stage)[0].failures) == (None, 1)


def test_accounts_of_another_login_are_not_in_the_turn(stage: Stage) -> None:
    first, second, third = several(stage, "facebook", 3)
    with stage.app.database.write() as connection:
        connection.execute(insert(logins).values(id=5, platform="facebook", created_at=stage.clock()))
    stage.change(second, login_id=5)
    stage.change(third, state="paused")
    stage.clock.step(hours=1)
    asked = scripted(stage, "facebook", lambda looked, *_: (Glimpse(account_key=one, changed=False) for one in looked))
    stage.glance("facebook")
    assert sorted(asked) == sorted([[key(stage, first)], [key(stage, second)]])
    assert sorted(row.login_id for row in rows(stage)) == [0, 5]
    assert {row.looked for row in rows(stage)} == {1}


def test_a_plugin_cannot_speak_of_accounts_it_was_not_given(stage: Stage) -> None:
    mine, other = several(stage, "facebook", 2)
    stage.change(other, state="paused", next_pull_at=stage.clock() + timedelta(hours=50))
    stage.clock.step(hours=1)
    before = stage.row(other)
    scripted(stage, "facebook", lambda *_: iter([Glimpse(account_key=key(stage, other), changed=True),
                                                  Glimpse(account_key="karangan", changed=True)]))  # fmt: skip
    stage.glance("facebook")
    assert stage.row(other) == before
    assert rows(stage)[0].looked == 0
    assert stage.row(mine).next_pull_at > stage.clock()


def test_what_was_seen_before_the_budget_ended_counts(stage: Stage) -> None:
    first, second = several(stage, "facebook", 2)
    stage.clock.step(hours=1)

    def ends(*_: object) -> Iterator[Glimpse]:
        yield Glimpse(account_key=key(stage, first), changed=True)
        raise BudgetSpent("")

    scripted(stage, "facebook", ends)
    stage.glance("facebook")
    assert stage.row(first).next_pull_at == stage.clock()
    assert stage.row(second).last_success_at < stage.clock()
    assert (rows(stage)[0].problem, rows(stage)[0].failures) == (None, 0)


def test_a_glance_asks_for_no_more_than_the_common_part(stage: Stage) -> None:
    """Fifty Pages of one request are fifty calls of the allowance."""
    platform = stage.app.host.platforms["youtube"]
    several(stage, "youtube", 2)
    grant(stage, "youtube", 400)
    stage.clock.step(hours=1)
    allowed: list[tuple[bool, bool]] = []

    def asks(_: object, __: object, ctx: Context) -> Iterator[Glimpse]:
        allowed.append((ctx.budget.allows(cost=180), ctx.budget.allows(cost=181)))
        yield from ()

    stage.clock.step(hours=24)  # nothing is used yet on this day
    scripted(stage, "youtube", asks)
    stage.glance("youtube")
    assert platform.info.pace.calls_per_day == 400
    assert allowed == [(True, False)], "400 units: 360 for reading, 180 of them common"


def test_one_loud_channel_never_silences_two_hundred_others(stage: Stage) -> None:
    """Everything at the loud one costs a unit a comment, more than the platform grants; the others have a video each."""
    loud, *silent = [channel(stage, number) for number in range(201)]
    post = stage.world.posts_of(loud)[0]
    for number in range(1_300):
        stage.world.say(post, citizen(number), f"Komentar nomor {number}", post.at + timedelta(seconds=number))
    stage.world.notes("youtube")["page"] = 1
    grant(stage, "youtube", 2_500)
    register(stage, [loud, *silent])
    outcomes = [pulled(stage, loud)]
    while outcomes[-1] == "partial":
        stage.clock.step(minutes=2)
        outcomes.append(pulled(stage, loud))
    assert outcomes[-1] == "postponed", "it wants more than there is"
    assert {pulled(stage, place) for place in silent} == {"ok"}
    assert all(stage.row(place).last_success_at for place in silent)
    used = used_by_account(stage)
    assert used[stage.ids[loud.key]] > 1_125, "more than half of what is for reading: nobody else wanted it yet"
    assert sum(used.values()) <= 2_500 * 0.9


# -- short words ------------------------------------------------------------------------------------------------------


def several(stage: Stage, platform: str, many: int) -> list[Place]:
    """Accounts with a past that was read."""
    lines = islice((line for line in account_lines() if line.platform == platform), many)
    places = [stage.open_line(line) for line in lines]
    if platform == "google_business":
        log_in(stage, places)
    for place in places:
        stage.talk(place, comments=2)
    for place in places:
        stage.app.inspector.run(stage.ids[place.key])
    for _ in range(2):
        stage.glance(platform)
        for place in places:
            stage.app.engine.run_pull(stage.ids[place.key])
        stage.clock.step(minutes=40)
    stage.glance(platform)
    for place in places:
        stage.app.engine.run_pull(stage.ids[place.key])
    return places


def log_in(stage: Stage, places: Sequence[Place]) -> None:
    """These accounts are read with one login: there the accounts of a login are looked at by its own name."""
    keyring = stage.app.registry._keyring
    with stage.app.database.write() as connection:
        connection.execute(insert(logins).values(id=9, platform=places[0].platform, created_at=stage.clock()))
        keyring.keep_for_login(connection, 9, keyring.own_of_account(connection, stage.ids[places[0].key]))
    for place in places:
        stage.change(place, login_id=9)


def scripted(stage: Stage, platform: str, act: Callable[..., Iterator[Any]]) -> list[list[str]]:
    """From now on a glance of this platform does `act` with the keys, the cursor and the context; the keys each got."""
    asked: list[list[str]] = []

    def glance(given: Sequence[GlancedAccount], cursor: Cursor | None, ctx: Context) -> Iterator[Any]:
        asked.append([one.account.key for one in given])
        yield from act(asked[-1], cursor, ctx)

    stage.app.host.platforms[platform].glance = glance
    return asked


def raising(error: Exception) -> Iterator[Glimpse]:
    raise error
    yield


def grant(stage: Stage, platform: str, units: int) -> None:
    """The platform grants this much a day, as the house knows it."""
    plugin = stage.app.host.platforms[platform]
    plugin.info = replace(plugin.info, pace=replace(plugin.info.pace, calls_per_day=units))


def channel(stage: Stage, number: int) -> Place:
    place = stage.world.place("youtube", f"UC{number:022d}", f"Kantor {number}", handle=f"@kantor{number}")
    stage.world.post(place, "Jadwal layanan", stage.clock() - timedelta(days=2), id=f"video{number:06d}")
    return place


def register(stage: Stage, places: Sequence[Place]) -> None:
    """Accounts as `sahut` would register them, many at once."""
    now = stage.clock()
    for place in places:
        row = {"platform": "youtube", "key": place.key, "url": f"https://www.youtube.com/channel/{place.key}",
               "unit_id": stage.unit_id, "settings": "{}", "state": "active", "created_at": now, "next_pull_at": now}  # fmt: skip
        with stage.app.database.write() as connection:
            stage.ids[place.key] = connection.execute(insert(accounts).values(row)).inserted_primary_key[0]


def pulled(stage: Stage, place: Place) -> str:
    """How a turn of the schedule ends."""
    stage.change(place, next_pull_at=stage.clock())
    end = stage.app.engine.run_pull(stage.ids[place.key], only_due=True)
    return str(end.outcome)


def used_by_account(stage: Stage) -> dict[int, int]:
    with stage.app.database.read() as connection:
        return {row.account_id: row.units for row in connection.execute(select(allowances))}


def key(stage: Stage, place: Place) -> str:
    """What Sahut calls the account."""
    return str(stage.row(place).key)


def rows(stage: Stage) -> list[Any]:
    with stage.app.database.read() as connection:
        return list(connection.execute(select(glances).order_by(glances.c.id)).all())


def stars(platform: str) -> dict[str, int]:
    return {"stars": 2} if platform == "google_business" else {}
