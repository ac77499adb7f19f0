"""Instagram against the conformance kit. Ids, times and texts were written by hand, not taken from the plugin."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import ClassVar

from aggregator.conformance.kit import PlatformKit, Seen
from aggregator.contract import Account, Platform, PushRequest
from aggregator.fakes.offline import as_kit_world
from aggregator.fakes.skins.instagram import InstagramSkin
from aggregator.fakes.skins.instagram_by_facebook import InstagramByFacebookSkin
from plugins.instagram.platform import InstagramPlatform

from .world import CROWD, CROWDED, FIRST, KEY, LATER, NAME, NOW, SILENT, TAGGED, first_day, internet, next_day

APP = InstagramSkin.app_settings


def _push(*entries):
    return json.dumps({"object": "instagram", "entry": list(entries)}).encode()


class InstagramKit(PlatformKit):
    """By Instagram Login."""

    skin: ClassVar = InstagramSkin
    now = NOW
    addresses: ClassVar = {
        "https://www.instagram.com/dinkes.contoh/": NAME,
        "ig: @Dinkes.Contoh": NAME,
        "@dinkes.contoh": None,
        "https://www.instagram.com/p/AbCdEf/": None,
    }
    expected = frozenset(
        {FIRST, CROWDED, SILENT, TAGGED, "17870000000000101", "17870000000000102", "17870000000000103",
         "17870000000000104", "17870000000000105", *CROWD}
    )  # fmt: skip
    official = frozenset({FIRST, CROWDED, SILENT, "17870000000000102"})
    samples: ClassVar = {
        FIRST: Seen(at="2026-03-01T09:00:00+07:00", author=KEY, text="Vaksinasi gratis\nsemua puskesmas"),
        "17870000000000101": Seen(
            at="2026-03-01T10:15:44+07:00",
            author="9180000000000001",
            text="@dinkes.contoh di puskesmas mana saja & jam berapa?",
        ),
        "17870000000000102": Seen(
            at="2026-03-01T11:00:00+07:00", author=KEY, text="Semua puskesmas, pukul 8–12.", parent="17870000000000101"
        ),
        "17870000000000103": Seen(
            at="2026-03-01T11:30:00+07:00",
            author="9180000000000001",
            text="Terima kasih 🙏",
            parent="17870000000000101",
        ),
        "17870000000000104": Seen(at="2026-03-01T12:00:00+07:00", author=None, text="Puskesmas Melati tutup terus"),
        TAGGED: Seen(at="2026-03-06T16:00:00+07:00", author=None, text="Selokan depan puskesmas mampet @dinkes.contoh"),
    }
    appeared = frozenset({LATER, "17870000000000401", "17870000000000106"})
    vanished = frozenset({CROWD[3]})
    edited: ClassVar = {"17870000000000104": "Puskesmas Melati tutup terus sejak Senin"}
    answerable = ("17870000000000104", "17870000000000103")
    secrets: ClassVar = {"access_token": f"EAABinstagram.{KEY}.0"}
    optional_keys: ClassVar = {
        "from": "Instagram leaves it out where the person's account is gone",
        "caption": "Graph leaves out a field without a value: a post without words has none",
        "replies": "Graph leaves out an edge without entries: most comments have no reply",
        "comments": "Graph leaves out an edge without entries; comments_count tells, and the alarm is raised",
        "tags": "Graph leaves out an edge without entries: most accounts are never tagged",
        "parent_id": "only replies have one, and where they stand says the same",
    }
    secrets_in_url = ("client_secret",)
    open_settings = ("client_id",)
    oauth_code = f"kode-{KEY}"
    oauth_accounts = frozenset({NAME})
    push_bodies: ClassVar = (
        _push(
            {"id": KEY, "time": 1773032400, "changes": [{"field": "comments", "value": {
                "id": "17870000000000106", "parent_id": "17870000000000101", "text": "Saya juga mau tahu",
                "from": {"id": "9180000000000002", "username": "budi_79"},
                "media": {"id": FIRST, "media_product_type": "FEED"}}}]}),
        _push({"id": KEY, "time": 1773032400, "field": "comments", "value": {
            "id": "17870000000000401", "text": "Posyandu RW 4 kapan?",
            "media": {"id": LATER, "media_product_type": "REELS"}}}),
        _push({"id": KEY, "time": 1773032400, "changes": [{"field": "mentions", "value": {
            "media_id": "17918195224117851", "comment_id": "17894227972186120"}}]}),
    )  # fmt: skip
    push_ids = frozenset({FIRST, LATER, "mention:17918195224117851:17894227972186120"})

    def platform(self) -> Platform:
        return InstagramPlatform()

    def account(self) -> Account:
        settings = {"ig_user_id": KEY, "account_way": self.skin.way}
        return Account(key=NAME, url=f"https://www.instagram.com/{NAME}/", settings=settings)

    def world(self):
        return as_kit_world(internet(first_day, self.skin))

    def changed_world(self):
        return as_kit_world(internet(next_day, self.skin))

    def context(self, world, store=None, **more):
        """The app's settings lie below the account's own, as in the core."""
        own = more.pop("secrets", self.secrets)
        return super().context(world, store, **more, secrets={**APP, "way": self.skin.way, **own} if own else {})

    def signed_push(self, body: bytes) -> PushRequest:
        told = hmac.new(APP["client_secret"].encode(), body, hashlib.sha256).hexdigest()
        return PushRequest(
            method="POST", headers={"x-hub-signature-256": f"sha256={told}"}, query={}, body=body, secrets=APP, now=self.now
        )  # fmt: skip


class TestInstagram(InstagramKit):
    """Path B."""


class TestInstagramByFacebook(InstagramKit):
    """Path A, with the linked Page's token."""

    skin = InstagramByFacebookSkin
