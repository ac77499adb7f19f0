"""Whose items a person may see: the one place where that becomes SQL."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, RowMapping, or_, select

from aggregator.domain.access import UnitSet, Viewer
from aggregator.storage.tables import item_units, item_viewers

Condition = tuple[str, dict[str, Any]]
PART, SUPPORT = (
    "part",
    "support",
)  # how a unit takes part: with a matter of its own, or beside the unit that leadsing unit
_NAMED = "i.id IN (SELECT v.item_id FROM item_viewers v WHERE v.person_id = :named)"


def scope_of(viewer: Viewer, column: str = "unit_id") -> Condition:
    """A condition on a unit column and its parameters; what matches nothing for people who read no items."""
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


def items_of(viewer: Viewer) -> Condition:
    """The condition on items `i`: those of the units in scope, confidential ones only for who is named, for all of a
    unit or for the single item."""
    condition, parameters = scope_of(viewer, "i.unit_id")
    if not viewer.confidential:
        condition = f"{condition} AND NOT i.confidential"
    if viewer.named and viewer.reads_items:
        return f"({condition} OR {_NAMED})", parameters | {"named": viewer.person_id}
    return condition, parameters


def units_alone(viewer: Viewer) -> frozenset[int] | None:
    """The units without which nothing is in `items_of`; None when something else lets items in. Search narrows by it."""
    return None if viewer.named else viewer.unit_ids


def named_beyond_scope(viewer: Viewer) -> Condition:
    """The condition on items `i` that the person sees only because they are named for each."""
    condition, parameters = items_of(replace(viewer, named=False))
    return f"{_NAMED} AND NOT ({condition})", parameters | {"named": viewer.person_id}


def may_see_item(connection: Connection, viewer: Viewer, item: RowMapping) -> bool:
    """The same for one item that is at hand."""
    if viewer.may_see(item["unit_id"]) and (viewer.confidential or not item["confidential"]):
        return True
    if viewer.named and viewer.reads_items and is_named(connection, viewer.person_id, item["id"]):
        return True
    trusted = viewer.reads_items and (viewer.confidential or not item["confidential"])
    return trusted and takes_part(connection, viewer.unit_ids, item["id"], also_done=True)


def takes_part(connection: Connection, unit_ids: UnitSet, item_id: int, *, also_done: bool = False) -> bool:
    """Whether one of these units (None: any) takes part in an item beside its own unit; `also_done`: or did its part."""
    share = item_units.c
    found = select(share.id).where(share.item_id == item_id)
    if unit_ids is not None:
        found = found.where(share.unit_id.in_(unit_ids))
    open_or_done = or_(share.ended_at.is_(None), share.role == PART) if also_done else share.ended_at.is_(None)
    return connection.execute(found.where(open_or_done)).first() is not None


def taking_part(viewer: Viewer) -> Condition:
    """The condition on items `i` that wait and in which a unit of the viewer's takes part beside the item's own."""
    everywhere = viewer.work_ids is None
    units = [viewer.unit_id] if everywhere and viewer.unit_id is not None else sorted(viewer.work_ids or ())
    if not viewer.reads_items or not units:
        return "1 = 0", {}
    names = {f"part{index}": unit_id for index, unit_id in enumerate(units)}
    listed = ", ".join(f":{name}" for name in names)
    shared = f"i.id IN (SELECT s.item_id FROM item_units s WHERE s.ended_at IS NULL AND s.unit_id IN ({listed}))"
    condition = f"i.waiting AND {shared}"
    return condition if viewer.confidential else f"{condition} AND NOT i.confidential", names


def is_named(connection: Connection, person_id: int | None, item_id: int) -> bool:
    """Whether a person is named for this one item."""
    table = item_viewers.c
    found = select(table.item_id).where(table.item_id == item_id, table.person_id == person_id)
    return connection.execute(found).first() is not None
