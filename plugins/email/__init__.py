"""E-mail: notices by SMTP, in plain text."""

from __future__ import annotations

from collections.abc import Iterable

from aggregator.contract import Notifier, hookimpl

from .notifier import EmailNotifier


@hookimpl
def register_notifiers() -> Iterable[Notifier]:
    return (EmailNotifier(),)
