"""Facebook against the conformance kit. Every id, time and text was read from the pretended Page by hand."""

from __future__ import annotations

from typing import ClassVar

from aggregator.conformance.kit import PlatformKit, Seen
from aggregator.conformance.world import Request
from aggregator.conformance.world import World as KitWorld
from aggregator.contract import Account, Platform, PushRequest
from plugins.facebook.platform import FacebookPlatform

from .world import ACCOUNT, APP, NOW, PAGE, QUIET, TOKEN, first_day, next_day


class TestFacebook(PlatformKit):
    now = NOW
    addresses: ClassVar = {
        f"https://www.facebook.com/{PAGE}": PAGE,
        f"https://m.facebook.com/profile.php?id={PAGE}&mibextid=ZbWKwL": PAGE,
        "https://www.facebook.com/Dinas.PU.Contoh/": "dinaspucontoh",
        "https://www.facebook.com/": None,
        "https://www.facebook.com/share/1AbCdEfGhI/": None,
        "https://lain.example/dinaspu": None,
    }
    expected = frozenset(
        {f"{PAGE}_{n}" for n in (9001, 9002, 9003, 9005, 9006, 9007)}
        | {"100064000000777_9004"}
        | {"7001", "7002", "7003", "7004", "7005", "7006", "7101", "7102", "7103", "7201", "7301"}
    )
    official = frozenset({"7002", "7201"})
    samples: ClassVar = {
        "7001": Seen(at="2026-03-01T09:15:00+07:00", author="5550000000000001", text="Gang Kenanga berlubang, kapan?"),
        "7003": Seen(
            at="2026-03-01T10:05:00+07:00", author="5550000000000001", text="Terima kasih 🙏", parent="7001"
        ),  # replies to replies stand under the comment at the head
        "7004": Seen(
            at="2026-03-02T01:30:00+07:00",
            author="5550000000000002",
            text="Lampu jalan <b>mati</b> & gelap\ndi RT 05",
        ),
        "7006": Seen(at="2026-03-04T19:00:00+07:00", author=None, text="Ditulis orang yang tidak disebut namanya"),
        f"{PAGE}_9003": Seen(
            at="2026-03-07T11:00:00+07:00",
            author="5550000000000001",
            text="Sampah di TPS Melati belum diangkut lima hari",
        ),
    }
    appeared = frozenset({"7104", "7007", f"{PAGE}_9008"})
    vanished = frozenset({"7102"})
    edited: ClassVar = {"7103": "Kapan drainase Muara dikeruk?"}
    answerable = ("7004", "7103", f"{PAGE}_9003")
    secrets: ClassVar = {**APP, "access_token": TOKEN}
    open_settings = ("client_id",)
    optional_keys: ClassVar = {
        "next": "the last page of a list has none; that is how a list ends",
        "from": "the platform names nobody where the writer's privacy or the app's access forbids it",
        "parent": "a comment at the top of a thread has none",
        "message": "a post of a photo alone has none",
        "description": "a reel without words has none",
        "post_id": "a reel may have no post of its own; ordinary posts never have the key",
        "published_posts": "an expanded list that is empty is left out",
        "visitor_posts": "an expanded list that is empty is left out",
        "tagged": "an expanded list that is empty is left out",
        "video_reels": "an expanded list that is empty is left out",
    }
    push_bodies = tuple(push.body for push in first_day().pushes("7103"))
    push_ids = frozenset({f"{PAGE}_9002"})
    glanced = (ACCOUNT, Account(key=QUIET, url=f"https://www.facebook.com/{QUIET}"))
    oauth_code = "kode-uji"
    oauth_accounts = frozenset({PAGE, QUIET})

    def platform(self) -> Platform:
        return FacebookPlatform()

    def account(self) -> Account:
        return ACCOUNT

    def world(self) -> KitWorld:
        return first_day().answer

    def changed_world(self) -> KitWorld:
        return next_day().answer

    def sends(self, request: Request) -> bool:
        """A batch is a POST that only reads."""
        return request.method != "GET" and not request.url.rstrip("/").endswith("graph.facebook.com")

    def signed_push(self, body: bytes) -> PushRequest:
        push = first_day().skin.signed_raw(body)
        return PushRequest(method="POST", headers=push.headers, query={}, body=body, secrets=APP, now=NOW)
