"""Every decision of a person about an item is a labelled example, written in the same transaction; the newest one counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, RowMapping, delete, insert, select

from aggregator.storage.tables import examples

UNIT, OUTSIDE, NOBODY, RETURNED = "unit", "outside", "nobody", "returned"


def note_unit(connection: Connection, item: RowMapping, unit_id: int, person_id: int | None, at: datetime,
              reason: str | None = None) -> None:  # fmt: skip
    """A person said whose it is: what triage had proposed is confirmed or corrected by it."""
    source = "confirmed" if proposal_of(item)["proposed_unit_id"] == unit_id else "corrected"
    said = {"outcome": UNIT, "unit_id": unit_id, "source": source, "reason": reason}
    _keep(connection, item, said, person_id, at)


def note_work(connection: Connection, item: RowMapping, person_id: int | None, at: datetime) -> None:
    """Its unit took on what triage had routed there by itself: a quiet yes, unless somebody spoke before."""
    if not proposal_of(item)["auto"] or item["unit_id"] is None:
        return
    if connection.execute(select(examples.c.id).where(examples.c.item_id == item["id"])).first() is None:
        said = {"outcome": UNIT, "unit_id": item["unit_id"], "source": "worked"}
        _keep(connection, item, said, person_id, at)


def note_returned(connection: Connection, item: RowMapping, reason: str, person_id: int | None, at: datetime) -> None:
    """The unit said “bukan kami”: wrong there, whose it is shows later."""
    _keep(connection, item, {"outcome": RETURNED, "source": "returned", "reason": reason}, person_id, at)


def note_outside(connection: Connection, item: RowMapping, reason: str, person_id: int | None, at: datetime) -> None:
    """Not the kabupaten's; the reason tells whose."""
    said = {"outcome": OUTSIDE, "body": reason, "source": "not_ours", "reason": reason}
    _keep(connection, item, said, person_id, at)


def note_nobody(connection: Connection, item: RowMapping, reason: str, person_id: int | None, at: datetime,
                source: str = "noise") -> None:  # fmt: skip
    """Nobody needs to answer."""
    _keep(connection, item, {"outcome": NOBODY, "source": source, "reason": reason}, person_id, at)


def note_needed(connection: Connection, item: RowMapping, reason: str, person_id: int | None, at: datetime) -> None:
    """Somebody does need to answer what had been hidden as noise; whose it is shows later."""
    _keep(connection, item, {"outcome": RETURNED, "source": "reviewed", "reason": reason}, person_id, at)


def proposal_of(item: RowMapping) -> dict[str, Any]:
    """What triage had said of an item, as the columns of an example."""
    verdict = orjson.loads(item["verdict"])
    candidates = verdict.get("candidates") or []
    unit = verdict.get("unit", candidates[0]["unit"] if candidates else None)
    if not verdict.get("needs", True):
        outcome = NOBODY
    elif verdict.get("outside"):
        outcome, unit = OUTSIDE, None
    else:
        outcome = UNIT if unit is not None else "unknown"
    return {
        "proposed_outcome": outcome,
        "proposed_unit_id": unit,
        "proposed_kind": verdict.get("kind", item["kind"]),
        "confidence": item["confidence"],
        "auto": bool(verdict.get("auto", False)),
        "model_id": verdict.get("model"),
    }


def _keep(
    connection: Connection, item: RowMapping, said: Mapping[str, Any], person_id: int | None, at: datetime
) -> None:
    by = {"item_id": item["id"], "kind": item["kind"], "person_id": person_id, "at": at}
    connection.execute(delete(examples).where(examples.c.item_id == item["id"]))
    connection.execute(insert(examples).values({**by, **proposal_of(item), **said}))
