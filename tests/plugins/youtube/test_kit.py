"""YouTube against the conformance kit. Ids, times and texts were written by hand from what the videos show."""

from __future__ import annotations

import hashlib
import hmac
from typing import ClassVar

from aggregator.conformance.kit import PlatformKit, Seen
from aggregator.contract import Account, Platform, PushRequest
from plugins.youtube.platform import YouTube

from . import world
from .addresses import ADDRESSES

PUSH = (
    b'<?xml version="1.0" encoding="UTF-8"?><feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" '
    b'xmlns="http://www.w3.org/2005/Atom"><title>YouTube video feed</title><entry><id>yt:video:vidDrainase</id>'
    b"<yt:videoId>vidDrainase</yt:videoId><yt:channelId>UCdinaspucontoh000000001</yt:channelId>"
    b"<title>Drainase dikeruk</title><published>2026-03-09T00:30:00+00:00</published></entry></feed>"
)


class TestYouTube(PlatformKit):
    addresses: ClassVar = ADDRESSES
    expected = frozenset(
        {
            "vidJalan001", "UgzPinned", "UgzLubang", "UgzLubang.a1", "UgzLampu", "UgzDebu", "vidSambutan",
            "vidPompa002", "UgzAir", "UgzAir.r1", "UgzAir.r2", "UgzAir.r3", "UgzAir.r4", "UgzAir.r5", "UgzAir.r6", "UgzAir.r7",
        }
    )  # fmt: skip
    official = frozenset({"UgzLubang.a1", "UgzPinned"})
    samples: ClassVar = {
        "UgzLampu": Seen(
            at="2026-03-02T01:30:00+07:00",
            author="UCwargawati000000000012",
            text="Lampu jalan <b>mati</b> & gelap\ndi RT 05 🙏",
        ),
        "UgzLubang.a1": Seen(
            at="2026-03-01T10:00:00+07:00",
            author="UCdinaspucontoh000000001",
            text="Gang Kenanga dikerjakan Kamis, Pak.",
            parent="UgzLubang",
        ),
        "UgzDebu": Seen(at="2026-03-02T07:00:00+07:00", author=None, text="Debu truk masuk rumah kami"),
        "UgzAir.r1": Seen(
            at="2026-03-08T09:01:00+07:00", author="UCwargabudi000000000011", text="Di RT 1 juga, Bu", parent="UgzAir"
        ),
    }
    appeared = frozenset({"UgzJembatan", "UgzTelat", "UgzAir.r0", "vidDrainase", "UgzTerima"})
    vanished = frozenset({"UgzDebu"})
    edited: ClassVar = {"UgzAir": "Air tetap masuk rumah kami di RT 02"}
    answerable = ("UgzLampu", "UgzAir")
    private = ("yt3.example", "Rahasia antara kami")
    secrets: ClassVar = world.SECRETS
    open_settings = ("client_id", "webhook_url")
    small_turn = 6  # the uploads, the counters, and one whole video: positions in a video are never stored
    optional_keys: ClassVar = {
        "nextPageToken": "left out on the last page of every list",
        "commentCount": "left out where a video's comments are switched off",
        "replies": "left out beside a thread without replies",
        "authorChannelId": "left out for deleted and very old accounts",
    }
    glanced = (world.ACCOUNT, world.OTHER_ACCOUNT)
    glance_calls = 1
    push_bodies = (PUSH,)
    push_ids = frozenset({""})  # no thread: the channel is pulled
    oauth_code = world.CODE
    oauth_accounts = (world.CHANNEL,)

    def platform(self) -> Platform:
        return YouTube()

    def account(self) -> Account:
        return world.ACCOUNT

    def world(self):
        return world.Scene(self.now).kit_world()

    def changed_world(self):
        return world.Scene(self.now).later().kit_world()

    def signed_push(self, body: bytes) -> PushRequest:
        secret = world.SECRETS["webhook_secret"]
        sign = hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()
        secrets = {name: world.SECRETS[name] for name in ("webhook_secret", "verify_token")}
        headers = {"x-hub-signature": f"sha1={sign}", "content-type": "application/atom+xml"}
        return PushRequest(method="POST", headers=headers, query={}, body=body, secrets=secrets, now=self.now)

    def test_push_ignores_what_it_does_not_know(self) -> None:
        """The kit's body is JSON, the hub's is Atom."""
        wide = PUSH.replace(
            b"<entry>", b'<entry><sahut:unknown xmlns:sahut="https://sahut.example/ns">7731</sahut:unknown>'
        )
        assert self._read(self.signed_push(wide)) == self._read(self.signed_push(PUSH))
        for junk in (b"", b"{}", b"[]", b"null", b"\xff\xfe", b"<feed", b"/etc/passwd", b"https://www.youtube.com/"):
            self._push_survives(self.signed_push(junk))
