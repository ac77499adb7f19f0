"""Website: public comments on an office's own site. See README.md beside this file."""

from __future__ import annotations

from collections.abc import Iterable

from aggregator.contract import Platform, hookimpl
from plugins.website.platform import Website


@hookimpl
def register_platforms() -> Iterable[Platform]:
    return (Website(),)
