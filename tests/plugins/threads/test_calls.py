"""What a cycle costs, measured: the documentation's table asks for two calls a profile, here for at most a fifth more."""

from __future__ import annotations

from datetime import timedelta

from aggregator.conformance.store import Store
from aggregator.fakes.internet import FakeInternet
from aggregator.fakes.skins.threads import ThreadsSkin
from aggregator.fakes.world import World

from .reading import pull, threads
from .world import FIRST, NOW, RINI, internet

QUARTER = timedelta(minutes=15)


def settled(net, place, now=NOW):
    store = Store()
    for _ in range(2):
        pull(net, place, store, now=now)
    return store


def test_a_quiet_cycle_is_two_calls():
    net = internet()
    place = next(net.world.places_on("threads"))
    assert pull(net, place, settled(net, place)) == 2


def test_a_hundred_quiet_profiles_cost_two_calls_each_all_day_but_for_nightly_looks():
    world = World(lambda: NOW)
    net = FakeInternet(world, (ThreadsSkin,))
    spent = 0
    for number in range(100):
        place = world.place("threads", str(24600000000001000 + number), f"Desa {number}", handle=f"desa.{number}")
        post = world.post(place, "Kabar", NOW - timedelta(days=30))
        world.say(post, RINI, "Kapan?", NOW - timedelta(days=29))
        store = settled(net, place)
        spent += sum(pull(net, place, store, now=NOW + QUARTER * cycle) for cycle in range(1, 5))
    assert spent <= 1.2 * 2 * 400
    assert spent == 2 * 400


def test_the_longer_a_conversation_is_silent_the_rarer_it_is_read():
    def calls(age, wait):
        world = World(lambda: NOW)
        net = FakeInternet(world, (ThreadsSkin,))
        place = world.place("threads", "24600000000000002", "Desa", handle="desa.satu")
        world.say(world.post(place, "Kabar", NOW - age), RINI, "Kapan?", NOW - age)
        return pull(net, place, settled(net, place), now=NOW + wait)

    hour, day = timedelta(hours=1), timedelta(days=1)
    assert (calls(hour, QUARTER), calls(3 * day, QUARTER), calls(3 * day, hour)) == (3, 2, 3)
    assert (calls(20 * day, hour), calls(20 * day, day), calls(70 * day, day)) == (2, 3, 2)


def test_a_reply_wakes_a_silent_conversation():
    net = internet()
    place, store = next(net.world.places_on("threads")), Store()
    pull(net, place, store)
    net.world.say(net.world.posts["threads", FIRST], RINI, "Halo?", NOW + QUARTER, id="18050000000000777")
    pull(net, place, store, now=NOW + timedelta(hours=2))
    assert "18050000000000777" in store.messages
    assert pull(net, place, store, now=NOW + timedelta(hours=2, minutes=15)) == 3


def test_a_conversation_read_again_is_one_call_a_page():
    net = internet()
    place = next(net.world.places_on("threads"))
    store = settled(net, place)
    asked = [thread for thread in store.threads() if thread.ref.external_id == FIRST]
    assert threads(net, place, store, asked) == 1
