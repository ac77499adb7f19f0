"""Reading threads again: what vanished, what waits, what is long; the sweep and its slices."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from aggregator.storage.tables import threads
from tests.fakes.board import FIRST_DAY, OFFICE
from tests.fakes.reader import Reader, busy_board, papan, with_pace


def test_a_third_vanished_at_once_is_read_again_first(reader: Reader) -> None:
    account = reader.account()
    board = reader.server.board("papan-uji")
    busy_board(board, posts=1, comments=60, answered=False)
    reader.pull(account)
    for number in range(25):
        board.remove(f"c{number}")
    reader.clock.step(days=40)
    end = reader.pull(account)
    assert end.tally.deleted == 0
    assert "25 dari 60" in str(end.problem)
    assert reader.row(account).problem == end.problem
    for number in range(25):
        board.comment(
            "p0",
            number,
            f"Jalan nomor {number} rusak, kapan diperbaiki?",
            at=FIRST_DAY + timedelta(days=1, minutes=number),
        )
    for number in range(10):
        board.remove(f"c{number}")
    reader.clock.step(days=40)
    assert reader.pull(account).tally.deleted == 10, "ten are believed"


def test_what_vanished_twice_in_a_row_is_believed(reader: Reader) -> None:
    account = reader.account()
    board = reader.server.board("papan-uji")
    busy_board(board, posts=1, comments=60, answered=False)
    reader.pull(account)
    for number in range(25):
        board.remove(f"c{number}")
    reader.clock.step(days=40)
    assert reader.pull(account).tally.deleted == 0, "one reading may be broken"
    reader.clock.step(minutes=16)
    end = reader.pull(account)
    assert (end.tally.deleted, end.problem) == (25, None)


def test_open_questions_are_looked_after_tightly_at_first_then_slower(reader: Reader) -> None:
    account = reader.account()
    board = reader.server.board("papan-uji")
    now = reader.clock()
    ages = {
        "p1": timedelta(minutes=10),
        "p2": timedelta(hours=20),
        "p3": timedelta(days=10),
        "p4": timedelta(days=60),
    }
    for number, (post, age) in enumerate(ages.items(), 1):
        board.post(number, at=FIRST_DAY)
        board.comment(post, number, "Jalan rusak, kapan diperbaiki?", at=now - age)
    board.post(9, at=FIRST_DAY)
    board.comment("p9", 9, "Jalan rusak, kapan diperbaiki?", at=now - timedelta(minutes=5))
    board.comment(
        "p9",
        "a9",
        "Jalan itu diperbaiki hari Senin, Pak.",
        at=now - timedelta(minutes=1),
        author=OFFICE,
        parent="c9",
    )
    reader.pull(account)
    reader.clock.step(minutes=15)
    reader.pull(account)
    waits = {row.external_id: row.next_read_at - reader.clock() for row in reader.rows(threads)}
    assert waits == {
        "p1": timedelta(minutes=15), "p2": timedelta(hours=1), "p3": timedelta(hours=12), "p4": timedelta(days=1),
        "p9": timedelta(days=1),
    }  # fmt: skip


def test_a_thread_that_says_it_has_more_is_read_at_once(reader: Reader) -> None:
    account = reader.account()
    board = reader.server.board("papan-uji")
    busy_board(board)
    reader.pull(account)
    reader.clock.step(minutes=16)
    reader.pull(account)
    late = board.comment("p1", "late", "Disetujui belakangan", at=FIRST_DAY - timedelta(days=30))
    board.entries["p1"].at = FIRST_DAY + timedelta(days=1, minutes=40)  # the post shows up again, with its count
    reader.clock.step(minutes=1)
    reader.pull(account)
    assert late.id in reader.shown(account)


def test_when_the_budget_ends_among_threads_the_rest_is_still_due(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = reader.account()
    board = reader.server.board("papan-uji")
    busy_board(board, posts=30, comments=60, answered=False)
    reader.pull(account)
    late = [board.comment(f"p{n}", f"late{n}", "Disetujui belakangan", at=FIRST_DAY) for n in range(30)]
    monkeypatch.setattr(reader.core.engine, "_platforms", {"papan": with_pace(papan(reader), calls_per_pull=12)})
    reader.clock.step(days=40)
    for _ in range(4):
        reader.pull(account)
        reader.clock.step(minutes=1)
    assert {entry.id for entry in late} <= reader.shown(account).keys()
    reader.agree(account, board)


def test_the_sweep_goes_round_and_reads_a_long_thread_in_slices(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = reader.account()
    board = reader.server.board("papan-uji")
    busy_board(board, posts=6, comments=30, answered=False)
    for number in range(100, 130):
        board.comment("p0", number, "Jalan rusak, kapan diperbaiki?", at=FIRST_DAY + timedelta(days=1, minutes=number))
    reader.pull(account)
    swept = with_pace(papan(reader), sweep=True, thread_batch=15)
    monkeypatch.setattr(reader.core.engine, "_platforms", {"papan": swept})
    asked: list[Any] = []
    original = swept.pull_threads

    def noted(public: Any, open_threads: Any, ctx: Any) -> Any:
        asked.extend(open_threads)
        return original(public, open_threads, ctx)

    swept.pull_threads = noted
    for _ in range(8):
        reader.clock.step(minutes=1)
        reader.pull(account)
    slices = [one.known for one in asked if one.ref.external_id == "p0"]
    assert {one.ref.external_id for one in asked} == {f"p{n}" for n in range(6)}
    assert all(len(known) <= 15 for known in slices)
    assert frozenset().union(*slices) == {key for key, e in board.comments().items() if e.thread == "p0"}
    assert all(one.whole is (one.ref.external_id != "p0") for one in asked)


def test_deletions_in_a_slice_let_nothing_slip_by(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    account = reader.account()
    board = reader.server.board("papan-uji")
    busy_board(board, posts=1, comments=60, answered=False)
    monkeypatch.setattr(reader.core.engine, "_platforms", {"papan": with_pace(papan(reader), thread_batch=15)})
    reader.pull(account)
    for number in range(0, 60, 4):
        board.remove(f"c{number}")
    deleted = 0
    for _ in range(4):
        reader.clock.step(days=40)
        deleted += reader.pull(account).tally.deleted
    assert deleted == 15, "four slices of fifteen are the whole thread"
    reader.agree(account, board)
