"""X: mentions, replies and own posts, paid for by what is read."""

from __future__ import annotations

from collections.abc import Iterable

from aggregator.contract import Platform, hookimpl

from .platform import XPlatform


@hookimpl
def register_platforms() -> Iterable[Platform]:
    return (XPlatform(),)
