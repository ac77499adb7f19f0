"""A sub-district of invented people, on two days. The ids are those that the API shows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from aggregator.conformance.world import World as KitWorld
from aggregator.contract import Account
from aggregator.fakes.internet import FakeInternet
from aggregator.fakes.offline import as_kit_world
from aggregator.fakes.skins.opendk import OpenDk
from aggregator.fakes.world import Comment, Person, Post, World

HOST = "kec-kalisari.contoh.go.id"
ACCOUNT = Account(key=HOST, url=f"https://{HOST}/", settings={"official_names": "Humas Kecamatan"})
SITI, BUDI, DEWI = (Person(id=name.casefold(), name=name) for name in ("Siti", "Budi", "Dewi"))
PRESS = Person(id="humas", name="Humas Kecamatan")


class SubDistrict:
    """The world behind one site."""

    def __init__(self, **more: Any) -> None:
        self.world = World(clock=lambda: datetime(2026, 3, 9, 5, 0, tzinfo=UTC))
        self.internet = FakeInternet(self.world, [OpenDk])
        self.place = self.world.place("opendk", HOST, "Kecamatan Kalisari", **more)
        self.posts: dict[int, Post] = {}
        self.comments: dict[int, Comment] = {}
        self._news()
        self._complaints()

    def kit(self) -> KitWorld:
        return as_kit_world(self.internet)

    def post(self, number: int, text: str, at: str, **more: Any) -> None:
        """An article, or with an author a complaint."""
        self.posts[number] = self.world.post(self.place, text, wib(at), id=str(number), **more)

    def say(self, number: int, post: int, author: Person, text: str, at: str, **more: Any) -> None:
        self.comments[number] = self.world.say(self.posts[post], author, text, wib(at), id=str(number), **more)

    def _news(self) -> None:
        self.post(11, "Musrenbang\nDigelar di pendopo.", "2026-03-01 08:00:00")
        self.post(12, "Vaksinasi\nGratis untuk lansia.", "2026-03-03 08:00:00")
        self.post(13, "Lomba Desa\nPendaftaran dibuka.", "2026-03-04 08:00:00")
        self.say(21, 11, SITI, "Kapan jadwal Musrenbang desa kami?", "2026-03-01 10:00:00")
        self.say(22, 11, PRESS, "Hari Rabu, Bu.", "2026-03-01 11:00:00", parent="21")
        self.say(23, 12, BUDI, "Apakah <b>lansia</b> & balita boleh?", "2026-03-03 12:00:00")
        self.say(24, 12, DEWI, "Jelek semua pelayanannya", "2026-03-03 13:00:00")
        self.say(25, 12, DEWI, "Balasan di bawah yang disembunyikan", "2026-03-03 13:30:00", parent="24")
        self.world.hide(self.comments[24])

    def _complaints(self) -> None:
        self.post(
            31, "Lampu jalan mati sejak senin", "2026-03-02 09:15:00", author=SITI, title="Lampu", status="PROSES"
        )
        self.post(32, "Sampah menumpuk\ndi pasar", "2026-03-03 09:00:00", author=BUDI, title="Sampah", anonim=True)
        self.post(33, "Jembatan lapuk", "2026-03-04 06:00:00", author=DEWI, title="Jembatan", lampiran1="storage/a.jpg")
        self.post(34, "Masih ditinjau petugas", "2026-03-04 07:00:00", author=DEWI, title="Tinjau", status="REVIEW")
        self.say(41, 31, self.place.office, "Sudah kami teruskan ke PLN.", "2026-03-02 13:00:00")
        self.say(42, 31, DEWI, "Terima kasih, kami tunggu.", "2026-03-02 14:00:00")
        self.say(43, 31, BUDI, "Di RT saya juga mati.", "2026-03-02 15:00:00")

    def next_day(self) -> SubDistrict:
        """One comment enabled late, one new, one edited, one gone; a complaint new, one refused, one answered."""
        self.world.hide(self.comments[24], hidden=False)
        self.say(26, 13, BUDI, "Daftarnya di mana, Pak?", "2026-03-08 08:00:00")
        self.world.edit(self.comments[23], "Apakah balita boleh ikut?")
        self.world.remove(self.comments[43])
        self.posts[33].more["status"] = "DITOLAK"
        self.post(35, "Air keruh tiga hari", "2026-03-08 09:00:00", author=SITI, title="Air")
        self.say(44, 32, self.place.office, "Besok diangkut.", "2026-03-08 10:00:00")
        self.posts[32].more.update(status="PROSES", updated_at=wib("2026-03-08 10:00:00"))
        return self


def wib(at: str) -> datetime:
    return datetime.fromisoformat(f"{at}+07:00")
