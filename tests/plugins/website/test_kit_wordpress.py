"""A pretended WordPress against the conformance kit: the face that the demo and the load tests read."""

from __future__ import annotations

from typing import ClassVar

import pytest

from aggregator.conformance.kit import PlatformKit, Seen
from aggregator.conformance.world import World
from aggregator.contract import Account, Platform
from plugins.website import rest_client, rest_posts, wordpress_rest
from plugins.website.platform import Website

from .offices import kit_world

HOST = "dinas.contoh.go.id"


class TestWordPressFace(PlatformKit):
    """Every id, time and text below was read from the site by hand, not from the plugin."""

    addresses: ClassVar = {"https://dinas.contoh.go.id/2026/02/berita-55/": HOST, "@dinas": None}
    expected = frozenset(["post:55", "post:56", *(str(one) for one in range(1001, 1009))])
    official = frozenset({"1002", "1007"})
    samples: ClassVar = {
        "1001": Seen(at="2026-03-01T09:00:00+07:00", author=None, text="Kapan posyandu buka?"),
        "1003": Seen(
            at="2026-03-01T11:00:00+07:00",
            author=None,
            text="Terima kasih & semoga ramai\nkami datang 🙏",
            parent="1002",
        ),
        "1007": Seen(at="2026-03-03T13:00:00+07:00", author="user:1", text="Besok ditambal.", parent="1004"),
    }
    appeared = frozenset({"1009", "1010", "post:57"})
    vanished = frozenset({"1005", "1008"})
    edited: ClassVar = {"1006": "Berapa anggaran perbaikannya?"}
    answerable = ("1004", "1006")
    secrets: ClassVar = {"app_password": "d590 9c25 b06a c38d d041 2a0e"}

    @pytest.fixture(autouse=True)
    def small_pages(self, monkeypatch):
        """Eight comments stand for hundreds: pages of four."""
        for module in (rest_client, rest_posts, wordpress_rest):
            monkeypatch.setattr(module, "PER_PAGE", 4)
        monkeypatch.setattr(rest_client, "OVERLAP", 1)

    def platform(self) -> Platform:
        return Website()

    def account(self) -> Account:
        return Account(key=HOST, url=f"https://{HOST}/", settings={"username": "operator"})

    def world(self) -> World:
        return kit_world("wordpress", HOST)

    def changed_world(self) -> World:
        return kit_world("wordpress", HOST, later=True)
