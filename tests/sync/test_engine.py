"""One pull of one account: what it stores, how it ends, what follows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from aggregator.contract import (
    AuthExpired,
    Checkpoint,
    Cursor,
    Gone,
    Malformed,
    Permanent,
    PlatformError,
    RateLimited,
    Tombstone,
    Transient,
)
from aggregator.domain.pace import BACKOFF, PROBE
from aggregator.services.intake import LeaseLost
from aggregator.storage.tables import accounts, allowances, breakers, items, messages, pulls
from tests.fakes.board import FIRST_DAY
from tests.fakes.reader import Reader, busy_board, papan, with_pace


def test_a_pull_reads_all_and_the_next_finds_nothing_new(reader: Reader) -> None:
    account = reader.account()
    board = reader.server.board("papan-uji")
    busy_board(board)
    first = reader.pull(account)
    assert (first.outcome, first.tally.new, first.census) == ("ok", 39, 36)
    reader.agree(account, board)
    reader.clock.step(minutes=1)
    second = reader.pull(account)
    assert (second.outcome, second.tally.changed, second.calls) == ("ok", 0, 3), "the pages of the overlap, no thread"
    row = reader.row(account)
    assert (row.failures, row.problem, row.lease_owner) == (0, None, None)
    assert row.last_success_at == reader.clock()
    assert timedelta(minutes=4) < row.next_pull_at - reader.clock() < timedelta(minutes=6)


def test_edits_deletions_and_late_approvals_are_found_in_old_threads(reader: Reader) -> None:
    account = reader.account()
    board = reader.server.board("papan-uji")
    busy_board(board)
    late = board.comment("p1", "late", "Disetujui belakangan", at=FIRST_DAY + timedelta(days=1, minutes=3), shown=False)
    reader.pull(account)
    board.entries["c7"].text = "Jalan nomor 7 sudah diperbaiki sendiri."
    board.remove("c8")
    late.shown = True
    reader.clock.step(days=40)
    end = reader.pull(account)
    assert (end.tally.new, end.tally.edited, end.tally.deleted) == (1, 1, 1)
    reader.agree(account, board)
    ordered = [row.external_id for row in sorted(reader.rows(messages), key=lambda row: row.id)]
    assert abs(ordered.index("clate") - ordered.index("c3")) == 1


def test_partial_at_the_end_of_the_budget_and_on_from_there(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    account = reader.account()
    board = reader.server.board("papan-uji")
    busy_board(board, comments=200, answered=False)
    monkeypatch.setattr(reader.core.engine, "_platforms", {"papan": with_pace(papan(reader), calls_per_pull=4)})
    outcomes: list[str] = []
    while not outcomes or outcomes[-1] == "partial":
        calls = board.calls
        end = reader.pull(account)
        outcomes.append(end.outcome)
        assert board.calls - calls == end.calls <= 4
        if end.outcome == "partial":
            assert reader.row(account).next_pull_at - reader.clock() == timedelta(minutes=1)
        reader.clock.step(minutes=1)
    assert 3 <= len(outcomes) <= 6
    assert outcomes[-1] == "ok"
    reader.agree(account, board)


def test_a_walk_that_ends_where_it_began_keeps_its_last_checkpoint(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cursor may go A, B, A within one pull; keeping B would let the next pull start half way down."""
    account = reader.account()
    walk = [Cursor(version=1, data={"page": page}) for page in (0, 1, 0)]
    monkeypatch.setattr(papan(reader), "pull_since", lambda *_: (Checkpoint(cursor=cursor) for cursor in walk))
    monkeypatch.setattr(papan(reader), "pull_threads", lambda *_: iter(()))
    for _ in range(2):
        reader.pull(account)
        assert reader.row(account).cursor == '{"version":1,"data":{"page":0}}'


