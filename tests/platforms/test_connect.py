"""Hubungkan akun, with every built-in plugin that logs in: to the platform's consent page, back with a code, and reading."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from sqlalchemy import select

from aggregator.app import App
from aggregator.contract import Capability, Reachable
from aggregator.demo.town import account_lines
from aggregator.domain.access import Role, Viewer
from aggregator.fakes.internet import Fault
from aggregator.fakes.world import Place
from aggregator.services.errors import NotFound, Refused
from aggregator.services.logins import CONSENT_LASTS, LoginRow
from aggregator.storage.tables import accounts, consents, login_secrets, logins, metadata
from tests.fakes.clock import SteppableClock
from tests.fakes.viewers import viewer_of
from tests.platforms.stage import Stage

HOME = "https://sahut.contohrayakab.go.id"
PLATFORMS = ("facebook", "google_business", "instagram", "threads", "tiktok", "x", "youtube")
WITHOUT_PAGE = ("tiktok", "x")  # these skins show no consent page: they name the code a person would come back with
RENEWED = ("instagram", "threads", "tiktok", "x", "youtube", "google_business")
DAY = timedelta(days=1)


@pytest.fixture
def stage(make_core: Callable[..., App], clock: SteppableClock) -> Iterator[Stage]:
    """As ever, at an address that platforms send people back to."""
    with Stage.opened(clock) as opened:
        opened.begin(make_core(stand_in=opened.origin, allow_private_network=False, public_url=HOME))
        yield opened


@pytest.fixture
def petugas(stage: Stage) -> Viewer:
    return person(stage, "petugas", Role.DISKOMINFO)


def test_every_platform_that_logs_in_is_tried_here(stage: Stage) -> None:
    connecting = {name for name, one in stage.app.host.platforms.items() if Capability.OAUTH in one.info.capabilities}
    assert connecting == set(PLATFORMS)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_person_consents_and_the_account_is_read(stage: Stage, petugas: Viewer, platform: str) -> None:
    place = opened(stage, platform)
    said = stage.talk(place)
    login = connect(stage, petugas, place)
    attach(stage, petugas, login, place)
    assert stage.row(place).login_id == login
    assert set(stage.read(place, turns=2, later=timedelta(minutes=20))) == {"ok"}
    assert [text for text, _ in stage.held(place)] == sorted(stage.told(said))
    [row] = stage.app.logins.list(petugas)
    assert (row.id, row.platform, row.accounts, row.problem) == (login, platform, 1, None)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_wrong_code_is_refused_in_polite_words(stage: Stage, petugas: Viewer, platform: str) -> None:
    place = opened(stage, platform)
    state, _ = consent(stage, petugas, place)
    with pytest.raises(Refused) as refusal:
        stage.app.connector.finish(petugas, state, "kode-karangan")
    assert len(str(refusal.value)) > 20
    assert "kode-karangan" not in str(refusal.value)
    assert stage.app.logins.list(petugas) == ()


@pytest.mark.parametrize("platform", PLATFORMS)
def test_no_secret_is_stored_in_plain_or_shown(stage: Stage, petugas: Viewer, platform: str) -> None:
    place = opened(stage, platform)
    login = connect(stage, petugas, place)
    attach(stage, petugas, login, place)
    state, _ = consent(stage, petugas, place)  # one who is on the consent page right now
    hidden = secrets_of(stage, login, place) | {state}
    assert hidden
    stored = everything_stored(stage)
    assert [secret for secret in hidden if secret.encode() in stored] == []
    shown = repr(
        (
            stage.app.logins.app_settings(petugas, platform),
            stage.app.logins.list(petugas),
            stage.app.logins.of_account(stage.ids[place.key]),
            stage.app.registry.account(petugas, stage.ids[place.key]),
        )
    )
    assert [secret for secret in hidden if secret in shown] == []


def test_a_state_is_good_once_for_one_person_and_a_quarter_of_an_hour(stage: Stage, petugas: Viewer) -> None:
    place = opened(stage, "threads")
    other = person(stage, "orang-lain", Role.DISKOMINFO)
    state, code = consent(stage, petugas, place)
    for viewer, told in ((other, state), (petugas, "karangan"), (petugas, "")):
        with pytest.raises(Refused, match="Ulangi dari tombol"):
            stage.app.connector.finish(viewer, told, code)
    stage.clock.step(seconds=CONSENT_LASTS.total_seconds())
    assert stage.app.connector.finish(petugas, state, code) > 0, "another's attempt did not spend it"
    with pytest.raises(Refused, match="Ulangi dari tombol"):
        stage.app.connector.finish(petugas, state, code)
    late, code = consent(stage, petugas, place)
    stage.clock.step(seconds=CONSENT_LASTS.total_seconds() + 1)
    with pytest.raises(Refused, match="sudah tidak berlaku"):
        stage.app.connector.finish(petugas, late, code)
    consent(stage, petugas, place)
    with stage.app.database.read() as connection:
        assert len(connection.execute(select(consents)).all()) == 1, "old ones are swept"


def test_two_who_come_back_with_one_state_are_one_login(stage: Stage, petugas: Viewer) -> None:
    state, code = consent(stage, petugas, opened(stage, "threads"))

    def finish(_: int) -> bool:
        try:
            stage.app.connector.finish(petugas, state, code)
        except Refused:
            return False
        return True

    assert sorted(at_once(4, finish)) == [False, False, False, True]
    assert len(stage.app.logins.list(petugas)) == 1


def test_who_may_connect(stage: Stage, petugas: Viewer) -> None:
    leader = person(stage, "bupati", Role.LEADER)
    with pytest.raises(NotFound):
        stage.app.connector.start(leader, "threads")
    with pytest.raises(Refused, match="isi pengaturannya"):
        stage.app.connector.start(petugas, "telegram")
    with pytest.raises(Refused, match="belum terpasang"):
        stage.app.connector.start(petugas, "friendster")
    operator = person(stage, "operator", Role.OPERATOR)
    login = connect(stage, petugas, opened(stage, "threads"))
    with pytest.raises(NotFound):
        stage.app.connector.reachable(operator, login)
    own = connect(stage, operator, opened(stage, "threads"))
    assert [one.title for one in stage.app.connector.reachable(operator, own)] == ["@dpupr_contohraya"]
    assert len(stage.app.connector.reachable(petugas, own)) == 1, "who tends accounts sees every login"


def test_an_app_that_nobody_filled_in_is_told(make_core: Callable[..., App], clock: SteppableClock) -> None:
    with Stage.opened(clock) as stage:
        stage.app = make_core(stand_in=stage.origin, public_url=HOME)
        viewer = person(stage, "petugas", Role.DISKOMINFO)
        for platform in PLATFORMS:
            with pytest.raises(Refused):
                stage.app.connector.start(viewer, platform)


@pytest.mark.parametrize("platform", RENEWED)
def test_a_login_is_renewed_before_it_dies(stage: Stage, petugas: Viewer, platform: str) -> None:
    place = opened(stage, platform)
    stage.talk(place)
    login = connect(stage, petugas, place)
    attach(stage, petugas, login, place)
    first = row_of(stage, login)
    assert first.renew_at < first.expires_at
    assert stage.app.logins.due(first.renew_at - timedelta(seconds=1)) == []
    begun = stage.clock()
    while stage.clock() < begun + 2 * (first.expires_at - begun):
        step_to_renewal(stage, login)
        assert stage.clock() < row_of(stage, login).expires_at, "in time"
        assert stage.app.logins.due(stage.clock()) == [login]
        assert stage.app.connector.renew(login)
    assert stage.read(place) == ["ok"], "twice its life later"
    assert row_of(stage, login).problem is None


def test_a_facebook_login_cannot_be_renewed_and_says_when_it_ends(stage: Stage, petugas: Viewer) -> None:
    place = opened(stage, "facebook")
    login = connect(stage, petugas, place)
    ends = row_of(stage, login).expires_at
    assert timedelta(days=50) < ends - stage.clock() <= timedelta(days=60)
    for _ in range(5):
        step_to_renewal(stage, login)
        assert stage.app.connector.renew(login)
    assert row_of(stage, login).expires_at == ends, "looked at, not prolonged"
    assert not listed(stage, petugas, login).expires_soon
    stage.clock.step(seconds=(ends - stage.clock() - 13 * DAY).total_seconds())
    assert (listed(stage, petugas, login).expires_at, listed(stage, petugas, login).expires_soon) == (ends, True)


@pytest.mark.parametrize("platform", ["threads", "x"])
def test_two_renewals_at_once_renew_once(stage: Stage, petugas: Viewer, platform: str) -> None:
    place = opened(stage, platform)
    login = connect(stage, petugas, place)
    attach(stage, petugas, login, place)
    stage.talk(place)
    step_to_renewal(stage, login)
    before = stage.internet.calls_to(platform)
    assert sorted(at_once(4, lambda _: stage.app.connector.renew(login))) == [False, False, False, True]
    assert stage.internet.calls_to(platform) == before + 1
    assert row_of(stage, login).problem is None
    assert stage.app.logins.due(stage.clock()) == []
    assert stage.read(place) == ["ok"]


def test_a_renewal_whose_worker_died_is_taken_again(stage: Stage, petugas: Viewer) -> None:
    login = connect(stage, petugas, opened(stage, "threads"))
    step_to_renewal(stage, login)
    assert stage.app.logins.take_for_renewal(login, stage.clock()), "and then the worker is gone"
    assert not stage.app.connector.renew(login)
    stage.clock.step(minutes=5)
    assert stage.app.logins.due(stage.clock()) == [login]
    assert stage.app.connector.renew(login)


def test_a_dead_login_is_told_before_its_accounts_fail(stage: Stage, petugas: Viewer) -> None:
    place = opened(stage, "x")
    stage.talk(place)
    login = connect(stage, petugas, place)
    attach(stage, petugas, login, place)
    stage.world.notes("x")["refresh"].clear()  # taken back at the platform; the access token lives a little longer
    step_to_renewal(stage, login)
    assert not stage.app.connector.renew(login)
    told = listed(stage, petugas, login)
    assert told.problem
    assert "hubungkan" in told.problem.lower()
    assert told.expires_at is not None, "now its end concerns people"
    assert stage.app.logins.due(stage.clock() + 30 * DAY) == [], "no more knocking: a person must come"
    assert stage.read(place) == ["ok"], "told before anything failed"


def test_a_platform_that_is_away_is_asked_again_later(stage: Stage, petugas: Viewer) -> None:
    login = connect(stage, petugas, opened(stage, "threads"))
    step_to_renewal(stage, login)
    old = stage.app.logins.credential(login)[1].secrets
    stage.internet.break_next("threads", Fault(status=503))
    assert not stage.app.connector.renew(login)
    assert listed(stage, petugas, login).problem
    assert stage.app.logins.credential(login)[1].secrets == old
    assert stage.app.logins.due(stage.clock() + timedelta(minutes=59)) == []
    stage.clock.step(minutes=62)
    assert stage.app.logins.due(stage.clock()) == [login]
    assert stage.app.connector.renew(login)
    assert listed(stage, petugas, login).problem is None


def test_a_login_that_is_forgotten_leaves_nothing_and_its_accounts_wait(stage: Stage, petugas: Viewer) -> None:
    place = opened(stage, "threads")
    said = stage.talk(place)
    login = connect(stage, petugas, place)
    attach(stage, petugas, login, place)
    assert stage.read(place) == ["ok"]
    with pytest.raises(NotFound):
        stage.app.logins.forget(person(stage, "operator", Role.OPERATOR), login)
    stage.app.logins.forget(petugas, login)
    with stage.app.database.read() as connection:
        assert connection.execute(select(logins)).all() == connection.execute(select(login_secrets)).all() == []
    assert (stage.row(place).login_id, stage.row(place).state) == (None, "auth_expired")
    assert [text for text, _ in stage.held(place)] == sorted(stage.told(said)), "what was read stays"
    with pytest.raises(NotFound):
        stage.app.logins.credential(login)
    again = connect(stage, petugas, place)
    attach(stage, petugas, again, place)
    assert (stage.row(place).login_id, stage.row(place).state) == (again, "active")
    assert stage.read(place) == ["ok"]


def test_an_operator_connects_into_own_units_only(stage: Stage, petugas: Viewer) -> None:
    place = opened(stage, "threads")
    attach(stage, petugas, connect(stage, petugas, place), place)
    stranger = viewer_of(Role.OPERATOR, 999, person_id=petugas.person_id)
    login = connect(stage, petugas, place)
    chosen = reachable(stage, petugas, login, place)
    with pytest.raises(NotFound):
        stage.app.registry.attach(stranger, login, stage.unit_id, chosen)
    assert stage.row(place).login_id != login


# -- the way there and back -----------------------------------------------------------------------------------------


def person(stage: Stage, login: str, role: Role) -> Viewer:
    unit = stage.unit_id if role is Role.OPERATOR else None
    stage.app.people.add(login, login.title(), role, unit, "kata-sandi-uji")
    viewer: Viewer = stage.app.people.find(login)
    return viewer


def opened(stage: Stage, platform: str) -> Place:
    """A place on the platform that Sahut does not know yet."""
    line = next(line for line in account_lines() if line.platform == platform)
    place = line.open(stage.world)
    if platform == "youtube":
        stage.world.notes("google")["person"] = place.key
    return place


def consent(stage: Stage, viewer: Viewer, place: Place) -> tuple[str, str]:
    """Go to the consent page and consent; the state and the code that come back."""
    address = stage.app.connector.start(viewer, place.platform)
    assert address.startswith(f"{stage.origin}/_host/"), "the person's browser goes to the pretended platform too"
    state = parse_qs(urlsplit(address).query)["state"][0]
    if place.platform in WITHOUT_PAGE:
        return state, str(stage.internet.skins[place.platform].code(place))  # type: ignore[attr-defined]  # these have one
    answer = httpx2.get(address)
    back = urlsplit(answer.headers["location"])
    assert f"{back.scheme}://{back.netloc}{back.path}" == f"{HOME}/hubungkan/kembali/"
    told = parse_qs(back.query)
    assert told["state"] == [state]
    return state, told["code"][0]


def connect(stage: Stage, viewer: Viewer, place: Place) -> int:
    login: int = stage.app.connector.finish(viewer, *consent(stage, viewer, place))
    if place.platform in WITHOUT_PAGE:
        stage.world.notes(place.platform)["spent"].clear()  # so that the same person may come once more
    return login


def reachable(stage: Stage, viewer: Viewer, login: int, place: Place) -> Reachable:
    found = stage.app.connector.reachable(viewer, login)
    return next(one for one in found if one.key.key in (place.key, place.handle))


def attach(stage: Stage, viewer: Viewer, login: int, place: Place) -> None:
    chosen = reachable(stage, viewer, login, place)
    stage.ids[place.key] = stage.app.registry.attach(viewer, login, stage.unit_id, chosen)


def step_to_renewal(stage: Stage, login: int) -> None:
    renew_at = row_of(stage, login).renew_at
    stage.clock.step(seconds=max(0.0, (renew_at - stage.clock()).total_seconds()))


def row_of(stage: Stage, login: int):  # type: ignore[no-untyped-def]  # a row as the database gives it
    with stage.app.database.read() as connection:
        return connection.execute(select(logins).where(logins.c.id == login)).one()


def listed(stage: Stage, viewer: Viewer, login: int) -> LoginRow:
    row: LoginRow = next(row for row in stage.app.logins.list(viewer) if row.id == login)
    return row


def secrets_of(stage: Stage, login: int, place: Place) -> set[str]:
    """Every secret that the house holds for this account: the app's, the login's, its own, a consent's."""
    keyring = stage.app.registry._keyring
    app_secret = {setting.name for setting in stage.app.sources[place.platform].app_settings if setting.secret}
    tokens = {"access_token", "refresh_token"}
    with stage.app.database.read() as connection:
        held = keyring.of_account(connection, stage.ids[place.key]) | keyring.of_login(connection, login)
        waiting = [keyring.open(row.verifier) for row in connection.execute(select(consents))]
        assert connection.execute(select(accounts.c.login_id)).scalars().all() == [login]
    return {value for name, value in held.items() if name in app_secret | tokens} | set(waiting)


def everything_stored(stage: Stage) -> bytes:
    """Every value of every row of every table."""
    with stage.app.database.read() as connection:
        rows = [row for table in metadata.sorted_tables for row in connection.execute(select(table))]
    cells = [cell for row in rows for cell in row]
    return b"\n".join(bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode() for cell in cells)


def at_once(many: int, act: Callable[[int], bool]) -> list[bool]:
    start = Barrier(many)

    def one(number: int) -> bool:
        start.wait(timeout=10)
        return act(number)

    with ThreadPoolExecutor(many) as pool:
        return list(pool.map(one, range(many)))
