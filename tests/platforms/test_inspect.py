"""The daily look at public faces, in the whole house: who writes for the office, how long credentials live, what is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from aggregator.app import App
from aggregator.contract import AccountSnapshot, AuthExpired, Capability, Gone, Permanent, Transient
from aggregator.demo.town import account_lines
from aggregator.domain.access import Role, Viewer
from aggregator.fakes.internet import Fault
from aggregator.fakes.world import Place
from aggregator.services.snapshots import AFTER_TROUBLE, DAILY, latest
from aggregator.storage.tables import items, official_authors, snapshots
from tests.fakes.clock import SteppableClock
from tests.platforms.stage import Stage

HOME = "https://sahut.contohrayakab.go.id"
NAMING = ("facebook", "google_business", "instagram", "telegram", "threads", "tiktok", "x", "youtube")


@pytest.mark.parametrize("platform", NAMING)
def test_the_names_under_which_the_office_writes_are_learnt(stage: Stage, platform: str) -> None:
    place = stage.open(platform)
    stage.talk(place, comments=2)
    seen = stage.app.inspector.run(stage.ids[place.key])
    assert seen is not None
    with stage.app.database.read() as connection:
        rows = connection.execute(select(official_authors)).all()
    assert {row.author_id for row in rows if row.source == "inspected"} == seen.own_author_ids != frozenset()
    stage.read(place, turns=2)
    with stage.app.database.read() as connection:
        answered = connection.execute(select(items.c.id).where(items.c.answered_at.is_not(None))).all()
    assert len(answered) == 1, "the office's words are an answer and no complaint"


def test_the_end_of_a_credential_is_stored_and_shown_in_time(stage: Stage) -> None:
    place = stage.open("facebook")
    stage.talk(place)
    token = stage.internet.skins["facebook"].secrets(place)["access_token"]
    ends = stage.clock() + timedelta(days=20)
    stage.world.notes("facebook").setdefault("expires", {})[token] = ends
    stage.app.inspector.run(stage.ids[place.key])
    assert stage.row(place).credential_expires_at == ends
    viewer = person(stage)
    assert shown(stage, viewer, place) == (ends, False)
    stage.clock.step(days=6, seconds=1)
    assert shown(stage, viewer, place) == (ends, True), "two weeks before"


def test_a_dead_credential_is_told_at_once_and_looked_at_again(stage: Stage) -> None:
    place = stage.open("facebook")
    stage.talk(place)
    stage.read(place)
    token = stage.internet.skins["facebook"].secrets(place)["access_token"]
    stage.internet.skins["facebook"].kill(token)  # type: ignore[attr-defined]  # Graph's skins have it
    assert stage.app.inspector.run(stage.ids[place.key]) is None
    row = stage.row(place)
    assert row.problem
    assert row.state == "active", "the pull decides what becomes of it"
    assert AFTER_TROUBLE <= row.inspect_at - stage.clock() <= AFTER_TROUBLE * 1.1
    assert snapshots_of(stage) == []
    del stage.world.notes("facebook")["dead"][token]
    stage.clock.step(hours=3)
    assert stage.app.snapshots.due(stage.clock()) == [stage.ids[place.key]]
    assert stage.app.inspector.run(stage.ids[place.key]) is not None


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (AuthExpired("Izin sudah berakhir."), "Izin sudah berakhir."),
        (Permanent("Halaman dibatasi umur."), "Halaman dibatasi umur."),
        (Gone("Halaman sudah tidak ada."), "Halaman sudah tidak ada."),
        (Transient("Platform sedang terganggu."), None),
        (KeyError("nama warga"), None),
    ],
    ids=["auth_expired", "permanent", "gone", "transient", "bug"],
)
def test_only_what_a_person_can_mend_is_told(stage: Stage, error: Exception, told: str | None) -> None:
    place = stage.open("facebook")

    def inspect(*_: object) -> AccountSnapshot:
        raise error

    stage.app.host.platforms["facebook"].inspect = inspect
    assert stage.app.inspector.run(stage.ids[place.key]) is None
    assert (stage.row(place).problem, stage.row(place).state) == (told, "active")
    assert stage.app.snapshots.due(stage.clock() + timedelta(hours=1)) == []
    assert stage.app.snapshots.due(stage.clock() + timedelta(hours=3)) == [stage.ids[place.key]]


def test_every_account_is_looked_at_once_a_day_and_each_day_is_kept(stage: Stage) -> None:
    place = stage.open("facebook")
    stage.talk(place)
    looked = 0
    for _ in range(3 * 24):
        for account in stage.app.snapshots.due(stage.clock()):
            assert stage.app.inspector.run(account) is not None
            looked += 1
        stage.clock.step(hours=1)
    days = [row.day for row in snapshots_of(stage)]
    assert looked == len(days) == len(set(days)) == 3
    stage.app.inspector.run(stage.ids[place.key])
    stage.app.inspector.run(stage.ids[place.key])
    assert len(snapshots_of(stage)) == 4, "of one day the last look stays"
    with stage.app.database.read() as connection:
        newest = latest(connection, stage.ids[place.key])
    assert newest is not None
    assert newest.taken_at == stage.clock()
    assert DAILY <= stage.row(place).inspect_at - stage.clock() <= DAILY * 1.1


def test_states_that_are_looked_at(stage: Stage) -> None:
    place = stage.open("facebook")
    due = set()
    for state in ("active", "gone", "blocked", "auth_expired", "paused", "file"):
        stage.change(place, state=state)
        due |= {state} if stage.app.snapshots.due(stage.clock()) else set()
    assert due == {"active", "gone", "blocked", "auth_expired"}


def test_a_look_is_counted_on_the_allowance_and_left_out_when_nothing_is_left(stage: Stage) -> None:
    place = stage.open("youtube")
    stage.app.inspector.run(stage.ids[place.key])
    [use] = stage.app.allowances.today({"youtube": stage.app.host.platforms["youtube"].info}, stage.clock())
    assert 0 < use.used <= 5
    stage.app.allowances.wait("youtube", stage.clock() + timedelta(hours=4))
    calls = stage.internet.calls_to("youtube")
    assert stage.app.inspector.run(stage.ids[place.key]) is None
    assert stage.internet.calls_to("youtube") == calls
    assert stage.row(place).problem is None


def test_a_platform_that_is_away_changes_nothing_of_what_is_known(stage: Stage) -> None:
    place = stage.open("facebook")
    stage.talk(place)
    stage.app.inspector.run(stage.ids[place.key])
    before = stage.row(place)
    stage.internet.break_next("facebook", *[Fault(status=503)] * 5)
    assert stage.app.inspector.run(stage.ids[place.key]) is None
    after = stage.row(place)
    assert (after.title, after.credential_expires_at, after.problem) == (
        before.title,
        before.credential_expires_at,
        None,
    )


# -- asking platforms to tell -----------------------------------------------------------------------------------------


@pytest.fixture
def reached(make_core: Callable[..., App], clock: SteppableClock) -> Iterator[Stage]:
    """A house that platforms can reach."""
    with Stage.opened(clock) as opened:
        opened.begin(make_core(stand_in=opened.origin, allow_private_network=False, public_url=HOME))
        yield opened


def test_platforms_are_asked_daily_to_tell_where_they_can_reach_us(reached: Stage) -> None:
    asked: list[tuple[str, str, str]] = []
    places: list[Place] = []
    for platform in sorted({line.platform for line in account_lines()} - {"opendk"}):
        places.append(place := reached.open(platform))
        reached.talk(place, comments=1)
        plugin = reached.app.host.platforms[platform]
        plugin.subscribe = lambda account, hook, _, name=platform: asked.append((name, account.key, hook))
        assert reached.app.inspector.run(reached.ids[place.key]) is not None
    pushing = {name for name, one in reached.app.host.platforms.items() if Capability.PUSH in one.info.capabilities}
    assert asked == [
        (place.platform, reached.row(place).key, f"{HOME}/kait/{place.platform}")
        for place in places
        if place.platform in pushing
    ]
    assert len(asked) == 6


def test_the_built_in_plugins_ask_as_their_platforms_want_it(reached: Stage) -> None:
    for platform in ("facebook", "instagram", "telegram", "tiktok"):
        place = reached.open(platform)
        reached.talk(place, comments=1)
        assert reached.app.inspector.run(reached.ids[place.key]) is not None
    asked = {name for name, path in reached.internet.calls if path.endswith("/me/subscribed_apps")}
    assert asked == {"facebook", "instagram"}
    assert reached.world.notes("telegram")["webhook"]["url"] == f"{HOME}/kait/telegram"
    assert reached.world.notes("tiktok")["callback_url"] == f"{HOME}/kait/tiktok"


def test_a_platform_that_will_not_tell_is_looked_at_all_the_same(reached: Stage) -> None:
    place = reached.open("facebook")
    reached.talk(place, comments=1)

    def refuse(*_: object) -> None:
        raise Permanent("Izin pages_manage_metadata belum diberikan.")

    reached.app.host.platforms["facebook"].subscribe = refuse
    assert reached.app.inspector.run(reached.ids[place.key]) is not None
    assert len(snapshots_of(reached)) == 1
    assert reached.row(place).problem is None


def test_nobody_is_asked_where_no_platform_can_reach_us(stage: Stage) -> None:
    place = stage.open("facebook")
    asked: list[str] = []
    stage.app.host.platforms["facebook"].subscribe = lambda account, hook, _: asked.append(hook)
    assert stage.app.inspector.run(stage.ids[place.key]) is not None
    assert asked == []


# -- short words ------------------------------------------------------------------------------------------------------


def person(stage: Stage) -> Viewer:
    stage.app.people.add("petugas", "Petugas", Role.DISKOMINFO, None, "kata-sandi-uji")
    viewer: Viewer = stage.app.people.find("petugas")
    return viewer


def shown(stage: Stage, viewer: Viewer, place: Place) -> tuple[object, bool]:
    """When the account's page says that the credential dies, and whether it warns."""
    row = stage.app.registry.account(viewer, stage.ids[place.key]).account
    return row.expires_at, row.expires_soon


def snapshots_of(stage: Stage) -> list[Any]:
    with stage.app.database.read() as connection:
        return list(connection.execute(select(snapshots).order_by(snapshots.c.day)).all())
