"""Pretended sites for the kit: a blog at Blogger, a site with Disqus, a WordPress; each on two days.

Every person and every word is invented. Ids are given by hand, so that `expected` can be written by hand.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from aggregator.conformance.world import World as KitWorld
from aggregator.fakes.internet import FakeInternet
from aggregator.fakes.offline import as_kit_world
from aggregator.fakes.skins.disqus import API_KEY, DisqusSkin
from aggregator.fakes.skins.website import WebsiteSkin
from aggregator.fakes.world import Person, Place, World
from plugins.website.platform import Website

from .reading import Reading

HOST = "dinas.contoh.go.id"
KEY = {"disqus_api_key": API_KEY}
NOW = datetime(2026, 3, 9, 5, 0, tzinfo=UTC)
SITI = Person(id="880011", name="Siti Aminah", handle="siti_a")
BUDI = Person(id="880022", name="Budi", handle="budi77")
GUEST = Person(id=None, name="Warga Lewat")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def site(face: str, host: str, *, later: bool = False, **more: object) -> tuple[FakeInternet, Place]:
    """Two articles with eight comments; `later`: one is gone, one reads differently, one lost its words, two are new."""
    world = World(clock=lambda: NOW)
    place = world.place("website", host, "Kecamatan Contoh", face=face, **more)
    clinic = world.post(
        place, "Jadwal posyandu Maret\nSetiap Rabu pagi.", datetime(2026, 2, 20, 2, tzinfo=UTC), id="55"
    )
    road = world.post(place, "Perbaikan jalan & drainase\nMulai April.", datetime(2026, 2, 25, 2, tzinfo=UTC), id="56")
    opening = world.say(clinic, SITI, "Kapan posyandu buka?", at(1, 2), id="1001")
    world.answer(opening, "Rabu pukul 08.00, Bu.", at(1, 3), id="1002")
    world.say(clinic, GUEST, "Terima kasih & semoga ramai\nkami datang 🙏", at(1, 4), id="1003", parent="1002")
    hole = world.say(road, BUDI, "Jalan depan SDN 2 berlubang.", at(2, 4), id="1004")
    twin = world.say(road, BUDI, "Jalan depan SDN 2 berlubang.", at(2, 4), id="1005")
    cost = world.say(road, SITI, "Berapa anggarannya?", at(3, 5), id="1006")
    world.answer(hole, "Besok ditambal.", at(3, 6), id="1007")
    regret = world.say(clinic, BUDI, "Kata yang disesali penulisnya.", at(4, 6), id="1008")
    if later:
        world.remove(twin)
        world.edit(cost, "Berapa anggaran perbaikannya?", at(7, 1))
        regret.more["content_removed" if face == "blogger" else "deleted"] = True
        if face == "wordpress":
            world.remove(regret)
        regret.edited_at = at(7, 2)
        world.say(road, GUEST, "Sudah ditambal, terima kasih.", at(8, 2), id="1009", parent="1007")
        bins = world.post(place, "Jadwal angkut sampah\nSenin dan Kamis.", at(8, 1), id="57")
        world.say(bins, SITI, "Sampah belum diangkut.", at(8, 3), id="1010")
    return FakeInternet(world, (WebsiteSkin, DisqusSkin)), place


def kit_world(face: str, host: str, *, later: bool = False, **more: object) -> KitWorld:
    return as_kit_world(site(face, host, later=later, **more)[0])


class Site:
    """A pretended site, and a reader of it."""

    def __init__(self, face: str, **more: object) -> None:
        self.internet, self.place = site(face, HOST, **more)
        self.world: World = self.internet.world
        self.ask = as_kit_world(self.internet)
        self.secrets = KEY if face == "disqus" else {}
        self.reading = Reading()

    def pull(self, ask=None, **more):
        return self.reading.pull(ask or self.ask, **{"now": NOW, "secrets": self.secrets, **more})

    def again(self, ask=None, **more):
        return self.reading.threads(ask or self.ask, **{"now": NOW, "secrets": self.secrets, **more})

    def comment(self, one: str):
        return self.world.comments["website", one]

    def many(self, count: int, since: datetime = NOW - timedelta(days=20)) -> set[str]:
        """That many further comments, a minute apart; their ids as the reader names them."""
        post, prefix = self.world.posts_of(self.place)[0], self.place.more["face"]
        return {
            f"{prefix}:{self.world.say(post, SITI, f'Laporan {n}', since + timedelta(minutes=n)).id}"
            for n in range(count)
        }

    def inspect(self, **more):
        ctx = self.reading.context(self.ask, **{"now": NOW, "secrets": self.secrets, **more})
        return Website().inspect(self.reading.account, ctx)

    def answer(self, one: str, text: str, **secrets: str):
        ctx = self.reading.context(self.ask, now=NOW, secrets={**self.secrets, **secrets})
        return Website().answer(self.reading.account, self.reading.store.messages[one], text, ctx)
