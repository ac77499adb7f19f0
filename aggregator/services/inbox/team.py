"""Who else has to do with an item, and what they put beside it: seven short statements at most."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, text

from aggregator.domain.access import Right, Viewer
from aggregator.domain.workflow import State
from aggregator.services.audience import Audience
from aggregator.services.inbox.duplicates import duplicates
from aggregator.services.inbox.scope import items_of
from aggregator.services.inbox.views import Colleague, Draft, File, Merged, Pen, Share, Team
from aggregator.services.units import Units
from aggregator.storage.db import from_micros, to_micros
from aggregator.storage.ids import code_of

_MARKS = text(
    "SELECT l.person_id, p.name, l.until, "
    "(SELECT count(*) FROM watchers w WHERE w.item_id = :id AND w.person_id = :me) AS watching, "
    "(SELECT count(*) FROM watchers w WHERE w.item_id = :id) AS watchers "
    "FROM items i LEFT JOIN locks l ON l.item_id = i.id AND l.until > :now LEFT JOIN people p ON p.id = l.person_id "
    "WHERE i.id = :id"
)
_DRAFTS = text(
    "SELECT r.person_id, p.name, r.text, r.changed_at FROM replies r LEFT JOIN people p ON p.id = r.person_id "
    "WHERE r.item_id = :id AND r.state = 'draft' ORDER BY r.changed_at DESC, r.id DESC"
)
_SHARES = text(
    "SELECT s.*, b.name AS asked_by, c.name AS claimed_name FROM item_units s LEFT JOIN people b ON b.id = s.by "
    "LEFT JOIN people c ON c.id = s.claimed_by WHERE s.item_id = :id ORDER BY s.ended_at IS NOT NULL, s.id"
)
_FILES = text(
    "SELECT f.*, p.name AS who, e.item_id AS earlier_item FROM attachments f LEFT JOIN people p ON p.id = f.person_id "
    "LEFT JOIN attachments e ON e.id = f.resembles WHERE f.item_id = :id ORDER BY f.id"
)
_MERGED = (
    "SELECT i.id, i.state, i.platform, i.unit_id, i.answered_at, x.into_id, m.author_name, m.url, ({condition}) AS open "
    "FROM merges x JOIN items i ON i.id = CASE WHEN x.item_id = :id THEN x.into_id ELSE x.item_id END "
    "JOIN messages m ON m.id = i.id WHERE (x.item_id = :id OR x.into_id = :id) AND x.undone_at IS NULL ORDER BY x.id"
)
_NOBODY = -1


def load_team(connection: Connection, item: RowMapping, viewer: Viewer, units: Units, now: datetime) -> Team:
    """Everything about the item's other hands that this viewer may know."""
    asked = {"id": item["id"], "me": _me(viewer), "now": to_micros(now)}
    marks = connection.execute(_MARKS, asked).mappings().one()
    shares = _shares(connection, asked, viewer, units)
    partner = viewer.may_work(item["unit_id"]) or any(share.mine and share.open for share in shares)
    drafts = connection.execute(_DRAFTS, asked).mappings().all() if partner else []
    merged = _merged(connection, asked, viewer)
    works = viewer.may_work(item["unit_id"]) and bool(item["waiting"])
    gathered = tuple(one for one in merged if not one.is_main)  # such an item stays: the others come to it
    return Team(
        pen=_pen(marks, viewer),
        watching=bool(marks["watching"]),
        watchers=marks["watchers"],
        draft=next((_draft(row) for row in drafts if row["person_id"] == viewer.person_id), None),
        drafts=tuple(_draft(row) for row in drafts if row["person_id"] != viewer.person_id),
        shares=shares,
        partner=partner,
        files=_files(connection, asked, viewer),
        merged_into=next((one for one in merged if one.is_main), None),
        gathered=gathered,
        colleagues=_colleagues(connection, item, viewer, units, now) if works else (),
        duplicates=duplicates(connection, item, viewer, units) if works and not gathered else (),
    )


