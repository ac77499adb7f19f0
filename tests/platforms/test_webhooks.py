"""Webhooks of every built-in plugin: signed by the pretended platform, believed, kept once, worked off, read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from aggregator.contract import Capability
from aggregator.demo.town import account_lines
from aggregator.fakes.skin import Push
from aggregator.fakes.world import Comment, Place
from aggregator.services.pushes import REMEMBERED
from aggregator.storage.tables import messages, pushes, threads
from tests.platforms.stage import Stage

PLATFORMS = ("facebook", "instagram", "telegram", "threads", "tiktok", "youtube")
NAMING_THREADS = ("facebook", "instagram", "threads", "tiktok")
CHECKING = ("facebook", "instagram", "threads", "youtube")  # these check the address before they send
REPLAYS = 837
LATE = "Sampai sekarang belum juga, Pak."


def test_every_platform_that_pushes_is_tried_here(stage: Stage) -> None:
    pushing = {name for name, one in stage.app.host.platforms.items() if Capability.PUSH in one.info.capabilities}
    assert pushing == set(PLATFORMS)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_call_is_kept_once_however_often_it_comes(stage: Stage, platform: str) -> None:
    place, said = known(stage, platform)
    push = told(stage, place, said)
    assert accept(stage, push)
    assert accept(stage, push), "a platform that is not thanked sends again"
    stage.clock.step(seconds=3)
    assert all(accept(stage, push) for _ in range(REPLAYS))
    [row] = kept(stage)
    assert (row.platform, row.tries) == (platform, 0)
    work_all(stage)
    assert accept(stage, push), "also when it was worked off"
    [row] = kept(stage)
    assert (row.request, row.next_at, row.problem) == (None, None, None), "what it said is not kept"
    assert stage.app.pushes.due(stage.clock()) == []


@pytest.mark.parametrize("platform", [one for one in PLATFORMS if one != "telegram"])
def test_what_was_told_is_read_with_the_next_pull(stage: Stage, platform: str) -> None:
    place, said = known(stage, platform)
    stage.change(place, next_pull_at=stage.clock() + timedelta(hours=20))
    push = told(stage, place, said)
    thread = said[0].post if platform in NAMING_THREADS else None
    assert accept(stage, push)
    assert stage.row(place).next_pull_at > stage.clock(), "kept, not yet worked off: the platform does not wait"
    assert work_all(stage) == 1
    assert stage.row(place).next_pull_at == stage.clock()
    if thread:
        assert [row.next_read_at for row in threads_of(stage, place, thread.id)] == [stage.clock()]
    assert stage.app.engine.run_pull(stage.ids[place.key], only_due=True).outcome == "ok"
    assert LATE in all_texts(stage, place)


def test_what_telegram_tells_is_stored_as_it_comes_and_once(stage: Stage) -> None:
    place, said = known(stage, "telegram")
    push = told(stage, place, said)
    accept(stage, push)
    [number] = stage.app.pushes.due(stage.clock())
    assert stage.app.receiver.work(number) == 1
    assert [text for text, _ in stage.held(place)].count(LATE) == 1
    accept(stage, push)
    accept(stage, again := replace(push, body=push.body + b" "))  # the same update in other bytes
    assert again.body != push.body
    work_all(stage)
    stage.read(place, turns=2)
    assert [text for text, _ in stage.held(place)].count(LATE) == 1


@pytest.mark.parametrize("platform", PLATFORMS)
def test_what_is_not_signed_by_the_platform_is_not_kept(stage: Stage, platform: str) -> None:
    place, said = known(stage, platform)
    push = told(stage, place, said)
    for forged in forgeries(push):
        assert not accept(stage, forged)
    assert not stage.app.receiver.accept("website", push.headers, {}, push.body), "one that sends nothing"
    assert not stage.app.receiver.accept("friendster", push.headers, {}, push.body)
    assert kept(stage) == []
    assert accept(stage, push), "the right one still is"


def test_a_call_of_tiktok_that_is_stale_is_not_kept(stage: Stage) -> None:
    push = told(stage, *known(stage, "tiktok"))
    stage.clock.step(minutes=6)
    assert not accept(stage, push)
    assert kept(stage) == []


def test_a_call_may_be_worked_off_long_after_it_came(stage: Stage) -> None:
    place, said = known(stage, "tiktok")
    accept(stage, told(stage, place, said))
    stage.clock.step(hours=6)  # the workers were down
    assert work_all(stage) == 1
    assert stage.row(place).next_pull_at == stage.clock()


@pytest.mark.parametrize("platform", CHECKING)
def test_the_address_is_confirmed_to_whoever_knows_the_token(stage: Stage, platform: str) -> None:
    token = stage.internet.skins[platform].app_settings["verify_token"]
    topic = "https://www.youtube.com/feeds/videos.xml?channel_id=UCdpuprContohRaya0000000"
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": token, "hub.topic": topic}
    assert stage.app.receiver.challenge(platform, {}, asked) == "1158201444"
    for wrong in ({"hub.verify_token": "salah"}, {"hub.verify_token": ""}, {"hub.mode": "lain"}):
        assert stage.app.receiver.challenge(platform, {}, asked | wrong) is None
    assert stage.app.receiver.challenge(platform, {}, {}) is None
    assert stage.app.receiver.challenge("website", {}, asked) is None
    assert kept(stage) == []


@pytest.mark.parametrize("platform", NAMING_THREADS)
def test_a_call_that_comes_during_a_pull_is_not_lost(stage: Stage, platform: str) -> None:
    """Whichever request of the pull it comes with: what was asked for stays asked for."""
    place, said = known(stage, platform)
    for request in range(4):
        stage.clock.step(hours=30)
        words = f"{LATE} ({request})"
        came: list[datetime] = []

        def comes(words: str = words, came: list[datetime] = came) -> None:
            stage.clock.step(seconds=1)
            accept(stage, told(stage, place, said, words))
            came.append(stage.clock())
            assert work_all(stage) == 1
            stage.clock.step(seconds=1)

        during(stage, platform, request, comes)
        stage.app.engine.run_pull(stage.ids[place.key])
        if not came:
            break
        assert stage.row(place).next_pull_at <= came[0]
        stage.app.engine.run_pull(stage.ids[place.key], only_due=True)
        assert words in all_texts(stage, place), f"it came with request {request} of the pull"
    assert request, "it came at least once"


def test_a_call_whose_worker_died_is_taken_again(stage: Stage) -> None:
    place, said = known(stage, "facebook")
    accept(stage, told(stage, place, said))
    [number] = stage.app.pushes.due(stage.clock())
    assert stage.app.pushes.begin(number, stage.clock()) is not None, "and then the worker is gone"
    assert stage.app.pushes.due(stage.clock()) == []
    assert stage.app.receiver.work(number) == 0, "nobody else takes it meanwhile"
    stage.clock.step(minutes=2)
    assert stage.app.pushes.due(stage.clock()) == [number]
    assert stage.app.receiver.work(number) == 1
    assert stage.app.receiver.work(number) == 0


def test_a_call_that_kills_its_worker_every_time_is_given_up(stage: Stage) -> None:
    accept(stage, told(stage, *known(stage, "facebook")))
    [number] = stage.app.pushes.due(stage.clock())
    taken = 0
    for _ in range(20):
        taken += stage.app.pushes.begin(number, stage.clock()) is not None
        stage.clock.step(minutes=2)
    assert taken == 8
    assert stage.app.pushes.due(stage.clock()) == []
    assert [row.request for row in kept(stage)] == [None]


def test_a_call_about_an_office_that_is_not_registered_changes_nothing(stage: Stage) -> None:
    place, _ = known(stage, "facebook")
    stage.change(place, next_pull_at=stage.clock() + timedelta(hours=9))
    other = [line for line in account_lines() if line.platform == "facebook"][1].open(stage.world)
    accept(stage, told(stage, other, stage.talk(other)))
    assert work_all(stage) == 1
    assert stage.row(place).next_pull_at == stage.clock() + timedelta(hours=9)
    assert [row.problem for row in kept(stage)] == [None]


def test_a_call_is_remembered_for_three_days_and_then_forgotten(stage: Stage) -> None:
    place, said = known(stage, "facebook")
    accept(stage, told(stage, place, said))
    accept(stage, told(stage, place, said, "Yang ini menunggu."))
    done, waiting = (row.id for row in kept(stage))
    stage.app.receiver.work(done)
    stage.clock.step(seconds=REMEMBERED.total_seconds())
    stage.app.pushes.forget_old(stage.clock())
    assert [row.id for row in kept(stage)] == [done, waiting]
    stage.clock.step(seconds=1)
    stage.app.pushes.forget_old(stage.clock())
    assert [row.id for row in kept(stage)] == [waiting], "what was not worked off is never forgotten"


# -- short words ------------------------------------------------------------------------------------------------------


def known(stage: Stage, platform: str) -> tuple[Place, list[Comment]]:
    """A place whose past was read, and what was said there."""
    place = stage.open(platform)
    said = stage.talk(place, comments=3)
    stage.app.inspector.run(stage.ids[place.key])
    stage.read(place, turns=2, later=timedelta(minutes=20))
    assert [text for text, _ in stage.held(place)] == sorted(stage.told(said))
    return place, said


def told(stage: Stage, place: Place, said: list[Comment], words: str = LATE) -> Push:
    """Something happens there; the call by which the platform tells of it."""
    if place.platform == "youtube":  # the hub tells of videos only
        post = stage.world.post(place, words)
        return stage.internet.skins["youtube"].announce(post)  # type: ignore[attr-defined,no-any-return]  # this skin has it
    stage.pushes.clear()
    stage.world.say(said[0].post, said[2].author, words, stage.clock())
    [push] = stage.pushes
    return push


def accept(stage: Stage, push: Push) -> bool:
    taken: bool = stage.app.receiver.accept(push.platform, push.headers, {}, push.body)
    return taken


def work_all(stage: Stage) -> int:
    """Work off every call that is due; how many events they held."""
    return sum(stage.app.receiver.work(number) for number in stage.app.pushes.due(stage.clock()))


def forgeries(push: Push) -> Iterable[Push]:
    """No headers at all; the tag of other words; other words under this tag."""
    yield replace(push, headers={})
    yield replace(push, headers={name: value[:-1] + "xy"["x" in value[-1]] for name, value in push.headers.items()})
    if push.platform != "telegram":  # there the secret comes with the call and signs nothing
        yield replace(push, body=push.body + b" ")


def during(stage: Stage, platform: str, number: int, act: Callable[[], None]) -> None:
    """Do `act` once, just after the platform answered the request of that number (from 0)."""
    app, waiting = stage.internet.skins[platform].app(), [number]

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body = list(app(environ, start_response))
        waiting[0] -= 1
        if waiting[0] == -1:
            act()
        return body

    stage.internet._apps[platform] = answer


def kept(stage: Stage) -> list[Any]:
    with stage.app.database.read() as connection:
        return list(connection.execute(select(pushes).order_by(pushes.c.id)).all())


def threads_of(stage: Stage, place: Place, post: str) -> list[Any]:
    mine = (threads.c.account_id == stage.ids[place.key]) & threads.c.external_id.contains(post)
    with stage.app.database.read() as connection:
        return list(connection.execute(select(threads).where(mine)).all())


def all_texts(stage: Stage, place: Place) -> list[str]:
    mine = select(messages.c.text).where(messages.c.account_id == stage.ids[place.key])
    with stage.app.database.read() as connection:
        return list(connection.execute(mine).scalars())
