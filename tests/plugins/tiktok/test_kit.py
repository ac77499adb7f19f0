"""TikTok against the conformance kit. Ids, times and texts are copied by hand from what world.py puts on the page."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime
from typing import ClassVar

from aggregator.conformance.kit import PlatformKit, Seen
from aggregator.conformance.world import World as KitWorld
from aggregator.contract import Account, Platform, PushRequest
from plugins.tiktok.platform import TikTokPlatform

from .world import ACCOUNT, APP, KEY, NOW, SECRETS, first_day, kit_world, next_day

_NOTICE = {
    "client_key": "awabc",
    "event": "comment.update",
    "create_time": 1773032350,
    "user_openid": f"-000{KEY}",
    "content": '{"comment_id":7405550001112223341,"video_id":7401112223334445573,"parent_comment_id":0,'
    '"comment_type":"comment","comment_action":"insert","timestamp":1773032345074}',
}


class TestTikTok(PlatformKit):
    now: ClassVar[datetime] = NOW
    addresses: ClassVar = {
        "https://www.tiktok.com/@dpupr.contoh": KEY,
        "https://m.tiktok.com/@DPUPR.Contoh/?lang=id": KEY,
        "https://vm.tiktok.com/ZSabc123/": None,
        "@dpupr.contoh": None,
    }
    expected = frozenset(
        {
            "7401112223334445551",
            "7401112223334445557",
            "7401112223334445562",
            "7401112223334445573",
            "7405550001112223321",
            "7405550001112223331",
            "7405550001112223332",
            "7405550001112223333",
            "7405550001112223334",
            "7405550001112223335",
            "7405550001112223336",
            "7405550001112223337",
            "7405550001112223338",
            "7405550001112223341",
            "7405550001112223342",
        }
    )
    official = frozenset({"7405550001112223333"})
    samples: ClassVar = {
        "7405550001112223331": Seen(
            at="2026-03-05T09:15:30+07:00", author="+AbC/12==", text="Lampu RT 03 mati dua minggu"
        ),
        "7405550001112223337": Seen(
            at="2026-03-06T01:30:00+07:00",
            author="+QrS/56==",
            text="Sudah nyala di RT 03",
            parent="7405550001112223331",
        ),
        "7405550001112223333": Seen(
            at="2026-03-05T11:00:00+07:00", author=KEY, text="Baik, dijadwalkan Kamis", parent="7405550001112223331"
        ),
        "7405550001112223341": Seen(
            at="2026-03-08T23:45:00+07:00", author="+XyZ/34==", text="Air masih masuk <rumah> & dapur 🙏"
        ),
    }
    appeared = frozenset(
        {
            "7401112223334445595",
            "7405550001112223351",
            "7405550001112223343",
            "7405550001112223344",
            "7405550001112223339",
        }
    )
    vanished = frozenset({"7405550001112223342"})
    census: ClassVar[int | None] = 10  # TikTok does not count the comment it hides
    answerable = ("7405550001112223341", "7405550001112223332")
    private = ("x-expires", "tiktokcdn")
    secrets = SECRETS
    open_settings = ("client_id", "authorization_url")
    small_turn = 5  # one page here needs the list of videos, itself, and three pages of replies
    oauth_code = f"kode.{KEY}"
    oauth_accounts = (KEY,)
    push_bodies = (
        json.dumps(_NOTICE).encode(),
        json.dumps({"events": [_NOTICE]}).encode(),
    )
    push_ids = ("7401112223334445573",)

    def platform(self) -> Platform:
        return TikTokPlatform()

    def account(self) -> Account:
        return ACCOUNT

    def world(self) -> KitWorld:
        return kit_world(first_day())

    def changed_world(self) -> KitWorld:
        return kit_world(next_day())

    def signed_push(self, body: bytes) -> PushRequest:
        return signed(body)


def signed(body: bytes) -> PushRequest:
    """`body` signed by the skin as TikTok signs it."""
    stamp = str(int(NOW.timestamp()))
    sign = hmac.new(APP["client_secret"].encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    headers = {"tiktok-signature": f"t={stamp},s={sign}"}
    return PushRequest(method="POST", headers=headers, query={}, body=body, secrets=APP, now=NOW)
