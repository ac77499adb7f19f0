"""OpenDK: complaints and news comments on sub-district sites. See README.md beside this file."""

from __future__ import annotations

from collections.abc import Iterable

from aggregator.contract import Platform, hookimpl

from .platform import OpenDk


@hookimpl
def register_platforms() -> Iterable[Platform]:
    return (OpenDk(),)
