"""Facebook Pages through the Graph API."""

from __future__ import annotations

from collections.abc import Iterable

from aggregator.contract import Platform, hookimpl

from .platform import FacebookPlatform


@hookimpl
def register_platforms() -> Iterable[Platform]:
    return (FacebookPlatform(),)
