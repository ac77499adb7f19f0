"""The whole house before pretended platforms: every built-in plugin, its skin, a loopback socket between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from aggregator.app import App
from tests.fakes.clock import SteppableClock
from tests.platforms.stage import Stage


@pytest.fixture
def stage(make_core: Callable[..., App], clock: SteppableClock) -> Iterator[Stage]:
    """A house whose every call goes to pretended platforms."""
    with Stage.opened(clock) as opened:
        opened.begin(make_core(stand_in=opened.origin, allow_private_network=False))
        yield opened


@pytest.fixture
def hour() -> timedelta:
    return timedelta(hours=1)
