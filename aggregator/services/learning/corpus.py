"""The examples that training reads: decisions about items, and labelled texts from files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from aggregator.domain.triage import Context
from aggregator.domain.triage.examples import Example
from aggregator.storage.tables import accounts, examples, items, messages, threads, units


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """One labelled text of a file. unit_id None: a body outside the kabupaten."""

    text: str
    unit_id: int | None
    kind: str | None = None
    body: str | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """An example with its number: numbers rise with time."""

    id: int
    example: Example


def learnable(connection: Connection) -> list[Kept]:
    """Every example that says whose a text is, oldest first. One of a unit that ended belongs to its successor."""
    heirs = _heirs(connection)
    said = examples.c.text.is_not(None)
    statement = (
        select(
            examples.c.id, examples.c.outcome, examples.c.unit_id, examples.c.at,
            examples.c.text, messages.c.text.label("message"), items.c.account_id, items.c.platform,
            accounts.c.unit_id.label("account_unit"), threads.c.title,
        )
        .select_from(
            examples.outerjoin(items, items.c.id == examples.c.item_id)
            .outerjoin(messages, messages.c.id == examples.c.item_id)
            .outerjoin(accounts, accounts.c.id == items.c.account_id)
            .outerjoin(threads, threads.c.id == items.c.thread_id)
        )
        .where(examples.c.outcome.in_(("unit", "outside")), said | messages.c.text.is_not(None))
        .order_by(examples.c.id)
    )  # fmt: skip
    found = []
    for row in connection.execute(statement):
        unit = heirs.get(row.unit_id) if row.outcome == "unit" else None
        if row.outcome == "unit" and unit is None:
            continue  # of a unit that is gone and left no heir nothing can be learnt
        context = Context(
            account_id=row.account_id,
            account_unit_id=row.account_unit,
            platform=row.platform,
            thread_title=row.title,
        )
        text = row.text if row.text is not None else row.message
        found.append(Kept(row.id, Example(text=text, unit_id=unit, at=row.at, context=context)))
    return found


def import_labelled(connection: Connection, rows: Sequence[Labelled], at: datetime) -> int:
    """Keep labelled texts of a file; how many were new. The very same text a second time only changes its label."""
    imported = select(examples.c.id, examples.c.text).where(examples.c.source == "imported")
    known = {row.text: row.id for row in connection.execute(imported)}
    fresh = {row.text: row for row in rows}
    again = [known[text] for text in fresh if text in known]
    for start in range(0, len(again), 500):
        connection.execute(examples.delete().where(examples.c.id.in_(again[start : start + 500])))
    values = [
        {"text": row.text, "outcome": "unit" if row.unit_id is not None else "outside", "unit_id": row.unit_id,
         "body": row.body, "kind": row.kind, "source": "imported", "at": at}
        for row in fresh.values()
    ]  # fmt: skip
    if values:
        connection.execute(insert(examples), values)
    return len(fresh) - len(again)


def _heirs(connection: Connection) -> Mapping[int, int]:
    """Each unit -> itself while it exists, else whoever took its affairs over."""
    rows = connection.execute(select(units.c.id, units.c.valid_to, units.c.successor_id)).all()
    ended = {row.id: row.successor_id for row in rows if row.valid_to is not None}
    found = {}
    for row in rows:
        unit, steps = row.id, 0
        while unit in ended and steps < len(rows):  # a ring of successors has no heir
            unit, steps = ended[unit], steps + 1
        if unit is not None and unit not in ended:
            found[row.id] = unit
    return found
