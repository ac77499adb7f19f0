"""What is stored of what a platform showed: once, in time order, with every version."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from aggregator.contract import Kind, Message, Unreadable
from aggregator.domain.search import Query, asked_of, clause_of
from aggregator.services.intake import Tally, facts
from aggregator.services.search_index import SearchIndex
from aggregator.storage.ids import message_id
from aggregator.storage.tables import events, items, message_versions, messages, quarantine
from tests.intake.house import OFFICE, House, gone, said


def found(house: House, words: str) -> set[str]:
    """External ids of what full text finds, once it has caught up."""
    SearchIndex(house.database).catch_up()
    sqlite = house.database.is_sqlite
    query = Query(tuple(clause_of(part, {}) for part in asked_of(words).parts))
    match = "rowid FROM message_words WHERE message_words MATCH :q"
    if not sqlite:
        match = "id FROM message_words WHERE words @@ CAST(:q AS tsquery)"
    with house.database.read() as connection:
        asked = {"q": query.fts5() if sqlite else query.tsquery()}
        rows = connection.execute(text(f"SELECT external_id FROM messages WHERE id IN (SELECT {match})"), asked)
        return {row[0] for row in rows}


def test_every_record_has_one_outcome(house: House) -> None:
    first = house.store(
        said("p", kind=Kind.POST, by=OFFICE),
        said("a"),
        said("b"),
        Unreadable(reason="key missing", external_id="x"),
    )
    assert first == Tally(new=3, rejected=1, items=2)
    second = house.store(said("a"), said("b", "Jalan sudah ditambal sebagian."), said("c"), gone("a"), gone("unknown"))
    assert (second.new, second.edited, second.deleted, second.duplicate) == (1, 1, 1, 2)
    assert house.store(said("b", "Jalan sudah ditambal sebagian."), said("c")) == Tally(duplicate=2)
    house.check_sums()


def test_twice_in_one_batch_is_stored_once_and_the_last_word_stays(house: House) -> None:
    assert house.store(said("a", "satu"), said("a", "dua"), said("a", "dua")) == Tally(new=1, duplicate=2, items=1)
    assert house.message("a").text == "dua"
    assert house.store(said("a", "tiga"), said("a", "empat")).edited == 1
    assert house.message("a").text == "empat"
    house.check_sums()


def test_an_edit_taken_back_within_one_batch_changes_nothing(house: House) -> None:
    house.store(said("a", "semula"))
    assert house.store(said("a", "berubah"), said("a", "semula")) == Tally(duplicate=2)
    assert (house.message("a").text, house.message("a").version) == ("semula", 1)


def test_in_one_batch_what_was_shown_last_counts(house: House) -> None:
    house.store(said("a"), said("b"))
    house.store(said("a", "berubah"), gone("a"), gone("b"), said("b"), said("c"), gone("c"))
    assert [house.message(key).deleted_at is not None for key in "abc"] == [True, False, True]
    assert house.message("a").text == "berubah"
    house.check_sums()


def test_an_edit_keeps_the_old_words_and_search_follows(house: House) -> None:
    house.store(said("a", "Trotoar Kenanga rusak"), said("b", "Trotoar Melati rusak"))
    house.store(said("a", "Jembatan Kenanga rusak"))
    assert found(house, "trotoar") == {"b"}
    assert found(house, "jembatan") == {"a"}
    versions = house.rows(message_versions)
    assert [(row.version, row.text) for row in versions] == [(1, "Trotoar Kenanga rusak")]
    assert house.message("a").version == 2
    assert house.message("a").edited_at == house.now


def test_a_new_name_is_a_version_too(house: House) -> None:
    house.store(said("a", name="Siti"))
    house.store(said("a", name="Siti Aminah"))
    assert [row.author_name for row in house.rows(message_versions)] == ["Siti"]
    assert (found(house, "aminah"), found(house, "siti")) == ({"a"}, {"a"})


def test_deleted_keeps_its_words_and_may_come_back(house: House) -> None:
    house.store(said("a", "Pohon tumbang"))
    house.store(gone("a"))
    assert house.message("a").deleted_at == house.now
    assert house.message("a").text == "Pohon tumbang"
    house.check_sums()
    assert house.store(gone("a")) == Tally(duplicate=1)
    assert house.store(said("a", "Pohon tumbang")).edited == 1
    assert house.message("a").deleted_at is None
    assert house.rows(message_versions) == []
    house.check_sums()


def test_id_order_is_time_order_even_for_the_late(house: House) -> None:
    house.store(*(said(f"n{minute}", minute=minute) for minute in range(0, 50, 10)))
    house.store(said("late", minute=15))
    ordered = sorted(house.rows(messages), key=lambda row: row.id)
    assert [row.external_id for row in ordered] == ["n0", "n10", "late", "n20", "n30", "n40"]


def test_ids_that_meet_are_told_apart(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of one second get the same hash: in one batch, in later ones, and at the end of the second's range."""
    hashed = message_id(0, 1, "any") & ((1 << 30) - 1)
    for low in (hashed, (1 << 30) - 1):
        monkeypatch.setattr(
            facts, "message_id", lambda created, account, key, low=low: (created // 1_000_000) << 30 | low
        )
        prefix = f"m{low}-"
        house.store(*(said(f"{prefix}{n}", minute=low % 1000) for n in range(20)))
        house.store(*(said(f"{prefix}{n}", minute=low % 1000) for n in range(10, 40)))
        for n in range(40, 44):
            assert house.store(said(f"{prefix}{n}", minute=low % 1000)).new == 1
        rows = [row for row in house.rows(messages) if row.external_id.startswith(prefix)]
        assert len({row.id for row in rows}) == len(rows) == 44
        assert len({row.id >> 30 for row in rows}) == 1, "they stay in their second"


@pytest.mark.parametrize(
    ("precision", "shift"), [("minute", timedelta(seconds=37)), ("day", timedelta(hours=9, seconds=5))]
)
def test_a_file_then_the_api_is_no_edit(house: House, precision: str, shift: timedelta) -> None:
    exact = said("a", minute=600.5)
    coarse = said("a", created_at=exact.created_at - shift, precision=precision)
    house.store(coarse)
    assert house.store(exact) == Tally(duplicate=1)
    assert house.message("a").created_at == exact.created_at, "the better time is kept"
    assert house.message("a").version == 1
    assert house.store(coarse) == house.store(exact) == Tally(duplicate=1)
    assert house.message("a").created_at == exact.created_at
    assert house.rows(message_versions) == []


def test_a_moved_time_is_an_edit(house: House) -> None:
    house.store(said("a", minute=1))
    assert house.store(said("a", minute=2)).edited == 1


def test_known_pages_write_no_row(house: House) -> None:
    page = [said("p", kind=Kind.POST, by=OFFICE, reply_count=1), said("a")]
    house.store(*page)
    with house.database.read() as connection:
        before = connection.exec_driver_sql(_CHANGES[house.database.is_sqlite]).all()
        assert house.store(*page) == Tally(duplicate=2)
        assert connection.exec_driver_sql(_CHANGES[house.database.is_sqlite]).all() == before


_CHANGES = {
    True: "PRAGMA data_version",
    False: "SELECT max(xmin::text::bigint) FROM (SELECT xmin FROM messages UNION ALL SELECT xmin FROM threads "
    "UNION ALL SELECT xmin FROM accounts UNION ALL SELECT xmin FROM items) AS rows",
}


def poisons(n: int) -> list[Message]:
    """Records that a database, a codec or a clock may choke on."""
    return [
        said(f"{n}-nul", "ada\x00di sini"),
        said(f"{n}-nulname", name="Si\x00ti"),
        said(f"{n}-nulthread", thread="t\x00"),
        said(f"{n}-half", "setengah \ud800 huruf"),
        said(f"{n}-half-\udfff"),
        said(f"{n}-halfname", name="Si\ud83dti"),
        said(f"{n}-rating", rating=2**70),
        said(f"{n}-raw", raw={"a": "\ud800"}),
        said(f"{n}-rawint", raw={"a": 2**90}),
        said(f"{n}-far", created_at=datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)),
        said(f"{n}-long", "x" * 100_001),
        said(f"{n}-naive", created_at=datetime(2026, 1, 1)),
        said(f"{n}-own", parent=f"{n}-own"),
        said(f"{n}-none", text=None),  # type: ignore[arg-type]  # a plugin need not be typed
    ]


