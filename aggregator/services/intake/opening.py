"""From facts to work: a citizen's message becomes an item with a first routing; the office's own never does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection

from aggregator.domain.sameness import same_words
from aggregator.domain.triage import Verdict
from aggregator.domain.workflow import WAITING, State, due_at
from aggregator.services.intake.facts import Stored
from aggregator.services.intake.inheritance import inherited_units
from aggregator.services.intake.records import Rules, Source
from aggregator.services.ledger import CountChange
from aggregator.storage.bulk import insert_rows
from aggregator.storage.db import to_micros
from aggregator.storage.tables import events, items

_ITEM_COLUMNS = (
    "id", "account_id", "thread_id", "platform", "unit_id", "kind", "topic", "state", "waiting", "late", "confidence",
    "verdict", "opened_at", "received_at", "due_at", "same_words",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Clock:
    """Now, and when what a unit receives now is due; in microseconds."""

    now: int
    due: int


def open_items(
    connection: Connection,
    source: Source,
    stored: Sequence[Stored],
    verdicts: Mapping[str, Verdict],
    rules: Rules,
    counts: CountChange,
    now: datetime,
) -> int:
    """Open an item for each citizen's message; how many were opened."""
    inherited = inherited_units(connection, source, stored, verdicts)
    clock = _Clock(to_micros(now), to_micros(due_at(now, rules.answer_goal)))
    rows = [
        _item_row(
            source,
            entry,
            verdicts[entry.message.external_id],
            inherited.get(entry.message.external_id),
            clock,
        )
        for entry in stored
        if not entry.official
    ]
    insert_rows(connection, items, _ITEM_COLUMNS, rows)
    opened = [(row[0], clock.now, "opened", _opening(row)) for row in rows]
    insert_rows(connection, events, ("item_id", "at", "kind", "data"), opened)
    for row in rows:
        counts.add(row[4], row[7], late=False, n=1)
    return len(rows)


def _opening(row: tuple[Any, ...]) -> str:
    return f'{{"unit":{"null" if row[4] is None else row[4]},"state":"{row[7]}"}}'


def _item_row(source: Source, entry: Stored, verdict: Verdict, inherited: int | None, clock: _Clock) -> tuple[Any, ...]:
    unit_id, state = first_place(source, verdict, inherited)
    waiting = state in WAITING
    runs = waiting and unit_id is not None
    return (
        entry.id, source.account_id, entry.thread_id, source.platform, unit_id, verdict.kind, verdict.topic, state.value,
        waiting, False, verdict.confidence, verdict_json(verdict, inherited), clock.now,
        clock.now if runs else None, clock.due if runs else None, same_words(entry.message.text) if waiting else None,
    )  # fmt: skip


def first_place(source: Source, verdict: Verdict, inherited: int | None) -> tuple[int | None, State]:
    """Where a message goes first: to the unit triage is sure of, to the one that has what it replies to, else to
    Diskominfo's triage queue. What needs nobody stays with the account's own unit, seen but not waiting."""
    if not verdict.needs_someone:
        return source.unit_id, State.NO_ANSWER_NEEDED
    if verdict.sure and verdict.unit_id is not None:
        return verdict.unit_id, State.ROUTED
    if inherited is not None:
        return inherited, State.ROUTED
    return None, State.NEW


def verdict_json(verdict: Verdict, inherited: int | None) -> str:
    """Why an item was routed so, as it is kept with the item."""
    reasons = verdict.reasons if inherited is None else ("lanjutan percakapan di atasnya", *verdict.reasons)
    candidates = [
        {"unit": c.unit_id, "probability": round(c.probability, 3), "reasons": c.reasons} for c in verdict.candidates
    ]
    return orjson.dumps({"reasons": reasons, "outside": verdict.outside, "candidates": candidates}).decode()


def as_assigned(verdict: Verdict, unit_id: int) -> Verdict:
    """The judgement of a message whose origin names the office itself."""
    reasons = ("unit disebut dalam berkas", *verdict.reasons)
    return replace(verdict, unit_id=unit_id, sure=True, needs_someone=True, outside=False, reasons=reasons)
