"""Viewers without a database: what a role brings, over the units a test names."""

from __future__ import annotations

from typing import Any

from aggregator.domain.access import READS_CONFIDENTIAL, ROLE_RIGHTS, Right, Role, UnitSet, Viewer


def viewer_of(role: Role, unit_id: int | None = None, below: frozenset[int] | None = None, **more: Any) -> Viewer:
    """A viewer of this role; `below` is the person's own unit with everything under it."""
    own = below if below is not None else frozenset({unit_id} if unit_id is not None else ())
    fields: dict[str, Any] = {"person_id": 1, "login": "me", "name": "Me", "confidential": role in READS_CONFIDENTIAL}
    reaches = {"unit_ids": Right.READ, "work_ids": Right.WORK, "manage_ids": Right.MANAGE}
    fields |= {name: _reach(role, own, right) for name, right in reaches.items()}
    return Viewer(**(fields | {"role": role, "unit_id": unit_id} | more))


def _reach(role: Role, own: frozenset[int], wanted: Right) -> UnitSet:
    rights = ROLE_RIGHTS[role]
    if rights.everywhere >= wanted:
        return None
    return own if rights.own >= wanted else frozenset()
