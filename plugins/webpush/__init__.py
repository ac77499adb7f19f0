"""Web push: notices on the phone or computer where somebody installed Sahut's page."""

from __future__ import annotations

from collections.abc import Iterable

from aggregator.contract import Notifier, hookimpl

from .notifier import WebPushNotifier


@hookimpl
def register_notifiers() -> Iterable[Notifier]:
    return (WebPushNotifier(),)
