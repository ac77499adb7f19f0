"""A Page of an invented office, written by hand; the pretended Facebook shows it three rows a page."""

from __future__ import annotations

from datetime import UTC, datetime

from aggregator.contract import Account
from aggregator.fakes.internet import FakeInternet
from aggregator.fakes.offline import as_kit_world
from aggregator.fakes.skin import Push
from aggregator.fakes.skins.facebook import FacebookSkin
from aggregator.fakes.world import Change, Person, Place, World

NOW = datetime(2026, 3, 9, 5, 0, tzinfo=UTC)
PAGE = "100064000000001"
ACCOUNT = Account(key=PAGE, url=f"https://www.facebook.com/{PAGE}")
QUIET = "100064000000002"
APP = dict(FacebookSkin.app_settings)
TOKEN = f"EAABfacebook.{PAGE}.0"
ROWS_A_PAGE = 3

SITI = Person(id="5550000000000001", name="Siti Aminah")
BUDI = Person(id="5550000000000002", name="Budi Santoso")
BUDI_TOO = Person(id="5550000000000003", name="Budi Santoso")  # another person of the same name
FORUM = Person(id="100064000000777", name="Forum Warga Muara")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


class Scene:
    """A world with its skin; `page` is the office's Page."""

    def __init__(self, *, rows_a_page: int | None = ROWS_A_PAGE) -> None:
        self.now = NOW
        self.world = World(lambda: self.now)
        self.page = self.world.place("facebook", PAGE, "Dinas Pekerjaan Umum", followers=812, verified=True)
        self.quiet = self.world.place("facebook", QUIET, "Kelurahan Kenanga")
        if rows_a_page:
            self.world.notes("facebook")["page_size"] = rows_a_page
        self.internet = FakeInternet(self.world, [FacebookSkin])
        self.answer = as_kit_world(self.internet)

    @property
    def skin(self) -> FacebookSkin:
        skin = self.internet.skins["facebook"]
        assert isinstance(skin, FacebookSkin)
        return skin

    def pushes(self, comment: str) -> list[Push]:
        """The webhook calls that told of this comment."""
        return list(self.skin.pushes(Change("added", self.world.comments["facebook", comment])))

    def account(self, place: Place) -> Account:
        return Account(key=place.key, url=f"https://www.facebook.com/{place.key}")


def first_day() -> Scene:
    """What the expected ids were written from."""
    scene = Scene()
    world, page = scene.world, scene.page
    road = world.post(page, "Perbaikan Jalan Melati mulai pekan ini.", at(1, 1), id="9001")
    hole = world.say(road, SITI, "Gang Kenanga berlubang, kapan?", at(1, 2, 15), id="7001")
    world.say(road, page.office, "Gang Kenanga dikerjakan Kamis, Bu.", at(1, 3), id="7002", parent=hole.id)
    world.say(road, SITI, "Terima kasih 🙏", at(1, 3, 5), id="7003", parent="7002")
    world.say(road, BUDI, "Lampu jalan <b>mati</b> & gelap\ndi RT 05", at(1, 18, 30), id="7004")
    world.say(road, BUDI_TOO, "Setuju dengan Pak Budi", at(2, 1, 30), id="7005", parent="7004")
    world.say(road, None, "Ditulis orang yang tidak disebut namanya", at(4, 12), id="7006")
    pump = world.post(page, "Pompa air Muara sudah jalan.", at(8, 0), id="9002")
    world.say(pump, BUDI, "Air tetap masuk rumah kami", at(8, 16, 45), id="7101")
    world.say(pump, SITI, "Sama, di sini juga", at(8, 23, 10), id="7102")
    world.say(pump, BUDI_TOO, "Kapan drainase dikeruk?", at(8, 23, 20), id="7103")
    complaint = world.post(page, "Sampah di TPS Melati belum diangkut lima hari", at(7, 4), id="9003", author=SITI)
    world.say(complaint, page.office, "Truk berangkat sore ini, Bu.", at(7, 6), id="7201")
    world.post(page, "Tolong Dinas PU lihat jembatan Muara", at(6, 4), id="9004", author=FORUM, tagged=True)
    reel = world.post(page, "Video pengerukan kali", at(5, 4), id="9005", reel=True)
    world.say(reel, BUDI, "Kali sebelah kapan?", at(5, 5), id="7301")
    for number, day in enumerate((2, 3), start=9006):
        world.post(page, f"Jadwal piket hari ke-{day}", at(day, 0), id=str(number))
    world.post(scene.quiet, "Pelayanan libur hari Senin.", at(3, 0), id="9901")
    scene.skin.grant("kode-uji")
    return scene


def next_day() -> Scene:
    """The same Page later: an answer, a new comment, a new mention, one edited, one deleted."""
    scene = first_day()
    world = scene.world
    world.remove(world.comments["facebook", "7102"])
    world.edit(world.comments["facebook", "7103"], "Kapan drainase Muara dikeruk?")
    world.answer(world.comments["facebook", "7103"], "Dikeruk Senin depan.", at(9, 1), id="7104")
    world.say(world.posts["facebook", "9001"], BUDI_TOO, "RT 05 masih gelap, min", at(9, 1, 30), id="7007")
    world.post(scene.page, "Gorong-gorong depan sekolah mampet", at(9, 2), id="9008", author=BUDI)
    return scene
