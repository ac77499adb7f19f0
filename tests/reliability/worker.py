"""What dies in these tests: a worker process that pulls one account until it is done, or until it is killed.

It is forked from a clean server process, so a life costs milliseconds. Named points are wrapped around the house's
own functions here, in the worker's memory; the house itself knows nothing of them."""

from __future__ import annotations

import importlib.util
import logging
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import structlog

from aggregator.clock import Clock
from aggregator.contract import Platform
from aggregator.services.accounts import AccountStore
from aggregator.services.allowances import Allowances
from aggregator.services.fuses import Fuses
from aggregator.services.hosts import HostBook
from aggregator.services.intake import Intake, Rules, intake
from aggregator.services.keyring import Keyring
from aggregator.storage.crypto import Vault
from aggregator.storage.db import Database
from aggregator.sync import turn
from aggregator.sync.engine import Engine
from aggregator.sync.http import GuardedHttp, HttpSettings
from aggregator.sync.memory import SharedHosts
from aggregator.sync.politeness import LocalPace
from tests.intake.house import judged

KEY = "MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA="  # of this test's empty vault
PAPAN = Path(__file__).parents[1] / "fakes" / "papan" / "__init__.py"


def papan() -> Platform:
    spec = importlib.util.spec_from_file_location("papan_in_worker", PAPAN)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    platform: Platform = next(iter(module.register_platforms()))
    return platform


def engine_on(url: str, clock: Clock) -> Engine:
    """An engine with nothing but what a pull needs."""
    database = Database(url)
    accounts = AccountStore(database, Keyring(Vault([KEY])))
    memory = SharedHosts(HostBook(database))
    pace = LocalPace(memory, gap_seconds=0, clock=clock)
    line = turn.Line(settings=HttpSettings(allow_private_network=True), pace=pace, memory=memory)
    rules = Rules(judge=judged, answer_goal=timedelta(hours=24))
    desk = turn.Desk(
        accounts=accounts,
        intake=Intake(database, rules),
        fuses=Fuses(database),
        allowances=Allowances(database),
        line=line,
        clock=clock,
    )
    return Engine(desk, {"papan": papan()})


def live(url: str, account_id: int, later: float, point: str | None, visit: int, started: Connection) -> None:
    """Pull once, `later` seconds in the future (an earlier life's lease has run out by then), and die at the named
    point when it is passed for the `visit`-th time."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    engine = engine_on(url, lambda: datetime.now(UTC) + timedelta(seconds=later))
    if point is not None:
        POINTS[point](visit)
    started.send(True)
    engine.run_pull(account_id)


def _die_around(
    owner: Any, name: str, *, after: bool, unless: Callable[..., bool] = lambda *_: False
) -> Callable[[int], None]:
    """Arms a point: SIGKILL right before or after `owner.name` runs."""

    def arm(visit: int) -> None:
        original = getattr(owner, name)
        visits = 0

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            nonlocal visits
            visits += not unless(*args)
            result = original(*args, **kwargs) if after else None
            if visits >= visit:
                os.kill(os.getpid(), signal.SIGKILL)
            return result if after else original(*args, **kwargs)

        setattr(owner, name, wrapped)

    return arm


POINTS = {
    "lease taken, nothing read": _die_around(GuardedHttp, "get", after=False),
    "fetched, nothing stored": _die_around(GuardedHttp, "get", after=True),
    "facts inserted, not committed": _die_around(Intake, "_write_facts", after=True),
    "items opened, not committed": _die_around(intake, "open_items", after=True),
    "all but the cursor, not committed": _die_around(intake, "move_cursor", after=False),
    "cursor moved, not committed": _die_around(intake, "move_cursor", after=True),
    "committed, not counted": _die_around(Intake, "store", after=True),
    "between checkpoints": _die_around(turn.Turn, "_checkpoint", after=True),
    "threads read, not noted": _die_around(AccountStore, "mark_read", after=False),
    "all done, report open": _die_around(AccountStore, "end", after=False),
    "report closed, calls not booked": _die_around(AccountStore, "end", after=True),
}
