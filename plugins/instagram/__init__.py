"""Instagram: comments, replies, tags and mentions of professional accounts, through Meta's official API."""

from __future__ import annotations

from collections.abc import Iterable

from aggregator.contract import Platform, hookimpl

from .platform import InstagramPlatform


@hookimpl
def register_platforms() -> Iterable[Platform]:
    return (InstagramPlatform(),)
