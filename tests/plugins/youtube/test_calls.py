"""What a quiet cycle costs: ⌈videos/50⌉ units for all channels together, and what a changed video adds."""

from __future__ import annotations

from math import ceil

import pytest

from aggregator.conformance.kit import PlatformKit
from aggregator.conformance.store import Store
from aggregator.conformance.world import offline_context
from aggregator.contract import Account, Checkpoint, GlancedAccount, Glimpse
from plugins.youtube.platform import YouTube

from .world import BUDI, SECRETS, Scene, at

NOW = PlatformKit.now
KEY = {"api_key": SECRETS["api_key"]}


def channels(scene: Scene, count: int, videos: int) -> list[Account]:
    """`count` channels of `videos` videos with a comment each."""
    accounts = []
    for number in range(count):
        key = f"UCkecamatanramai{number:08}"
        place = scene.world.place("youtube", key, f"Kecamatan {number}")
        for one in range(videos):
            when = at(f"0{1 + one % 8}T{one % 24:02}:00:00")
            post = scene.world.post(place, f"Video {one}", when, id=f"vid-{number}-{one}")
            scene.world.say(post, BUDI, "Kapan selesai?", when, id=f"Ugz-{number}-{one}")
        accounts.append(Account(key=key, url=f"https://www.youtube.com/channel/{key}"))
    return accounts


def ctx_of(scene: Scene, account: Account, store: Store, **secrets: str):
    given = secrets or KEY
    return offline_context(
        scene.kit_world(), platform=YouTube(), account=account, now=NOW, known=store.known, secrets=given
    )


def pulled(scene: Scene, account: Account) -> Store:
    store = Store()
    for event in YouTube().pull_since(account, None, ctx_of(scene, account, store)):
        store.take(event)
    return store


def glanced(scene: Scene, stores: dict[str, Store], accounts: list[Account], cursor=None, **secrets: str):
    seen = [GlancedAccount(account=one, cursor=stores[one.key].cursor, secrets=KEY) for one in accounts]
    ctx = ctx_of(scene, accounts[0], Store(), **secrets)
    events = list(YouTube().glance(seen, cursor, ctx))
    return events, ctx


@pytest.mark.parametrize(("count", "videos"), [(1, 1), (7, 20), (12, 9)])
def test_a_quiet_cycle_costs_a_unit_for_fifty_videos(count, videos):
    scene = Scene(NOW, page=None)
    accounts = channels(scene, count, videos)
    stores = {one.key: pulled(scene, one) for one in accounts}
    events, ctx = glanced(scene, stores, accounts)
    looked = [one for one in events if isinstance(one, Glimpse)]
    assert len(looked) == count and not any(one.changed for one in looked)
    floor = ceil(count * videos / 50)
    assert ctx.budget.spent <= 1.2 * floor
    assert len(ctx.http.requests) == floor + count  # the feeds, which cost nothing


def test_with_the_hub_no_feeds_are_asked_for():
    scene = Scene(NOW, page=None)
    accounts = channels(scene, 5, 4)
    stores = {one.key: pulled(scene, one) for one in accounts}
    _, ctx = glanced(scene, stores, accounts, **SECRETS)
    assert len(ctx.http.requests) == 1


def test_a_changed_video_costs_few_units_more():
    scene = Scene(NOW, page=None)
    accounts = channels(scene, 3, 20)
    stores = {one.key: pulled(scene, one) for one in accounts}
    scene.world.say(scene.world.posts["youtube", "vid-1-7"], BUDI, "Sudah sebulan", id="Ugz-baru")
    events, _ = glanced(scene, stores, accounts)
    assert [one.account_key for one in events if isinstance(one, Glimpse) and one.changed] == [accounts[1].key]
    ctx = ctx_of(scene, accounts[1], stores[accounts[1].key])
    for event in YouTube().pull_since(accounts[1], stores[accounts[1].key].cursor, ctx):
        stores[accounts[1].key].take(event)
    assert "Ugz-baru" in stores[accounts[1].key].shown()
    assert ctx.budget.spent == 3  # uploads, counters, the one page where it stands


def test_a_new_video_is_found_in_the_feed():
    scene = Scene(NOW, page=None)
    accounts = channels(scene, 2, 3)
    stores = {one.key: pulled(scene, one) for one in accounts}
    scene.world.post(scene.world.places["youtube", accounts[0].key], "Baru", id="vid-baru")
    events, _ = glanced(scene, stores, accounts)
    assert [one.account_key for one in events if isinstance(one, Glimpse) and one.changed] == [accounts[0].key]


def test_a_glance_takes_turns_when_there_are_more_videos_than_it_may_ask_for(monkeypatch):
    monkeypatch.setattr("plugins.youtube.glancing.UNITS", 1)
    scene = Scene(NOW, page=None)
    accounts = channels(scene, 5, 20)
    stores = {one.key: pulled(scene, one) for one in accounts}
    cursor, looked = None, []
    for _ in range(3):
        events, ctx = glanced(scene, stores, accounts, cursor)
        assert ctx.budget.spent == 1
        looked.append([one.account_key for one in events if isinstance(one, Glimpse)])
        cursor = next(one.cursor for one in events if isinstance(one, Checkpoint))
    assert [len(some) for some in looked] == [2, 2, 2]
    assert {key for some in looked for key in some} == {one.key for one in accounts}


def test_a_deletion_names_the_thread_to_read_again():
    scene = Scene(NOW, page=None)
    accounts = channels(scene, 1, 3)
    stores = {one.key: pulled(scene, one) for one in accounts}
    scene.world.remove(scene.world.comments["youtube", "Ugz-0-1"])
    events, _ = glanced(scene, stores, accounts)
    threads = [one.thread.external_id for one in events if isinstance(one, Glimpse) and one.thread]
    assert threads == ["vid-0-1"]


def test_a_bookmark_of_a_big_channel_is_small():
    scene = Scene(NOW, page=None)
    (account,) = channels(scene, 1, 260)
    store = pulled(scene, account)
    assert len(store.cursor.data["videos"]) == 200
    assert len(str(store.cursor.data)) < 8 * 1024
