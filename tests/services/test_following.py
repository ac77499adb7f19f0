"""Who follows an item and who is called to it is told, once; nobody learns of what they may not see."""

from __future__ import annotations

import pytest

from aggregator.services.errors import NotFound, Refused
from aggregator.storage.db import Database
from aggregator.storage.tables import watchers
from tests.fakes.clock import SteppableClock
from tests.intake.house import ANSWER, OFFICE, gone, said
from tests.services.desk import DEVELOPER
from tests.services.team import BUDI, BUPATI, KOMINFO, RINA, TONO, Team, at_once


@pytest.fixture
def team(database: Database, clock: SteppableClock) -> Team:
    return Team(database, clock)


def revision(team: Team) -> int:
    return int(team.item().revision)


def following(team: Team) -> set[int]:
    return {row.person_id for row in team.desk.house.rows(watchers)}


def test_who_follows_hears_of_notes_answers_and_reopening(team: Team) -> None:
    for who in (BUDI, BUPATI, RINA):
        team.acts.watch(who, team.code)
    assert team.page(BUPATI).team.watching and team.page(RINA).team.watchers == 3
    assert not team.page(KOMINFO).team.watching
    team.acts.note(RINA, team.code, "Sudah dicek.")
    assert team.told() == [(2, "noted"), (5, "noted")], "whoever writes it knows"
    team.desk.house.store(said("r", ANSWER, by=OFFICE, parent="a", minute=30))
    assert sorted(team.told()[2:]) == [(1, "answered"), (2, "answered"), (5, "answered")]
    team.desk.house.store(gone("r"))
    assert sorted(team.told()[5:]) == [(1, "reopened"), (2, "reopened"), (5, "reopened")]
    team.acts.unwatch(BUPATI, team.code)
    team.acts.claim(RINA, team.code, revision(team))
    team.clock.step(minutes=1)
    team.acts.answered_elsewhere(RINA, team.code, revision(team), "Lewat telepon.")
    assert team.told()[8:] == [(2, "answered")]
    assert team.kinds()[:2] == ["opened", "noted"], "following is no event"


def test_watching_twice_is_watching_once(team: Team) -> None:
    assert at_once(*[lambda: team.acts.watch(RINA, team.code)] * 4) == ["done"] * 4
    assert following(team) == {1}
    for who in (TONO, DEVELOPER):
        for act in (team.acts.watch, team.acts.unwatch):
            with pytest.raises(NotFound):
                act(who, team.code)


def test_who_loses_sight_of_an_item_no_longer_follows(team: Team) -> None:
    for who in (RINA, KOMINFO, BUPATI):
        team.acts.watch(who, team.code)
    team.acts.route(RINA, team.code, revision(team), 4)
    assert following(team) == {4, 5}
    team.acts.make_confidential(KOMINFO, team.code, revision(team), "Menyangkut anak.")
    assert following(team) == {4}
    team.put(confidential=False, unit_id=2)
    team.acts.watch(RINA, team.code)
    team.put(confidential=True)
    team.acts.note(KOMINFO, team.code, "Tetap rahasia.")
    assert team.told() == [], "one who is not named hears nothing, even while still in the list"


def test_a_colleague_is_called_by_name(team: Team) -> None:
    team.acts.watch(BUDI, team.code)
    team.acts.note(RINA, team.code, "Tolong @Budi, dan @bupati. Email: dinas@contoh.example; @kominfo: mohon arahan")
    assert sorted(team.told()) == [(2, "mentioned"), (4, "mentioned"), (5, "mentioned")], "each is told once"


@pytest.mark.parametrize("login", ["tono", "siapa", "TONO", "budi_fb"])
def test_who_may_not_see_it_cannot_be_called_and_nothing_is_told_apart(team: Team, login: str) -> None:
    with pytest.raises(Refused) as refusal:
        team.acts.note(RINA, team.code, f"Halo @budi dan @{login}")
    assert refusal.value.message.replace(login.lower(), "…") == (
        "@… bukan petugas yang bisa membuka butir ini, jadi catatan belum disimpan. Periksa namanya, atau hapus tanda @ bila "
        "itu bukan nama petugas."
    )
    assert team.kinds() == ["opened"] and team.told() == []


def test_of_a_confidential_item_only_named_people_are_called(team: Team) -> None:
    team.put(confidential=True)
    with pytest.raises(Refused):
        team.acts.note(KOMINFO, team.code, "@rina tolong")
    team.acts.name_person(KOMINFO, team.code, "rina")
    team.acts.note(KOMINFO, team.code, "@rina tolong")
    assert team.told() == [(1, "mentioned")]


def test_a_supporting_unit_can_be_called(team: Team) -> None:
    team.acts.involve(RINA, team.code, revision(team), 4, "Data lampu.")
    team.acts.note(RINA, team.code, "@tono, sudah ada?")
    assert team.told() == [(3, "involved"), (3, "mentioned")]
