"""A site with Disqus against the conformance kit."""

from __future__ import annotations

from typing import ClassVar

import pytest

from aggregator.conformance.kit import PlatformKit, Seen
from aggregator.conformance.world import World
from aggregator.contract import Account, Platform
from aggregator.fakes.skins.disqus import API_KEY, API_SECRET
from plugins.website import disqus
from plugins.website.platform import Website

from .offices import kit_world

HOST = "dinas.contoh.go.id"
TOKEN = "5540d25da2414c19074c1d6bc2a88ee9"
OWNER = "disqus:user:1382730678"


class TestDisqus(PlatformKit):
    """Every id, time and text below was read from the site by hand, not from the plugin."""

    addresses: ClassVar = {"https://dinas.contoh.go.id/berita/jadwal/": HOST, "https://disqus.com/by/siti/": None}
    expected = frozenset(["disqus:thread:55", "disqus:thread:56", *(f"disqus:{one}" for one in range(1001, 1009))])
    official = frozenset({"disqus:1002", "disqus:1007"})
    samples: ClassVar = {
        "disqus:1001": Seen(at="2026-03-01T09:00:00+07:00", author="disqus:user:880011", text="Kapan posyandu buka?"),
        "disqus:1003": Seen(
            at="2026-03-01T11:00:00+07:00",
            author=None,
            text="Terima kasih & semoga ramai\nkami datang 🙏",
            parent="disqus:1002",
        ),
        "disqus:1007": Seen(at="2026-03-03T13:00:00+07:00", author=OWNER, text="Besok ditambal.", parent="disqus:1004"),
    }
    appeared = frozenset({"disqus:1009", "disqus:1010", "disqus:thread:57"})
    vanished = frozenset({"disqus:1005", "disqus:1008"})
    edited: ClassVar = {"disqus:1006": "Berapa anggaran perbaikannya?"}
    answerable = ("disqus:1004", "disqus:1006")
    open_settings = ("disqus_api_key",)  # public by design: it stands in every address
    secrets: ClassVar = {"access_token": TOKEN, "disqus_api_key": API_KEY, "disqus_api_secret": API_SECRET}

    @pytest.fixture(autouse=True)
    def small_pages(self, monkeypatch):
        """Eight comments stand for hundreds: pages of three."""
        monkeypatch.setattr(disqus, "PER_PAGE", 3)

    def platform(self) -> Platform:
        return Website()

    def account(self) -> Account:
        return Account(key=HOST, url=f"https://{HOST}/", settings={})

    def world(self) -> World:
        return kit_world("disqus", HOST)

    def changed_world(self) -> World:
        return kit_world("disqus", HOST, later=True)

    def test_neither_secret_is_ever_in_an_address(self):
        turn = self._answer(self.world(), self.message("disqus:1004"))
        sent = [request for request in turn.requests if request.method == "POST"]
        assert len(sent) == 1
        assert API_SECRET.encode() in sent[0].body
        assert not any(word in one.url for one in turn.requests for word in (API_SECRET, TOKEN))
