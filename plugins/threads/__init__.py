"""Threads: replies to the official profile's posts and mentions of it, through Meta's official API."""

from __future__ import annotations

from collections.abc import Iterable

from aggregator.contract import Platform, hookimpl

from .platform import ThreadsPlatform


@hookimpl
def register_platforms() -> Iterable[Platform]:
    return (ThreadsPlatform(),)
