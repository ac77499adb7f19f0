"""The jobs: thin, and never raising. The row in the database says what is still due, so nothing is lost."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from functools import cache
from pathlib import Path

import structlog

from aggregator.app import App, build_app

log = structlog.get_logger(__name__)


@cache
def process_app() -> App:
    """The application of this process, built once: a worker builds it, and each job it forks inherits it."""
    return build_app()


def pull(account_id: int) -> None:
    """Pull one account, if it is still due and nobody else does."""
    _fenced("pull", account_id, lambda: process_app().engine.run_pull(account_id, only_due=True))


def send(reply_id: int) -> None:
    """Send one reply, or look up what became of it, if it is still due."""
    _fenced("send", reply_id, lambda: process_app().sender.send(reply_id))


def push(push_id: int) -> None:
    """Work off one webhook call."""
    _fenced("push", push_id, lambda: process_app().receiver.work(push_id))


def glance(glance_id: int) -> None:
    """Look at all accounts of one login."""
    _fenced("glance", glance_id, lambda: process_app().glancer.run(glance_id))


def renew(login_id: int) -> None:
    """Renew one login, if it is still due and nobody else does."""
    _fenced("renew", login_id, lambda: process_app().connector.renew(login_id))


def inspect(account_id: int) -> None:
    """Look at one account's public face."""
    _fenced("inspect", account_id, lambda: process_app().inspector.run(account_id))


def learn(model_id: int) -> None:
    """Train one model, if it still waits and nobody else does."""
    _fenced("learn", model_id, lambda: process_app().trainer.run(model_id))


def notify(delivery_id: int) -> None:
    """Bring one notice to one address, if it is still due and nobody else does."""
    _fenced("notify", delivery_id, lambda: process_app().telling.messenger.deliver(delivery_id))


def listen(contact_id: int) -> None:
    """Ask a medium who sent a code."""
    _fenced("listen", contact_id, lambda: process_app().telling.messenger.listen(contact_id))


def _fenced(kind: str, identity: int, work: Callable[[], object]) -> None:
    try:
        work()
    except Exception as bug:  # the fence: RQ would log and keep the message, which may hold a person's words
        log.error("job_failed", kind=kind, id=identity, error=type(bug).__name__, where=_where(bug))


def _where(bug: BaseException) -> str:
    frame = traceback.extract_tb(bug.__traceback__)[-1]
    return f"{Path(frame.filename).name}:{frame.lineno}"
