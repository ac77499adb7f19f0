"""Workers killed at the named points of a delivery: before it was sent, and after it was sent but before that was noted."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from datetime import timedelta

import pytest

from aggregator.app import App
from aggregator.contract import Notifier
from aggregator.services.telling.outbox import STUCK, Outbox
from tests.telling.house import Telling


def die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def killed(work: Callable[[], object]) -> None:
    """Do this in a process of its own, which must be killed by it."""
    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
    process.join(30)
    assert process.exitcode == -signal.SIGKILL


def delivery_in(make_core: Callable[..., App], delivery: int) -> None:
    """As a worker does it: with an application of its own."""
    make_core().telling.messenger.deliver(delivery)


def queued(told: Telling) -> int:
    told.announce("operator", unit="Dinas PUPR")
    told.parts.spreader.spread(told.now)
    (delivery,) = told.due()
    told.core.database.close()  # no connection may be shared with a fork
    return delivery


def test_killed_between_commit_and_send(
    told: Telling, make_core: Callable[..., App], monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery = queued(told)
    notifier: type[Notifier] = type(told.core.host.notifiers["email"])
    with monkeypatch.context() as patched:
        patched.setattr(notifier, "notify", die)
        killed(lambda: delivery_in(make_core, delivery))
    assert told.mailbox.letters == [] and told.deliveries() == [("sending", 1, None)]
    assert told.work() == [], "the dead worker's time is not over"
    told.clock.step(seconds=STUCK.total_seconds() + 1)
    assert told.work() == ["sent"] and len(told.mailbox.letters) == 1
    told.clock.step(hours=1)
    assert told.work() == []


def test_killed_after_sending_before_noting_it(
    told: Telling, make_core: Callable[..., App], monkeypatch: pytest.MonkeyPatch
) -> None:
    """At least once; and the mailbox can tell by the letter's identity that it has it already."""
    delivery = queued(told)
    with monkeypatch.context() as patched:
        patched.setattr(Outbox, "sent", die)
        killed(lambda: delivery_in(make_core, delivery))
    assert len(told.mailbox.letters) == 1
    told.clock.step(seconds=STUCK.total_seconds() + 1)
    assert told.work() == ["sent"]
    assert len(told.mailbox.letters) == 2 and len(told.mailbox.ids) == 1


def test_killed_while_spreading(told: Telling, make_core: Callable[..., App], monkeypatch: pytest.MonkeyPatch) -> None:
    """Deliveries and the mark that they were written are one transaction."""
    told.announce("operator")
    told.core.database.close()
    with monkeypatch.context() as patched:
        patched.setattr("aggregator.services.telling.spreader._hush", die)
        killed(lambda: make_core().telling.spreader.spread(told.now))
    assert told.deliveries() == []
    assert told.work() == ["sent"] and len(told.mailbox.letters) == 1


def test_a_line_that_breaks_after_the_letter_was_taken(told: Telling) -> None:
    told.mailbox.cut = True
    told.announce("operator")
    assert told.work() == ["transient"] and told.deliveries()[0][0] == "unsure"
    told.mailbox.cut = False
    told.clock.step(seconds=timedelta(minutes=1).total_seconds())
    assert told.work() == ["sent"]
    assert len(told.mailbox.letters) == 2 and len(told.mailbox.ids) == 1
