"""A village of invented people, on two days, in each of OpenSID's faces. The ids are worked out here by hand, from
what the page shows and never by the plugin."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from aggregator.conformance.world import World as KitWorld
from aggregator.contract import Account
from aggregator.fakes.internet import FakeInternet
from aggregator.fakes.offline import as_kit_world
from aggregator.fakes.skins.opensid import OpenSid
from aggregator.fakes.world import Comment, Person, Post, World

HOST = "sukamaju.desa.id"
ACCOUNT = Account(key=HOST, url=f"https://{HOST}/")
SITI, BUDI, DEWI, RAHMAT = (Person(id=name.casefold(), name=name) for name in ("Siti", "Budi", "Dewi", "Rahmat"))

ROAD = "artikel/2026/3/1/perbaikan-jalan-kenanga-11"
MARKET = "artikel/2026/3/2/pasar-desa-dibuka-12"
DESK = "artikel/2026/3/3/loket-pelayanan-13"
FAIR = "artikel/2026/3/4/gelar-budaya-14"


def comment_id(path: str, author: str, day: str, letters: str, parent: str = "") -> str:
    """`letters`: the first 24 letters and digits of the text."""
    return hashlib.sha256(f"{HOST}|{path}|{parent}|{author}|{day}|{letters}".encode()).hexdigest()[:32]


ASKED_ROAD = comment_id(ROAD, "siti", "2026-03-01", "kapanjalandepanbalaidesa")
TOLD_ROAD = comment_id(ROAD, "desa sukamaju", "2026-03-01", "minggudepandikerjakan", ASKED_ROAD)
RUBBISH = comment_id(MARKET, "budi", "2026-03-02", "sampahmenumpukdipasar")
RUBBISH_AGAIN = f"{RUBBISH}-2"
ASKED_DESK = comment_id(DESK, "dewi", "2026-03-03", "lokettutupjamberapayapak")
LATE = comment_id(MARKET, "siti", "2026-03-02", "parkirmotorsempitsekali")
NEW = comment_id(DESK, "rahmat", "2026-03-08", "apakahbukaharisabtu")

FIRST_DAY = frozenset(
    {ROAD, MARKET, DESK, FAIR, ASKED_ROAD, TOLD_ROAD, RUBBISH, RUBBISH_AGAIN, ASKED_DESK}
    | {"pengaduan:301", "pengaduan:301:202603030800", "pengaduan:302", "pengaduan:303"}
)


class Village:
    """The world behind one village; acts are those of `world`, on the posts and comments named here."""

    def __init__(self, face: str = "natra", **more: Any) -> None:
        self.world = World(clock=lambda: datetime(2026, 3, 9, 5, 0, tzinfo=UTC))
        self.internet = FakeInternet(self.world, [OpenSid])
        self.place = self.world.place("opensid", HOST, "Desa Sukamaju", face=face, **more)
        self.posts: dict[str, Post] = {}
        self.comments: dict[str, Comment] = {}
        self._articles()
        self._complaints()

    def kit(self) -> KitWorld:
        return as_kit_world(self.internet)

    def article(self, number: int, text: str, at: str) -> Post:
        self.posts[str(number)] = self.world.post(self.place, text, wib(at), id=str(number))
        return self.posts[str(number)]

    def say(self, number: int, post: int, author: Person, text: str, at: str, **more: Any) -> Comment:
        """`author` writes under an article, or the office under a complaint."""
        one = self.world.say(self.posts[str(post)], author, text, wib(at), id=str(number), **more)
        self.comments[str(number)] = one
        return one

    def report(self, number: int, author: Person, title: str, text: str, at: str, status: int = 1) -> Post:
        """A complaint."""
        post = self.world.post(self.place, text, wib(at), id=str(number), author=author, title=title, status=status)
        self.posts[str(number)] = post
        return post

    def _articles(self) -> None:
        self.article(11, "Perbaikan Jalan Kenanga\nDimulai pekan ini.", "2026-03-01 07:00:00")
        self.article(12, "Pasar Desa Dibuka\nSetiap hari.", "2026-03-02 07:00:00")
        self.article(13, "Loket Pelayanan\nBuka Senin sampai Jumat.", "2026-03-03 07:00:00")
        self.article(14, "Gelar Budaya\nDi lapangan.", "2026-03-04 07:00:00")
        self.say(201, 11, SITI, "Kapan jalan depan balai desa diperbaiki?", "2026-03-01 09:15:22")
        self.say(202, 11, self.place.office, "Minggu depan dikerjakan.", "2026-03-01 10:00:05", parent="201")
        self.say(203, 12, BUDI, "Sampah menumpuk di pasar.", "2026-03-02 08:00:00")
        self.say(204, 12, BUDI, "Sampah menumpuk di pasar.", "2026-03-02 09:30:00")
        self.say(205, 13, DEWI, 'Loket tutup jam berapa ya, Pak? 3 < 5 & "gratis"?', "2026-03-03 08:00:00")
        self.say(206, 12, SITI, "Parkir motor sempit sekali", "2026-03-02 12:00:00", shown=False)

    def _complaints(self) -> None:
        self.report(301, RAHMAT, "Lampu jalan mati", "Lampu jalan di RT 2 mati sejak senin", "2026-03-02 10:11:12", 2)
        self.report(302, SITI, "Jembatan", "Papan jembatan bambu lapuk | bahaya", "2026-03-04 06:00:00")
        self.report(303, BUDI, "Air", "Air PAM keruh\nsudah tiga hari", "2026-03-05 21:30:00")
        self.say(401, 301, self.place.office, "Sudah kami laporkan ke PLN.", "2026-03-03 08:00:00")

    def next_day(self) -> Village:
        """One approved late, one new, one edited, one gone; a complaint new, one gone, one answered."""
        self.world.approve(self.comments["206"])
        self.say(207, 13, RAHMAT, "Apakah buka hari Sabtu?", "2026-03-08 07:00:00")
        self.world.edit(self.comments["205"], "Loket tutup jam berapa ya, Pak? Mohon dijawab.")
        self.world.remove(self.comments["204"])
        self.posts["303"].shown = False
        self.report(304, DEWI, "Posyandu", "Jadwal posyandu bulan ini?", "2026-03-08 08:00:00")
        self.say(402, 302, self.place.office, "Besok kami cek bersama.", "2026-03-08 09:00:00")
        return self


def wib(at: str) -> datetime:
    return datetime.fromisoformat(f"{at}+07:00")
