"""Accounts on Papan in a whole house, and pulls of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from aggregator.app import App
from aggregator.services.accounts import PullEnd
from aggregator.services.ledger import counted, recounted
from aggregator.services.units import UnitRow, import_units
from aggregator.storage.tables import accounts, items, messages, pulls
from tests.fakes.board import FIRST_DAY, OFFICE, TOKEN, Board, BoardServer
from tests.fakes.clock import SteppableClock

PAPAN = Path(__file__).parent / "papan"


def papan(reader: Reader) -> Any:
    """The plugin itself."""
    return reader.core.host.platforms["papan"]


def with_pace(platform: Any, **pace: Any) -> Any:
    """The same plugin at another pace."""
    copy = type(platform)()
    copy.info = replace(platform.info, pace=replace(platform.info.pace, **pace))
    return copy


class Reader:
    """An application, a board server, and short words for what tests do with them."""

    def __init__(self, make_core: Callable[..., App], server: BoardServer, clock: SteppableClock) -> None:
        self.core = make_core(plugin_dirs=(PAPAN,))
        self.server = server
        self.clock = clock
        import_units(self.core.database, [UnitRow(name="Dinas Uji", kind="dinas", short_name="Uji")], clock())
        self.core.units.forget()
        self.unit_id = self.core.units.find("Uji").id

    def account(self, name: str = "papan-uji", **settings: str) -> int:
        self.server.board(name)
        told = {"token": TOKEN} | settings
        return self.core.registry.add(None, self.server.url(name), self.unit_id, platform="papan", settings=told)

    def pull(self, account_id: int, **how: bool) -> PullEnd:
        """Pull at once; its report in the ledger must say what the end says, and add up."""
        end = self.core.engine.run_pull(account_id, **how)
        assert end is not None
        report = self.rows(pulls, pulls.c.account_id == account_id)[-1]
        outcomes = ("new", "duplicate", "edited", "deleted", "rejected")
        assert report.fetched == sum(getattr(report, name) for name in outcomes)
        assert {name: getattr(report, name) for name in outcomes} == {
            name: getattr(end.tally, name) for name in outcomes
        }
        assert (report.outcome, report.calls, report.problem) == (end.outcome, end.calls, end.problem)
        assert report.finished_at == self.clock()
        return end

    def row(self, account_id: int) -> Any:
        return self.rows(accounts, accounts.c.id == account_id)[0]

    def rows(self, table: Any, *where: Any) -> list[Any]:
        with self.core.database.read() as connection:
            return list(connection.execute(select(table).where(*where)).all())

    def shown(self, account_id: int) -> dict[str, str]:
        """Texts of the comments held as shown, by external id."""
        found = self.rows(
            messages,
            messages.c.account_id == account_id,
            messages.c.deleted_at.is_(None),
            messages.c.kind != "post",
        )
        return {row.external_id: row.text for row in found}

    def set_account(self, account_id: int, **values: Any) -> None:
        with self.core.database.write() as connection:
            connection.execute(update(accounts).where(accounts.c.id == account_id).values(values))

    def agree(self, account_id: int, board: Board) -> None:
        """What is held is what the board shows, and every sum is right."""
        assert self.shown(account_id) == {key: entry.text for key, entry in board.comments().items()}
        ids = [row.external_id for row in self.rows(messages, messages.c.account_id == account_id)]
        assert len(ids) == len(set(ids))
        citizens = {
            row.id for row in self.rows(messages, messages.c.account_id == account_id, messages.c.official.is_(False))
        }
        assert {row.id for row in self.rows(items, items.c.account_id == account_id)} == citizens
        assert self.row(account_id).held == len(board.comments())
        with self.core.database.read() as connection:
            assert counted(connection) == recounted(connection)


def busy_board(board: Board, *, posts: int = 3, comments: int = 30, answered: bool = True) -> None:
    """Posts with comments under them, an answer under every fifth."""
    for number in range(posts):
        board.post(number, at=FIRST_DAY + timedelta(hours=number))
    for number in range(comments):
        at = FIRST_DAY + timedelta(days=1, minutes=number)
        entry = board.comment(
            f"p{number % posts}",
            number,
            f"Jalan nomor {number} rusak, kapan diperbaiki?",
            at=at,
            author=f"warga-{number % 7}",
        )
        if answered and number % 5 == 0:
            board.comment(
                entry.thread,
                f"a{number}",
                "Jalan itu diperbaiki hari Senin, Pak.",
                at=at + timedelta(seconds=30),
                author=OFFICE,
                parent=entry.id,
            )
