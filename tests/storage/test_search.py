"""Full text: any text may be typed, both databases find the same, and nothing that is masked can be found out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from shutil import copyfile

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, text, update

from aggregator.domain.access import Role, Viewer
from aggregator.domain.search import words_of
from aggregator.domain.triage.masking import findings
from aggregator.services.inbox import Filter, Inbox
from aggregator.services.inbox.views import Page
from aggregator.services.search_index import SearchIndex
from aggregator.services.units import Units
from aggregator.storage.db import Database
from aggregator.storage.schema import downgrade, migrate
from aggregator.storage.search import take, waiting
from aggregator.storage.tables import items, slang_words, units
from tests.conftest import PostgresServer
from tests.fakes.viewers import viewer_of
from tests.intake.house import NOW, House, gone, said

PATIENT = settings(
    deadline=None, max_examples=150, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate)
)
EVERYONE = viewer_of(Role.DISKOMINFO)
OFFICE = viewer_of(Role.OPERATOR, 1)
WORDS = (
    "jalan",
    "rusaknya",
    "jln",
    "lampu jalan",
    "Jl.Kenanga",
    "air/PDAM",
    "sampah-sampah",
    "@dinas",
    "a_b",
    "RT03",
    "5000",
    "3.5",
    "e@mail.id",
    "<b>tebal</b>",
    "&amp;",
    "ja\u200blan",
    "شارع",
    "ＪＡＬＡＮ",
    "½",
)
ASKED = (
    *WORDS,
    '"jalan rusaknya"',
    '"lampu',
    "-jalan",
    '-"lampu jalan"',
    "dari:@siti",
    'dari:"siti aminah"',
    "-dari:budi",
    "unit:uji",
    "unit:entah",
    "tempat:mawar",
    "-tempat:mawar",
    "platform:papan",
    "platform:facebook",
)


class Shelf:
    """Messages in one database, found through the inbox."""

    def __init__(self, url: str) -> None:
        self.database = Database(url)
        self.house = House(self.database)
        self.index = SearchIndex(self.database)
        with self.database.write() as connection:
            for number, name, kind, parent in ((2, "Kecamatan Melati", "kecamatan", 1), (3, "Desa Mawar", "desa", 2)):
                row = {"id": number, "name": name, "kind": kind, "parent_id": parent, "created_at": NOW}
                connection.execute(insert(units).values(row))
        self._inbox = Inbox(self.database, Units(self.database), {}, timedelta(hours=24), lambda: NOW)

    def page(self, words: str, viewer: Viewer = EVERYONE, **more: int) -> Page:
        self.index.catch_up()
        return self._inbox.page(viewer, Filter(tab="all", search=words, **more))  # type: ignore[arg-type]

    def hits(self, words: str, viewer: Viewer = EVERYONE, **more: int) -> list[str]:
        return sorted(row.excerpt for row in self.page(words, viewer, **more).rows)

    def move(self, external_id: str, **values: object) -> None:
        with self.database.write() as connection:
            key = self.house.message(external_id).id
            connection.execute(update(items).where(items.c.id == key).values(**values))


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


def test_stems_slang_and_names_find_the_same_messages(shelf: Shelf) -> None:
    shelf.house.store(
        said("a", "Jln rusaknya parah", name="Siti Aminah"),
        said("b", "Kerusakan JALANNN depan SD", name="Budi", minute=1),
        said("c", "Lampu mati", minute=2),
        said("d", "gmn sampah2 ini, tlg diangkut", minute=3),
    )
    both = ["Jln rusaknya parah", "Kerusakan JALANNN depan SD"]
    for words in ("jalan rusak", "RUSAK", "jln rusaknya", "dijalan", "kerusakan jalan"):
        assert shelf.hits(words) == both, words
    assert shelf.hits("jalan siti") == ["Jln rusaknya parah"]
    assert shelf.hits("bagaimana sampah") == shelf.hits("sampahnya") == shelf.hits("angkut") != []
    assert shelf.hits("jalan OR lampu") == shelf.hits("jal") == shelf.hits("?!…") == []


def test_phrases_are_as_written(shelf: Shelf) -> None:
    shelf.house.store(
        said("a", "lampu jalan rusak"), said("b", "lampu di jalan", minute=1), said("c", "lampu jln rusak", minute=2)
    )
    assert shelf.hits('"lampu jalan"') == shelf.hits("“lampu jalan”") == ["lampu jalan rusak"]
    assert shelf.hits('"lampu jln"') == ["lampu jln rusak"]
    assert len(shelf.hits("lampu jalan")) == 3
    assert shelf.hits('"jalan lampu"') == []


def test_exclusions_and_operators(shelf: Shelf) -> None:
    shelf.house.store(
        said("a", "Jalan rusak", name="Siti Aminah", by="siti_aminah"),
        said("b", "Jalan tol macet", name="Budi", by="budi.s", minute=1),
    )
    shelf.move("a", unit_id=2, place_unit_id=3)
    assert shelf.hits("jalan -tol") == ["Jalan rusak"]
    assert shelf.hits("-tol") == ["Jalan rusak"]
    for words in ("dari:@siti_aminah", "dari:siti_aminah", 'dari:"Siti Aminah"', "dari: siti", "-dari:budi"):
        assert shelf.hits(words) == ["Jalan rusak"], words
    assert shelf.hits("dari:aminah_siti") == []
    for words in ("unit:melati", 'unit:"kecamatan melati"', "tempat:mawar", "tempat:melati", "-unit:uji"):
        assert shelf.hits(words) == ["Jalan rusak"], words
    assert shelf.hits("unit:entah") == shelf.hits("tempat:uji") == shelf.hits("platform:facebook") == []
    assert len(shelf.hits("platform:papan")) == len(shelf.hits("jalan", unit=1) + shelf.hits("jalan", unit=2)) == 2
    assert [term.known for term in shelf.page("unit:entah jalan").sought.terms] == [False, True]  # type: ignore[union-attr]


def test_the_regions_own_words_reach_back(shelf: Shelf) -> None:
    shelf.house.store(said("a", "bioa mati lagi"), said("b", "air mati lagi", minute=1))
    assert shelf.hits("air") == ["air mati lagi"]
    with shelf.database.write() as connection:
        connection.execute(
            insert(slang_words).values(spelling="Bioa", meaning="air", region="", created_at=NOW, created_by=None)
        )
    assert shelf.hits("air") == shelf.hits("bioa") == ["air mati lagi", "bioa mati lagi"]
    assert shelf.page("air").sought.also == ("bioa",)  # type: ignore[union-attr]


def test_the_excerpt_shows_the_hit_and_where_it_is(shelf: Shelf) -> None:
    shelf.house.store(said("a", "Pak, " + "sudah lama sekali " * 30 + "lampunya mati terus " + "di sini " * 60))
    row = shelf.page("lampu").rows[0]
    assert [row.excerpt[start:end] for start, end in row.hits] == ["lampunya"]
    assert row.excerpt[0] == row.excerpt[-1] == "…" and len(row.excerpt) <= 242
    assert shelf.page("lampu").sought.also == ("lampunya",)  # type: ignore[union-attr]
    start = shelf.page("pak").rows[0]
    assert start.excerpt.startswith("Pak, sudah") and start.hits[0] == (0, 3)


NIK, PHONE = "1702014507900001", "081273456789"


@pytest.mark.parametrize("viewer", [EVERYONE, OFFICE], ids=["kabupaten", "office"])
@pytest.mark.parametrize(
    "words",
    [NIK, f'"{NIK}"', f"NIK {NIK}", "170201 450790 0001", '"1702014507900001 hub"', PHONE, "0812 7345 6789",
     "siti@mail.com", '"nik hub"', "0001", "812", "-7345", "BD 1234 XY", '"BD 1234 XY"', "1234"],
)  # fmt: skip
def test_nothing_masked_can_be_found_out(shelf: Shelf, viewer: Viewer, words: str) -> None:
    """Not by the whole number, not by its parts, not by excluding it: the answer is the same whatever the number is."""
    shelf.house.store(said("a", f"Bantuan belum cair. NIK {NIK} hub {PHONE} atau siti@mail.com, motor BD 1234 XY"))
    with_number = shelf.hits(words, viewer)
    shelf.house.reset()
    shelf.house.store(
        said("a", "Bantuan belum cair. NIK 1702014507900999 hub 081273999999 atau b@mail.com, motor BD 99 ZZ")
    )
    assert bool(with_number) == bool(shelf.hits(words, viewer))


def test_who_handles_it_still_reads_the_number_and_is_told_it_cannot_be_searched(shelf: Shelf) -> None:
    shelf.house.store(said("a", f"Bantuan belum cair, NIK {NIK}"))
    page = shelf.page(f"bantuan {NIK}", OFFICE)
    assert NIK in page.rows[0].excerpt and page.sought.personal  # type: ignore[union-attr]
    assert NIK not in shelf.page("bantuan").rows[0].excerpt
    with shelf.database.read() as connection:
        kept = connection.execute(text("SELECT CAST(words AS TEXT) FROM message_words")).scalar_one()
    assert "bantu" in kept and not any(part in kept for part in (NIK, "0001"))


def test_scope_and_confidentiality_hold_in_every_search(shelf: Shelf) -> None:
    shelf.house.store(said("a", "Jalan rusak"), said("b", "Jalan pungli", minute=1), said("c", "Jalan lain", minute=2))
    shelf.move("b", confidential=True)
    shelf.move("c", unit_id=3)
    for words in ("jalan", "-entah", '"jalan"', "unit:mawar jalan", "unit:uji", "platform:papan"):
        for row in shelf.hits(words, OFFICE):
            assert row == "Jalan rusak", words
    assert shelf.hits("jalan", OFFICE) == ["Jalan rusak"]
    assert shelf.hits("jalan", viewer_of(Role.DEVELOPER)) == []
    assert len(shelf.hits("jalan")) == 3


def test_the_index_follows_whatever_changes(shelf: Shelf) -> None:
    shelf.house.store(said("a", "Trotoar rusak"), said("b", "Trotoar lain", minute=1))
    assert len(shelf.hits("trotoar", viewer_of(Role.OPERATOR, 2))) == 0
    shelf.move("a", unit_id=2)
    assert shelf.hits("trotoar", viewer_of(Role.OPERATOR, 2)) == ["Trotoar rusak"]
    shelf.house.store(said("a", "Jembatan rusak"), gone("b"))
    assert (shelf.hits("trotoar"), shelf.hits("jembatan")) == (["Trotoar lain"], ["Jembatan rusak"])
    with shelf.database.write() as connection:
        key = shelf.house.message("b").id
        connection.execute(text("DELETE FROM events WHERE item_id = :key"), {"key": key})
        connection.execute(text("DELETE FROM items WHERE id = :key"), {"key": key})
    assert (shelf.index.catch_up(), shelf.index.backlog()) == (1, 0)
    with shelf.database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM message_words")).scalar_one() == 1


def test_what_changes_while_it_is_indexed_is_indexed_again(shelf: Shelf) -> None:
    shelf.house.store(said("a", "lama"))
    with shelf.database.read() as connection:
        read = waiting(connection, 10)
    shelf.house.store(said("a", "baru"))
    with shelf.database.write() as connection:
        assert take(connection, read) == frozenset(), "it is another ticket by now"
    assert shelf.index.backlog() == 1
    assert (shelf.hits("lama"), shelf.hits("baru")) == ([], ["baru"])


def test_two_indexers_share_the_work(shelf: Shelf) -> None:
    shelf.house.store(*(said(f"m{n}", "jalan", minute=n) for n in range(30)))
    with shelf.database.read() as connection:
        read = waiting(connection, 20)
    assert [row.message_id for row in read] == sorted((row.message_id for row in read), reverse=True), "newest first"
    with shelf.database.write() as connection:
        assert len(take(connection, read)) == 20
    with shelf.database.write() as connection:
        assert take(connection, read) == frozenset()
    assert shelf.index.backlog() == 10


def test_a_page_says_that_older_messages_are_still_being_indexed(shelf: Shelf) -> None:
    shelf.house.store(said("a", "jalan"))
    with shelf.database.write() as connection:
        many = "INSERT INTO search_queue (message_id, ticket) VALUES "
        connection.exec_driver_sql(many + ", ".join(f"({n}, 1)" for n in range(1, 2_001)))
    page = shelf._inbox.page(EVERYONE, Filter(tab="all", search="jalan"))
    assert page.sought is not None and page.sought.partly
    found = shelf.page("jalan")
    assert len(found.rows) == 1 and not found.sought.partly  # type: ignore[union-attr]


def test_an_update_queues_what_was_stored_before_it(shelf: Shelf) -> None:
    shelf.house.store(said("a", "Jalan rusak"), said("b", "Lampu mati", minute=1))
    shelf.index.catch_up()
    downgrade(shelf.database, "0004")
    migrate(shelf.database)
    assert shelf.index.backlog() == 2
    assert (shelf.hits("rusaknya"), shelf.index.backlog()) == (["Jalan rusak"], 0)


def test_any_text_can_be_typed(shelf: Shelf) -> None:
    shelf.house.store(said("a", "Jalan rusak"))
    shelf.index.catch_up()
    tricky = st.sampled_from(
        ["NOT", "AND", "NEAR(", '"', "'", "*", ":", "text:", "^", "!", "&", "|", "<->", "\\", "%", "\x00", "jalan", "-",
         "dari:", "unit:", "tempat:\"", "platform:\x00", "#x", "=jalan", "@", "_", "{", "+", "-\"", "\ud800"]
    )  # fmt: skip
    texts = st.one_of(
        st.text(max_size=60),
        st.text(st.characters(categories=["L", "N", "M", "S"]), max_size=30),
        st.lists(tricky).map(" ".join),
        st.lists(tricky).map("".join),
    )

    @PATIENT
    @given(texts)
    def never_raises(words: str) -> None:
        rows = shelf._inbox.page(EVERYONE, Filter(tab="all", search=words)).rows
        assert [row.excerpt for row in rows] in ([], ["Jalan rusak"])

    never_raises()


def test_both_databases_find_the_same(both: tuple[Shelf, Shelf]) -> None:
    sentences = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
    glued = st.lists(st.sampled_from(WORDS), min_size=2, max_size=3).map("".join)
    lines = st.one_of(sentences, glued, st.just("jalan " * 300 + "buntu"))
    asked = st.lists(st.sampled_from(ASKED), min_size=1, max_size=4).map(" ".join)
    names = st.sampled_from([("siti_1", "Siti Aminah"), ("budi", "Budi"), ("62812", "Tanpa Nama")])
    told = st.lists(
        st.tuples(lines, names, st.sampled_from([1, 2, 3])), min_size=1, max_size=10, unique_by=lambda t: t[0]
    )

    @settings(PATIENT, max_examples=15)
    @given(told, st.lists(st.one_of(asked, lines), min_size=1, max_size=20))
    def same(messages: list[tuple[str, tuple[str, str], int]], queries: list[str]) -> None:
        for shelf in both:
            shelf.house.reset()
            shelf.house.store(
                *(said(f"m{n}", line, minute=n, by=by, name=name) for n, (line, (by, name), _) in enumerate(messages))
            )
            for n, (_, _, place) in enumerate(messages):
                shelf.move(f"m{n}", place_unit_id=place, unit_id=1 + place % 2)
        for query in (*queries, '"jalan buntu"', '"jalan jalan"'):
            for viewer in (EVERYONE, OFFICE):
                sqlite, postgres = (shelf.page(query, viewer).rows for shelf in both)
                assert [(r.excerpt, r.hits) for r in sqlite] == [(r.excerpt, r.hits) for r in postgres], query
        for line, _, _ in messages:
            if len(line) < 200 and "-" not in line and words_of(line) and not findings(line):
                assert line in both[0].hits(line)

    same()
