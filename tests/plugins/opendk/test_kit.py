"""OpenDK against the conformance kit."""

from __future__ import annotations

from typing import ClassVar

import pytest

from aggregator.conformance.kit import PlatformKit, Seen
from aggregator.contract import Account, Platform
from plugins.opendk import reader
from plugins.opendk.platform import OpenDk

from .world import ACCOUNT, SubDistrict


class TestOpenDk(PlatformKit):
    """Every id, time and text was worked out by hand from what the site shows."""

    addresses: ClassVar = {
        "https://kec-kalisari.contoh.go.id": "kec-kalisari.contoh.go.id",
        "http://www.Kecamatan-Kalisari.contoh.go.id/berita/lomba-desa": "kecamatan-kalisari.contoh.go.id",
        "https://kalisari.contoh.go.id/sistem-komplain": "kalisari.contoh.go.id",
        "https://kalisari.contoh.go.id/": None,
    }
    expected = frozenset(
        {"artikel:11", "artikel:12", "artikel:13", "komentar:21", "komentar:22", "komentar:23"}
        | {"komplain:31", "komplain:32", "komplain:33", "jawaban:41", "jawaban:42", "jawaban:43"}
    )
    official = frozenset({"komentar:22", "jawaban:41"})
    samples: ClassVar = {
        "komplain:31": Seen(at="2026-03-02T09:15:00+07:00", author=None, text="Lampu jalan mati sejak senin"),
        "komplain:32": Seen(at="2026-03-03T09:00:00+07:00", author=None, text="Sampah menumpuk\ndi pasar"),
        "jawaban:41": Seen(
            at="2026-03-02T13:00:00+07:00", author="admin", text="Sudah kami teruskan ke PLN.", parent="komplain:31"
        ),
        "jawaban:42": Seen(
            at="2026-03-02T14:00:00+07:00", author=None, text="Terima kasih, kami tunggu.", parent="komplain:31"
        ),
        "komentar:21": Seen(at="2026-03-01T10:00:00+07:00", author=None, text="Kapan jadwal Musrenbang desa kami?"),
        "komentar:22": Seen(
            at="2026-03-01T11:00:00+07:00", author="admin", text="Hari Rabu, Bu.", parent="komentar:21"
        ),
        "artikel:11": Seen(
            at="2026-03-01T08:00:00+07:00", author="admin", text="Musrenbang\n\nMusrenbang\nDigelar di pendopo."
        ),
    }
    appeared = frozenset({"komentar:24", "komentar:25", "komentar:26", "komplain:35", "jawaban:44"})
    vanished = frozenset({"jawaban:43", "komplain:33"})
    edited: ClassVar = {"komentar:23": "Apakah balita boleh ikut?"}
    private = ("33020202", "Dusun Rahasia", "0813-0000", "@surat.example", "203.0.113", "Jelek semua", "Masih ditinjau")

    @pytest.fixture(autouse=True)
    def small_pages(self, monkeypatch):
        """Three complaints stand for hundreds: two a page."""
        monkeypatch.setattr(reader, "PAGE_SIZE", 2)

    def platform(self) -> Platform:
        return OpenDk()

    def account(self) -> Account:
        return ACCOUNT

    def world(self):
        return SubDistrict().kit()

    def changed_world(self):
        return SubDistrict().next_day().kit()
