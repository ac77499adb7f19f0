"""R10: a list that shifts while it is read. 0 missed of 10,000."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest

from tests.fakes.board import FIRST_DAY, Board
from tests.fakes.reader import Reader

ALL = 10_000


class Crowd:
    """People who comment, delete and get approved while someone reads page after page."""

    def __init__(self, board: Board, seed: int, *, tricky: bool) -> None:
        self.board = board
        self.dice = random.Random(seed)
        self.tricky = tricky
        self.minute = 0
        self.count = 0
        self.hidden: list[Any] = []
        self.pinned: list[Any] = []
        for number in range(40):
            board.post(number, at=FIRST_DAY)

    def say(self, times: int, *, shown: bool = True) -> None:
        for _ in range(times):
            self.minute += (
                self.dice.random() < 0.4
            )  # most share their minute with others: equal times at every boundary
            at = FIRST_DAY + timedelta(minutes=10 * self.minute)
            entry = self.board.comment(
                f"p{self.dice.randrange(40)}",
                f"{self.count:05}",
                "Jalan rusak",
                at=at,
                author=f"w{self.count % 50}",
                shown=shown,
            )
            self.count += 1
            if not shown:
                self.hidden.append(entry)

    def change(self, _: Board) -> None:
        """Between two pages: some new ones above, some removed anywhere, some pinned, unpinned or approved late."""
        with self.board.lock:
            if self.count < ALL:
                self.say(self.dice.randrange(4))
            if self.dice.random() < (0.02 if self.tricky else 0.5):
                comments = [key for key in self.board.entries if key.startswith("c")]
                for external_id in self.dice.sample(comments, self.dice.randrange(1, 9)):
                    self.board.remove(external_id)
            if self.tricky:
                self._trick()

    def _trick(self) -> None:
        if self.dice.random() < 0.2:
            self.say(1, shown=False)
        if self.hidden and self.dice.random() < 0.2:
            self.hidden.pop(0).shown = True
        for entry in self.pinned[2:]:
            entry.pinned = False
        entry = self.dice.choice(list(self.board.entries.values()))
        entry.pinned = entry.id != entry.thread
        self.pinned = [entry, *self.pinned[:2]]


@pytest.mark.parametrize("seed", [1])
def test_what_stands_above_what_was_read_is_never_missed(reader: Reader, seed: int) -> None:
    """Additions, removals and equal times: the list alone, without re-reading threads, shows all."""
    reader.core.host.platforms["papan"].pull_threads = lambda *_: iter(())  # type: ignore[method-assign]
    account = reader.account()
    board = reader.server.board("papan-uji")
    crowd = Crowd(board, seed, tricky=False)
    crowd.say(ALL // 2)
    reader.server.on_list = crowd.change
    while crowd.count < ALL:
        crowd.say(min(ALL - crowd.count, 500))
        reader.pull(account)
        reader.clock.step(minutes=1)
    reader.server.on_list = None
    while reader.pull(account).outcome == "partial":
        reader.clock.step(minutes=1)
    missed = board.comments().keys() - reader.shown(account).keys()
    assert (len(missed), crowd.count >= ALL) == (0, True)


def test_late_approvals_and_pins_are_found_when_threads_are_read_again(reader: Reader) -> None:
    account = reader.account()
    board = reader.server.board("papan-uji")
    crowd = Crowd(board, 3, tricky=True)
    crowd.say(800)
    reader.server.on_list = crowd.change
    for _ in range(4):
        crowd.say(80)
        reader.pull(account)
        reader.clock.step(minutes=20)
    reader.server.on_list = None
    for _ in range(3):
        reader.clock.step(days=40)
        while reader.pull(account).outcome == "partial":
            reader.clock.step(minutes=1)
    reader.agree(account, board)
