"""A small Threads for the kit: one public-works office, three posts, one of them with more replies than a page holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from aggregator.fakes.internet import FakeInternet
from aggregator.fakes.skins.threads import ThreadsSkin
from aggregator.fakes.world import Person, Place, World

NOW = datetime(2026, 3, 9, 5, 0, tzinfo=UTC)
KEY, NAME = "24600000000000001", "pemkab.contoh"
FIRST, CROWDED, SILENT, NAMED, LATER = (f"1805000000000000{n}" for n in (1, 2, 3, 5, 4))
RINI = Person(id="x1", name="Rini", handle="rini.warga")
DONO = Person(id="x2", name="Dono", handle="dono_81")
CROWD = tuple(f"180500000000{n:05}" for n in range(201, 306))


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def first_day(world: World) -> Place:
    """What the kit's `world` shows."""
    place = world.place("threads", KEY, "Pemerintah Kabupaten Contoh", handle=NAME)
    first = world.post(place, "Jembatan Melati dibuka\nmulai Senin", day("2026-03-01T02:00:00"), id=FIRST)
    dark = "Lampu jalan depan pasar mati seminggu & gelap"
    world.say(first, RINI, dark, day("2026-03-01T03:15:44"), id="18050000000000101")
    world.say(first, place.office, "Tim meluncur hari ini.", day("2026-03-01T05:00:00"), id="18050000000000102",
              parent="18050000000000101")  # fmt: skip
    thanked = day("2026-03-01T06:00:00")
    world.say(first, RINI, "Terima kasih 🙏", thanked, id="18050000000000103", parent="18050000000000102")
    world.say(first, None, "Jalannya masih berlubang", day("2026-03-01T07:00:00"), id="18050000000000104")
    crowded = world.post(place, "Pasar murah di alun-alun", day("2026-03-05T02:00:00"), id=CROWDED)
    for number, one in enumerate(CROWD):
        at = day("2026-03-05T03:00:00") + timedelta(minutes=number)
        world.say(crowded, DONO, f"Antrean nomor {number} belum dilayani", at, id=one)
    world.post(place, "Selamat pagi", day("2026-03-06T02:00:00"), id=SILENT)
    heap = "@pemkab.contoh sampah di TPS Melati belum diangkut 5 hari"
    world.post(place, heap, day("2026-03-06T07:40:00"), id=NAMED, author=DONO)
    return place


def next_day(world: World) -> Place:
    """What the kit's `changed_world` shows: a new post, a late nested reply, a deleted reply, an edited one."""
    place = first_day(world)
    comments = {one: comment for (_, one), comment in world.comments.items()}
    later = world.post(place, "Jadwal pemadaman", day("2026-03-08T02:00:00"), id=LATER)
    world.say(later, RINI, "Sampai jam berapa?", day("2026-03-08T03:00:00"), id="18050000000000401")
    world.say(comments["18050000000000103"].post, DONO, "Di RT 5 juga mati", day("2026-03-08T04:00:00"),
              id="18050000000000105", parent="18050000000000103")  # fmt: skip
    world.remove(comments[CROWD[3]])
    world.edit(comments["18050000000000104"], "Jalannya masih berlubang, hati-hati", day("2026-03-08T05:00:00"))
    return place


def internet(build=first_day) -> FakeInternet:
    world = World(lambda: NOW)
    build(world)
    return FakeInternet(world, (ThreadsSkin,))
