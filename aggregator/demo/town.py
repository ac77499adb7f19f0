"""The demo kabupaten's public life: its accounts on pretended platforms, what they published, what people said there.

The past is made of a seed and of the hour at which the demo was first loaded, so that it is the same after every
restart. What comes later is chance, and kept in a journal."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from importlib.resources import files
from typing import Any

from aggregator.fakes.world import Comment, Person, Place, Post, World

SEED = 20261002
REACH = timedelta(days=21)
_HERE = files("aggregator.demo")
_PLACES = (
    "Pasar Baru", "Jalan Kenanga", "Sumber Jaya", "Bukit Lestari", "Air Jernih", "Talang Ulu", "Jalan Merdeka", "Sungai Rawa",
    "Padang Teduh", "Simpang Empat", "Tanjung Rejo", "Sido Makmur", "Karang Anyar", "Lubuk Tua", "Mekar Sari", "Rantau Panjang",
)  # fmt: skip
_FIRST = (
    "Siti", "Agus", "Yanto", "Rina", "Darto", "Fitri", "Wawan", "Endang", "Hasan", "Doni", "Linda", "Joko", "Ratna", "Asep",
    "Sri", "Tono", "Rahmat", "Nia", "Jali", "Caca", "Rizki", "Sumi", "Upik", "Bambang", "Dewi", "Putri", "Ujang", "Eko",
    "Maya", "Iwan",
)  # fmt: skip
_LAST = ("Amalia", "Priyono", "Hidayat", "Permata", "Saputra", "Lestari", "Wijaya", "Rahayu", "Siregar", "Nasution", "")
_SORTS = {"Kecamatan": "Kecamatan", "Kelurahan": "Kelurahan", "Desa": "Desa"}
_ABROAD = 0.2  # of what is said at an account is another office's matter
_NOISE = 0.12


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLine:
    """One line of accounts.csv."""

    platform: str
    key: str
    handle: str
    unit: str
    title: str
    more: str

    def open(self, world: World) -> Place:
        """Open the account in the world."""
        extra = dict(pair.split("=", 1) for pair in self.more.split(";") if pair)
        return world.place(self.platform, self.key, self.title, handle=self.handle or None, verified=True, **extra)


def account_lines() -> list[AccountLine]:
    return [AccountLine(**row) for row in _rows("accounts.csv")]


@dataclass
class Town:
    """Fills a world, and keeps it going."""

    world: World
    began: datetime
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))  # noqa: S311 - an invented town
    units: dict[tuple[str, str], str] = field(default_factory=dict)

    @cached_property
    def matters(self) -> list[dict[str, str]]:
        return _rows("matters.csv")

    @cached_property
    def posts(self) -> list[dict[str, str]]:
        return _rows("posts.csv")

    def furnish(self) -> None:
        """Open every account and tell its past, oldest first."""
        for line in account_lines():
            self.units[line.platform, line.key] = line.unit
            self._past(line.open(self.world))

    def _past(self, place: Place) -> None:
        reach = 6 if place.platform == "x" else REACH.days  # X shows seven days to those who search
        days = sorted((self.chance.uniform(0.2, reach) for _ in range(_posts_at(place))), reverse=True)
        for day in days:
            post = self._publish(place, self.began - timedelta(days=day))
            for _ in range(self.chance.randint(1, 5)):
                self._talk(post, self._moment(post))

    def _publish(self, place: Place, at: datetime) -> Post:
        words = self.chance.choice(_about(self.posts, self._unit(place)))["text"]
        text = words.format(place=self.chance.choice(_PLACES))
        if place.platform == "rss_news":
            office = self.chance.choice(("DPUPR", "PDAM", "RSUD"))
            text = f"Warga {self.chance.choice(_PLACES)} Keluhkan Layanan {office} Contoh Raya"
        complains = place.platform in ("opensid", "opendk") and self.chance.random() < 0.4
        if complains:
            matter = self.chance.choice(_about(self.matters, self._unit(place)))
            return self.world.post(
                place, matter["text"].format(place=self.chance.choice(_PLACES)), at, author=self._citizen()
            )
        return self.world.post(place, text, at)

    def _talk(self, post: Post, at: datetime) -> Comment | None:
        """A citizen speaks; often the office answers, and sometimes that was not the end of it."""
        if post.place.platform == "rss_news" or post.author is not None:
            return None
        matter, where = self._matter(post.place), self.chance.choice(_PLACES)
        said = self.world.say(
            post, self._citizen(), matter["text"].format(place=where), at, **self._stars(post.place, matter)
        )
        answered = at + timedelta(hours=self.chance.uniform(0.5, 30))
        if matter["answer"] and answered < self.began and self.chance.random() < 0.55 and _speaks(post.place):
            self.world.answer(said, matter["answer"].format(place=where), answered)
            later = answered + timedelta(hours=self.chance.uniform(5, 60))
            if matter["again"] and later < self.began and _threads_go_on(post.place):
                self.world.say(post, said.author, matter["again"], later, parent=said.id)
        return said

    def _stars(self, place: Place, matter: dict[str, str]) -> dict[str, Any]:
        """Reviews come with stars: five from who is thankful."""
        if place.platform != "google_business":
            return {}
        thankful = not matter["answer"] and "terima kasih" in matter["text"].lower()
        return {"stars": 5 if thankful else self.chance.randint(1, 4)}

    def happen(self) -> Comment | None:
        """Something is said just now, somewhere."""
        places = [place for place in self.world.places.values() if place.platform != "rss_news"]
        posts = [post for post in self.world.posts_of(self.chance.choice(places)) if post.author is None]
        return self._talk(self.chance.choice(posts[:3]), self.world.clock()) if posts else None

    def _matter(self, place: Place) -> dict[str, str]:
        if self.chance.random() < _NOISE:
            return self.chance.choice(_about(self.matters, "*"))
        if self.chance.random() < _ABROAD:
            return self.chance.choice(self.matters)
        return self.chance.choice(_about(self.matters, self._unit(place)))

    def _unit(self, place: Place) -> str:
        unit = self.units[place.platform, place.key]
        return _SORTS.get(unit.partition(" ")[0], unit)

    def _moment(self, post: Post) -> datetime:
        hours = self.chance.expovariate(1 / 40)
        return min(post.at + timedelta(hours=hours), self.began - timedelta(minutes=self.chance.randint(2, 90)))

    def _citizen(self) -> Person:
        number = self.chance.randint(1, 400)
        name = f"{_FIRST[number % len(_FIRST)]} {_LAST[number % len(_LAST)]}".strip()
        return Person(
            id=str(5_550_000_000_000_000 + number), name=name, handle=f"{name.lower().replace(' ', '.')}{number}"
        )


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((_HERE / name).read_text(encoding="utf-8").splitlines()))


def _about(rows: Sequence[dict[str, str]], unit: str) -> list[dict[str, str]]:
    own = [row for row in rows if row["about"] == unit]
    return own or [row for row in rows if row["about"] == "*"]


def _posts_at(place: Place) -> int:
    return 1 if place.platform == "google_business" else 12 if place.platform == "rss_news" else 4


def _speaks(place: Place) -> bool:
    """Whether the office answers there in public."""
    return place.platform != "rss_news"


def _threads_go_on(place: Place) -> bool:
    """Whether a citizen can answer the answer there."""
    return place.platform not in ("google_business", "opensid", "opendk")