@pytest.mark.parametrize("number", range(14))
def test_one_poisonous_record_leaves_the_other_499(house: House, number: int) -> None:
    house.office()
    bad = poisons(number)[number]
    batch = [said(f"ok{n}", minute=n) for n in range(499)]
    batch[250] = said("reply", "Sudah diperbaiki kemarin.", by=OFFICE, parent="ok7", minute=900)
    batch.insert(251, bad)
    tally = house.store(*batch, cursor=None)
    assert len(house.rows(messages, messages.c.external_id.in_([m.external_id for m in batch if m is not bad]))) == 499
    assert (tally.new, tally.rejected) in ((499, 1), (500, 0))
    assert house.state("ok7") == "answered"
    house.check_sums()
    if tally.rejected:
        (row,) = house.rows(quarantine)
        assert row.tries == 1
        assert "jalan" not in row.reason.lower(), "no citizen's words in the reason"


def test_long_and_strange_but_sound_texts_are_kept(house: House) -> None:
    texts = ["x" * 100_000, "🙏🏽 \u202e terbalik", "'); DROP TABLE items; --", "\n\t ", "", "ﷺ" * 500]
    house.store(*(said(f"s{n}", words) for n, words in enumerate(texts)))
    assert [house.message(f"s{n}").text for n in range(len(texts))] == texts


def test_quarantine_counts_tries_and_lets_go(house: House) -> None:
    for tries in (1, 2, 3):
        house.store(said("ok"), Unreadable(reason="key missing: text", external_id="x"))
        (row,) = house.rows(quarantine)
        assert (row.external_id, row.tries, row.reason) == ("x", tries, "key missing: text")
    house.store(said("x"))
    assert house.rows(quarantine) == []


def test_a_reason_that_cannot_be_stored_is_still_counted(house: House) -> None:
    assert house.store(said("ok"), Unreadable(reason="nul \x00 \ud800", external_id="x")).rejected == 1
    assert house.message("ok").text
    assert [row.external_id for row in house.rows(quarantine)] == ["x"]


def test_the_offices_own_words_are_no_work(house: House) -> None:
    """R4: the office's own comment answers or does nothing; it opens no item."""
    house.office()
    post = said("p", kind=Kind.POST, by="admin")
    own = [said(f"o{n}", "Informasi layanan hari ini.", by=OFFICE, minute=n) for n in range(50)]
    assert house.store(post, *own).items == 0
    assert house.rows(items) == house.rows(events) == []
    house.check_sums()
