"""YouTube: comments and replies on the videos of an office's channel."""

from __future__ import annotations

from collections.abc import Iterable

from aggregator.contract import Platform, hookimpl

from .platform import YouTube


@hookimpl
def register_platforms() -> Iterable[Platform]:
    return (YouTube(),)