ERRORS: list[tuple[PlatformError, str, str, tuple[timedelta, timedelta]]] = [
    (Transient("Situs sedang bermasalah."), "transient", "active", (BACKOFF[0] / 2, BACKOFF[0])),
    (RateLimited("Tunggu.", 90.0), "rate_limited", "active", (timedelta(seconds=90), timedelta(seconds=90) * 1.1)),
    (RateLimited("Tunggu."), "rate_limited", "active", (timedelta(minutes=15), timedelta(minutes=15) * 1.1)),
    (RateLimited("Tunggu.", 1e9), "rate_limited", "active", (timedelta(days=1), timedelta(days=1) * 1.1)),
    (AuthExpired("Masuk lagi."), "auth_expired", "auth_expired", (BACKOFF[0] / 2, BACKOFF[0])),
    (Gone("Tidak ada."), "gone", "active", (BACKOFF[0] / 2, BACKOFF[0])),
    (Permanent("Ubah pengaturan."), "permanent", "blocked", (timedelta(days=1),) * 2),
    (Malformed("Bentuk lain."), "malformed", "active", (PROBE, PROBE)),
]


@pytest.mark.parametrize("case", ERRORS, ids=lambda case: f"{case[1]}-{getattr(case[0], 'retry_after', '')}")
def test_each_error_says_what_happens_next(reader: Reader, monkeypatch: pytest.MonkeyPatch, case: Any) -> None:
    error, outcome, state, (soonest, latest) = case
    account = reader.account()
    busy_board(reader.server.board("papan-uji"))
    original = papan(reader).pull_since

    def failing(*told: Any) -> Any:
        for number, event in enumerate(original(*told)):
            if number == 10:
                raise error
            yield event

    monkeypatch.setattr(papan(reader), "pull_since", failing)
    end = reader.pull(account)
    assert (end.outcome, end.problem, end.tally.new) == (outcome, error.message, 9), "what was read before is kept"
    row = reader.row(account)
    assert (row.state, row.problem, row.cursor, row.lease_owner) == (state, error.message, None, None)
    assert row.failures == (outcome != "rate_limited")
    assert soonest <= row.next_pull_at - reader.clock() <= latest
    monkeypatch.undo()
    assert reader.pull(account).outcome == "ok"
    assert (reader.row(account).state, reader.row(account).failures, reader.row(account).problem) == (
        "active",
        0,
        None,
    )
    reader.agree(account, reader.server.board("papan-uji"))


def test_backoff_grows_to_an_hour_and_never_beyond(reader: Reader) -> None:
    account = reader.account()
    reader.server.faults.always = 503
    waits = []
    for _ in range(7):
        reader.pull(account)
        waits.append(reader.row(account).next_pull_at - reader.clock())
        reader.clock.step(hours=1)
    for wait, limit in zip(waits, [*BACKOFF, *[BACKOFF[-1]] * 3], strict=True):
        assert limit / 2 <= wait <= limit
    assert len(set(waits[3:])) > 1, "with jitter"


def test_gone_three_times_is_looked_at_once_a_day(reader: Reader) -> None:
    account = reader.account()
    del reader.server.boards["papan-uji"]
    for state in ("active", "active", "gone"):
        reader.pull(account)
        assert reader.row(account).state == state
    assert reader.row(account).next_pull_at - reader.clock() == timedelta(days=1)
    reader.server.faults.always = 503
    reader.pull(account)
    assert reader.row(account).state == "gone", "a passing trouble tells nothing new"
    reader.server.faults.always = None
    reader.server.board("papan-uji")
    reader.pull(account)
    assert reader.row(account).state == "active"


def test_a_paused_account_is_read_when_asked_and_stays_paused(reader: Reader) -> None:
    account = reader.account()
    reader.set_account(account, state="paused")
    assert reader.core.engine.run_pull(account, only_due=True) is None
    assert reader.pull(account).outcome == "ok"
    assert reader.row(account).state == "paused"


