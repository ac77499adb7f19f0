"""Tokens that die or are another's, limits, what inspect proves, and logging in."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from aggregator.conformance.store import Store
from aggregator.conformance.world import Request
from aggregator.contract import (
    Account,
    AuthExpired,
    Consent,
    Kind,
    Permanent,
    RateLimited,
)
from plugins.dialects import graph

from .reading import PLUGIN, context, pull
from .world import ACCOUNT, APP, NOW, PAGE, Scene, at, first_day

ROAD, COMPLAINT = f"{PAGE}_9001", f"{PAGE}_9003"
CONSENT = Consent(state="keadaan-1", redirect_uri="https://sahut.example/kembali", verifier="v" * 43)


def person_token(scene: Scene) -> str:
    return PLUGIN.exchange("kode-uji", CONSENT, context(scene)).secrets["access_token"]


def test_a_persons_token_is_found_out_before_it_reads_silence():
    scene = first_day()
    token = person_token(scene)
    empty = json.loads(scene.answer(_get(f"/{PAGE}/published_posts", token)).body)
    assert empty == {"data": []}  # that is how the platform hides it
    snapshot = PLUGIN.inspect(ACCOUNT, context(scene, token=token))
    assert "milik orang" in snapshot.problem
    with pytest.raises(Permanent, match="milik orang"):
        list(PLUGIN.pull_since(ACCOUNT, None, context(scene, token=token)))


def _get(path: str, token: str):
    shown = urlencode({"access_token": token, "appsecret_proof": graph.proof(token, APP["client_secret"])})
    return Request("GET", f"https://graph.facebook.com/v26.0{path}?{shown}")


def test_a_token_of_another_page_is_not_read_with():
    scene = first_day()
    ctx = context(scene, token=scene.skin.token_of(scene.quiet))
    with pytest.raises(Permanent, match="Halaman lain"):
        list(PLUGIN.pull_since(ACCOUNT, None, ctx))


def test_an_account_known_by_name_is_read_and_checked():
    scene = first_day()
    scene.page.handle = "Dinas.PU.Contoh"
    named = Account(key="dinaspucontoh", url="https://www.facebook.com/dinaspucontoh")
    store = Store()
    pull(scene, store, account=named)
    assert COMPLAINT in store.shown()
    events = list(PLUGIN.pull_threads(named, store.threads(), context(scene, account=named)))
    assert {event.kind for event in events if event.external_id in (ROAD, COMPLAINT)} == {Kind.POST, Kind.MENTION}
    with pytest.raises(Permanent, match="Halaman lain"):
        pull(scene, Store(), account=Account(key="dinaslain", url="https://www.facebook.com/dinaslain"))


@pytest.mark.parametrize(("subcode", "word"), [(463, "Hubungkan ulang"), (460, "Hubungkan ulang"), (492, "peran")])
def test_a_dead_token_asks_a_person(subcode, word):
    scene = first_day()
    scene.skin.kill(scene.skin.token_of(scene.page), subcode)
    with pytest.raises(AuthExpired, match=word):
        list(PLUGIN.pull_since(ACCOUNT, None, context(scene)))


def test_a_limit_waits_as_long_as_the_platform_estimates():
    scene = first_day()
    scene.world.notes("facebook")["allowance"] = {PAGE: 1}
    ctx = context(scene)
    with pytest.raises(RateLimited) as full:  # 100 %: it stops by itself
        list(PLUGIN.pull_since(ACCOUNT, None, ctx))
    assert ctx.http.calls == 1
    with pytest.raises(RateLimited) as limited:
        list(PLUGIN.pull_since(ACCOUNT, None, context(scene)))
    assert (full.value.retry_after, limited.value.retry_after) == (3600, 37 * 60)


def test_empty_although_comments_are_counted_is_an_alarm():
    scene = Scene()
    scene.world.post(scene.page, "Jadwal vaksinasi", at(8, 0), lost=12)
    snapshot = PLUGIN.inspect(ACCOUNT, context(scene))
    assert "Kosong padahal ada 12 komentar" in snapshot.problem


def test_the_public_face_is_evidence():
    scene = first_day()
    ends = NOW + timedelta(days=20)
    scene.world.notes("facebook")["data_access"] = {scene.skin.token_of(scene.page): ends}
    seen = PLUGIN.inspect(ACCOUNT, context(scene))
    assert (seen.title, seen.followers, seen.verified, seen.active) == ("Dinas Pekerjaan Umum", 812, True, True)
    assert (seen.posts_30d, seen.last_post_at, seen.own_author_ids) == (5, at(8, 0), {PAGE})  # the reel too
    assert (seen.credential_expires_at, seen.problem) == (ends, None)
    gone = PLUGIN.inspect(replace(ACCOUNT, key="1234567"), context(scene))
    assert not gone.exists
    assert "profil pribadi" in gone.problem


def test_the_dialog_asks_by_scopes_or_by_a_business_configuration():
    query = dict(parse_qsl(urlsplit(PLUGIN.authorize_url(CONSENT, context(first_day()))).query))
    assert {"pages_read_user_content", "pages_manage_engagement"} <= set(query["scope"].split(","))
    assert (query["response_type"], query["redirect_uri"], query["client_id"]) == (
        "code",
        CONSENT.redirect_uri,
        APP["client_id"],
    )
    ctx = replace(context(first_day()), secrets={**APP, "config_id": "77"})
    business = dict(parse_qsl(urlsplit(PLUGIN.authorize_url(CONSENT, ctx)).query))
    assert business["config_id"] == "77"
    assert "scope" not in business
    with pytest.raises(Permanent, match="belum diatur"):
        PLUGIN.authorize_url(CONSENT, replace(ctx, secrets={}))


def test_a_login_says_who_it_is_and_when_its_earliest_end_comes():
    scene = first_day()
    credential = PLUGIN.exchange("kode-uji", CONSENT, context(scene))
    assert credential.title == "Petugas Diskominfo"
    assert credential.expires_at == NOW + scene.skin.lifetime()
    token = credential.secrets["access_token"]
    scene.world.notes("facebook")["data_access"] = {token: NOW + timedelta(days=9)}
    assert PLUGIN.refresh(credential, context(scene)).expires_at == NOW + timedelta(days=9)
    scene.skin.kill(token)
    with pytest.raises(AuthExpired):
        PLUGIN.refresh(credential, context(scene))


def test_a_login_reaches_every_page_with_a_token_of_its_own():
    scene = first_day()
    for number in range(120):
        scene.world.place("facebook", str(200_000_000 + number), f"Desa {number}")
    scene.world.notes("facebook").pop("page_size")
    credential = PLUGIN.exchange("kode-uji", CONSENT, context(scene))
    ctx = context(scene)
    reached = {one.key.key: one for one in PLUGIN.reachable(credential, ctx)}
    assert len(reached) == 122
    assert ctx.http.calls == 2
    assert reached[PAGE].secrets == {"access_token": scene.skin.token_of(scene.page)}
    assert PLUGIN.resolve(reached[PAGE].key.url) == reached[PAGE].key
    assert not any("EAAB" in request.url for request in ctx.http.requests)
