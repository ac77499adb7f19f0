"""Telegram: comments in the public discussion groups of the offices' channels, read by one bot; and notices by another."""

from __future__ import annotations

from collections.abc import Iterable

from aggregator.contract import Notifier, Platform, hookimpl

from .notifying import TelegramNotifier
from .platform import TelegramPlatform


@hookimpl
def register_platforms() -> Iterable[Platform]:
    return (TelegramPlatform(),)


@hookimpl
def register_notifiers() -> Iterable[Notifier]:
    return (TelegramNotifier(),)