def _me(viewer: Viewer) -> int:
    return viewer.person_id if viewer.person_id is not None else _NOBODY


def _pen(marks: RowMapping, viewer: Viewer) -> Pen | None:
    if marks["person_id"] is None:
        return None
    mine = marks["person_id"] == viewer.person_id
    return Pen(holder_id=marks["person_id"], name=marks["name"], until=from_micros(marks["until"]), mine=mine)


def _draft(row: RowMapping) -> Draft:
    return Draft(who=row["name"], text=row["text"], changed_at=from_micros(row["changed_at"]))


def _shares(connection: Connection, asked: dict[str, Any], viewer: Viewer, units: Units) -> tuple[Share, ...]:
    return tuple(
        Share(
            id=row["id"],
            unit_id=row["unit_id"],
            unit=units.name(row["unit_id"]) or "",
            role=row["role"],
            matter=row["matter"],
            since=from_micros(row["since"]),
            due_at=from_micros(row["due_at"]) if row["due_at"] is not None else None,
            late=row["ended_at"] is None and row["due_at"] is not None and row["due_at"] <= asked["now"],
            asked_by=row["asked_by"],
            claimed_by=row["claimed_name"],
            claimed_by_me=row["claimed_by"] is not None and row["claimed_by"] == viewer.person_id,
            ended_at=from_micros(row["ended_at"]) if row["ended_at"] is not None else None,
            outcome=row["outcome"],
            mine=viewer.may_work(row["unit_id"]),
        )
        for row in connection.execute(_SHARES, asked).mappings()
    )


def _files(connection: Connection, asked: dict[str, Any], viewer: Viewer) -> tuple[File, ...]:
    rows = connection.execute(_FILES, asked).mappings().all()
    earlier = _may_open(connection, {row["earlier_item"] for row in rows if row["earlier_item"] is not None}, viewer)
    return tuple(
        File(
            id=row["id"],
            purpose=row["purpose"],
            name=row["name"],
            media_type=row["media_type"],
            size=row["size"],
            who=row["who"],
            at=from_micros(row["at"]),
            seen_before=row["earlier_item"] is not None,
            seen_at=code_of(row["earlier_item"]) if row["earlier_item"] in earlier else None,
        )
        for row in rows
    )


def _may_open(connection: Connection, item_ids: set[int], viewer: Viewer) -> set[int]:
    """Which of these items the viewer may open; asks nothing when there are none."""
    if not item_ids:
        return set()
    condition, parameters = items_of(viewer)
    names = {f"item{index}": item_id for index, item_id in enumerate(sorted(item_ids))}
    listed = ", ".join(f":{name}" for name in names)
    found = connection.execute(
        text(f"SELECT i.id FROM items i WHERE i.id IN ({listed}) AND {condition}"), names | parameters
    )
    return set(found.scalars())


def _merged(connection: Connection, asked: dict[str, Any], viewer: Viewer) -> list[Merged]:
    """The item it was merged into, and those merged into it; of what the viewer may not open only that it is there."""
    condition, parameters = items_of(viewer)
    rows = connection.execute(text(_MERGED.format(condition=condition)), asked | parameters).mappings()
    return [
        Merged(
            code=code_of(row["id"]) if row["open"] else None,
            state=State(row["state"]).value,
            platform=row["platform"],
            author=row["author_name"] if row["open"] else None,
            url=row["url"] if row["open"] else None,
            answered_at=from_micros(row["answered_at"]) if row["answered_at"] is not None else None,
            is_main=row["into_id"] == row["id"],
        )
        for row in rows
    ]


def _colleagues(
    connection: Connection, item: RowMapping, viewer: Viewer, units: Units, now: datetime
) -> tuple[Colleague, ...]:
    """Those of the item's own unit who may work on it; nobody while no unit has it."""
    if item["unit_id"] is None:
        return ()
    near = Audience(connection, units, now, around=item["unit_id"])
    there = near.of(item["unit_id"], Right.WORK, confidential=bool(item["confidential"]))
    return tuple(Colleague(one.id, one.login, one.name) for one in there if one.own)
