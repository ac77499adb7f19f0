"""Google Business Profile: reviews of an office on Google Maps, and the office's replies."""

from __future__ import annotations

from collections.abc import Iterable

from aggregator.contract import Platform, hookimpl

from .platform import GoogleBusiness


@hookimpl
def register_platforms() -> Iterable[Platform]:
    return (GoogleBusiness(),)
