"""Telegram: comments in the public discussion groups of the offices' channels, read by one bot."""

from __future__ import annotations

from collections.abc import Iterable

from aggregator.contract import Platform, hookimpl

from .platform import TelegramPlatform


@hookimpl
def register_platforms() -> Iterable[Platform]:
    return (TelegramPlatform(),)
