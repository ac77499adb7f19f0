"""X against the conformance kit. Ids, times and texts are copied by hand from what world.py puts on the page."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from aggregator.conformance.kit import PlatformKit, Seen
from aggregator.conformance.world import World as KitWorld
from aggregator.contract import Account, Platform
from plugins.x.platform import XPlatform

from .world import ACCOUNT, KEY, LONG, NOW, OFFICE, SECRETS, first_day, kit_world, next_day


class TestX(PlatformKit):
    now: ClassVar[datetime] = NOW
    addresses: ClassVar = {
        "https://x.com/DPUPR_Contoh": KEY,
        "https://mobile.twitter.com/dpupr_contoh?s=20": KEY,
        "https://x.com/i/status/1984000000000000101": None,
        "@dpupr_contoh": None,
    }
    expected = frozenset(
        {
            "1984000000000000101",
            "1984000000000000102",
            "1984000000000000103",
            "1984000000000000104",
            "1984000000000000105",
            "1984000000000000106",
            "1984000000000000107",
            "1984000000000000108",
        }
    )
    official = frozenset({"1984000000000000101", "1984000000000000103"})
    samples: ClassVar = {
        "1984000000000000101": Seen(
            at="2026-03-05T08:00:00+07:00", author=OFFICE, text="Perbaikan Jalan Melati mulai Senin & selesai Jumat"
        ),
        "1984000000000000104": Seen(
            at="2026-03-05T11:00:00+07:00",
            author="55502",
            text="@dpupr_contoh @warga_x Gang Mawar sekalian <3",
            parent="1984000000000000103",
        ),
        "1984000000000000105": Seen(at="2026-03-06T07:30:00+07:00", author="55501", text=LONG),
        "1984000000000000106": Seen(
            at="2026-03-07T20:00:00+07:00",
            author="55502",
            text="@dpupr_contoh lampu mati, foto https://foto.example/lampu.jpg",
        ),
    }
    appeared = frozenset({"1984000000000000110", "1984000000000000111"})
    vanished = frozenset({"1984000000000000104"})
    edited: ClassVar = {"1984000000000000107": "@siti77 @dpupr_contoh sama, di RT 05"}
    answerable = ("1984000000000000102", "1984000000000000108")
    secrets = SECRETS
    open_settings = ("client_id",)
    oauth_code = f"kode.{KEY}"
    oauth_accounts = (KEY,)
    optional_keys: ClassVar = {
        "next_token": "the last page has none, and nothing else tells a last page",
        "note_tweet": "only a post longer than 280 letters has it; the short text stands beside it",
        "entities": "only a post with links has them; without, the short links stay in the text",
        "urls": "entities may hold other things than links",
    }

    def platform(self) -> Platform:
        return XPlatform()

    def account(self) -> Account:
        return ACCOUNT

    def world(self) -> KitWorld:
        return kit_world(first_day())

    def changed_world(self) -> KitWorld:
        return kit_world(next_day())
