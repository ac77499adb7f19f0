"""X accounts: their public face, and connecting them."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from aggregator.contract import Account, AuthExpired, Consent
from plugins.x.platform import XPlatform

from .world import ACCOUNT, APP, KEY, NOW, OFFICE, context, first_day, listening, post

CONSENT = Consent(state="keadaan-1", redirect_uri="https://sahut.example/hubungkan/kembali/", verifier="v" * 64)


def test_an_account_that_x_does_not_know():
    account = Account(key="tidak_ada", url="https://x.com/tidak_ada")
    snapshot = XPlatform().inspect(account, context(first_day(), account=account))
    assert not snapshot.exists
    assert snapshot.problem


def test_a_protected_account_is_told():
    world = first_day()
    world.places["x", KEY].more["protected"] = True
    problem = XPlatform().inspect(ACCOUNT, context(world)).problem
    assert problem is not None
    assert "dikunci" in problem


def test_inspect_reads_five_posts_at_most():
    world = first_day(page=100)
    place = world.places["x", KEY]
    for one in range(9):
        post(world, place, f"5{one}", None, f"Kabar {one}", f"03-0{one % 8 + 1}T07:00:00")
    ctx = context(world)
    snapshot = XPlatform().inspect(ACCOUNT, ctx)
    assert ctx.budget.spent == 2 + 5
    assert snapshot.posts_30d is None  # five were seen, all of this month: there may be more
    assert (snapshot.active, snapshot.followers, snapshot.own_author_ids) == (True, 640, {OFFICE})


def test_the_consent_page_gets_the_challenge_only():
    url = XPlatform().authorize_url(CONSENT, context(first_day()))
    asked = parse_qs(urlsplit(url).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["scope"] == ["tweet.read tweet.write users.read tweet.moderate.write offline.access"]
    assert CONSENT.verifier not in url


def test_a_refresh_token_is_good_once():
    world = first_day()
    old = XPlatform().exchange(f"kode.{KEY}", CONSENT, context(world))
    assert old.expires_at == NOW + timedelta(hours=2)
    new = XPlatform().refresh(old, context(world))
    assert new.secrets["refresh_token"] != old.secrets["refresh_token"]
    with pytest.raises(AuthExpired):
        XPlatform().refresh(old, context(world))


def test_a_user_token_dies_after_two_hours():
    world = first_day()
    login = XPlatform().exchange(f"kode.{KEY}", CONSENT, context(world))
    world.clock = lambda: NOW + timedelta(hours=2)
    with pytest.raises(AuthExpired):
        list(XPlatform().reachable(login, context(world)))


def test_app_secrets_never_stand_in_an_address_or_a_log():
    world, asked = first_day(), []
    ctx = context(listening(world, asked))
    login = XPlatform().exchange(f"kode.{KEY}", CONSENT, ctx)
    XPlatform().refresh(login, ctx)
    list(XPlatform().pull_since(ACCOUNT, None, ctx))
    secrets = (APP["client_secret"], APP["bearer_token"], *login.secrets.values())
    assert len(asked) > 2
    assert not any(secret in line for secret in secrets for line in (*(one.url for one in asked), repr(ctx.log.lines)))
