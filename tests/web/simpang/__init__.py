"""A platform that is reached by a consent page and calls back by webhook, without any network: for tests of pages."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator
from urllib.parse import urlencode

from aggregator.contract import (
    AccountKey,
    AuthExpired,
    Capability,
    Consent,
    Context,
    Credential,
    Pace,
    Permanent,
    Platform,
    PlatformInfo,
    PushEvent,
    PushRequest,
    Reachable,
    Setting,
    hookimpl,
)

NAMES = {"pupr": "Dinas PUPR Kab. Contoh", "dinkes": "Dinkes Contoh", "warung": "Warung Bu Tini"}
PREFIX = "https://simpang.example/"


class Simpang(Platform):
    """Accounts are `https://simpang.example/<name>`."""

    info = PlatformInfo(
        id="simpang",
        title="Simpang",
        hosts=("simpang.example",),
        capabilities=frozenset({Capability.COMMENTS, Capability.OAUTH, Capability.PUSH, Capability.ANSWER}),
        settings=(
            Setting(name="jenis", label="Jenis akun", help="Lihat di profil.", choices=("halaman", "grup")),
            Setting(name="access_token", label="Token", help="Terisi sendiri.", secret=True),
        ),
        app_settings=(
            Setting(name="client_id", label="ID aplikasi", help="Di portal, baris pertama.", required=True),
            Setting(name="client_secret", label="Rahasia", help="Di portal.", secret=True, required=True),
            Setting(name="wilayah", label="Wilayah", help="Menurut kontrak.", choices=("barat", "timur")),
        ),
        pace=Pace(calls_per_day=1_000, shared_by="app", day_zone="Asia/Jakarta"),
        answer_limit=500,
    )

    def resolve(self, url: str) -> AccountKey | None:
        name = url.removeprefix(PREFIX)
        return AccountKey(platform="simpang", key=name, url=url) if name != url else None

    def authorize_url(self, consent: Consent, ctx: Context) -> str:
        asked = {"client_id": ctx.secrets["client_id"], "state": consent.state, "redirect_uri": consent.redirect_uri}
        return f"{PREFIX}izin?{urlencode(asked)}"

    def exchange(self, code: str, consent: Consent, ctx: Context) -> Credential:
        if code != "kode-baik":
            raise AuthExpired("Kode izin ini sudah tidak berlaku.")
        return Credential(secrets={"access_token": "rahasia-orang"}, title="Rina")

    def reachable(self, credential: Credential, ctx: Context) -> Iterator[Reachable]:
        for name, title in NAMES.items():
            key = AccountKey(platform="simpang", key=name, url=PREFIX + name)
            yield Reachable(key=key, title=title, secrets={"access_token": f"rahasia-{name}"})

    def challenge(self, request: PushRequest) -> str | None:
        right = request.query.get("token") == request.secrets.get("client_secret")
        return request.query.get("gema") if right else None

    def receive(self, request: PushRequest) -> Iterator[PushEvent]:
        if request.headers.get("x-tanda") != signature(request.secrets.get("client_secret", ""), request.body):
            raise Permanent("Tanda tangan keliru.")
        for name in json.loads(request.body):
            yield PushEvent(account_key=name)


def signature(secret: str, body: bytes) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


@hookimpl
def register_platforms() -> Iterable[Platform]:
    return [Simpang()]
