"""Contoh: an invented notice board, the small complete example that `sahut plugin new` copies."""

from __future__ import annotations

from collections.abc import Iterable

from aggregator.contract import Platform, hookimpl

from .platform import ContohPlatform


@hookimpl
def register_platforms() -> Iterable[Platform]:
    return (ContohPlatform(),)
