"""A blog at Blogger against the conformance kit."""

from __future__ import annotations

from typing import ClassVar

import pytest

from aggregator.conformance.kit import PlatformKit, Seen
from aggregator.conformance.world import World
from aggregator.contract import Account, AuthExpired, Permanent, Platform
from plugins.website import blogger
from plugins.website.platform import Website

from .offices import kit_world

HOST = "kec-contoh.blogspot.com"
OWNER = "blogger:user:3629645321"  # the blog's number stands for its owner's profile


class TestBlogger(PlatformKit):
    """Every id, time and text below was read from the blog by hand, not from the plugin."""

    addresses: ClassVar = {
        "https://kec-contoh.blogspot.com/": HOST,
        "http://www.kec-contoh.blogspot.co.id/2026/03/jadwal.html?m=1": HOST,
        "https://www.blogger.com/profile/123": None,
    }
    expected = frozenset(f"blogger:{one}" for one in (55, 56, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008))
    official = frozenset({"blogger:1002", "blogger:1007"})
    samples: ClassVar = {
        "blogger:1001": Seen(at="2026-03-01T09:00:00+07:00", author="blogger:user:880011", text="Kapan posyandu buka?"),
        "blogger:1003": Seen(
            at="2026-03-01T11:00:00+07:00",
            author=None,
            text="Terima kasih & semoga ramai\nkami datang 🙏",
            parent="blogger:1002",
        ),
        "blogger:1007": Seen(
            at="2026-03-03T13:00:00+07:00", author=OWNER, text="Besok ditambal.", parent="blogger:1004"
        ),
    }
    appeared = frozenset({"blogger:1009", "blogger:1010", "blogger:57"})
    vanished = frozenset({"blogger:1005", "blogger:1008"})
    edited: ClassVar = {"blogger:1006": "Berapa anggaran perbaikannya?"}
    answerable = ("blogger:1004",)
    private = ("noreply@blogger.com",)
    optional_keys: ClassVar = {"uri": "an anonymous commenter has no profile"}

    @pytest.fixture(autouse=True)
    def small_pages(self, monkeypatch):
        """Eight comments stand for hundreds: pages of three."""
        monkeypatch.setattr(blogger, "PER_PAGE", 3)
        monkeypatch.setattr(blogger, "OVERLAP", 1)

    def platform(self) -> Platform:
        return Website()

    def account(self) -> Account:
        return Account(key=HOST, url=f"https://{HOST}/", settings={})

    def world(self) -> World:
        return kit_world("blogger", HOST)

    def changed_world(self) -> World:
        return kit_world("blogger", HOST, later=True)

    def can(self, *capabilities) -> bool:
        """Nobody can answer on Blogger from outside: see below."""
        return "answer" not in capabilities and super().can(*capabilities)

    def test_answering_is_refused_with_the_way_to_do_it(self):
        ctx = self.context(self.world())
        with pytest.raises(Permanent, match="langsung di halamannya"):
            Website().answer(self.account(), self.message("blogger:1004"), "Baik.", ctx)

    def test_claims_are_true_both_ways(self) -> None:
        """ANSWER is claimed for other sites: on a blog it is Permanent and asks nothing."""
        ctx = self.context(self.world())
        turn = self.call(ctx, lambda _: Website().answer(self.account(), self.message("blogger:1004"), "x", ctx))
        assert not isinstance(turn.error, AuthExpired)
        assert not turn.requests
