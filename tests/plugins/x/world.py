"""An office on X, written by hand: own posts, replies, mentions. Three posts a page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aggregator.conformance.world import Reply, Request, offline_context
from aggregator.conformance.world import World as KitWorld
from aggregator.contract import Account, Checkpoint, Context, Cursor, Event, Message
from aggregator.fakes.internet import FakeInternet
from aggregator.fakes.offline import as_kit_world
from aggregator.fakes.skins.x import XSkin
from aggregator.fakes.world import Comment, Person, Place, Post, World
from plugins.x.platform import XPlatform

NOW = datetime(2026, 3, 9, 5, 0, tzinfo=UTC)
KEY = "dpupr_contoh"
OFFICE = "12381068423"  # the number that the pretended X gives this handle
ACCOUNT = Account(key=KEY, url=f"https://x.com/{KEY}")
APP = dict(XSkin.app_settings)
TOKEN = f"pengguna.tetap.{KEY}"
SECRETS = {**APP, "access_token": TOKEN}

WARGA = Person(id="55501", name="Warga X", handle="warga_x")
SITI = Person(id="55502", name="Siti", handle="siti77")
LAMA = Person(id="55503", name="Warga X", handle="wargalama")
LONG = "@dpupr_contoh " + "Jalan depan SDN 2 berlubang, hujan sedikit langsung jadi kolam. " * 6 + "Mohon ditangani."


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}+07:00").astimezone(UTC)


def first_day(page: int = 3) -> World:
    world = World(clock=lambda: NOW)
    world.notes("x").update(page=page, lag=0)
    XSkin(world)  # hears of edits: each gets an id of its own
    place = world.place("x", KEY, "Dinas PUPR Contoh", handle="DPUPR_Contoh", followers=640)
    road = post(world, place, "01", None, "Perbaikan Jalan Melati mulai Senin & selesai Jumat", "03-05T08:00:00")
    say(world, road, "02", WARGA, "@dpupr_contoh Gang Kenanga ikut?", "03-05T09:15:30")
    say(world, road, "03", place.office, "@warga_x Ikut, Rabu.", "03-05T10:00:00", parent="02")
    say(world, road, "04", SITI, "@dpupr_contoh @warga_x Gang Mawar sekalian <3", "03-05T11:00:00", parent="03")
    post(world, place, "05", WARGA, LONG, "03-06T07:30:00")
    lamp = post(world, place, "06", SITI, "@dpupr_contoh lampu mati, foto https://t.co/abc", "03-07T20:00:00")
    lamp.more["urls"] = [{"url": "https://t.co/abc", "expanded_url": "https://foto.example/lampu.jpg"}]
    say(world, lamp, "07", LAMA, "@siti77 @dpupr_contoh sama di sini", "03-07T21:00:00")
    post(world, place, "08", LAMA, "@dpupr_contoh trotoar rusak", "03-08T06:00:00")
    repeated = post(world, place, "09", SITI, "RT @warga_x: @dpupr_contoh", "03-08T07:00:00")
    repeated.more["retweet"] = number("05")
    return world


def next_day(page: int = 3) -> World:
    """Later: an answer, a new mention; one reply deleted, one edited under a new id."""
    world = first_day(page)
    lamp = world.posts["x", number("06")]
    world.remove(world.comments["x", number("04")])
    say(world, lamp, "10", lamp.place.office, "@siti77 Petugas berangkat siang ini.", "03-09T08:00:00")
    post(world, lamp.place, "11", WARGA, "@dpupr_contoh selokan mampet", "03-09T09:00:00")
    world.edit(world.comments["x", number("07")], "@siti77 @dpupr_contoh sama, di RT 05", at("03-09T09:30:00"))
    return world


def number(short: str) -> str:
    """ "02" as a post's whole id, above 2^53."""
    return f"19840000000000001{short}"


def post(world: World, place: Place, short: str, who: Person | None, text: str, when: str) -> Post:
    return world.post(place, text, at(when), id=number(short), author=who)


def say(world: World, under: Post, short: str, who: Person, text: str, when: str, parent: str | None = None) -> Comment:
    return world.say(under, who, text, at(when), id=number(short), parent=parent and number(parent))


def kit_world(world: World) -> KitWorld:
    return as_kit_world(FakeInternet(world, [XSkin]))


def context(world: World | KitWorld, **more: Any) -> Context:
    asked = kit_world(world) if isinstance(world, World) else world
    told = {"account": ACCOUNT, "now": NOW, "secrets": SECRETS, **more}
    return offline_context(asked, platform=XPlatform(), **told)


def pulled(
    world: World | KitWorld, cursor: Cursor | None = None, **more: Any
) -> tuple[list[Event], dict[str, Message]]:
    """One turn: its events, and its messages by id."""
    events = list(XPlatform().pull_since(ACCOUNT, cursor, context(world, **more)))
    return events, {event.external_id: event for event in events if isinstance(event, Message)}


def last_mark(events: list[Event]) -> Cursor:
    return [event.cursor for event in events if isinstance(event, Checkpoint)][-1]


def listening(world: World, asked: list[Request]) -> KitWorld:
    def hear(request: Request) -> Reply:
        asked.append(request)
        return kit_world(world)(request)

    return hear


def queries(asked: list[Request]) -> list[dict[str, list[str]]]:
    return [parse_qs(urlsplit(request.url).query) for request in asked]
