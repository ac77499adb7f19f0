"""Threads against the conformance kit. Ids, times and texts were written by hand, not taken from the plugin."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import ClassVar

from aggregator.conformance.kit import PlatformKit, Seen
from aggregator.conformance.world import Request
from aggregator.contract import Account, Platform, PushRequest
from aggregator.fakes.offline import as_kit_world
from aggregator.fakes.skins.threads import ThreadsSkin
from plugins.threads.platform import ThreadsPlatform

from .world import CROWD, CROWDED, FIRST, KEY, LATER, NAME, NAMED, NOW, SILENT, first_day, internet, next_day

APP = ThreadsSkin.app_settings


def _push(field, value, *, as_list=False):
    one = {"value": value, "field": field}
    body = {"app_id": "123456", "topic": "moderate", "target_id": KEY, "time": 1773032400, "subscription_id": "234567",
            "has_uid_field": False, "values": [one] if as_list else one}  # fmt: skip
    return json.dumps(body).encode()


def _reply(one):
    return {"id": one, "username": "dono_81", "text": "Di RT 5 juga mati", "media_type": "TEXT_POST",
            "root_post": {"id": FIRST, "owner_id": KEY, "username": NAME}}  # fmt: skip


class TestThreads(PlatformKit):
    """The contract."""

    now = NOW
    addresses: ClassVar = {
        "https://www.threads.net/@pemkab.contoh": NAME,
        "threads: @Pemkab.Contoh": NAME,
        "@pemkab.contoh": None,
        "https://www.threads.com/t/Cx1": None,
    }
    expected = frozenset(
        {FIRST, CROWDED, SILENT, NAMED, "18050000000000101", "18050000000000102", "18050000000000103",
         "18050000000000104", *CROWD}
    )  # fmt: skip
    official = frozenset({FIRST, CROWDED, SILENT, "18050000000000102"})
    samples: ClassVar = {
        FIRST: Seen(at="2026-03-01T09:00:00+07:00", author=KEY, text="Jembatan Melati dibuka\nmulai Senin"),
        "18050000000000101": Seen(
            at="2026-03-01T10:15:44+07:00", author=None, text="Lampu jalan depan pasar mati seminggu & gelap"
        ),
        "18050000000000102": Seen(
            at="2026-03-01T12:00:00+07:00", author=KEY, text="Tim meluncur hari ini.", parent="18050000000000101"
        ),
        "18050000000000103": Seen(
            at="2026-03-01T13:00:00+07:00", author=None, text="Terima kasih 🙏", parent="18050000000000102"
        ),
        NAMED: Seen(
            at="2026-03-06T14:40:00+07:00",
            author=None,
            text="@pemkab.contoh sampah di TPS Melati belum diangkut 5 hari",
        ),
    }
    appeared = frozenset({LATER, "18050000000000401", "18050000000000105"})
    vanished = frozenset({CROWD[3]})
    edited: ClassVar = {"18050000000000104": "Jalannya masih berlubang, hati-hati"}
    answerable = ("18050000000000104", "18050000000000103", NAMED)
    secrets: ClassVar = {"access_token": f"EAABthreads.{KEY}.0"}
    optional_keys: ClassVar = {
        "root_post": "only replies have one: a mention without it stands by itself",
        "username": "Threads leaves it out for people who left; own replies are marked otherwise",
    }
    secrets_in_url = ("client_secret",)
    open_settings = ("client_id",)
    oauth_code = f"kode-{KEY}"
    oauth_accounts = frozenset({NAME})
    push_bodies: ClassVar = (
        _push("replies", _reply("18050000000000105")),
        _push("delete", {"id": SILENT, "deleted_at": "2026-03-08T05:00:00+0000"}, as_list=True),
    )
    push_ids = frozenset({FIRST, SILENT})

    def platform(self) -> Platform:
        return ThreadsPlatform()

    def account(self) -> Account:
        return Account(key=NAME, url=f"https://www.threads.com/@{NAME}", settings={"user_id": KEY})

    def world(self):
        return as_kit_world(internet(first_day))

    def changed_world(self):
        return as_kit_world(internet(next_day))

    def context(self, world, store=None, **more):
        """The app's settings lie below the account's own, as in the core."""
        own = more.pop("secrets", self.secrets)
        return super().context(world, store, **more, secrets={**APP, **own} if own else {})

    def sends(self, request: Request) -> bool:
        """A container is prepared, seen by nobody; what is published is said."""
        return request.method != "GET" and not request.url.endswith("/me/threads")

    def signed_push(self, body: bytes) -> PushRequest:
        told = hmac.new(APP["client_secret"].encode(), body, hashlib.sha256).hexdigest()
        return PushRequest(
            method="POST", headers={"x-hub-signature-256": f"sha256={told}"}, query={}, body=body, secrets=APP, now=self.now
        )  # fmt: skip
