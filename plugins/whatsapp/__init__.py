"""WhatsApp: notices by the Cloud API, in a template that Meta approved."""

from __future__ import annotations

from collections.abc import Iterable

from aggregator.contract import Notifier, hookimpl

from .notifier import WhatsAppNotifier


@hookimpl
def register_notifiers() -> Iterable[Notifier]:
    return (WhatsAppNotifier(),)
