"""Two channels, written by hand: what stands under their videos on a day and on the next."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from aggregator.conformance.logins import CONSENT
from aggregator.conformance.world import World as KitWorld
from aggregator.contract import Account
from aggregator.fakes.internet import FakeInternet
from aggregator.fakes.offline import as_kit_world
from aggregator.fakes.skins import google
from aggregator.fakes.skins.google import GoogleSkin
from aggregator.fakes.skins.youtube import KEY, SCOPE, WEBHOOK, YouTubeSkin
from aggregator.fakes.world import Comment, Person, Post, World

CHANNEL = "UCdinaspucontoh000000001"
OTHER = "UCkecamatanmuara00000002"
ACCOUNT = Account(key=CHANNEL, url=f"https://www.youtube.com/channel/{CHANNEL}")
OTHER_ACCOUNT = Account(key=OTHER, url=f"https://www.youtube.com/channel/{OTHER}")
TOKEN = "ya29.kanal-dinas-pu-6d20"
CODE = "4/0A-kode-dari-google"
SECRETS = {
    "api_key": KEY,
    "access_token": TOKEN,
    "client_id": google.CLIENT["client_id"],
    "client_secret": google.CLIENT["client_secret"],
    "webhook_url": "https://sahut.example/webhook/youtube",
    **WEBHOOK,
}

BUDI = Person(id="UCwargabudi000000000011", name="Budi", handle="@budi.tani")
WATI = Person(id="UCwargawati000000000012", name="Wati", handle="@wati-rt05")
GONE = Person(id=None, name="Akun lama")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-{text}+07:00")


class Scene:
    """The world of the first day. `later()` is what happens until the next."""

    def __init__(self, now: datetime, page: int | None = 3) -> None:
        self.now = now
        self.world = World(clock=lambda: self.now)
        self.internet = FakeInternet(self.world, (GoogleSkin, YouTubeSkin))
        if page:
            self.world.notes("youtube")["page"] = page
        google.give_token(self.world, SCOPE, CHANNEL, token=TOKEN)
        google.give_code(self.world, CODE, CONSENT.redirect_uri, google.challenge_of(CONSENT.verifier), SCOPE, CHANNEL)
        self.channel = self.world.place("youtube", CHANNEL, "Dinas PU Contoh", handle="@dinaspucontoh")
        self.other = self.world.place("youtube", OTHER, "Kecamatan Muara", handle="@kecamatanmuara")
        self._jalan()
        self._pompa()
        self.closed = self.world.post(
            self.channel, "Sambutan Bupati", at("03T09:00:00"), id="vidSambutan", comments_off=True
        )
        muara = self.world.post(self.other, "Jadwal posyandu", at("04T08:00:00"), id="vidPosyandu")
        self.world.say(muara, WATI, "Jam berapa, Bu?", at("04T09:00:00"), id="UgzMuara01")

    def _jalan(self) -> None:
        """Four threads, the oldest pinned on top: two short pages."""
        jalan = self.jalan = self.world.post(
            self.channel, "Perbaikan Jalan Melati", at("01T08:00:00"), id="vidJalan001"
        )
        say = self.world.say
        say(
            jalan,
            self.channel.office,
            "Kirim laporan lewat kolom ini, ya.",
            at("01T08:05:00"),
            id="UgzPinned",
            pinned=True,
        )
        say(jalan, BUDI, "Gang Kenanga berlubang, kapan diperbaiki?", at("01T09:15:30"), id="UgzLubang")
        say(jalan, WATI, "Lampu jalan <b>mati</b> & gelap\ndi RT 05 🙏", at("02T01:30:00"), id="UgzLampu")
        say(jalan, GONE, "Debu truk masuk rumah kami", at("02T07:00:00"), id="UgzDebu")
        self._answer("UgzLubang", "Gang Kenanga dikerjakan Kamis, Pak.", "01T10:00:00", "UgzLubang.a1")

    def _pompa(self) -> None:
        """One thread with seven replies, of which five are shown beside it; one that only its channel may see."""
        pompa = self.pompa = self.world.post(self.channel, "Pompa air Muara", at("08T07:00:00"), id="vidPompa002")
        say = self.world.say
        say(pompa, WATI, "Air tetap masuk rumah kami", at("08T08:00:00"), id="UgzAir")
        for number in range(1, 8):
            say(
                pompa,
                BUDI,
                f"Di RT {number} juga, Bu",
                at(f"08T09:0{number}:00"),
                id=f"UgzAir.r{number}",
                parent="UgzAir",
            )
        say(pompa, BUDI, "Rahasia antara kami dan kanal", at("08T10:00:00"), id="UgzTertutup", public=False)

    def later(self) -> Scene:
        """A new thread, one released late, a reply older than the five shown, an edit, a deletion, a new video."""
        say = self.world.say
        say(self.jalan, WATI, "Jembatan Melati kapan?", at("09T08:30:00"), id="UgzJembatan")
        say(self.jalan, BUDI, "Ditahan penyaring sampai tadi", at("01T12:00:00"), id="UgzTelat")
        say(self.pompa, WATI, "Balasan yang ditahan lama", at("08T09:00:30"), id="UgzAir.r0", parent="UgzAir")
        self.world.remove(self.comment("UgzDebu"))
        self.world.edit(self.comment("UgzAir"), "Air tetap masuk rumah kami di RT 02", at("09T07:00:00"))
        new = self.world.post(self.channel, "Drainase dikeruk", at("09T07:30:00"), id="vidDrainase")
        say(new, BUDI, "Terima kasih, Pak", at("09T08:00:00"), id="UgzTerima")
        return self

    def comment(self, one: str) -> Comment:
        return self.world.comments["youtube", one]

    def kit_world(self) -> KitWorld:
        return as_kit_world(self.internet)

    def _answer(self, one: str, text: str, when: str, id: str) -> None:
        self.world.answer(self.comment(one), text, at(when), id=id)


def many(scene: Scene, video: Post, count: int, **more: Any) -> None:
    """`count` threads under a video, a minute apart."""
    for number in range(count):
        when = at(f"05T{number // 60:02}:{number % 60:02}:00")
        scene.world.say(video, BUDI, f"Komentar nomor {number}", when, id=f"UgzBanyak{number:04}", **more)
