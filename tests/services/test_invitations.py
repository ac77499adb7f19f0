"""Invitations: a link that is random, kept as a hash, good for seven days and once; and who may make one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from aggregator.domain.access import Role
from aggregator.services.errors import NotFound, Refused
from aggregator.services.people import Newcomer, Stage
from aggregator.storage.tables import invitations, people
from tests.services.staff import PASSWORD, Office

FRESH = "kuda makan jeruk"


def newcomer(office: Office, **changes: object) -> Newcomer:
    told = {"login": "siti", "name": "Siti Rahmawati", "role": Role.OPERATOR, "unit_id": office.unit("Dinas")}
    return Newcomer(**(told | changes))  # type: ignore[arg-type]


def test_the_invited_choose_a_password_and_are_in(office: Office) -> None:
    person_id, token = office.invitations.invite(office.rina, newcomer(office, email=" Siti@Kabupaten.GO.id "))
    welcome = office.invitations.look(token)
    assert (welcome.login, welcome.name, welcome.purpose) == ("siti", "Siti Rahmawati", "invite")
    viewer = office.people.viewer(office.invitations.accept(token, FRESH, "Chrome di Android"))
    assert viewer is not None and (viewer.person_id, viewer.role) == (person_id, Role.OPERATOR)
    assert office.people.log_in("siti", FRESH)
    assert office.kinds("siti") == ["invited", "joined"]
    with office.database.read() as connection:
        assert connection.execute(select(people.c.email).where(people.c.id == person_id)).scalar_one() == (
            "siti@kabupaten.go.id"
        )


def test_before_that_no_password_opens(office: Office) -> None:
    office.invitations.invite(office.rina, newcomer(office))
    for password in ("", " ", FRESH):
        with pytest.raises(Refused, match="salah"):
            office.people.log_in("siti", password)


def test_a_link_works_once(office: Office) -> None:
    _, token = office.invitations.invite(office.rina, newcomer(office))
    office.invitations.accept(token, FRESH, "")
    for again in (office.invitations.look, lambda token: office.invitations.accept(token, "gajah minum teh", "")):
        with pytest.raises(NotFound, match="sudah dipakai"):
            again(token)
    assert office.people.log_in("siti", FRESH), "and the first password stays"


def test_two_who_open_it_at_once_do_not_both_get_in(office: Office) -> None:
    _, token = office.invitations.invite(office.rina, newcomer(office))

    def accept(number: int) -> str | None:
        try:
            return office.invitations.accept(token, f"{FRESH} {number}", "")
        except NotFound:
            return None

    with ThreadPoolExecutor(6) as pool:
        assert sum(one is not None for one in pool.map(accept, range(6))) == 1
    with office.database.read() as connection:
        assert connection.execute(select(invitations)).all() == []


def test_a_link_dies_after_seven_days(office: Office) -> None:
    _, token = office.invitations.invite(office.rina, newcomer(office))
    office.clock.step(days=7, seconds=-1)
    office.invitations.look(token)
    office.clock.step(seconds=1)
    with pytest.raises(NotFound):
        office.invitations.accept(token, FRESH, "")


def test_a_newer_link_kills_the_older(office: Office) -> None:
    person_id, first = office.invitations.invite(office.rina, newcomer(office))
    second = office.invitations.renew(office.rina, person_id)
    with pytest.raises(NotFound):
        office.invitations.look(first)
    assert office.invitations.look(second).purpose == "invite"


def test_a_forgotten_password_is_chosen_anew(office: Office) -> None:
    token = office.people.log_in("budi", PASSWORD)
    link = office.invitations.renew(office.rina, office.id("budi"))
    assert office.people.log_in("budi", PASSWORD), "the old one works until then"
    assert office.invitations.look(link).purpose == "reset"
    office.invitations.accept(link, FRESH, "")
    assert office.people.viewer(token) is None, "older sessions end"
    with pytest.raises(Refused):
        office.people.log_in("budi", PASSWORD)
    assert office.kinds("budi") == ["added", "link_made", "password_reset"]


def test_a_link_is_no_way_around_the_second_factor(office: Office) -> None:
    office.enrol(office.rina)
    link = office.invitations.renew(office.rina, office.id("rina"))
    assert office.stage(office.invitations.accept(link, FRESH, "")) is Stage.CODE


def test_a_changed_password_kills_the_link(office: Office) -> None:
    link = office.invitations.renew(office.rina, office.id("budi"))
    office.people.change_password(office.budi, PASSWORD, FRESH)
    with pytest.raises(NotFound):
        office.invitations.look(link)


@pytest.mark.parametrize("password", ["", "pendek", "password123", "siti1990", "Siti Rahmawati"])
def test_a_bad_password_leaves_the_link_good(office: Office, password: str) -> None:
    _, token = office.invitations.invite(office.rina, newcomer(office))
    with pytest.raises(Refused):
        office.invitations.accept(token, password, "")
    assert office.invitations.accept(token, FRESH, "")


@pytest.mark.parametrize("token", ["", "x", "\x00", "\ud800", "a" * 5_000])
def test_a_made_up_link_opens_nothing(office: Office, token: str) -> None:
    office.invitations.invite(office.rina, newcomer(office))
    with pytest.raises(NotFound):
        office.invitations.look(token)


def test_who_left_gets_no_link_and_has_none(office: Office) -> None:
    link = office.invitations.renew(office.rina, office.id("budi"))
    budi = office.id("budi")
    office.leaving.deactivate(office.rina, budi)
    with pytest.raises(NotFound):
        office.invitations.accept(link, FRESH, "")
    with pytest.raises(Refused, match="dinonaktifkan"):
        office.invitations.renew(office.rina, budi)
    with pytest.raises(NotFound):
        office.invitations.renew(office.rina, 999)


def test_only_admins_invite(office: Office) -> None:
    for act in (
        lambda: office.invitations.invite(office.budi, newcomer(office)),
        lambda: office.invitations.renew(office.budi, office.id("rina")),
    ):
        with pytest.raises(NotFound):
            act()


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"login": "budi"}, "sudah dipakai"), ({"login": " BUDI "}, "sudah dipakai"), ({"login": ""}, "huruf kecil"),
        ({"login": "si ti"}, "huruf kecil"), ({"login": "s"}, "huruf kecil"), ({"login": "x\x00y z"}, "huruf kecil"),
        ({"name": "  "}, "harus diisi"), ({"unit_id": None}, "harus mempunyai unit"),
        ({"role": Role.HEAD, "unit_id": None}, "harus mempunyai unit"),
        ({"email": "bukan-alamat"}, "e-mail"), ({"email": "a@b"}, "e-mail"), ({"email": "BUDI@kabupaten.go.id"}, "sudah dipakai"),
        ({"email": "a" * 300 + "@b.id"}, "e-mail"),
    ],
)  # fmt: skip
def test_who_cannot_be_invited(office: Office, changes: dict[str, object], word: str) -> None:
    with pytest.raises(Refused, match=word):
        office.invitations.invite(office.rina, newcomer(office, **changes))
    with office.database.read() as connection:
        assert len(connection.execute(select(people.c.id)).all()) == 2, "nothing is half stored"


def test_two_admins_who_invite_the_same_person_at_once(office: Office) -> None:
    def invite(number: int) -> bool:
        told = {"login": "siti" if number % 2 else f"siti{number}", "email": "siti@kabupaten.go.id"}
        try:
            return bool(office.invitations.invite(rina, newcomer(office, **told)))
        except Refused as refusal:
            assert "dipakai" in refusal.message
            return False

    rina = office.rina
    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(invite, range(6))) == 1


def test_a_stolen_database_invites_nobody(office: Office) -> None:
    _, token = office.invitations.invite(office.rina, newcomer(office))
    assert token not in office.dump()