@pytest.mark.parametrize("fault", ["reset", "cut", "html", "empty", 500, 503])
def test_what_a_bad_server_sends_never_breaks_a_pull(reader: Reader, fault: int | str) -> None:
    account = reader.account()
    busy_board(reader.server.board("papan-uji"), comments=60)
    reader.server.faults.queue = [None, fault, fault, fault]  # type: ignore[list-item]
    end = reader.pull(account)
    assert end.outcome in ("transient", "malformed")
    assert end.tally.new > 0
    reader.server.faults.queue.clear()
    assert reader.pull(account).outcome == "ok"
    reader.agree(account, reader.server.board("papan-uji"))


def test_five_plugin_bugs_in_a_row_open_the_breaker_and_others_go_on(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, other = reader.account(), reader.account("papan-lain")
    original = papan(reader).pull_since

    def buggy(public: Any, *told: Any) -> Any:
        if public.key.endswith("uji"):
            raise KeyError("kata-kata warga")
        return original(public, *told)

    monkeypatch.setattr(papan(reader), "pull_since", buggy)
    for failures in range(1, 5):
        assert reader.pull(account).outcome == "plugin_bug"
        assert [row.failures for row in reader.rows(breakers)] == [failures]
    assert reader.core.engine.run_pull(other, only_due=True).outcome == "ok"  # type: ignore[union-attr]
    assert reader.rows(breakers) == [], "one success and the row is over"
    for _ in range(5):
        problem = reader.pull(account).problem
    assert "warga" not in str(problem)
    reader.clock.step(minutes=30)
    reader.set_account(other, next_pull_at=reader.clock())
    calls = reader.server.board("papan-lain").calls
    postponed = reader.core.engine.run_pull(other, only_due=True)
    assert postponed is not None
    assert (postponed.outcome, reader.server.board("papan-lain").calls) == ("postponed", calls)
    wait = reader.row(other).next_pull_at - reader.clock()
    assert timedelta(minutes=30) <= wait <= timedelta(minutes=31), "when the breaker lets a probe through"
    reader.clock.step(minutes=31)
    monkeypatch.undo()
    assert reader.core.engine.run_pull(other, only_due=True).outcome == "ok"  # type: ignore[union-attr]
    assert reader.rows(breakers) == []


def test_a_postponed_turn_keeps_the_accounts_state(reader: Reader) -> None:
    account = reader.account()
    reader.core.engine._desk.fuses.plugin_failed("papan", "malformed", reader.clock(), at_once=True)
    reader.set_account(account, state="blocked")
    end = reader.core.engine.run_pull(account, only_due=True)
    assert end is not None
    assert (end.outcome, reader.row(account).state) == ("postponed", "blocked")


def test_the_days_calls_are_never_exceeded(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    account = reader.account()
    board = reader.server.board("papan-uji")
    busy_board(board, comments=120)
    monkeypatch.setattr(
        reader.core.engine,
        "_platforms",
        {"papan": with_pace(papan(reader), calls_per_day=10, calls_per_pull=4)},
    )
    outcomes = []
    for _ in range(8):
        reader.set_account(account, next_pull_at=reader.clock())
        end = reader.core.engine.run_pull(account, only_due=True)
        assert end is not None
        outcomes.append(end.outcome)
        reader.clock.step(minutes=2)
    assert board.calls <= 10
    assert outcomes[-1] == "postponed"
    assert reader.row(account).next_pull_at.date() == reader.clock().date() + timedelta(days=1)
    assert [row.units for row in reader.rows(allowances)] == [board.calls]


def test_two_engines_at_once_pull_once(reader: Reader) -> None:
    account = reader.account()
    busy_board(reader.server.board("papan-uji"))
    inner: list[Any] = []
    reader.server.on_list = lambda board: inner.append(reader.core.engine.run_pull(account))
    assert reader.pull(account).outcome == "ok"
    assert inner
    assert set(inner) == {None}
    assert len(reader.rows(pulls)) == 1


def test_a_stolen_lease_writes_nothing_more(reader: Reader) -> None:
    """The first worker slept too long; another has the account by now."""
    account = reader.account()
    board = reader.server.board("papan-uji")
    busy_board(board, comments=60)
    pages: list[int] = []

    def steal(_: Any) -> None:
        pages.append(1)
        if len(pages) == 2:
            reader.set_account(account, lease_owner="another", lease_until=reader.clock() + timedelta(minutes=1))

    reader.server.on_list = steal
    end = reader.pull(account)
    assert end.outcome == "lease_lost"
    assert len(reader.rows(messages)) == 20, "only the page before"
    assert reader.row(account).lease_owner == "another"
    assert reader.row(account).last_success_at is None


def test_a_lease_is_renewed_while_a_pull_takes_long(reader: Reader) -> None:
    account = reader.account()
    busy_board(reader.server.board("papan-uji"), comments=100)
    inner: list[Any] = []

    def slow(_: Any) -> None:
        reader.clock.step(seconds=25)
        inner.append(reader.core.engine.run_pull(account, only_due=True))

    reader.server.on_list = slow
    reader.pull(account)
    assert len(inner) > 4
    assert set(inner) == {None}, "nobody else got in during 100 s and more"


def test_an_expired_lease_can_be_taken(reader: Reader) -> None:
    account = reader.account()
    assert reader.core.accounts.begin(account, reader.clock()) is not None
    assert reader.core.accounts.begin(account, reader.clock.step(seconds=89)) is None
    late = reader.core.accounts.begin(account, reader.clock.step(seconds=2))
    assert late is not None
    with pytest.raises(LeaseLost):
        from dataclasses import replace

        reader.core.accounts.renew(replace(late, lease="old"), reader.clock())


def test_full_reads_everything_again(reader: Reader) -> None:
    account = reader.account()
    board = reader.server.board("papan-uji")
    busy_board(board, comments=90)
    for number in range(40):
        board.comment("p1", f"old{number:02}", "Jalan rusak", at=FIRST_DAY - timedelta(days=9, minutes=number))
    reader.pull(account)
    board.entries["cold39"].text = "Diubah jauh di bawah"
    reader.clock.step(minutes=1)
    assert reader.pull(account).tally.edited == 0
    assert reader.pull(account, full=True).tally.edited == 1
    reader.agree(account, board)


def test_without_its_plugin_an_account_waits_and_keeps_its_messages(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = reader.account()
    busy_board(reader.server.board("papan-uji"))
    reader.pull(account)
    monkeypatch.setattr(reader.core.engine, "_platforms", {})
    assert reader.pull(account).outcome == "no_plugin"
    assert len(reader.shown(account)) == 36


def test_what_a_plugin_should_not_yield_is_its_bug(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    account = reader.account()
    gone = Tombstone(external_id="x", seen_at=reader.clock())
    for bad in (
        "text",
        Checkpoint(cursor=Cursor(version=1, data={"x": "y" * 20_000})),
        Checkpoint(cursor=Cursor(version=1, data={"x": {1}})),
    ):
        monkeypatch.setattr(papan(reader), "pull_since", lambda *_, bad=bad: iter([gone, bad]))
        end = reader.pull(account)
        assert (end.outcome, end.tally.fetched) == ("plugin_bug", 1)
    assert reader.row(account).cursor is None


def test_one_text_under_ten_comments_is_a_template(reader: Reader) -> None:
    account = reader.account()
    busy_board(reader.server.board("papan-uji"), comments=50)
    reader.pull(account)
    with reader.core.database.read() as connection:
        heard = connection.execute(select(items.c.id).where(items.c.acknowledged_at.is_not(None))).all()
        answered = connection.execute(select(items.c.id).where(items.c.state == "answered")).all()
    assert (len(heard), len(answered)) == (10, 0)


def test_next_pull_and_due_are_in_the_database(reader: Reader) -> None:
    account = reader.account()
    with reader.core.database.write() as connection:
        connection.execute(update(accounts).values(next_pull_at=reader.clock() + timedelta(seconds=1)))
    assert reader.core.engine.run_pull(account, only_due=True) is None
    reader.clock.step(seconds=1)
    assert reader.core.engine.run_pull(account, only_due=True) is not None
