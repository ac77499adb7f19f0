"""News: feeds of portals and Google News searches, for what names an office."""

from __future__ import annotations

from collections.abc import Iterable

from aggregator.contract import Platform, hookimpl

from .platform import NewsPlatform


@hookimpl
def register_platforms() -> Iterable[Platform]:
    return (NewsPlatform(),)
