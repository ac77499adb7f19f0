"""What the database knows of single sign-on, on both kinds: visits once, subjects bound once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from aggregator.services.errors import Refused
from aggregator.services.people.single_sign_on import Identity
from tests.services.staff import Office

ISSUER = "https://sso.contoh.example"


def identity(subject: str = "7", email: str | None = " Budi@kabupaten.GO.id") -> Identity:
    return Identity(issuer=ISSUER, subject=subject, email=email)


def test_a_visit_is_ended_once_and_in_time(office: Office) -> None:
    visit = office.sso.begin()
    ended = office.sso.end(visit.state)
    assert (ended.verifier, ended.nonce_hash, ended.nonce) == (visit.verifier, visit.nonce_hash, "")
    with pytest.raises(Refused, match="sudah dipakai"):
        office.sso.end(visit.state)
    late = office.sso.begin()
    office.clock.step(minutes=10, seconds=1)
    with pytest.raises(Refused, match="habis"):
        office.sso.end(late.state)


def test_a_thief_of_the_database_cannot_finish_a_visit(office: Office) -> None:
    visit, dump = office.sso.begin(), office.dump()
    assert not [secret for secret in (visit.state, visit.nonce, visit.verifier) if secret in dump]


def test_the_first_visit_binds_and_later_ones_know(office: Office) -> None:
    assert office.people.viewer(office.sso.enter(identity(), "")) == office.budi
    assert office.people.viewer(office.sso.enter(identity(email=None), "")) == office.budi
    assert office.kinds("budi") == ["added", "sso_bound"]
    for stranger in (identity("8"), identity("9", None), identity("9", "hantu@kabupaten.go.id")):
        with pytest.raises(Refused):
            office.sso.enter(stranger, "")


def test_two_first_visits_at_once_bind_once(office: Office) -> None:
    with ThreadPoolExecutor(4) as pool:
        tokens = list(pool.map(lambda _: office.sso.enter(identity(), ""), range(4)))
    assert all(office.people.viewer(token) == office.budi for token in tokens)
    assert office.kinds("budi") == ["added", "sso_bound"]


def test_a_subject_of_someone_who_left_goes_to_the_new_holder_of_the_address(office: Office) -> None:
    office.sso.enter(identity(), "")
    office.leaving.deactivate(office.rina, office.id("budi"))
    with pytest.raises(Refused):
        office.sso.enter(identity(), "")
    office.staff.unbind(office.rina, office.id("budi"))
    assert office.kinds("budi").count("sso_unbound") == 0, "leaving had forgotten it already"
