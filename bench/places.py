"""Accounts on pretended platforms, as many as a measurement wants, and what is said there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from aggregator.demo.town import AccountLine
from aggregator.fakes.world import Comment, Person, Place, World

_KEYS = {
    "facebook": ("{n}", ""),
    "instagram": ("{n}", "desa_{n}"),
    "threads": ("{n}", "desa_{n}"),
    "youtube": ("UC{n:022}", "@desa{n}"),
    "tiktok": ("desa.{n}", "desa.{n}"),
    "x": ("desa{n}", "desa{n}"),
    "telegram": ("desa{n}", "desa{n}"),
    "google_business": ("locations/{n}", ""),
    "opensid": ("desa{n}.desa.id", ""),
    "opendk": ("kec-{n}.contohrayakab.go.id", ""),
    "website": ("situs{n}.contohrayakab.go.id", ""),
    "rss_news": ("kabar{n}.example", ""),
}
_FIRST = {"facebook": 1_001_000_000_000_000, "instagram": 17_841_400_000_000_000, "threads": 26_100_000_000_000_000}
_SITES_OF_NEWS = "names=Contoh Raya"


def account_line(platform: str, number: int, face: str | None = None) -> AccountLine:
    """The account of that number; `face` says what runs a site."""
    number += _FIRST.get(platform, 2_000)
    key, handle = (pattern.format(n=number) for pattern in _KEYS[platform])
    more = f"face={face}" if face else _SITES_OF_NEWS if platform == "rss_news" else ""
    return AccountLine(platform=platform, key=key, handle=handle, unit="Uji", title=f"Akun {number}", more=more)


def citizen(number: int) -> Person:
    return Person(id=str(5_550_000_000_000_000 + number), name=f"Warga {number}", handle=f"warga{number}")


def talk(world: World, place: Place, began: datetime, *, posts: int, comments: int) -> Iterator[Comment]:
    """`comments` under each of `posts` posts, a minute apart, each in words of its own."""
    complains = place.platform == "opendk"  # there people talk under complaints, which are people's own
    stars = {"stars": 2} if place.platform == "google_business" else {}
    for one in range(posts):
        at = began + timedelta(hours=one)
        asks = citizen(900 + one) if complains else None
        post = world.post(place, _headline(place, one), at, author=asks)
        for number in range(comments):
            text = f"Kapan jalan nomor {one}.{number} di {place.key} diperbaiki? ({place.platform})"
            moment = at + timedelta(seconds=20 * (number + 1))
            author = place.office if complains else citizen(1_000 * one + number)
            yield world.say(post, author, text, moment, **stars)


def _headline(place: Place, number: int) -> str:
    news = place.platform == "rss_news"
    return f"Warga Desa {number} Keluhkan Layanan PDAM Contoh Raya" if news else f"Kabar {number}"
