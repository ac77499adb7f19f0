"""Items that say the same: suggested to whoever works on both, merged, and taken apart again exactly."""

from __future__ import annotations

import pytest

from aggregator.domain.access import Role
from aggregator.services.errors import NotFound, Refused
from aggregator.services.inbox import Filter
from aggregator.storage.db import Database
from aggregator.storage.tables import merges
from tests.fakes.clock import SteppableClock
from tests.fakes.viewers import viewer_of
from tests.intake.house import ANSWER, OFFICE, said
from tests.services.desk import LEADER
from tests.services.team import BUDI, KOMINFO, RINA, TONO, Team, at_once

WORDS = "Jembatan gantung di Dusun Mekar putus sejak kemarin, anak sekolah tidak bisa lewat"


@pytest.fixture
def team(database: Database, clock: SteppableClock) -> Team:
    return Team(database, clock)


def revision(team: Team, key: str = "a") -> int:
    return int(team.item(key).revision)


def suggested(team: Team, code: str, who: object = RINA) -> list[tuple[str, str]]:
    return [(one.code, one.why) for one in team.page(who, code).team.duplicates]


def listed(team: Team) -> set[str]:
    return {row.code for row in team.desk.inbox.page(RINA, Filter()).rows}


# -- suggestions ---------------------------------------------------------------------------------------------------


def test_three_ways_to_be_the_same(team: Team) -> None:
    one = team.more("j1", WORDS, by="warga-1", minute=1)
    same = team.more("j2", WORDS.upper(), by="warga-2", minute=2)
    nearly = team.more("j3", WORDS.replace("kemarin", "tadi pagi"), by="warga-3", minute=3)
    again = team.more("j4", "Jembatan Dusun Mekar putus, kapan anak sekolah bisa lewat?", by="warga-1", minute=4)
    team.more("j5", "Puskesmas Mekar tutup, kapan dibuka lagi untuk imunisasi anak?", by="warga-1", minute=5)
    team.more("j6", "Jembatan lain di Dusun Sari aman saja", by="warga-4", minute=6)
    assert suggested(team, one) == [(same, "words"), (again, "author"), (nearly, "text")]


def test_the_same_person_long_ago_or_on_another_platform_is_not_meant(team: Team) -> None:
    words = "Jembatan Dusun Mekar putus, kapan anak sekolah bisa lewat?"
    one = team.more("j1", WORDS, by="warga-1", minute=60 * 24 * 9)
    team.more("j2", words, by="warga-1", minute=0)
    team.more("j3", words, by="warga-1", minute=60 * 24 * 8)
    team.put("j3", platform="website")
    assert suggested(team, one) == []


def test_only_among_what_the_person_works_on(team: Team) -> None:
    one = team.more("j1", WORDS, by="warga-1", minute=1)
    other = team.more("j2", WORDS, by="warga-2", minute=2, unit=4)
    assert suggested(team, one) == [] and suggested(team, one, KOMINFO) == [(other, "words")]
    assert suggested(team, one, LEADER) == []
    team.put("j2", unit_id=2, confidential=True)
    assert suggested(team, one) == [] and suggested(team, one, KOMINFO) == [(other, "words")]
    for into in (other, "0000000000000", "tidak ada", "\x00"):
        with pytest.raises(Refused, match="tidak ditemukan"):
            team.acts.merge(RINA, one, revision(team, "j1"), into)


# -- merging -------------------------------------------------------------------------------------------------------


def test_a_merged_item_leaves_the_waiting_lists_and_shares_the_end(team: Team) -> None:
    one = team.more("j1", WORDS, by="warga-1", minute=1)
    other = team.more("j2", WORDS, by="warga-2", minute=2)
    team.acts.merge(RINA, one, revision(team, "j1"), other)
    assert team.item("j1").state == "merged" and one not in listed(team) and other in listed(team)
    assert team.kinds("j1") == ["opened", "merged"] and suggested(team, other) == []
    team.desk.house.store(said("r", ANSWER, by=OFFICE, parent="j2", minute=30))
    assert (team.item("j1").state, team.item("j2").state) == ("merged", "answered")
    main = team.page(RINA, one).team.merged_into
    assert (main.code, main.state, main.answered_at) == (other, "answered", team.item("j2").answered_at)
    assert team.page(RINA, one).proof is None, "an answer proves only what it stands under"
    assert [gathered.code for gathered in team.page(RINA, other).team.gathered] == [one]
    team.check()


def test_of_what_a_viewer_may_not_open_only_that_it_is_there(team: Team) -> None:
    one = team.more("j1", WORDS, by="warga-1", minute=1)
    other = team.more("j2", WORDS, by="warga-2", minute=2, unit=4)
    team.acts.merge(KOMINFO, one, revision(team, "j1"), other)
    main = team.page(RINA, one).team.merged_into
    assert (main.code, main.author, main.url) == (None, None, None)
    (gathered,) = team.page(TONO, other).team.gathered
    assert (gathered.code, gathered.author, gathered.url) == (None, None, None)


