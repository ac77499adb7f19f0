"""From facts to work: a citizen's message becomes an item with a first routing; the office's own never does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Connection

from aggregator.domain.sameness import same_words
from aggregator.domain.triage import Because, Reason, Verdict
from aggregator.domain.triage.urgency import crowded
from aggregator.domain.workflow import WAITING, State, due_at
from aggregator.services.intake.crowds import crowds_around
from aggregator.services.intake.facts import Stored
from aggregator.services.intake.inheritance import inherited_units
from aggregator.services.intake.records import Rules, Source
from aggregator.services.ledger import CountChange, Place
from aggregator.storage.bulk import insert_rows
from aggregator.storage.db import to_micros
from aggregator.storage.ids import rank_of
from aggregator.storage.tables import events, items

_ITEM_COLUMNS = (
    "id", "account_id", "thread_id", "platform", "unit_id", "kind", "topic", "state", "waiting", "late", "confidence",
    "verdict", "opened_at", "received_at", "due_at", "same_words", "urgency", "rank", "place_unit_id", "confidential",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Desk:
    """What every item of a batch is opened with: its account, the moment, the goal, and the model that judged."""

    source: Source
    now: datetime
    goal: timedelta
    model_id: int | None


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
    crowds = crowds_around(connection, stored, verdicts, now)
    desk = _Desk(source, now, rules.answer_goal, rules.model_id())
    rows = []
    for entry in stored:
        if not entry.official:
            key = entry.message.external_id
            rows.append(_item_row(desk, entry, _in_its_crowd(verdicts[key], crowds.get(key, 0)), inherited.get(key)))
    insert_rows(connection, items, _ITEM_COLUMNS, rows)
    opened = [(row[0], to_micros(now), "opened", _opening(row)) for row in rows]
    insert_rows(connection, events, ("item_id", "at", "kind", "data"), opened)
    for row in rows:
        counts.add(Place(row[4], row[7], False, row[-1]))
    return len(rows)


def _opening(row: tuple[Any, ...]) -> str:
    return f'{{"unit":{"null" if row[4] is None else row[4]},"state":"{row[7]}"}}'


def _in_its_crowd(verdict: Verdict, citizens: int) -> Verdict:
    """The same, sooner when many complain under the same post."""
    if not verdict.needs_someone:
        return verdict
    urgency, reason = crowded(verdict.urgency, citizens)
    return replace(verdict, urgency=urgency, reasons=(*verdict.reasons, reason)) if reason else verdict


def _item_row(desk: _Desk, entry: Stored, verdict: Verdict, inherited: int | None) -> tuple[Any, ...]:
    unit_id, state = first_place(desk.source, verdict, inherited)
    waiting = state in WAITING
    runs = waiting and unit_id is not None
    now = to_micros(desk.now)
    due = to_micros(due_at(desk.now, desk.goal, verdict.urgency))
    auto = state is State.ROUTED
    return (
        entry.id, desk.source.account_id, entry.thread_id, desk.source.platform, unit_id, verdict.kind, verdict.topic,
        state.value, waiting, False, verdict.confidence, verdict_json(verdict, inherited, auto, desk.model_id), now,
        now if runs else None, due if runs else None, same_words(entry.message.text) if waiting else None,
        int(verdict.urgency), rank_of(entry.id, verdict.urgency), verdict.place_unit_id, verdict.confidential,
    )  # fmt: skip


def first_place(source: Source, verdict: Verdict, inherited: int | None) -> tuple[int | None, State]:
    """Where a message goes first: to the unit triage is sure of, to the one that has what it replies to, else to
    Diskominfo's triage queue, as does whatever is confidential. What needs nobody stays with the account's own unit, seen
    but not waiting."""
    if not verdict.needs_someone:
        return source.unit_id, State.NO_ANSWER_NEEDED
    if verdict.confidential:
        return None, State.NEW
    if verdict.sure and verdict.unit_id is not None:
        return verdict.unit_id, State.ROUTED
    if inherited is not None:
        return inherited, State.ROUTED
    return None, State.NEW


def verdict_json(
    verdict: Verdict, inherited: int | None = None, auto: bool = False, model_id: int | None = None
) -> str:
    """What triage said and why, as it is kept with the item: read by `inbox.item` and `learning.decisions`."""
    reasons = verdict.reasons
    if inherited is not None and auto and inherited != verdict.unit_id:
        reasons = (Reason(Because.THREAD, "lanjutan percakapan di atasnya"), *reasons)
    candidates = [
        {"unit": c.unit_id, "probability": round(c.probability, 3), "reasons": _listed(c.reasons)}
        for c in verdict.candidates
    ]
    kept = {
        "reasons": _listed(reasons), "outside": verdict.outside, "body": verdict.body, "candidates": candidates,
        "unit": inherited if inherited is not None and not verdict.sure else verdict.unit_id, "kind": verdict.kind,
        "rule": verdict.rule, "auto": auto, "needs": verdict.needs_someone, "unclear_place": verdict.unclear_place,
        "sp4n": verdict.sp4n, "model": model_id,
    }  # fmt: skip
    return orjson.dumps(kept).decode()


def _listed(reasons: Sequence[Reason]) -> list[list[str]]:
    return [[reason.because.value, reason.text] for reason in reasons]


def as_assigned(verdict: Verdict, unit_id: int) -> Verdict:
    """The judgement of a message whose origin names the office itself."""
    reasons = (Reason(Because.NAME, "unit disebut dalam berkas"), *verdict.reasons)
    return replace(
        verdict, unit_id=unit_id, sure=True, needs_someone=True, outside=False, confidential=False, reasons=reasons
    )
