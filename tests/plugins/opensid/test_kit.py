"""OpenSID against the conformance kit, in each of its three faces: one village, the same ids in all of them."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import pytest

from aggregator.conformance.kit import PlatformKit, Seen
from aggregator.contract import Account, Platform
from aggregator.fakes.skins import opensid as skin
from plugins.opensid import site
from plugins.opensid.platform import OpenSid

from .world import (
    ACCOUNT,
    ASKED_DESK,
    ASKED_ROAD,
    FIRST_DAY,
    LATE,
    NEW,
    ROAD,
    RUBBISH,
    RUBBISH_AGAIN,
    TOLD_ROAD,
    Village,
)

MIDNIGHT = "T00:00:00+07:00"


class TestNatra(PlatformKit):
    """Pages with tables. Every id, time and text was worked out by hand from what the village shows."""

    face = "natra"
    addresses: ClassVar = {
        "https://sukamaju.desa.id": "sukamaju.desa.id",
        "http://www.Sukamaju.desa.id/index.php/pengaduan": "sukamaju.desa.id",
        "https://kelurahan.contoh.id/pengaduan/2": "kelurahan.contoh.id",
        "https://kelurahan.contoh.id/": None,
    }
    expected = FIRST_DAY
    official = frozenset({TOLD_ROAD, "pengaduan:301:202603030800"})
    samples: ClassVar = {
        ASKED_ROAD: Seen(at="2026-03-01T09:15:22+07:00", author=None, text="Kapan jalan depan balai desa diperbaiki?"),
        TOLD_ROAD: Seen(
            at="2026-03-01T10:00:05+07:00", author="admin", text="Minggu depan dikerjakan.", parent=ASKED_ROAD
        ),
        ASKED_DESK: Seen(
            at="2026-03-03T08:00:00+07:00", author=None, text='Loket tutup jam berapa ya, Pak? 3 < 5 & "gratis"?'
        ),
        RUBBISH: Seen(at="2026-03-02T08:00:00+07:00", author=None, text="Sampah menumpuk di pasar."),
        RUBBISH_AGAIN: Seen(at="2026-03-02T09:30:00+07:00", author=None, text="Sampah menumpuk di pasar."),
        "pengaduan:302": Seen(at="2026-03-04T06:00:00+07:00", author=None, text="Papan jembatan bambu lapuk | bahaya"),
        "pengaduan:303": Seen(at="2026-03-05T21:30:00+07:00", author=None, text="Air PAM keruh\nsudah tiga hari"),
        "pengaduan:301:202603030800": Seen(
            at="2026-03-03T08:00:00+07:00", author="admin", text="Sudah kami laporkan ke PLN.", parent="pengaduan:301"
        ),
        ROAD: Seen(
            at="2026-03-01T00:00:00+07:00",
            author="admin",
            text="Perbaikan Jalan Kenanga\n\nDimulai pekan ini.",
            precision="day",
        ),
    }
    appeared = frozenset({LATE, NEW, "pengaduan:304", "pengaduan:302:202603080900"})
    vanished = frozenset({RUBBISH_AGAIN, "pengaduan:303"})
    edited: ClassVar = {ASKED_DESK: "Loket tutup jam berapa ya, Pak? Mohon dijawab."}
    small_turn = 4  # two calls of every turn look for what is new

    @pytest.fixture(autouse=True)
    def small_pages(self, monkeypatch):
        """Four articles and three complaints stand for hundreds: two a page."""
        for name in ("CARDS", "COMPLAINTS", "MOST_JSON"):
            monkeypatch.setattr(skin, name, 2)
        monkeypatch.setattr(site, "PAGE_SIZE", 2)

    def platform(self) -> Platform:
        return OpenSid()

    def account(self) -> Account:
        return ACCOUNT

    def world(self):
        return Village(self.face).kit()

    def changed_world(self):
        return Village(self.face).next_day().kit()


class TestEsensi(TestNatra):
    """Pages with quotations: comments tell the day only, and no counts on the front page."""

    face = "esensi"
    samples: ClassVar = {
        one: seen
        if one.startswith(("artikel", "pengaduan"))
        else replace(seen, at=seen.at[:10] + MIDNIGHT, precision="day")
        for one, seen in TestNatra.samples.items()
    }


class TestJson(TestEsensi):
    """Newer versions: complaints by JSON:API, here from a release that shows who its reporters are."""

    face = "json"
    private = ("33010101", "@surat.example", "0812", "203.0.113")
    optional_keys: ClassVar = {"foto": "many complaints have no picture, and versions without pictures no such key"}

    def world(self):
        return Village(self.face, leak=True).kit()

    def changed_world(self):
        return Village(self.face, leak=True).next_day().kit()
