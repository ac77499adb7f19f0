"""A small Instagram for the kit: one health office, three posts, one of them with more comments than a page holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from aggregator.fakes.internet import FakeInternet
from aggregator.fakes.skins.instagram import InstagramSkin
from aggregator.fakes.world import Person, Place, World

NOW = datetime(2026, 3, 9, 5, 0, tzinfo=UTC)
KEY, NAME = "17841400000000001", "dinkes.contoh"
FIRST, CROWDED, SILENT, TAGGED, LATER = (f"1790000000000000{n}" for n in (1, 2, 3, 5, 4))
SITI = Person(id="9180000000000001", name="Siti", handle="siti.warga")
BUDI = Person(id="9180000000000002", name="Budi", handle="budi_79")
CROWD = tuple(f"178700000000{n:05}" for n in range(201, 256))


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def first_day(world: World) -> Place:
    """What the kit's `world` shows."""
    place = world.place("instagram", KEY, "Dinas Kesehatan Contoh", handle=NAME, followers=2_310)
    first = world.post(place, "Vaksinasi gratis\nsemua puskesmas", day("2026-03-01T02:00:00"), id=FIRST)
    asked = "@dinkes.contoh di puskesmas mana saja & jam berapa?"
    world.say(first, SITI, asked, day("2026-03-01T03:15:44"), id="17870000000000101")
    world.say(first, place.office, "Semua puskesmas, pukul 8–12.", day("2026-03-01T04:00:00"), id="17870000000000102",
              parent="17870000000000101")  # fmt: skip
    thanked = day("2026-03-01T04:30:00")
    world.say(first, SITI, "Terima kasih 🙏", thanked, id="17870000000000103", parent="17870000000000102")
    world.say(first, None, "Puskesmas Melati tutup terus", day("2026-03-01T05:00:00"), id="17870000000000104")
    world.say(first, BUDI, "PROMO obat murah", day("2026-03-01T06:00:00"), id="17870000000000105")
    world.hide(world.comments["instagram", "17870000000000105"])
    crowded = world.post(place, "Rapat kerja", day("2026-03-05T02:00:00"), id=CROWDED)
    for number, one in enumerate(CROWD):
        at = day("2026-03-05T03:00:00") + timedelta(minutes=number)
        world.say(crowded, BUDI, f"Antrean nomor {number} belum dipanggil", at, id=one)
    world.post(place, "", day("2026-03-06T02:00:00"), id=SILENT)
    tagging = "Selokan depan puskesmas mampet @dinkes.contoh"
    world.post(place, tagging, day("2026-03-06T09:00:00"), id=TAGGED, author=BUDI)
    return place


def next_day(world: World) -> Place:
    """What the kit's `changed_world` shows: a new post, a late reply, a deleted comment, an edited one."""
    place = first_day(world)
    comments = {one: comment for (_, one), comment in world.comments.items()}
    later = world.post(place, "Jadwal posyandu", day("2026-03-08T02:00:00"), id=LATER)
    world.say(later, SITI, "Posyandu RW 4 kapan?", day("2026-03-08T03:00:00"), id="17870000000000401")
    world.say(comments["17870000000000101"].post, BUDI, "Saya juga mau tahu", day("2026-03-08T04:00:00"),
              id="17870000000000106", parent="17870000000000101")  # fmt: skip
    world.remove(comments[CROWD[3]])
    world.edit(comments["17870000000000104"], "Puskesmas Melati tutup terus sejak Senin", day("2026-03-08T05:00:00"))
    return place


def internet(build=first_day, skin=InstagramSkin) -> FakeInternet:
    world = World(lambda: NOW)
    build(world)
    return FakeInternet(world, (skin,))
