"""Full text: any text may be typed, and both databases find the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from shutil import copyfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.domain.access import Role
from aggregator.domain.triage.masking import masked
from aggregator.services.inbox import Filter, Inbox
from aggregator.services.units import Units
from aggregator.storage.db import Database
from aggregator.storage.search import match_expression
from tests.conftest import PostgresServer
from tests.fakes.viewers import viewer_of
from tests.intake.house import NOW, House, said

PATIENT = settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
EVERYONE = viewer_of(Role.DISKOMINFO)
WORDS = (
    "jalan",
    "rusak",
    "Jl.Kenanga",
    "air/PDAM",
    "sampah-sampah",
    "@dinas",
    "a_b",
    "RT03",
    "5000",
    "3.5",
    "-7",
    "e@mail.id",
    "<b>tebal</b>",
    "&amp;",
)


class Shelf:
    """Messages in one database, found through the inbox."""

    def __init__(self, url: str) -> None:
        self.database = Database(url)
        self.house = House(self.database)
        self._inbox = Inbox(self.database, Units(self.database), {}, timedelta(hours=24), lambda: NOW)

    def hits(self, words: str) -> list[str]:
        page = self._inbox.page(EVERYONE, Filter(tab="all", search=words))
        return sorted(row.excerpt for row in page.rows)


@pytest.fixture
def shelf(database_url: str) -> Iterator[Shelf]:
    shelf = Shelf(database_url)
    yield shelf
    shelf.database.close()


@pytest.fixture
def both(postgres: PostgresServer, migrated_sqlite: Path, tmp_path: Path) -> Iterator[tuple[Shelf, Shelf]]:
    copyfile(migrated_sqlite, tmp_path / "both.db")
    shelves = (Shelf(f"sqlite:///{tmp_path / 'both.db'}"), Shelf(postgres.new_url()))
    yield shelves
    for shelf in shelves:
        shelf.database.close()


def test_all_words_and_the_authors_name(shelf: Shelf) -> None:
    shelf.house.store(
        said("a", "Lampu jalan mati", name="Siti Aminah"),
        said("b", "Jalan berlubang", name="Budi", minute=1),
        said("c", "Alamat di Jl.Kenanga/Melati", minute=2),
    )
    assert shelf.hits("JALAN") == ["Jalan berlubang", "Lampu jalan mati"]
    assert shelf.hits("jalan siti") == ["Lampu jalan mati"]
    assert shelf.hits("kenanga") == shelf.hits("melati") == shelf.hits("jl.kenanga") == ["Alamat di Jl.Kenanga/Melati"]
    assert shelf.hits("jalan OR lampu") == shelf.hits("jal") == shelf.hits("?!…") == []


def test_any_text_can_be_typed(shelf: Shelf) -> None:
    shelf.house.store(said("a", "Jalan rusak"))
    tricky = st.sampled_from(
        ["NOT", "AND", "NEAR(", '"', "'", "*", ":", "text:", "^", "!", "&", "|", "<->", "\\", "%", "\x00", "jalan"]
    )
    texts = st.one_of(
        st.text(max_size=60),
        st.text(st.characters(categories=["L", "N", "M", "S"]), max_size=30),
        st.lists(tricky).map(" ".join),
    )

    @PATIENT
    @given(texts)
    def never_raises(words: str) -> None:
        assert shelf.hits(words) in ([], ["Jalan rusak"])

    never_raises()


def test_both_databases_find_the_same(both: tuple[Shelf, Shelf]) -> None:
    sentences = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
    glued = st.lists(st.sampled_from(WORDS), min_size=2, max_size=3).map("".join)
    lines = st.one_of(sentences, glued)

    @settings(PATIENT, max_examples=25)
    @given(st.lists(lines, min_size=1, max_size=12, unique=True), st.lists(lines, min_size=1, max_size=20))
    def same(texts: list[str], queries: list[str]) -> None:
        for shelf in both:
            shelf.house.reset()
            shelf.house.store(*(said(f"m{n}", text, minute=n) for n, text in enumerate(texts)))
        for query in (*queries, *texts):
            sqlite, postgres = (shelf.hits(query) for shelf in both)
            assert sqlite == postgres, query
        for text in texts:
            assert masked(text) in both[0].hits(text)  # who sees every office sees personal data masked

    same()


@given(st.text())
def test_an_expression_holds_words_only(words: str) -> None:
    for sqlite in (True, False):
        found = match_expression(words, sqlite=sqlite)
        assert found is None or not set(found) & set("()*^:!|<>'\\{}-+")
