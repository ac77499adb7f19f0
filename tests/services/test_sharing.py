"""Assigning, support of a second unit, and items that hold two matters."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aggregator.domain.access import Role
from aggregator.services.errors import Conflict, NotFound, Refused
from aggregator.services.inbox import Filter
from aggregator.storage.db import Database
from aggregator.storage.tables import item_units, proofs
from tests.fakes.clock import SteppableClock
from tests.fakes.viewers import viewer_of
from tests.intake.house import ANSWER, OFFICE, said
from tests.services.desk import DEVELOPER, GOAL
from tests.services.team import BUDI, BUPATI, KOMINFO, RINA, TONO, Team, at_once

NEEDED = "Mohon data lampu jalan."


@pytest.fixture
def team(database: Database, clock: SteppableClock) -> Team:
    return Team(database, clock)


def revision(team: Team) -> int:
    return int(team.item().revision)


def share(team: Team) -> int:
    return int(team.desk.house.rows(item_units)[-1].id)


def support(team: Team, viewer: object = TONO) -> list[str]:
    return [row.code for row in team.desk.inbox.page(viewer, Filter(tab="support")).rows]  # type: ignore[arg-type]


def number(team: Team, viewer: object = TONO) -> int:
    return team.desk.inbox.page(viewer, Filter()).tabs["support"]  # type: ignore[arg-type]


# -- assigning -----------------------------------------------------------------------------------------------------


def test_a_colleague_is_given_the_item_and_told(team: Team) -> None:
    assert [one.name for one in team.page(RINA).team.colleagues] == ["Budi", "Rina"]
    team.acts.assign(RINA, team.code, revision(team), 2)
    assert (team.item().claimed_by, team.item().state, team.kinds()) == (2, "working", ["opened", "assigned"])
    assert team.told() == [(2, "assigned")]
    team.acts.assign(KOMINFO, team.code, revision(team), 1)
    assert team.told() == [(2, "assigned"), (1, "assigned")]
    team.check()


def test_nobody_else_can_be_given_it(team: Team) -> None:
    for stranger in (3, 4, 5, 99):
        with pytest.raises(Refused):
            team.acts.assign(RINA, team.code, revision(team), stranger)
    team.put(confidential=True)
    with pytest.raises(Refused):
        team.acts.assign(KOMINFO, team.code, revision(team), 1)
    team.put(confidential=False, state="closed", waiting=False)
    with pytest.raises(Refused):
        team.acts.assign(RINA, team.code, revision(team), 2)
    assert team.kinds() == ["opened"] and team.told() == []


def test_of_two_who_assign_one_wins(team: Team) -> None:
    seen = revision(team)
    outcome = at_once(
        lambda: team.acts.assign(RINA, team.code, seen, 2), lambda: team.acts.assign(KOMINFO, team.code, seen, 1)
    )
    assert outcome == ["conflict", "done"] and team.kinds() == ["opened", "assigned"]


# -- a second unit -------------------------------------------------------------------------------------------------


def test_a_supporting_unit_sees_notes_and_drafts_but_does_not_answer(team: Team) -> None:
    with pytest.raises(NotFound):
        team.page(TONO)
    team.acts.involve(RINA, team.code, revision(team), 4, NEEDED)
    page = team.page(TONO)
    assert (page.may_work, page.team.partner, page.team.shares[0].matter) == (False, True, NEEDED)
    assert (support(team), number(team), team.told()) == ([team.code], 1, [(3, "involved")])
    assert team.desk.inbox.page(TONO, Filter()).rows == (), "it is not their own"
    team.acts.note(TONO, team.code, "Datanya kami kirim besok.")
    team.acts.save_draft(TONO, team.code, "Lampu diganti Senin.")
    assert [draft.text for draft in team.page(RINA).team.drafts] == ["Lampu diganti Senin."]
    now = revision(team)
    for act, told in (
        ("answer", ("x",)), ("copied", ("x",)), ("close", ("x",)), ("route", (4,)), ("claim", ()), ("involve", (1, "x")),
        ("assign", (3,)),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            getattr(team.acts, act)(TONO, team.code, now, *told)
    for who in (DEVELOPER, viewer_of(Role.OPERATOR, 3)):
        with pytest.raises(NotFound):
            team.page(who)
    team.check()


def test_support_ends_from_either_side_and_with_it_the_view(team: Team) -> None:
    for who, told in ((TONO, [1, 2]), (RINA, [2])):
        team.acts.involve(RINA, team.code, revision(team), 4, NEEDED)
        before = len(team.told())
        team.acts.end_share(who, team.code, share(team), "Sudah dikirim.")
        assert team.told()[before:] == [(person, "support_ended") for person in told]
        assert (support(team), number(team)) == ([], 0)
        with pytest.raises(NotFound):
            team.page(TONO)
        team.clock.step(minutes=1)
    with pytest.raises(NotFound):
        team.acts.end_share(TONO, team.code, share(team), "Lagi")
    with pytest.raises(Conflict):
        team.acts.end_share(RINA, team.code, share(team), "Lagi")


def test_units_that_cannot_take_part(team: Team) -> None:
    for unit, says in ((2, "unit utama"), (99, "tidak ada")):
        with pytest.raises(Refused, match=says):
            team.acts.involve(RINA, team.code, revision(team), unit, NEEDED)
    team.acts.involve(RINA, team.code, revision(team), 4, NEEDED)
    for act in (team.acts.involve, team.acts.split):
        with pytest.raises(Refused, match="sudah ikut"):
            act(RINA, team.code, revision(team), 4, NEEDED)
        with pytest.raises(Refused, match="diminta"):
            act(RINA, team.code, revision(team), 1, " \x00")
    team.put(confidential=True)
    with pytest.raises(Refused, match="rahasia"):
        team.acts.involve(KOMINFO, team.code, revision(team), 3, NEEDED)
    with pytest.raises(NotFound):
        team.page(TONO)
    assert (support(team), number(team)) == ([], 0), "a confidential item needs a name, not only a unit"
    team.put(confidential=False, unit_id=None)
    with pytest.raises(Refused, match="unit utamanya"):
        team.acts.involve(KOMINFO, team.code, revision(team), 1, NEEDED)


def test_who_supported_and_has_the_item_now_supports_no_longer(team: Team) -> None:
    team.acts.involve(RINA, team.code, revision(team), 4, NEEDED)
    team.acts.route(RINA, team.code, revision(team), 4)
    assert team.page(TONO).may_work and (support(team), number(team)) == ([], 0)


def test_of_two_who_involve_one_wins(team: Team) -> None:
    seen = revision(team)
    outcome = at_once(
        lambda: team.acts.involve(RINA, team.code, seen, 4, NEEDED),
        lambda: team.acts.split(BUDI, team.code, seen, 4, NEEDED),
    )
    assert outcome == ["conflict", "done"] and len(team.desk.house.rows(item_units)) == 1


# -- two matters ---------------------------------------------------------------------------------------------------


def test_a_part_has_its_own_unit_and_clock(team: Team) -> None:
    now = team.clock.step(hours=5)
    team.acts.split(RINA, team.code, revision(team), 4, "Lampunya mati.")
    part = team.page(TONO).team.shares[0]
    assert (part.role, part.since, part.due_at, part.late) == ("part", now, now + GOAL, False)
    team.acts.claim_share(TONO, team.code, revision(team), part.id)
    assert team.page(TONO).team.shares[0].claimed_by == "Tono"
    team.clock.step(hours=30)
    assert team.page(RINA).team.shares[0].late
    assert team.kinds() == ["opened", "split", "share_claimed"]
    with pytest.raises(NotFound):
        team.acts.claim_share(RINA, team.code, revision(team), part.id)


@pytest.mark.parametrize("act", ["close", "answered_elsewhere", "no_answer_needed", "not_ours"])
def test_an_item_does_not_end_while_a_part_is_open(team: Team, act: str) -> None:
    team.acts.split(RINA, team.code, revision(team), 4, "Lampunya mati.")
    with pytest.raises(Refused, match="bagian"):
        getattr(team.acts, act)(RINA, team.code, revision(team), "Sudah")
    team.acts.end_share(TONO, team.code, share(team), "Lampu sudah diganti.")
    getattr(team.acts, act)(RINA, team.code, revision(team), "Sudah")
    assert team.kinds()[:3] == ["opened", "split", "part_done"]
    assert team.page(TONO).team.shares[0].outcome == "Lampu sudah diganti.", "who did a part may see what came of it"
    team.check()


def test_an_answer_counts_when_the_last_part_is_done(team: Team) -> None:
    team.acts.split(RINA, team.code, revision(team), 4, "Lampunya mati.")
    team.acts.split(RINA, team.code, revision(team), 1, "Pagarnya roboh.")
    first, second = (row.id for row in team.desk.house.rows(item_units))
    team.desk.house.store(said("r", ANSWER, by=OFFICE, parent="a", minute=30))
    assert (team.item().state, team.item().answer_strength, team.item().open_parts) == ("acknowledged", "direct", 2)
    assert team.page(RINA).probable is None and team.desk.house.rows(proofs) == []
    team.desk.house.store(said("b", "Setuju dengan bapak ini.", by="warga-9", parent="a", minute=40))
    assert team.item().state == "acknowledged", "settling again changes nothing"
    team.acts.end_share(TONO, team.code, first, "Lampu sudah diganti.")
    assert team.item().state == "acknowledged"
    team.acts.end_share(KOMINFO, team.code, second, "Pagar diperbaiki.")
    answer = team.desk.house.message("r")
    assert (team.item().state, team.item().answered_at) == ("answered", answer.created_at)
    (proof,) = team.desk.house.rows(proofs)
    assert (proof.snapshot, proof.answer_id) == (ANSWER, answer.id)
    team.desk.house.store(said("c", "Sama di tempat kami.", by="warga-8", parent="a", minute=50))
    assert team.item().state == "answered"
    team.check()


def test_two_who_end_one_part_end_it_once(team: Team) -> None:
    team.acts.split(RINA, team.code, revision(team), 4, "Lampunya mati.")
    part = share(team)
    outcome = at_once(
        lambda: team.acts.end_share(TONO, team.code, part, "Sudah."),
        lambda: team.acts.end_share(RINA, team.code, part, "Batal."),
    )
    assert outcome == ["conflict", "done"] and team.item().open_parts == 0
    assert team.kinds() == ["opened", "split", "part_done"]


def test_every_number_is_what_its_list_shows(team: Team) -> None:
    for key in ("b", "c", "d"):
        code = team.more(key)
        item = team.item(key)
        team.acts.involve(RINA, code, item.revision, 4, NEEDED)
    team.put("d", state="closed", waiting=False)
    for who in (TONO, RINA, KOMINFO, replace(KOMINFO, unit_id=4), BUPATI, DEVELOPER):
        assert number(team, who) == len(support(team, who)), who
    assert number(team) == 2
    found = team.desk.inbox.page(TONO, Filter(tab="support", search="pasar")).rows
    assert len(found) == 2
