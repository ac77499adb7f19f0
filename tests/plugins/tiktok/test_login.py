"""Connecting a TikTok account: the portal's address, codes, pairs of tokens."""

from __future__ import annotations

from datetime import timedelta

import pytest

from aggregator.contract import AuthExpired, Consent, Credential, Permanent
from plugins.tiktok.platform import TikTokPlatform

from .world import ACCOUNT, APP, KEY, NOW, SECRETS, context, first_day, kit_world, pulled

CONSENT = Consent(state="keadaan-1", redirect_uri="https://sahut.example/hubungkan/kembali/", verifier="v" * 64)


def test_the_portals_address_is_kept_and_given_the_state():
    url = TikTokPlatform().authorize_url(CONSENT, context(first_day()))
    assert url.startswith(APP["authorization_url"])
    assert url.endswith("&state=keadaan-1")


@pytest.mark.parametrize("address", ["", "http://www.tiktok.com/v2/auth/authorize?a=1", "tiktok"])
def test_an_address_that_is_not_the_portals_is_refused(address):
    ctx = context(first_day(), secrets={**SECRETS, "authorization_url": address})
    with pytest.raises(Permanent):
        TikTokPlatform().authorize_url(CONSENT, ctx)


def test_the_way_back_must_end_with_a_slash():
    bare = Consent(state="s", redirect_uri="https://sahut.example/hubungkan/kembali", verifier="v" * 64)
    with pytest.raises(Permanent):
        TikTokPlatform().exchange(f"kode.{KEY}", bare, context(first_day()))


def test_a_refresh_gives_a_new_pair_and_kills_the_old_one():
    world = first_day()
    old = TikTokPlatform().exchange(f"kode.{KEY}", CONSENT, context(world))
    assert old.expires_at == NOW + timedelta(days=1)
    new = TikTokPlatform().refresh(old, context(world))
    assert {name for name in new.secrets if new.secrets[name] != old.secrets[name]} == {"access_token", "refresh_token"}
    with pytest.raises(AuthExpired):
        TikTokPlatform().refresh(old, context(world))  # the other worker, too late


def test_a_token_dies_after_a_day_and_the_login_after_a_year():
    world = first_day()
    login = TikTokPlatform().exchange(f"kode.{KEY}", CONSENT, context(world))
    secrets = {**APP, **login.secrets}
    snapshot = TikTokPlatform().inspect(ACCOUNT, context(world, secrets=secrets))
    assert snapshot.credential_expires_at == NOW + timedelta(days=365)
    world.clock = lambda: NOW + timedelta(days=1, minutes=1)
    with pytest.raises(AuthExpired):
        pulled(world, secrets=secrets)


def test_a_login_that_withholds_the_comments_is_refused():
    world = first_day()
    world.notes("tiktok")["scope"] = "user.info.basic,video.list"
    with pytest.raises(Permanent, match="membaca komentar"):
        TikTokPlatform().exchange(f"kode.{KEY}", CONSENT, context(world))


def test_another_accounts_login_is_told():
    world = first_day()
    world.places["tiktok", KEY].handle = "bupati.contoh"
    problem = TikTokPlatform().inspect(ACCOUNT, context(world)).problem
    assert problem is not None
    assert "@bupati.contoh" in problem


def test_app_secrets_never_stand_in_an_address_or_a_log():
    world, asked = first_day(), []

    def listening(request):
        asked.append(request.url)
        return kit_world(world)(request)

    ctx = context(listening)
    login = TikTokPlatform().exchange(f"kode.{KEY}", CONSENT, ctx)
    TikTokPlatform().refresh(login, ctx)
    secrets = (APP["client_secret"], *(login.secrets[name] for name in ("access_token", "refresh_token")))
    assert asked
    assert not any(secret in line for secret in secrets for line in (*asked, repr(ctx.log.lines)))


def test_a_credential_keeps_its_title():
    world = first_day()
    old = TikTokPlatform().exchange(f"kode.{KEY}", CONSENT, context(world))
    named = Credential(secrets=old.secrets, title="Dinas PUPR", expires_at=old.expires_at)
    assert TikTokPlatform().refresh(named, context(world)).title == "Dinas PUPR"


def test_the_app_has_comments_told_at_our_address():
    world, hook = first_day(), "https://sahut.example/kait/tiktok"
    TikTokPlatform().subscribe(ACCOUNT, hook, context(world))
    TikTokPlatform().subscribe(ACCOUNT, hook, context(world))
    assert world.notes("tiktok")["callback_url"] == hook
    with pytest.raises(Permanent):
        TikTokPlatform().subscribe(ACCOUNT, hook, context(world, secrets={"access_token": SECRETS["access_token"]}))
