"""The website plugin against the conformance kit, on a WordPress that is open to REST."""

from __future__ import annotations

from typing import ClassVar

import pytest

from aggregator.conformance.kit import PlatformKit, Seen
from aggregator.contract import Account, Platform
from plugins.website import rest_client, rest_posts, wordpress_rest
from plugins.website.platform import Website

from .world import BASE, PASSWORD, SiteWorld, first_day, next_day


class TestWebsite(PlatformKit):
    """Every id, time and text below was read from the site by hand, not from the plugin."""

    addresses: ClassVar = {
        "https://dinas.contoh.go.id": "dinas.contoh.go.id",
        "http://www.Dinas.Contoh.go.id:80/": "dinas.contoh.go.id",
        "dinas.contoh.go.id/wp-json/": "dinas.contoh.go.id",
        "https://kab.contoh.go.id/dinas/": "kab.contoh.go.id/dinas",
        "https://www.facebook.com/dinas.contoh": None,
        "https://www.instagram.com/dinas.contoh/": None,
        "bukan alamat": None,
    }
    expected = frozenset([*(str(number) for number in range(1101, 1111)), "post:21", "post:22", "post:23", "post:24"])
    official = frozenset({"1102", "1106"})
    orphans = frozenset({"1100"})
    samples: ClassVar = {
        "1101": Seen(at="2026-03-01T09:00:00+07:00", author=None, text="Kapan jalan depan SDN 2 diperbaiki?"),
        "1102": Seen(at="2026-03-01T10:00:00+07:00", author="user:5", text="Minggu depan dikerjakan.", parent="1101"),
        "1103": Seen(
            at="2026-03-01T11:00:00+07:00",
            author=None,
            text="Terima kasih & semoga benar\nkami tunggu 🙏",
            parent="1102",
        ),
        "1106": Seen(at="2026-03-02T12:00:00+07:00", author="user:6", text="Besok diangkut “semua”.", parent="1104"),
    }
    appeared = frozenset({"1111", "1113", "1114"})
    vanished = frozenset({"1105"})
    edited: ClassVar = {"1107": "Loket Sabtu tutup jam berapa?"}
    answerable = ("1110", "1104")
    private = ("Di kiriman pribadi", "Menunggu persetujuan")
    optional_keys: ClassVar = {"pengumuman": "the name of a content type of this one site, not a field"}
    secrets: ClassVar = {"app_password": PASSWORD}

    @pytest.fixture(autouse=True)
    def small_pages(self, monkeypatch):
        """Ten comments stand for a thousand: pages of four."""
        for module in (rest_client, rest_posts, wordpress_rest):
            monkeypatch.setattr(module, "PER_PAGE", 4)
        monkeypatch.setattr(rest_client, "OVERLAP", 1)

    def platform(self) -> Platform:
        return Website()

    def account(self) -> Account:
        return Account(key="dinas.contoh.go.id", url=BASE + "/", settings={"username": "operator"})

    def world(self) -> SiteWorld:
        return SiteWorld(first_day())

    def changed_world(self) -> SiteWorld:
        return SiteWorld(next_day())
