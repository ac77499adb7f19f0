"""The region's own spellings and places: what citizens write here and no packaged list knows."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from aggregator.clock import Clock
from aggregator.domain.access import Viewer
from aggregator.domain.triage.holders import is_place
from aggregator.services.errors import Refused
from aggregator.services.learning.access import must_sort
from aggregator.services.units import Units
from aggregator.storage.db import Database
from aggregator.storage.tables import places, slang_words

LONGEST = 60
_MOST = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    spelling: str
    meaning: str
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRow:
    id: int
    name: str
    kind: str
    unit: str


@dataclass(frozen=True, slots=True)
class WordPage:
    spellings: tuple[Spelling, ...]
    places: tuple[PlaceRow, ...]


class Words:
    """Everyday spellings and places, each with who added it."""

    def __init__(self, database: Database, units: Units, clock: Clock) -> None:
        self._database = database
        self._units = units
        self._clock = clock

    def page(self) -> WordPage:
        """All of them, by name."""
        with self._database.read() as connection:
            spelled = connection.execute(select(slang_words).order_by(slang_words.c.spelling).limit(_MOST)).all()
            named = connection.execute(select(places).order_by(places.c.name).limit(_MOST)).all()
        return WordPage(
            tuple(Spelling(spelling=row.spelling, meaning=row.meaning, region=row.region) for row in spelled),
            tuple(
                PlaceRow(id=row.id, name=row.name, kind=row.kind, unit=self._units.name(row.unit_id) or "")
                for row in named
            ),
        )

    def add_spelling(self, viewer: Viewer, spelling: str, meaning: str, region: str = "") -> None:
        """Let `spelling` (one word) stand for `meaning`; a known one gets the new meaning."""
        must_sort(viewer)
        word, means = spelling.strip().lower(), meaning.strip().lower()
        if not word or " " in word or len(word) > LONGEST:
            raise Refused("Tulis satu kata saja, misalnya: ngapo.")
        if not means or len(means) > LONGEST or means == word:
            raise Refused("Tulis artinya dalam kata baku, misalnya: kenapa.")
        row = {"spelling": word, "meaning": means, "region": region.strip()[:LONGEST], "created_by": viewer.person_id}
        with self._database.write() as connection:
            connection.execute(delete(slang_words).where(slang_words.c.spelling == word))
            connection.execute(insert(slang_words).values(row | {"created_at": self._clock()}))

    def drop_spelling(self, viewer: Viewer, spelling: str) -> None:
        must_sort(viewer)
        with self._database.write() as connection:
            connection.execute(delete(slang_words).where(slang_words.c.spelling == spelling))

    def add_place(self, viewer: Viewer, name: str, kind: str, unit_id: int) -> None:
        """A road or landmark in a kecamatan, kelurahan or desa."""
        must_sort(viewer)
        called = " ".join(name.split())
        if len(called) < 3 or len(called) > LONGEST:
            raise Refused("Tulis nama tempatnya, misalnya: Jalan Merdeka.")
        unit = next((one for one in self._units.all() if one.id == unit_id), None)
        if unit is None or not is_place(unit.kind, unit.name):
            raise Refused("Pilih kecamatan, kelurahan, atau desa tempat itu berada.")
        row = {"name": called, "kind": kind.strip().lower()[:LONGEST] or "tempat", "unit_id": unit_id}
        try:
            with self._database.write() as connection:
                connection.execute(
                    insert(places).values(row | {"created_by": viewer.person_id, "created_at": self._clock()})
                )
        except IntegrityError:
            raise Refused(f"{called} di {unit.name} sudah ada.") from None

    def drop_place(self, viewer: Viewer, place_id: int) -> None:
        must_sort(viewer)
        with self._database.write() as connection:
            connection.execute(delete(places).where(places.c.id == place_id))
