"""What a cycle costs. The platform's minimum: one counted call a Page, fifty Pages in one request."""

from __future__ import annotations

from datetime import timedelta

from aggregator.conformance.store import Store
from aggregator.contract import Account, GlancedAccount

from .reading import PLUGIN, context, filled, pull, read_again
from .world import BUDI, SITI, Scene, at, first_day


def loud() -> Scene:
    """A Page as big as they come in a kabupaten: thirty posts, one with 400 comments."""
    scene = Scene(rows_a_page=None)
    for number in range(30):
        scene.world.post(
            scene.page, f"Pos {number}", at(1, 0) - timedelta(days=20) - timedelta(hours=number), id=str(9100 + number)
        )
    busy = scene.world.posts["facebook", "9100"]
    for number in range(400):
        scene.world.say(busy, SITI, f"Keluhan {number}", at(8, 0) - timedelta(hours=number), id=str(10_000 + number))
    return scene


def test_a_quiet_cycle_is_one_call():
    for scene in (first_day(), loud()):
        store = filled(scene)
        for _ in range(3):
            scene.now += timedelta(minutes=30)
            ctx = pull(scene, store)
            assert (ctx.http.calls, ctx.budget.spent) == (1, 1)


def test_a_first_pull_reads_long_threads_by_the_hundred():
    scene, store = loud(), Store()
    ctx = pull(scene, store)
    assert len(store.messages) == 430
    assert ctx.http.calls == 1 + 1 + 4  # the question, five more posts, 375 more comments


def test_many_new_comments_in_a_busy_thread_cost_one_call_more():
    scene = loud()
    store = filled(scene)
    scene.now += timedelta(minutes=30)
    for number in range(20):
        scene.world.say(scene.world.posts["facebook", "9100"], BUDI, f"Baru {number}", id=f"77{number:02}")
    ctx = pull(scene, store)
    assert {f"77{number:02}" for number in range(20)} <= store.shown()
    assert ctx.http.calls == 2  # the second page is known, and older than the overlap
    scene.world.say(scene.world.posts["facebook", "9101"], BUDI, "Satu lagi", id="7799")
    assert pull(scene, store).http.calls == 1
    assert "7799" in store.shown()


def test_a_glance_at_fifty_pages_is_one_request_of_fifty_calls():
    scene = Scene(rows_a_page=None)
    places = [scene.world.place("facebook", str(200_000_000 + number), f"Desa {number}") for number in range(120)]
    for place in places:
        scene.world.say(scene.world.post(place, "Kabar desa", at(1, 0)), SITI, "Terima kasih", at(2, 0))
    seen = []
    for place in places:
        account, token, store = scene.account(place), scene.skin.token_of(place), Store()
        pull(scene, store, account=account, token=token)
        seen.append(GlancedAccount(account=account, cursor=store.cursor, secrets={"access_token": token}))
    ctx = context(scene, token="")
    glimpses = list(PLUGIN.glance(seen, None, ctx))
    assert (ctx.http.calls, ctx.budget.spent) == (3, 120)
    assert [one.changed for one in glimpses] == [False] * 120

    scene.world.say(scene.world.posts_of(places[77])[0], BUDI, "Jembatan putus")
    scene.skin.kill(scene.skin.token_of(places[3]))
    glimpses = list(PLUGIN.glance(seen, None, context(scene, token="")))
    assert {one.account_key for one in glimpses if one.changed} == {places[77].key}
    assert places[3].key not in {one.account_key for one in glimpses}
    assert len(glimpses) == 119


def test_a_thread_is_read_again_with_one_call():
    scene = first_day()
    scene.world.notes("facebook").pop("page_size")
    store = filled(scene)
    assert read_again(scene, store, "100064000000001_9001").http.calls == 1


def test_an_account_that_was_never_pulled_is_not_called_quiet():
    scene = first_day()
    account = Account(key=scene.page.key, url=scene.skin.address(scene.page))
    one = GlancedAccount(account=account, cursor=None, secrets=scene.skin.secrets(scene.page))
    assert [glimpse.changed for glimpse in PLUGIN.glance([one], None, context(scene))] == [True]
