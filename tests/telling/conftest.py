"""A furnished house with a mail server beside it, on both kinds of database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakes.demo import Demo
from tests.fakes.mailbox import Mailbox, running_mailbox
from tests.telling.house import Telling


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with running_mailbox() as box:
        yield box


@pytest.fixture
def told(demo: Demo, mailbox: Mailbox) -> Telling:
    """E-mail is set up; the operator and Diskominfo are reached by it; what happened before is nobody's news."""
    return Telling(demo, mailbox)
