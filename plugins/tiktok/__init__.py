"""TikTok: comments on an office's own videos, through the Accounts API."""

from __future__ import annotations

from collections.abc import Iterable

from aggregator.contract import Platform, hookimpl

from .platform import TikTokPlatform


@hookimpl
def register_platforms() -> Iterable[Platform]:
    return (TikTokPlatform(),)
