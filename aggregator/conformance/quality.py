"""A plugin's quality, computed from what it claims and what the kit was given; never declared.

The level says what a plugin that passes the kit is good for; a plugin that fails has none.
"""

from __future__ import annotations

from enum import StrEnum

from aggregator.conformance.base import KitBase
from aggregator.conformance.kit import broken
from aggregator.contract import Capability

_SEES_CHANGES = frozenset({Capability.THREADS, Capability.EDITS, Capability.DELETIONS})


class Quality(StrEnum):
    """From bronze to gold."""

    BRONZE = "perunggu"
    SILVER = "perak"
    GOLD = "emas"


def quality_of(kit: KitBase) -> Quality | None:
    """The level of the plugin that `kit` tests; None when the kit fails."""
    return level_of(kit) if next(broken(kit), None) is None else None


def level_of(kit: KitBase) -> Quality:
    """The level of a plugin whose kit passes."""
    claims = kit.platform().info.capabilities
    if not claims >= _SEES_CHANGES:
        return Quality.BRONZE
    if Capability.ANSWER not in claims or kit.optional_keys:
        return Quality.SILVER
    return Quality.GOLD
