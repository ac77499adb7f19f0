"""Whose items a person may see: the one place where that becomes SQL."""

from __future__ import annotations

from typing import Any

from aggregator.domain.access import Viewer

Condition = tuple[str, dict[str, Any]]


def scope_of(viewer: Viewer, column: str = "i.unit_id") -> Condition:
    """A condition on the unit column and its parameters; what matches nothing for people who read no items."""
    if not viewer.reads_items:
        return "1 = 0", {}
    if viewer.unit_ids is None:
        return "1 = 1", {}
    if not viewer.unit_ids:
        return "1 = 0", {}
    names = {f"scope{index}": unit_id for index, unit_id in enumerate(sorted(viewer.unit_ids))}
    if len(names) == 1:
        return f"{column} = :scope0", names
    return f"{column} IN ({', '.join(f':{name}' for name in names)})", names