@pytest.mark.parametrize("state", ["routed", "working", "acknowledged"])
@pytest.mark.parametrize("late", [True, False])
def test_taken_apart_it_stands_as_before(team: Team, state: str, late: bool) -> None:
    other = team.more("j2", WORDS)
    team.put(state=state, late=late, claimed_by=2, received_at=team.clock(), due_at=team.clock())
    before = team.item()
    team.acts.merge(RINA, team.code, revision(team), other)
    team.check()
    assert not team.item().late
    team.acts.separate(BUDI, team.code, revision(team))
    assert dict(team.item()._mapping) | {"revision": before.revision} == dict(before._mapping)
    assert team.kinds() == ["opened", "merged", "separated"]
    (kept,) = team.desk.house.rows(merges)
    assert (kept.by, kept.undone_by) == (1, 2)
    team.check()
    team.acts.merge(RINA, team.code, revision(team), other)
    assert len(team.desk.house.rows(merges)) == 2


def test_what_cannot_be_merged(team: Team) -> None:
    other, third = team.more("j2", WORDS), team.more("j3", WORDS)
    with pytest.raises(Refused, match="dirinya"):
        team.acts.merge(RINA, team.code, revision(team), team.code)
    team.acts.merge(RINA, team.code, revision(team), other)
    with pytest.raises(Refused, match="sudah digabung"):
        team.acts.merge(RINA, third, revision(team, "j3"), team.code)
    with pytest.raises(Refused, match="bukan sebaliknya"):
        team.acts.merge(RINA, other, revision(team, "j2"), third)
    with pytest.raises(Refused, match="digabung"):
        team.acts.merge(RINA, team.code, revision(team), third)
    for act, told in (("reopen", ("x",)), ("claim", ()), ("answer", ("x",)), ("close", ("x",)), ("route", (3,))):
        with pytest.raises(Refused):
            getattr(team.acts, act)(RINA, team.code, revision(team), *told)
    with pytest.raises(Refused):
        team.acts.separate(RINA, third, revision(team, "j3"))
    team.acts.answer(RINA, third, revision(team, "j3"), "Sudah.")
    with pytest.raises(Refused, match="sedang dikirim"):
        team.acts.merge(RINA, third, revision(team, "j3"), other)
    for who in (TONO, LEADER, viewer_of(Role.OPERATOR)):
        with pytest.raises(NotFound):
            team.acts.merge(who, third, revision(team, "j3"), other)
        with pytest.raises(NotFound):
            team.acts.separate(who, team.code, revision(team))
    team.check()


def test_crosswise_at_once_one_merge_happens(team: Team) -> None:
    for n in range(4):
        keys = (f"x{n}", f"y{n}")
        one, other = (team.more(key, WORDS, by=f"warga-{key}", minute=n) for key in keys)
        seen = [revision(team, key) for key in keys]
        outcome = at_once(
            lambda: team.acts.merge(RINA, one, seen[0], other),  # noqa: B023
            lambda: team.acts.merge(BUDI, other, seen[1], one),  # noqa: B023
        )
        assert outcome == ["done", "refused"]
        assert sorted(team.item(key).state for key in keys) == ["merged", "routed"]
    team.check()


def test_two_who_take_it_apart_do_it_once(team: Team) -> None:
    other = team.more("j2", WORDS)
    team.acts.merge(RINA, team.code, revision(team), other)
    seen = revision(team)
    outcome = at_once(
        lambda: team.acts.separate(RINA, team.code, seen), lambda: team.acts.separate(BUDI, team.code, seen)
    )
    assert outcome == ["conflict", "done"] and team.kinds() == ["opened", "merged", "separated"]


def test_when_the_main_one_turns_out_to_be_the_offices_own_the_others_wait_again(team: Team) -> None:
    one = team.more("j1", WORDS, by="warga-1", minute=1)
    other = team.more("j2", WORDS, by="warga-2", minute=2)
    team.acts.merge(RINA, one, revision(team, "j1"), other)
    team.acts.split(RINA, other, revision(team, "j2"), 4, "Lampunya mati.")
    team.desk.house.intake.learn(team.desk.house.sources[0], ["warga-2"], "confirmed", team.clock())
    assert (team.item("j1").state, team.item("j1").waiting, team.item("j2").state) == (
        "routed",
        True,
        "no_answer_needed",
    )
    assert team.item("j2").open_parts == 0 and team.kinds("j1") == ["opened", "merged", "separated"]
    assert one in listed(team) and team.page(RINA, one).team.merged_into is None
    team.check()
    third = team.more("j3", WORDS, by="warga-3", minute=3)
    team.acts.merge(RINA, one, revision(team, "j1"), third)
    team.desk.house.intake.learn(team.desk.house.sources[0], ["warga-1"], "confirmed", team.clock())
    assert team.item("j1").state == "no_answer_needed" and team.page(RINA, third).team.gathered == ()
    team.check()


def test_the_same_words_about_another_place_are_another_matter(team: Team) -> None:
    one = team.more("j1", WORDS, by="warga-1", minute=1)
    other = team.more("j2", WORDS.replace("kemarin", "tadi pagi"), by="warga-3", minute=3)
    assert suggested(team, one) == [(other, "text")]
    team.put("j1", place_unit_id=3)
    team.put("j2", place_unit_id=4)
    assert suggested(team, one) == []
