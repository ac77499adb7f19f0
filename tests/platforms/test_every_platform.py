"""From a pretended platform through the real plugin, line, engine and intake into the database, and back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from aggregator.demo.town import account_lines
from aggregator.domain.access import Role
from aggregator.storage.ids import code_of
from aggregator.storage.tables import allowances, items, messages, snapshots
from tests.platforms.stage import Stage

COMMENTED = sorted({line.platform for line in account_lines()} - {"rss_news"})
FACES = [("opensid", "json"), ("opensid", "esensi"), ("website", "blogger"), ("website", "disqus")]
CHANGING = sorted(set(COMMENTED) - {"telegram"})  # Telegram tells nobody of deletions
ANSWERING = ("facebook", "instagram", "threads", "tiktok", "website", "google_business", "youtube", "telegram")


@pytest.mark.parametrize("platform", COMMENTED)
def test_what_is_said_is_held_once_and_the_office_has_answered(stage: Stage, platform: str) -> None:
    place = stage.open(platform)
    said = stage.talk(place)
    stage.app.inspector.run(stage.ids[place.key])
    assert set(stage.read(place, turns=2)) == {"ok"}
    assert [text for text, _ in stage.held(place)] == sorted(stage.told(said))
    answered = [row.answered_at for row in _items(stage) if row.answered_at]
    assert len(answered) == 1, "the office's own words answer the first question, and are no item themselves"
    assert len(_items(stage)) == len(stage.told(said)) - 1
    before = stage.row(place).held
    stage.read(place)
    assert stage.row(place).held == before == len(stage.told(said)), "read again: nothing new"


@pytest.mark.parametrize(("platform", "face"), FACES)
def test_every_face_of_a_site_is_read(stage: Stage, platform: str, face: str) -> None:
    place = stage.open(platform, face)
    said = stage.talk(place)
    stage.read(place, turns=2)
    assert [text for text, _ in stage.held(place)] == sorted(stage.told(said))


@pytest.mark.parametrize("platform", CHANGING)
def test_what_appears_and_what_vanishes_is_noticed(stage: Stage, platform: str) -> None:
    place = stage.open(platform)
    said = stage.talk(place, comments=20)
    stage.read(place, turns=2)
    late = stage.world.say(said[0].post, said[2].author, "Sampai sekarang belum juga, Pak.", stage.clock())
    stage.world.remove(said[5])
    stage.read(place, turns=9)
    assert [text for text, _ in stage.held(place)] == sorted(stage.told([*said, late]))


@pytest.mark.parametrize("platform", ANSWERING)
def test_an_answer_reaches_the_citizen_once_and_is_proven(stage: Stage, platform: str) -> None:
    place = stage.open(platform)
    said = stage.talk(place)
    stage.app.inspector.run(stage.ids[place.key])
    stage.read(place, turns=2)
    item = _item_of(stage, said[3].text)
    stage.app.people.add("operator", "Operator", Role.OPERATOR, stage.unit_id, "kata-sandi-uji")
    viewer = stage.app.people.find("operator")
    words = "Jalan nomor 4 diperbaiki hari Jumat, Bu."
    stage.app.acts.answer(viewer, code_of(item.id), item.revision, words)
    [reply] = stage.app.answering.due(stage.clock() + timedelta(minutes=5))
    stage.app.answering.send_at_once(reply, stage.clock())
    state = stage.app.sender.send(reply)
    assert (state, stage.app.answering.problem(reply)) == ("sent", None)
    assert stage.app.sender.send(reply) == "sent"
    shown = [one for one in stage.world.comments_of(said[3].post) if one.text == words]
    assert len(shown) == 1
    assert _item_of(stage, said[3].text).answered_at is not None
    stage.read(place, turns=2)
    assert [text for text, _ in stage.held(place)].count(words) == 1


@pytest.mark.parametrize("platform", sorted({line.platform for line in account_lines()}))
def test_the_public_face_is_kept_as_evidence(stage: Stage, platform: str) -> None:
    place = stage.open(platform)
    if platform == "opendk":
        place.more["closed"] = True  # a site that keeps residents' data to itself
    stage.talk(place)
    seen = stage.app.inspector.run(stage.ids[place.key])
    assert seen is not None
    assert (seen.exists, seen.problem) == (True, None)
    with stage.app.database.read() as connection:
        [row] = connection.execute(select(snapshots)).all()
    assert row.exists
    assert stage.row(place).inspect_at > stage.clock() + timedelta(hours=23)


def test_the_ledger_knows_what_an_allowance_was_used_for(stage: Stage) -> None:
    place = stage.open("youtube")
    stage.talk(place)
    stage.read(place, later=timedelta(0))
    [use] = stage.app.allowances.today({"youtube": stage.app.host.platforms["youtube"].info}, stage.clock())
    with stage.app.database.read() as connection:
        booked = connection.execute(select(allowances.c.units)).scalars().all()
    assert use.used == sum(booked) > 0
    assert use.limit == 10_000


def _items(stage: Stage) -> list[object]:
    with stage.app.database.read() as connection:
        return list(connection.execute(select(items)).all())


def _item_of(stage: Stage, text: str) -> object:
    with stage.app.database.read() as connection:
        joined = select(items).join(messages, messages.c.id == items.c.id).where(messages.c.text == text)
        return connection.execute(joined).one()
