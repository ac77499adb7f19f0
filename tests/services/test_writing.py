"""Who writes just now, and that nobody's words are lost by it."""

from __future__ import annotations

import pytest

from aggregator.services.acts import WRITING
from aggregator.services.errors import Conflict, NotFound, Refused
from aggregator.storage.db import Database
from aggregator.storage.tables import locks, replies
from tests.fakes.clock import SteppableClock
from tests.services.team import BUDI, BUPATI, RINA, TONO, Team, at_once


@pytest.fixture
def team(database: Database, clock: SteppableClock) -> Team:
    return Team(database, clock)


def drafts(team: Team) -> set[tuple[int, str, str]]:
    return {(row.person_id, row.state, row.text) for row in team.desk.house.rows(replies)}


def test_others_see_who_writes_and_until_when(team: Team) -> None:
    pen = team.acts.begin_writing(RINA, team.code)
    assert (pen.mine, pen.until) == (True, team.clock() + WRITING)
    seen = team.page(BUDI).team.pen
    assert (seen.name, seen.until, seen.mine) == ("Rina", team.clock() + WRITING, False)
    assert team.page(RINA).team.pen.mine
    told = team.acts.begin_writing(BUDI, team.code)
    assert (told.name, told.mine) == ("Rina", False)
    with pytest.raises(Refused, match="Rina sedang menulis"):
        team.acts.answer(BUDI, team.code, team.item().revision, "Sudah diperbaiki.")
    assert team.kinds() == ["opened"]


def test_the_pen_is_kept_by_writing_and_lost_by_silence(team: Team) -> None:
    team.acts.begin_writing(RINA, team.code)
    team.clock.step(minutes=4)
    team.acts.save_draft(RINA, team.code, "Sedang kami")
    team.clock.step(minutes=4)
    assert team.page(BUDI).team.pen.name == "Rina", "saving a draft keeps it"
    team.clock.step(minutes=2)
    assert team.page(BUDI).team.pen is None
    assert team.acts.begin_writing(BUDI, team.code).mine
    team.acts.save_draft(RINA, team.code, "Sedang kami cek")
    assert team.page(BUDI).team.pen.mine, "a draft takes no pen from a colleague"
    assert team.page(RINA).team.draft.text == "Sedang kami cek", "an expired lock loses no draft"


def test_taking_over_is_told_and_keeps_both_drafts(team: Team) -> None:
    team.acts.save_draft(RINA, team.code, "Dari Rina")
    team.acts.take_over(BUDI, team.code, 1)
    team.acts.save_draft(BUDI, team.code, "Dari Budi")
    assert team.kinds() == ["opened", "taken_over"]
    assert team.told() == [(1, "taken_over")]
    assert drafts(team) == {(1, "draft", "Dari Rina"), (2, "draft", "Dari Budi")}
    page = team.page(RINA).team
    assert (page.draft.text, [draft.text for draft in page.drafts], page.pen.name) == (
        "Dari Rina",
        ["Dari Budi"],
        "Budi",
    )
    team.acts.answer(BUDI, team.code, team.item().revision, "Dari Budi, akhir")
    assert drafts(team) == {(1, "draft", "Dari Rina"), (2, "queued", "Dari Budi, akhir")}
    assert team.desk.house.rows(locks) == [], "whoever sends lays the pen down"


def test_two_people_write_at_once_and_nothing_is_overwritten(team: Team) -> None:
    pens = []
    assert at_once(
        lambda: pens.append(team.acts.begin_writing(RINA, team.code)),
        lambda: pens.append(team.acts.begin_writing(BUDI, team.code)),
    ) == ["done", "done"]
    assert sorted(pen.mine for pen in pens) == [False, True] and len({pen.holder_id for pen in pens}) == 1
    at_once(
        *(lambda n=n: team.acts.save_draft(RINA, team.code, f"Rina {n}") for n in range(4)),
        *(lambda n=n: team.acts.save_draft(BUDI, team.code, f"Budi {n}") for n in range(4)),
    )
    assert sorted((row[0], row[2][:4]) for row in drafts(team)) == [(1, "Rina"), (2, "Budi")]


def test_of_two_who_take_over_one_wins(team: Team) -> None:
    team.acts.begin_writing(RINA, team.code)
    kominfo = at_once(lambda: team.acts.take_over(BUDI, team.code, 1), lambda: _as_admin(team))
    assert kominfo == ["conflict", "done"]
    assert team.kinds() == ["opened", "taken_over"] and team.told() == [(1, "taken_over")]


def _as_admin(team: Team) -> None:
    from tests.services.team import KOMINFO

    team.acts.take_over(KOMINFO, team.code, 1)


def test_whoever_may_not_answer_has_no_pen(team: Team) -> None:
    for who in (TONO, BUPATI):
        with pytest.raises(NotFound):
            team.acts.begin_writing(who, team.code)
        with pytest.raises(NotFound):
            team.acts.take_over(who, team.code, 1)
        with pytest.raises(NotFound):
            team.acts.save_draft(who, team.code, "x")
    with pytest.raises(Conflict):
        team.acts.begin_writing(BUDI, team.code)
        team.acts.take_over(RINA, team.code, 3)
    team.put(state="closed", waiting=False)
    with pytest.raises(Refused):
        team.acts.begin_writing(RINA, team.code)


def test_a_colleagues_answer_on_its_way_costs_nobody_a_draft(team: Team) -> None:
    team.acts.answer(RINA, team.code, team.item().revision, "Sudah diperbaiki.")
    team.acts.save_draft(BUDI, team.code, "Dari Budi")
    with pytest.raises(Refused, match="sedang dikirim"):
        team.acts.save_draft(RINA, team.code, "Dua kali")
    team.acts.undo(BUDI, team.code)
    assert drafts(team) == {(1, "draft", "Sudah diperbaiki."), (2, "draft", "Dari Budi")}
    assert team.page(BUDI).reply is None, "an answer taken back is its writer's draft"
