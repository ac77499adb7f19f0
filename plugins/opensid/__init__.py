"""OpenSID: complaints and article comments on village sites. See README.md beside this file."""

from __future__ import annotations

from collections.abc import Iterable

from aggregator.contract import Platform, hookimpl

from .platform import OpenSid


@hookimpl
def register_platforms() -> Iterable[Platform]:
    return (OpenSid(),)
