"""The history is sealed, and each way of tampering with it is found, with the number of the row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from aggregator.cli.audit import examine_seals
from aggregator.domain.seals import Breach, Kind
from aggregator.services.seals import AT_ONCE, SETTLED, Report, Seals
from aggregator.storage.crypto import load_keys
from aggregator.storage.db import Database
from tests.fakes.demo import Demo
from tests.intake.house import NOW, House, said

KEY, OTHER = "first-key", "second-key"


class Watch:
    """Time that a test moves on."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


class Archive:
    """A house with a history of ten rows, all sealed."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.folder, self.watch = database, folder, Watch()
        self.house = House(database)
        self.seals = self.with_keys(KEY)
        self.tell("a", 10)
        self.settle()

    def with_keys(self, *keys: str) -> Seals:
        return Seals(self.database, keys, self.folder / "seals.json", lambda: NOW, self.watch)

    def tell(self, prefix: str, rows: int) -> None:
        """So many events, one a new item."""
        self.house.store(*(said(f"{prefix}{n}", minute=n) for n in range(rows)))

    def settle(self) -> None:
        """Two ticks with enough time between them."""
        self.seals.seal()
        self.watch.at += SETTLED + 1
        self.seals.seal()

    def tamper(self, statement: str, **values: Any) -> None:
        with self.database.write() as connection:
            connection.execute(text(statement), values)

    def ids(self) -> list[int]:
        with self.database.read() as connection:
            return list(connection.execute(text("SELECT id FROM events ORDER BY id")).scalars())

    def check(self) -> Report:
        return self.seals.check()

    def found(self) -> list[tuple[Kind, int]]:
        return [(breach.kind, breach.row) for breach in self.check().breaches]


@pytest.fixture
def archive(database: Database, tmp_path: Path) -> Archive:
    return Archive(database, tmp_path / "data")


def test_an_untouched_history_is_whole(archive: Archive) -> None:
    report = archive.check()
    assert (report.sealed, report.unsealed, report.kept, report.breaches) == (10, 0, True, ())
    archive.tell("b", 5)
    assert (archive.check().sealed, archive.check().unsealed) == (10, 5)
    archive.settle()
    assert (archive.check().sealed, archive.check().breaches) == (15, ())


def test_only_what_was_there_a_while_ago_is_sealed(archive: Archive) -> None:
    archive.tell("b", 5)
    archive.seals.seal()
    assert archive.check().sealed == 10, "seen just now: an earlier id may still come"
    archive.watch.at += SETTLED / 2
    archive.tell("c", 5)
    archive.seals.seal()
    archive.watch.at += SETTLED / 2 + 1
    archive.seals.seal()
    assert archive.check().sealed == 15, "what was seen later is younger"
    again = archive.with_keys(KEY)
    again.seal()
    assert archive.check().sealed == 15, "a process that just began waits as well"


EDITS: dict[str, tuple[str, Kind]] = {
    "data": ("UPDATE events SET data = '{}' WHERE id = :row", Kind.EDITED),
    "time": ("UPDATE events SET at = at + 1 WHERE id = :row", Kind.EDITED),
    "kind": ("UPDATE events SET kind = 'answered' WHERE id = :row", Kind.EDITED),
    "item": ("UPDATE events SET item_id = (SELECT max(id) FROM items) WHERE id = :row", Kind.EDITED),
    "deleted": ("DELETE FROM events WHERE id = :row", Kind.DELETED),
}


@pytest.mark.parametrize("how", EDITS)
@pytest.mark.parametrize("place", [0, 4, 8], ids=["first", "middle", "late"])
def test_one_row_edited_or_deleted_is_named(archive: Archive, how: str, place: int) -> None:
    statement, kind = EDITS[how]
    row = archive.ids()[place]
    archive.tamper(statement, row=row)
    assert archive.found() == [(kind, row)]


def test_the_last_row_cut_off_is_named(archive: Archive) -> None:
    last = archive.ids()[-1]
    archive.tamper("DELETE FROM events WHERE id = :row", row=last)
    assert archive.found() == [(Kind.DELETED, last)]


def test_two_rows_swapped_are_named(archive: Archive) -> None:
    one, other = archive.ids()[2], archive.ids()[7]
    for source, target in ((one, -1), (other, one), (-1, other)):
        archive.tamper("UPDATE events SET id = :target WHERE id = :source", source=source, target=target)
    assert archive.found() == [(Kind.SWAPPED, one), (Kind.SWAPPED, other)]


SLIP_IN = "INSERT INTO events (id, item_id, at, kind, data) SELECT :id, item_id, at, 'noted', data FROM events WHERE id = :like"


def test_a_row_slipped_in_is_named(archive: Archive) -> None:
    archive.tell("b", 4)
    gap, last = archive.ids()[-2:]
    archive.tamper("DELETE FROM events WHERE id = :gap", gap=gap)  # a number that was given out and not used
    archive.settle()
    assert archive.found() == []
    archive.tamper(SLIP_IN, id=gap, like=last)
    archive.settle()
    assert archive.found() == [(Kind.INSERTED, gap)], "not sealed afterwards either"


def test_a_row_slipped_in_before_everything_is_named(archive: Archive) -> None:
    archive.tamper(SLIP_IN, id=-5, like=archive.ids()[0])
    archive.settle()
    assert archive.found() == [(Kind.INSERTED, -5)]


def test_a_cut_end_is_noticed_even_with_its_seals(archive: Archive) -> None:
    archive.tell("b", 4)
    archive.settle()
    ids = archive.ids()
    archive.tamper("DELETE FROM events WHERE id > :last", last=ids[9])
    archive.tamper("DELETE FROM seals WHERE last_id > :last", last=ids[9])
    assert archive.check().breaches == (Breach(Kind.CUT, "events", ids[9] + 1, ids[-1]),)
    archive.tell("c", 6)
    archive.settle()
    assert archive.check().breaches == (Breach(Kind.CUT, "events", ids[9] + 1, ids[-1]),), (
        "nothing is sealed over the cut"
    )


def test_everything_cut_off_is_noticed(archive: Archive) -> None:
    last = archive.ids()[-1]
    archive.tamper("DELETE FROM events")
    archive.tamper("DELETE FROM seals")
    assert archive.check().breaches == (Breach(Kind.CUT, "events", 1, last),)


def test_without_the_file_a_check_says_so(archive: Archive) -> None:
    (archive.folder / "seals.json").unlink()
    report = archive.check()
    assert (report.kept, report.breaches) == (False, ())
    (archive.folder / "seals.json").write_text("[broken")
    assert not archive.check().kept


FORGERIES = {
    "marks": "UPDATE seals SET marks = (SELECT marks FROM seals WHERE number = 2) WHERE number = 1",
    "half a mark": "UPDATE seals SET marks = :x WHERE number = 1",
    "head": "UPDATE seals SET head = :x WHERE number = 1",
    "a seal taken out": "DELETE FROM seals WHERE number = 1",
}


@pytest.mark.parametrize("how", FORGERIES)
def test_a_forged_seal_is_named(archive: Archive, how: str) -> None:
    archive.tell("b", 4)
    archive.settle()
    values = {"x": b"12345"} if ":x" in FORGERIES[how] else {}
    archive.tamper(FORGERIES[how], **values)
    assert (Kind.SEAL, 1) in archive.found()


def test_who_has_the_database_alone_cannot_seal_again(archive: Archive) -> None:
    """Rows edited, then everything sealed anew with a key the forger made up."""
    row = archive.ids()[3]
    archive.tamper("UPDATE events SET kind = 'answered' WHERE id = :row", row=row)
    archive.tamper("DELETE FROM seals")
    forger = Seals(archive.database, ["guessed"], archive.folder / "elsewhere.json", lambda: NOW, archive.watch)
    forger.seal()
    archive.watch.at += SETTLED + 1
    assert forger.seal()["events"].number == 1
    assert archive.found() == [(Kind.SEAL, 1), (Kind.SEAL, 1)], "neither its key nor the head in the file fit"


def test_keys_may_be_renewed(archive: Archive) -> None:
    archive.tell("b", 4)
    archive.settle()
    both = archive.with_keys(OTHER, KEY)
    assert both.check().breaches == (), "what the old key sealed still holds"
    assert both.rekey() == 2
    assert archive.with_keys(OTHER).check().breaches == ()
    assert {breach.kind for breach in archive.with_keys(KEY).check().breaches} == {Kind.SEAL}


def test_renewing_keys_makes_nothing_false_true(archive: Archive) -> None:
    archive.tell("b", 4)
    archive.settle()
    row = archive.ids()[3]
    archive.tamper("UPDATE events SET kind = 'answered' WHERE id = :row", row=row)
    archive.tamper("UPDATE seals SET head = :x WHERE number = 2", x=b"1" * 32)
    both = archive.with_keys(OTHER, KEY)
    both.rekey()
    found = [(breach.kind, breach.row) for breach in both.check().breaches]
    assert (Kind.EDITED, row) in found and (Kind.SEAL, 2) in found


def test_long_histories_take_several_seals_and_two_schedulers_do_no_harm(archive: Archive) -> None:
    archive.tell("b", AT_ONCE + 100)
    other = archive.with_keys(KEY)
    for one in (archive.seals, other):
        one.seal()
    archive.watch.at += SETTLED + 1
    for one in (archive.seals, other, archive.seals):
        one.seal()
    report = archive.check()
    assert (report.sealed, report.breaches) == (610, ())
    with archive.database.read() as connection:
        numbers = list(connection.execute(text("SELECT number FROM seals ORDER BY number")).scalars())
    assert numbers == [1, 2, 3]


def test_looks_at_confidential_items_are_sealed_too(archive: Archive) -> None:
    see = "INSERT INTO looks (id, item_id, at) SELECT :id, max(id), 7 FROM items"
    for number in (1, 2, 3):
        archive.tamper(see, id=number)
    archive.settle()
    archive.tamper("DELETE FROM looks WHERE id = 2")
    assert archive.check().breaches == (Breach(Kind.DELETED, "looks", 2),)


def test_the_command_names_the_row(demo: Demo) -> None:
    core, watch = demo.core, Watch()
    folder = core.settings.data_dir
    seals = Seals(core.database, load_keys((), folder), folder / "seals.json", core.clock, watch)
    seals.seal()
    watch.at += SETTLED + 1
    seals.seal()
    (whole,) = examine_seals(core)
    assert whole.well and "0 baris terbaru belum disegel" in whole.text
    with core.database.write() as connection:
        row = connection.execute(text("SELECT min(id) FROM events")).scalar_one()
        connection.execute(text("UPDATE events SET kind = 'closed' WHERE id = :row"), {"row": row})
    (folder / "seals.json").unlink()
    told = examine_seals(core)
    assert [finding.well for finding in told] == [False, False, False]
    assert told[0].text == f"Riwayat events baris {row} isinya diubah"
    assert "seals.json" in told[1].text
