from __future__ import annotations

from functools import partial

import pytest
from argon2 import PasswordHasher

from aggregator.storage.db import Database
from tests.fakes.clock import SteppableClock
from tests.services.staff import Office


@pytest.fixture
def office(database: Database, clock: SteppableClock, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Hashing made quick: what it costs has a test of its own."""
    monkeypatch.setattr("aggregator.services.people.passwords.PasswordHasher", partial(PasswordHasher, 1, 8, 1))
    return Office(database, clock)
