"""What one person asks and another decides: an answer's approval, an end's verification. Rows in `approvals` and
`closures`; one of each waits for an item at most."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, select, update

from aggregator.services.intake.settlement import text_hash
from aggregator.storage.tables import approvals, closures, events, people, replies

WITHDRAWN, VOID = "withdrawn", "void"
_ENDED = ("answered", "reopened", "confirmed")  # what makes an end that was asked for before meaningless


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked last. verdict None: it waits; otherwise approved, confirmed or returned, with a comment. `end` and
    `reason` belong to a closing."""

    id: int
    by_id: int | None
    by: str | None
    at: datetime
    decided_by: str | None
    decided_at: datetime | None
    verdict: str | None
    comment: str | None
    end: str | None = None
    reason: str | None = None

    @property
    def waits(self) -> bool:
        return self.verdict is None


def asked_approval(connection: Connection, item_id: int) -> Asked | None:
    """The newest question for an answer's approval; None when there was none or it was taken back."""
    return _newest(connection, approvals, item_id)


def asked_closing(connection: Connection, item_id: int) -> Asked | None:
    """The same of an end. One that waits is void once the platform showed an answer or the item was opened again."""
    found = _newest(connection, closures, item_id)
    if found is None or not found.waits:
        return found
    after = (events.c.item_id == item_id) & (events.c.at > found.at) & events.c.kind.in_(_ENDED)
    return None if connection.execute(select(events.c.id).where(after).limit(1)).first() else found


def is_approved(connection: Connection, item_id: int, text: str) -> bool:
    """Whether a second person agreed to these very words for this item."""
    agreed = (approvals.c.item_id == item_id) & (approvals.c.text_hash == text_hash(text))
    statement = select(approvals.c.id).where(agreed, approvals.c.verdict == "approved").limit(1)
    return connection.execute(statement).first() is not None


def decide(
    connection: Connection, table: Table, asked_id: int, person_id: int | None, at: datetime, **told: Any
) -> bool:
    """Write a verdict; False when somebody else had decided already."""
    waits = (table.c.id == asked_id) & table.c.verdict.is_(None)
    values = {"decided_by": person_id, "decided_at": at, **told}
    return connection.execute(update(table).where(waits).values(values)).rowcount == 1


def void_asked(connection: Connection, item_id: int) -> None:
    """Something else became of the item: nothing waits for a second person any more, and the words are a draft again."""
    for table in (approvals, closures):
        waits = (table.c.item_id == item_id) & table.c.verdict.is_(None)
        connection.execute(update(table).where(waits).values(verdict=VOID))
    pending = (replies.c.item_id == item_id) & (replies.c.state == "pending")
    connection.execute(update(replies).where(pending).values(state="draft"))


def _newest(connection: Connection, table: Table, item_id: int) -> Asked | None:
    asker, decider = people.alias("asker"), people.alias("decider")
    statement = (
        select(table, asker.c.name.label("asker"), decider.c.name.label("decider"))
        .select_from(
            table.outerjoin(asker, asker.c.id == table.c.asked_by).outerjoin(
                decider, decider.c.id == table.c.decided_by
            )
        )
        .where(table.c.item_id == item_id)
        .order_by(table.c.id.desc())
        .limit(1)
    )
    row = connection.execute(statement).mappings().one_or_none()
    return _asked(row) if row is not None and row["verdict"] not in (WITHDRAWN, VOID) else None


def _asked(row: RowMapping) -> Asked:
    return Asked(
        id=row["id"],
        by_id=row["asked_by"],
        by=row["asker"],
        at=row["asked_at"],
        decided_by=row["decider"],
        decided_at=row["decided_at"],
        verdict=row["verdict"],
        comment=row["comment"],
        end=row.get("kind"),
        reason=row.get("reason"),
    )
