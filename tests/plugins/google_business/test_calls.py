"""What a quiet cycle costs: ⌈locations/50⌉ calls, one with Pub/Sub."""

from __future__ import annotations

from math import ceil

import pytest

from aggregator.conformance.kit import PlatformKit
from aggregator.conformance.store import Store
from aggregator.conformance.world import offline_context
from aggregator.contract import Account, GlancedAccount, Glimpse
from aggregator.fakes.skins.google_business import SUBSCRIPTION
from plugins.google_business.platform import GoogleBusiness

from .world import BUDI, SECRETS, Scene, at

NOW = PlatformKit.now


def locations(scene: Scene, count: int, reviews: int = 3) -> list[Account]:
    """`count` locations with reviews of different ages: the oldest wrote its last one long ago."""
    accounts = []
    for number in range(count):
        key = f"locations/{5000 + number}"
        place = scene.world.place("google_business", key, f"Puskesmas {number}", account="accounts/1200")
        page = scene.world.post(place, place.title, at("01T00:00:00"))
        for one in range(reviews if number else 0):
            when = at(f"0{1 + number % 7}T{one:02}:00:00")
            scene.world.say(page, BUDI, "Antre lama", when, id=f"AbF-{number}-{one}", stars=2)
        accounts.append(
            Account(
                key=key, url=f"https://business.google.com/n/{key[10:]}/profile", settings={"account": "accounts/1200"}
            )
        )
    return accounts


def ctx_of(scene: Scene, account: Account, store: Store, **secrets: str):
    return offline_context(
        scene.kit_world(), platform=GoogleBusiness(), account=account, now=NOW, known=store.known,
        secrets={**SECRETS, **secrets},
    )  # fmt: skip


def pulled(scene: Scene, account: Account) -> Store:
    store = Store()
    for event in GoogleBusiness().pull_since(account, None, ctx_of(scene, account, store)):
        store.take(event)
    return store


def glanced(scene: Scene, stores: dict[str, Store], accounts: list[Account], **secrets: str):
    seen = [GlancedAccount(account=one, cursor=stores[one.key].cursor, secrets=SECRETS) for one in accounts]
    ctx = ctx_of(scene, accounts[0], Store(), **secrets)
    looked = [one for one in GoogleBusiness().glance(seen, None, ctx) if isinstance(one, Glimpse)]
    return {one.account_key: one.changed for one in looked}, ctx


@pytest.mark.parametrize("count", [1, 50, 51, 130])
def test_a_quiet_cycle_costs_a_call_for_fifty_locations(count):
    scene = Scene(NOW, page=None)
    accounts = locations(scene, count)
    stores = {one.key: pulled(scene, one) for one in accounts}
    seen, ctx = glanced(scene, stores, accounts)
    assert seen == {one.key: False for one in accounts}
    assert ctx.budget.spent == len(ctx.http.requests) <= 1.2 * ceil(count / 50)


def test_new_reviews_edits_and_first_ones_are_seen_among_many():
    scene = Scene(NOW, page=None)
    accounts = locations(scene, 60)
    stores = {one.key: pulled(scene, one) for one in accounts}
    empty = scene.world.posts_of(scene.world.places["google_business", accounts[0].key])[0]
    scene.world.say(empty, BUDI, "Ulasan pertama", id="AbF-pertama", stars=1)
    scene.world.edit(scene.world.comments["google_business", "AbF-9-1"], "Antre makin lama")
    scene.world.answer(scene.world.comments["google_business", "AbF-59-0"], "Terima kasih")
    seen, _ = glanced(scene, stores, accounts)
    assert {key for key, changed in seen.items() if changed} == {accounts[0].key, accounts[9].key, accounts[59].key}


def test_a_loud_location_hides_no_other():
    scene = Scene(NOW, page=None)
    accounts = locations(scene, 20)
    stores = {one.key: pulled(scene, one) for one in accounts}
    loud, quiet = (scene.world.posts_of(scene.world.places["google_business", accounts[n].key])[0] for n in (3, 7))
    scene.world.say(quiet, BUDI, "Satu saja", at("09T10:00:00"), id="AbF-satu", stars=1)
    for number in range(120):
        scene.world.say(loud, BUDI, "Ramai", at("09T11:00:00"), id=f"AbF-ramai-{number}", stars=1)
    seen, ctx = glanced(scene, stores, accounts)
    assert {key for key, changed in seen.items() if changed} == {accounts[3].key, accounts[7].key}
    assert len(seen) == 20 and len(ctx.http.requests) == 3


def test_with_pubsub_a_quiet_cycle_is_one_call():
    scene = Scene(NOW, page=None)
    scene.notes["topic"] = True
    accounts = locations(scene, 70)
    stores = {one.key: pulled(scene, one) for one in accounts}
    glanced(scene, stores, accounts, subscription=SUBSCRIPTION)
    glanced(scene, stores, accounts, subscription=SUBSCRIPTION)
    scene.notes["waiting"] = {}
    seen, ctx = glanced(scene, stores, accounts, subscription=SUBSCRIPTION)
    assert seen == {one.key: False for one in accounts} and len(ctx.http.requests) == 1
    scene.world.edit(scene.world.comments["google_business", "AbF-9-1"], "Antre makin lama")
    seen, _ = glanced(scene, stores, accounts, subscription=SUBSCRIPTION)
    assert {key for key, changed in seen.items() if changed} == {accounts[9].key}
    assert not scene.notes["waiting"]
