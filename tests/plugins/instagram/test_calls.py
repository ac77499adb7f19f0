"""What a cycle costs, measured: the documentation's table asks for one call an account, here for at most a fifth more."""

from __future__ import annotations

from datetime import timedelta

from aggregator.conformance.store import Store
from aggregator.fakes.internet import FakeInternet
from aggregator.fakes.skins.instagram import InstagramSkin
from aggregator.fakes.world import World

from .reading import pull, threads
from .world import NOW, SITI, first_day, internet


def settled(net, place):
    """A store after the first pulls of a place."""
    store = Store()
    for _ in range(2):
        pull(net, place, store)
    return store


def test_a_quiet_cycle_is_one_call():
    net = internet()
    place = next(net.world.places_on("instagram"))
    store = settled(net, place)
    assert pull(net, place, store) == 1
    assert store.replies_included


def test_a_hundred_quiet_accounts_are_a_hundred_calls():
    world = World(lambda: NOW)
    net = FakeInternet(world, (InstagramSkin,))
    spent = 0
    for number in range(100):
        place = world.place("instagram", str(17841400000001000 + number), f"Desa {number}", handle=f"desa.{number}")
        for day in range(3):
            post = world.post(place, f"Kabar {day}", NOW - timedelta(days=day + 1))
            world.say(post, SITI, f"Pertanyaan {day}", NOW - timedelta(hours=day + 1))
        spent += pull(net, place, settled(net, place))
    assert spent <= 120
    assert spent == 100


def test_a_changed_post_costs_one_more_call():
    net = internet()
    place = next(net.world.places_on("instagram"))
    store = settled(net, place)
    net.world.say(
        net.world.comments["instagram", "17870000000000101"].post, SITI, "Masih adakah?", NOW, id="17870000000000999"
    )
    assert pull(net, place, store) == 2
    assert "17870000000000999" in store.messages


def test_a_first_pull_reads_each_post_with_comments_once():
    net = internet()
    assert pull(net, next(net.world.places_on("instagram")), Store()) == 5  # face, one post, two pages of another, tags


def test_a_thread_read_again_is_one_call():
    net = internet()
    place = next(net.world.places_on("instagram"))
    store = settled(net, place)
    one = [thread for thread in store.threads() if thread.ref.external_id == "17900000000000001"]
    assert threads(net, place, store, one) == 1


def test_old_posts_are_looked_at_once_a_day():
    world = World(lambda: NOW)
    net = FakeInternet(world, (InstagramSkin,))
    place = first_day(world)
    for number in range(70):
        world.post(place, f"Arsip {number}", NOW - timedelta(days=20, hours=number))
    store = settled(net, place)
    assert not store.replies_included
    assert pull(net, place, store) == 1
    assert pull(net, place, store, now=NOW + timedelta(days=1)) == 3  # older posts, and the page that ends them
