"""Google Business Profile against the conformance kit. Ids, times and texts were written by hand from the reviews."""

from __future__ import annotations

from typing import ClassVar

from aggregator.conformance.kit import PlatformKit, Seen
from aggregator.contract import Account, Platform
from plugins.google_business.platform import GoogleBusiness

from . import world
from .addresses import ADDRESSES


class TestGoogleBusiness(PlatformKit):
    addresses: ClassVar = ADDRESSES
    expected = frozenset({"AbFvAntre", "AbFvAntre/reply", "AbFvBintang", "AbFvAnonim", "AbFvToilet", "AbFvSabar"})
    official = frozenset({"AbFvAntre/reply"})
    samples: ClassVar = {
        "AbFvAntre": Seen(at="2026-03-02T11:22:10+07:00", author=None, text="Antre 3 jam, loket hanya satu yang buka."),
        "AbFvAntre/reply": Seen(
            at="2026-03-03T13:00:00+07:00",
            author="locations/2200",
            text="Mohon maaf, mulai Senin ada dua loket.",
            parent="AbFvAntre",
        ),
        "AbFvAnonim": Seen(
            at="2026-03-04T09:30:00+07:00", author=None, text="AC ruang tunggu <mati> & panas\nsekali 🥵"
        ),
        "AbFvToilet": Seen(at="2026-03-05T10:00:00+07:00", author=None, text="Toiletnya rusak, Pak"),
        "AbFvBintang": Seen(at="2026-03-03T08:00:00+07:00", author=None, text=""),
    }
    appeared = frozenset({"AbFvObat", "AbFvAnonim/reply"})
    vanished = frozenset({"AbFvBintang"})
    edited: ClassVar = {"AbFvToilet": "Toiletnya masih rusak, Pak"}
    answerable = ("AbFvToilet", "AbFvSabar")
    private = ("lh3.example", "Sedang kami perbaiki", "Terima kasih, Pak")
    secrets: ClassVar = world.SECRETS
    open_settings = ("client_id",)
    optional_keys: ClassVar = {
        "nextPageToken": "left out on the last page of every list",
        "locations": "left out where an account has none",
        "comment": "left out where a reviewer gave stars alone",
        "reviewReply": "left out where the owner did not reply",
        "reviewReplyState": "exists since April 2026 and is spelled in two ways",
    }
    glanced = (world.ACCOUNT, world.OTHER)
    glance_calls = 1
    oauth_code = world.CODE
    oauth_accounts = (world.KEY, world.OTHER_KEY)

    def platform(self) -> Platform:
        return GoogleBusiness()

    def account(self) -> Account:
        return world.ACCOUNT

    def world(self):
        return world.Scene(self.now).kit_world()

    def changed_world(self):
        return world.Scene(self.now).later().kit_world()
