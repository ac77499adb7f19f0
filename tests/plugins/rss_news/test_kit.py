"""News against the conformance kit."""

from __future__ import annotations

from typing import ClassVar

from aggregator.conformance.kit import PlatformKit, Seen
from aggregator.conformance.world import World as KitWorld
from aggregator.contract import Account, Platform
from plugins.rss_news.platform import NewsPlatform

from .world import ACCOUNT, Press


def ids(*numbers: int) -> frozenset[str]:
    return frozenset(f"https://radar.example/?p={number}" for number in numbers)


class TestNews(PlatformKit):
    """The contract. Every id, time and text below was read from the feed by hand, not from the plugin."""

    addresses: ClassVar = {
        "https://radar.example/feed/": "radar.example/feed",
        "http://www.radar.example/feed?utm_source=wa": "radar.example/feed",
        "berita: DPUPR Contoh": "google news: dpupr contoh",
        "https://radar.example/berita/101/": None,
    }
    expected = ids(101, 112, 114)
    samples: ClassVar = {
        "https://radar.example/?p=112": Seen(
            at="2026-03-01T23:30:00+07:00",
            author="radar.example",
            text='Camat Sukamaju Janjikan Pompa & Karung Pasir\n\nUntuk warga "Muara".',
        ),
        "https://radar.example/?p=114": Seen(
            at="2026-03-08T14:00:30+07:00",
            author="radar.example",
            text="Drainase Muara Tersumbat\n\nMenurut Dinas Pekerjaan Umum, pengerukan dimulai Senin.",
        ),
    }
    appeared = ids(116)
    edited: ClassVar = {
        "https://radar.example/?p=114": (
            "Drainase Muara Tersumbat\n\nMenurut Dinas Pekerjaan Umum, pengerukan dimulai Selasa."
        )
    }
    private = ("Redaksi", "0812-0000-0000", "Isi lengkap artikel")
    optional_keys: ClassVar = {
        "guid": "RSS makes it optional; the story's plain address is then its id",
        "pubDate": "RSS makes it optional; the story is then dated by the day it was first seen",
        "description": "RSS asks for a title or a description; the title alone is then read",
    }

    def platform(self) -> Platform:
        return NewsPlatform()

    def account(self) -> Account:
        return ACCOUNT

    def world(self) -> KitWorld:
        return Press().ask

    def changed_world(self) -> KitWorld:
        return Press().next_day().ask
