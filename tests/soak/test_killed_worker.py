"""Outside the default run: the whole wait after a kill, on the clock. About two minutes."""

from __future__ import annotations

import time
from collections.abc import Iterator

import psutil
import pytest

from tests.fakes.board import running_board
from tests.jobs.house import Gate, House, until


@pytest.fixture
def house() -> Iterator[House]:
    with running_board() as board:
        built = House(None, board)
        yield built
        built.close()


@pytest.mark.timeout(400)
def test_the_work_of_a_killed_worker_and_its_job_is_done_again_within_two_minutes(house: House) -> None:
    gate = Gate()
    house.board.on_list = gate
    account = house.add_account()
    run = house.start("run")
    until(lambda: gate.inside == 1, 90)
    worker = next(c for c in psutil.Process(run.pid).children() if "pull" in c.cmdline())
    for process in [worker, *worker.children()]:
        process.kill()
    killed = time.monotonic()
    gate.open.set()
    until(lambda: house.outcomes(account) == ["running", "ok"], 120)
    print(f"done again after {time.monotonic() - killed:.0f} s")
    assert gate.most == 1
