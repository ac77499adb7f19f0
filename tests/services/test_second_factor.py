"""The second factor: enrolling, each code once, recovery codes, tries counted, and nothing to read for a thief."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest
from sqlalchemy import select, update

from aggregator.services.errors import NotFound, Refused, TooManyAttempts
from aggregator.services.keyring import reseal_all
from aggregator.services.people import Stage
from aggregator.storage.crypto import Vault
from aggregator.storage.tables import people, recovery_codes, second_factors
from tests.services.staff import KEY, PASSWORD, Office


def test_an_app_is_enrolled_and_asked_for(office: Office) -> None:
    told = office.factor.begin(office.budi)
    assert told == office.factor.begin(office.budi), "the page may be loaded twice"
    assert told.uri.startswith("otpauth://totp/Sahut:budi?secret=" + told.key) and "issuer=Sahut" in told.uri
    assert office.stage(office.people.log_in("budi", PASSWORD)) is Stage.FULL, "nothing is asked for before it counts"
    app = pyotp.parse_uri(told.uri)
    assert isinstance(app, pyotp.TOTP)
    enrolled = office.factor.confirm(office.budi, app.at(office.clock()), "Chrome di Android")
    assert office.stage(enrolled.token) is Stage.FULL
    assert len(set(enrolled.codes)) == 10

    office.clock.step(seconds=30)
    half = office.people.log_in("budi", PASSWORD)
    assert (office.stage(half), office.people.viewer(half)) == (Stage.CODE, None)
    whole = office.factor.enter(office.budi, app.at(office.clock()), "")
    assert office.stage(whole) is Stage.FULL and whole != half
    assert office.kinds("budi") == ["added", "factor_enrolled"]


def test_sessions_from_before_end(office: Office) -> None:
    before = office.people.log_in("budi", PASSWORD)
    office.enrol(office.budi)
    assert office.people.behind(before) is None


def test_a_code_opens_once(office: Office) -> None:
    app, _ = office.enrol(office.budi)
    code = app.at(office.clock())
    office.factor.enter(office.budi, code, "")
    for _ in range(2):
        with pytest.raises(Refused, match="sudah dipakai"):
            office.factor.enter(office.budi, code, "")
    office.clock.step(seconds=30)
    with pytest.raises(Refused, match="sudah dipakai"):
        office.factor.enter(office.budi, code, "")  # still inside the window
    assert office.factor.enter(office.budi, app.at(office.clock()), "")


def test_the_code_that_enrolled_does_not_log_in(office: Office) -> None:
    app = pyotp.TOTP(office.factor.begin(office.budi).key)
    code = app.at(office.clock())
    office.factor.confirm(office.budi, code, "")
    with pytest.raises(Refused, match="sudah dipakai"):
        office.factor.enter(office.budi, code, "")


def test_one_code_in_many_hands_opens_once(office: Office) -> None:
    app, _ = office.enrol(office.budi)
    budi, code = office.budi, app.at(office.clock())

    def enter(_: int) -> bool:
        try:
            return bool(office.factor.enter(budi, code, ""))
        except Refused:
            return False

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(enter, range(4))) == 1


@pytest.mark.parametrize(("off", "opens"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_clock_may_be_half_a_minute_off(office: Office, off: int, opens: bool) -> None:
    app, _ = office.enrol(office.budi)
    code = app.at(office.clock(), counter_offset=off // 30)
    if opens:
        assert office.factor.enter(office.budi, code, "")
    else:
        with pytest.raises(Refused):
            office.factor.enter(office.budi, code, "")


def test_an_older_code_is_dead_once_a_newer_was_used(office: Office) -> None:
    app, _ = office.enrol(office.budi)
    office.factor.enter(office.budi, app.at(office.clock(), counter_offset=1), "")
    with pytest.raises(Refused):
        office.factor.enter(office.budi, app.at(office.clock()), "")


def test_the_sixth_try_waits_and_a_right_password_changes_nothing(office: Office) -> None:
    app, _ = office.enrol(office.budi)
    for _ in range(5):
        with pytest.raises(Refused, match="salah"):
            office.factor.enter(office.budi, "000000" if app.at(office.clock()) != "000000" else "111111", "")
        office.people.log_in("budi", PASSWORD)
    with pytest.raises(TooManyAttempts) as refusal:
        office.factor.enter(office.budi, app.at(office.clock()), "")
    assert refusal.value.retry_after == 60
    office.clock.step(seconds=61)
    assert office.factor.enter(office.budi, app.at(office.clock()), "")


def test_tries_of_codes_do_not_shut_the_password_out_nor_others(office: Office) -> None:
    office.enrol(office.budi)
    office.enrol(office.rina)
    for _ in range(6):
        with pytest.raises(Refused):
            office.factor.enter(office.budi, "x", "")
    assert office.people.log_in("budi", PASSWORD)
    with pytest.raises(Refused, match="salah"):
        office.factor.enter(office.rina, "x", "")
    with pytest.raises(Refused, match="salah"):
        office.people.log_in(" kode budi", PASSWORD)


@pytest.mark.parametrize(
    "code", ["", "x", "12345", "1234567", "١٢٣٤٥٦", "\ud800", "a" * 9_000, "000000' OR 1=1", "\x00"]
)
def test_rubbish_is_a_wrong_code(office: Office, code: str) -> None:
    office.enrol(office.budi)
    with pytest.raises(Refused, match="salah"):
        office.factor.enter(office.budi, code, "")


def test_a_recovery_code_opens_once(office: Office) -> None:
    _, codes = office.enrol(office.budi)
    assert office.factor.enter(office.budi, f" {codes[3].upper().replace('-', ' ')} ", "")
    with pytest.raises(Refused):
        office.factor.enter(office.budi, codes[3], "")
    assert office.factor.enter(office.budi, codes[4], "")
    assert office.factor.page(office.budi).codes_left == 8
    assert office.kinds("budi")[-2:] == ["recovery_used", "recovery_used"]
    with pytest.raises(Refused):
        office.factor.enter(office.rina, codes[5], "")


def test_one_recovery_code_in_many_hands_opens_once(office: Office) -> None:
    _, codes = office.enrol(office.budi)
    budi = office.budi

    def enter(_: int) -> bool:
        try:
            return bool(office.factor.enter(budi, codes[0], ""))
        except Refused:
            return False

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(enter, range(4))) == 1


def test_new_recovery_codes_kill_the_old(office: Office) -> None:
    app, old = office.enrol(office.budi)
    with pytest.raises(Refused):
        office.factor.renew_codes(office.budi, "000 000x")
    fresh = office.factor.renew_codes(office.budi, app.at(office.clock()))
    assert not set(fresh) & set(old)
    with pytest.raises(Refused):
        office.factor.enter(office.budi, old[0], "")
    assert office.factor.enter(office.budi, fresh[0], "")


def test_a_wrong_first_code_changes_nothing(office: Office) -> None:
    key = office.factor.begin(office.budi).key
    with pytest.raises(Refused):
        office.factor.confirm(office.budi, "x", "")
    assert office.factor.page(office.budi).confirmed_at is None
    assert office.factor.begin(office.budi).key == key


def test_who_has_one_cannot_begin_another(office: Office) -> None:
    app, _ = office.enrol(office.budi)
    with pytest.raises(Refused, match="sudah aktif"):
        office.factor.begin(office.budi)
    with pytest.raises(Refused):
        office.factor.confirm(office.budi, app.at(office.clock()), "")


def test_dropping_it_needs_a_code_and_ends_other_sessions(office: Office) -> None:
    app, codes = office.enrol(office.budi)
    other = office.factor.enter(office.budi, codes[0], "")
    with pytest.raises(Refused):
        office.factor.drop(office.budi, "x", "")
    token = office.factor.drop(office.budi, app.at(office.clock()), "")
    assert (office.stage(token), office.stage(other)) == (Stage.FULL, None)
    assert office.stage(office.people.log_in("budi", PASSWORD)) is Stage.FULL
    with office.database.read() as connection:
        assert (
            connection.execute(select(recovery_codes)).all() == connection.execute(select(second_factors)).all() == []
        )


# -- required ------------------------------------------------------------------------------------------------------------


def test_an_admin_must_enrol_where_it_is_required(office: Office) -> None:
    office.required = True
    half = office.people.log_in("rina", PASSWORD)
    assert (office.stage(half), office.people.viewer(half)) == (Stage.ENROL, None)
    assert office.stage(office.people.log_in("budi", PASSWORD)) is Stage.FULL, "others need not"
    app, _ = office.enrol(office.rina)
    assert office.factor.page(office.rina).required
    token = office.factor.drop(office.rina, app.at(office.clock()), "")
    assert office.stage(token) is Stage.ENROL, "another telephone: at once"


def test_half_a_session_lasts_half_an_hour(office: Office) -> None:
    office.enrol(office.budi)
    half = office.people.log_in("budi", PASSWORD)
    for _ in range(2):
        office.clock.step(minutes=14)
        assert office.stage(half) is Stage.CODE
    office.clock.step(minutes=3)
    assert office.people.behind(half) is None


def test_a_lost_telephone_is_an_admins_to_mend(office: Office) -> None:
    office.enrol(office.budi)
    half = office.people.log_in("budi", PASSWORD)
    for viewer, person in ((office.budi, "rina"), (office.budi, "budi"), (office.rina, "rina")):
        with pytest.raises(NotFound):
            office.factor.reset(viewer, office.id(person))
    office.factor.reset(office.rina, office.id("budi"))
    assert office.people.behind(half) is None
    assert office.stage(office.people.log_in("budi", PASSWORD)) is Stage.FULL
    assert office.kinds("budi")[-1] == "factor_reset"
    with pytest.raises(NotFound):
        office.factor.reset(office.rina, 999)


def test_who_left_is_asked_for_nothing(office: Office) -> None:
    office.enrol(office.budi)
    half = office.people.log_in("budi", PASSWORD)
    with office.database.write() as connection:
        connection.execute(update(people).values(active=False))
    assert office.people.behind(half) is None


# -- at rest -------------------------------------------------------------------------------------------------------------


def test_a_stolen_database_makes_no_codes(office: Office) -> None:
    app, codes = office.enrol(office.budi)
    dump = office.dump()
    assert app.secret not in dump
    assert not any(code in dump or code.replace("-", "") in dump for code in codes)


def test_the_keys_can_be_rotated(office: Office) -> None:
    app, _ = office.enrol(office.budi)
    newer = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
    assert reseal_all(office.database, Vault([newer, KEY])) >= 1
    office.factor._vault = Vault([newer])
    assert office.factor.enter(office.budi, app.at(office.clock()), "")
