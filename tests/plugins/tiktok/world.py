"""An office's TikTok account, written by hand: four videos, and what people say under them. Two rows a page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from aggregator.conformance.world import World as KitWorld
from aggregator.conformance.world import offline_context
from aggregator.contract import Account, Checkpoint, Context, Cursor, Event, Message
from aggregator.fakes.internet import FakeInternet
from aggregator.fakes.offline import as_kit_world
from aggregator.fakes.skins.tiktok import TikTokSkin
from aggregator.fakes.world import Comment, Person, Place, Post, World
from plugins.tiktok.platform import TikTokPlatform

NOW = datetime(2026, 3, 9, 5, 0, tzinfo=UTC)
KEY = "dpupr.contoh"
TOKEN = f"act.tetap.{KEY}"
ACCOUNT = Account(key=KEY, url=f"https://www.tiktok.com/@{KEY}", settings={"business_id": f"-000{KEY}"})
APP = dict(TikTokSkin.app_settings)
SECRETS = {"access_token": TOKEN, **APP}

JALAN, LAMPU, POMPA, TAMAN = "7401112223334445551", "7401112223334445562", "7401112223334445573", "7401112223334445584"
BUDI = Person(id="+AbC/12==", name="Budi Santoso", handle="budi.s")
WATI = Person(id="+XyZ/34==", name="Wati", handle="wati_99")
JOKO = Person(id="+QrS/56==", name="Budi Santoso", handle="joko")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}+07:00").astimezone(UTC)


def first_day(page: int = 2) -> World:
    world = World(clock=lambda: NOW)
    world.notes("tiktok")["page"] = page
    place = world.place("tiktok", KEY, "Dinas PUPR Contoh", handle=KEY, followers=812, verified=True)
    _quiet_videos(world, place)
    lamp = world.post(place, "Lampu Jalan Mawar menyala lagi", at("03-05T08:00:00"), id=LAMPU)
    say(world, lamp, "31", BUDI, "Lampu RT 03 mati dua minggu", "03-05T09:15:30")
    say(world, lamp, "32", WATI, "Sama, di RT 04 juga gelap", "03-05T10:00:00")
    say(world, lamp, "33", place.office, "Baik, dijadwalkan Kamis", "03-05T11:00:00", parent="31")
    say(world, lamp, "34", BUDI, "Terima kasih min", "03-05T11:05:00", parent="33")
    say(world, lamp, "35", WATI, "RT 04 kapan", "03-05T11:06:00", parent="31")
    say(world, lamp, "36", JOKO, "RT 05 sekalian", "03-05T11:07:00", parent="31")
    say(world, lamp, "37", JOKO, "Sudah nyala di RT 03", "03-06T01:30:00", parent="31")
    spam = say(world, lamp, "38", JOKO, "Menang besar klik profil", "03-06T02:00:00")
    world.hide(spam)
    pump = world.post(place, "Pompa Muara diuji", at("03-08T07:00:00"), id=POMPA)
    say(world, pump, "41", WATI, "Air masih masuk <rumah> & dapur 🙏", "03-08T23:45:00")
    say(world, pump, "42", JOKO, "Di sini juga banjir", "03-09T06:10:00")
    return world


def next_day(page: int = 2) -> World:
    """Later: an answer, a reply under an old comment, a new comment, a new video; one comment deleted."""
    world = first_day(page)
    pump, lamp = world.posts["tiktok", POMPA], world.posts["tiktok", LAMPU]
    world.remove(world.comments["tiktok", number("42")])
    say(world, pump, "43", pump.place.office, "Pompa kedua menyala pukul 8", "03-09T08:00:00", parent="41")
    say(world, pump, "44", BUDI, "Sampai kapan banjirnya", "03-09T08:30:00")
    say(world, lamp, "39", WATI, "RT 04 masih gelap", "03-09T09:00:00", parent="31")
    garden = world.post(pump.place, "Taman kota dibuka Sabtu", at("03-09T10:00:00"), id="7401112223334445595")
    say(world, garden, "51", JOKO, "Parkirnya di mana", "03-09T10:05:00")
    return world


def _quiet_videos(world: World, place: Place) -> None:
    road = world.post(place, "Perbaikan Jalan Melati", at("03-01T08:00:00"), id=JALAN)
    say(world, road, "21", WATI, "Gang Kenanga berlubang", "03-01T09:00:00")
    world.post(place, "Selamat hari Senin", at("03-02T07:00:00"), id="7401112223334445557")


def number(short: str) -> str:
    """ "31" as a comment's whole id, above 2^53."""
    return f"74055500011122233{short}"


def say(world: World, post: Post, short: str, who: Person, text: str, when: str, parent: str | None = None) -> Comment:
    return world.say(post, who, text, at(when), id=number(short), parent=parent and number(parent))


def kit_world(world: World) -> KitWorld:
    return as_kit_world(FakeInternet(world, [TikTokSkin]))


def context(world: World | KitWorld, **more: Any) -> Context:
    asked = kit_world(world) if isinstance(world, World) else world
    told = {"account": ACCOUNT, "now": NOW, "secrets": SECRETS, **more}
    return offline_context(asked, platform=TikTokPlatform(), **told)


def pulled(
    world: World | KitWorld, cursor: Cursor | None = None, **more: Any
) -> tuple[list[Event], dict[str, Message]]:
    """One turn: its events, and its messages by id."""
    events = list(TikTokPlatform().pull_since(ACCOUNT, cursor, context(world, **more)))
    return events, {event.external_id: event for event in events if isinstance(event, Message)}


def last_mark(events: list[Event]) -> Cursor:
    return [event.cursor for event in events if isinstance(event, Checkpoint)][-1]
