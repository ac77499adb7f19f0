"""Settling conversations: which items are answered, acknowledged, re-opened, and the proof of each answer.

Derived from facts alone: settling the same conversation again changes nothing, whatever the order of arrival."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, select, update

from aggregator.domain.answers import Finding, Settlement, Strength, Utterance, is_unsatisfied, settle
from aggregator.domain.workflow import WAITING, State, reopened_state
from aggregator.services.intake.conversation import (
    Row,
    Touched,
    load_conversations,
    template_uses,
    utterance_of,
)
from aggregator.services.intake.records import Source
from aggregator.services.ledger import CountChange, Place, lock_items
from aggregator.services.watching import tell_watchers
from aggregator.storage.bulk import execute_many, insert_rows, rows_where_in
from aggregator.storage.db import from_micros, to_micros
from aggregator.storage.tables import events, proofs

_NOTHING = Settlement(acknowledged=None, answered=None, reopened_by=None)
_SETTLED_BY_RULE = WAITING | {State.ANSWERED}
_SELECT = (
    "SELECT id, unit_id, state, waiting, late, claimed_by, acknowledged_at, answered_at, answer_id, answer_strength, closed_at, "
    "denied_answer_id, confidential, open_parts FROM items WHERE 1 = 1"
)


_ITEM_UPDATE = (
    "UPDATE items SET state = ?, waiting = ?, late = ?, acknowledged_at = ?, answered_at = ?, answer_id = ?, "
    "answer_strength = ?, closed_at = ?, closed_reason = NULL, revision = revision + 1 WHERE id = ?"
)
_PROOF_COLUMNS = (
    "item_id",
    "answer_id",
    "url",
    "snapshot",
    "sha256",
    "shown_at",
    "taken_at",
    "checked_at",
    "status",
)


@dataclass(slots=True)
class Changes:
    """Everything one settlement writes, gathered so that each table is written once; times in microseconds."""

    now: int
    counts: CountChange
    items: list[tuple[Any, ...]] = field(default_factory=list)
    events: list[tuple[Any, ...]] = field(default_factory=list)
    proofs: dict[int, tuple[Any, ...]] = field(default_factory=dict)

    def event(self, item_id: int, kind: str, data: Mapping[str, Any]) -> None:
        self.events.append((item_id, self.now, kind, orjson.dumps(data).decode()))

    def write(self, connection: Connection) -> None:
        execute_many(connection, _ITEM_UPDATE, self.items)
        execute_many(connection, "DELETE FROM proofs WHERE item_id = ?", [(item_id,) for item_id in self.proofs])
        insert_rows(connection, proofs, _PROOF_COLUMNS, list(self.proofs.values()))
        insert_rows(connection, events, ("item_id", "at", "kind", "data"), self.events)
        for kind in ("answered", "reopened"):
            tell_watchers(
                connection, kind, [event[0] for event in self.events if event[2] == kind], from_micros(self.now)
            )


def settle_touched(
    connection: Connection, source: Source, touched: Touched, counts: CountChange, now: datetime
) -> None:
    """Judge every conversation that a batch touched and write what changed."""
    conversations = load_conversations(connection, source, touched)
    rows = [row for conversation in conversations for row in conversation]
    if not rows:
        return
    ids = [row[1] for row in rows if not row[5]]
    lock_items(connection, ids)
    held = _items(connection, ids)
    discounted = _changed_answers(connection, [row[1] for row in rows if row[5]])
    uses = template_uses(connection, {row[10] for row in rows if row[10] is not None})
    changes = Changes(to_micros(now), counts)
    for conversation in conversations:
        _settle_conversation(conversation, source, held, discounted, uses, changes)
    changes.write(connection)


@dataclass(frozen=True, slots=True)
class ItemState:
    """What settling reads and writes of an item; times in microseconds."""

    id: int
    unit_id: int | None
    state: str
    waiting: bool
    late: bool
    claimed_by: int | None
    acknowledged_at: int | None
    answered_at: int | None
    answer_id: int | None
    answer_strength: str | None
    closed_at: int | None
    denied_answer_id: int | None
    confidential: bool
    open_parts: int

    @property
    def place(self) -> Place:
        return Place(self.unit_id, self.state, bool(self.late), bool(self.confidential))

    def columns(self) -> tuple[Any, ...]:
        """In the order of the update."""
        return (self.state, bool(self.waiting), bool(self.late), self.acknowledged_at, self.answered_at, self.answer_id,
                self.answer_strength, self.closed_at)  # fmt: skip


def _items(connection: Connection, ids: list[int]) -> dict[int, ItemState]:
    return {row[0]: ItemState(*row) for row in rows_where_in(connection, _SELECT, (), "id", ids)}


def _changed_answers(connection: Connection, ids: list[int]) -> set[int]:
    select_changed = "SELECT answer_id FROM proofs WHERE status = 'changed'"
    return {row[0] for row in rows_where_in(connection, select_changed, (), "answer_id", ids)}


def _settle_conversation(
    rows: Iterable[Row],
    source: Source,
    held: Mapping[int, ItemState],
    discounted: Collection[int],
    uses: Mapping[int, int],
    changes: Changes,
) -> None:
    by_id = {row[1]: row for row in rows}
    conversation = [utterance_of(row, source, discounted=discounted) for row in by_id.values()]
    repeated = {row[6]: uses[row[10]] for row in by_id.values() if row[10] in uses}
    settlements = settle(conversation, template_uses=repeated)
    for utterance in conversation:
        item = held.get(utterance.id)
        if item is None:
            continue
        settlement = settlements.get(utterance.id, _NOTHING)
        if item.denied_answer_id in by_id:  # what a person denied must not hide a better answer
            without = [replace(u, deleted=True) if u.id == item.denied_answer_id else u for u in conversation]
            settlement = settle(without, template_uses=repeated).get(utterance.id, _NOTHING)
        _apply(item, utterance, settlement, conversation, by_id, changes)


def _apply(
    item: ItemState,
    utterance: Utterance,
    settlement: Settlement,
    conversation: Collection[Utterance],
    by_id: Mapping[int, Row],
    changes: Changes,
) -> None:
    if item.state == State.CLOSED or _by_person(item, settlement, conversation):
        _reopen_if_unsatisfied(item, utterance, conversation, changes)
    elif item.state in _SETTLED_BY_RULE:
        target = _target(item, settlement, by_id)
        if target.columns() != item.columns():
            _write(item, target, changes)
            _tell(item, target, settlement, by_id, changes)


def _by_person(item: ItemState, settlement: Settlement, conversation: Collection[Utterance]) -> bool:
    """Whether a person said that this is answered: elsewhere, or by a probable answer that still stands. A surer answer
    takes its place."""
    if item.state != State.ANSWERED or item.answer_strength not in (Strength.MANUAL, Strength.PROBABLE):
        return False
    withdrawn = any(u.id == item.answer_id and u.deleted for u in conversation)
    surer = settlement.answered is not None and settlement.answered.strength is not Strength.PROBABLE
    return item.answer_strength == Strength.MANUAL or not (withdrawn or surer)


def _write(item: ItemState, target: ItemState, changes: Changes) -> None:
    changes.items.append((*target.columns(), item.id))
    changes.counts.move(item.place, target.place)


def _target(item: ItemState, settlement: Settlement, by_id: Mapping[int, Row]) -> ItemState:
    """What the item should say of its answer, by the facts alone. Times are the platform's own: the clock stops when
    the office spoke, not when Sahut heard it."""
    answered, acknowledged = settlement.answered, settlement.acknowledged or _in_part(item, settlement)
    state = _state(item, settlement, answered)
    stands = state is State.ANSWERED or (item.open_parts > 0 and settlement.reopened_by is None)
    counts = answered is not None and (stands or answered.strength is Strength.PROBABLE)
    return replace(
        item,
        state=state.value,
        waiting=state in WAITING,
        late=bool(item.late) and state in WAITING,
        acknowledged_at=by_id[acknowledged.answer_id][7] if acknowledged else None,
        answered_at=by_id[answered.answer_id][7] if answered and state is State.ANSWERED else None,
        answer_id=answered.answer_id if answered and counts else None,
        answer_strength=answered.strength.value if answered and counts else None,
        closed_at=None,
    )


def _state(item: ItemState, settlement: Settlement, answered: Finding | None) -> State:
    told = settlement.reopened_by is None
    if told and answered is not None and answered.strength is not Strength.PROBABLE and not item.open_parts:
        return State.ANSWERED
    acknowledged = settlement.acknowledged or _in_part(item, settlement)
    if told and acknowledged is not None and item.unit_id is not None:
        return State.ACKNOWLEDGED
    return reopened_state(item.unit_id, item.claimed_by)


def _in_part(item: ItemState, settlement: Settlement) -> Finding | None:
    """The answer to an item that was split and has a part open: it counts in full when the last part is done."""
    answered = settlement.answered
    return answered if item.open_parts and answered and answered.strength is not Strength.PROBABLE else None


def _tell(
    item: ItemState, target: ItemState, settlement: Settlement, by_id: Mapping[int, Row], changes: Changes
) -> None:
    """The event of what changed, and the proof of a new answer."""
    if target.state == State.ANSWERED and settlement.answered is not None:
        _tell_answered(item, settlement.answered, by_id[settlement.answered.answer_id], changes)
    elif item.state == State.ANSWERED:
        why = "unsatisfied" if settlement.reopened_by else "answer_withdrawn"
        changes.event(item.id, "reopened", {"why": why, "message": settlement.reopened_by})
    elif target.state == State.ACKNOWLEDGED != item.state and (
        found := settlement.acknowledged or _in_part(item, settlement)
    ):
        shown_at = from_micros(by_id[found.answer_id][7]).isoformat()
        changes.event(item.id, "acknowledged", {"at": shown_at, "reason": found.reason})


def _tell_answered(item: ItemState, found: Finding, answer: Row, changes: Changes) -> None:
    proof = proof_of(item.id, answer, changes.now)
    changes.proofs[item.id] = proof
    shown_at = from_micros(answer[7]).isoformat()
    data = {
        "strength": found.strength.value,
        "at": shown_at,
        "sha256": proof[4],
        "url": answer[11],
        "reason": found.reason,
    }
    changes.event(item.id, "answered", data)


def proof_of(item_id: int, answer: Row, now: int) -> tuple[Any, ...]:
    """The snapshot of an answer, with the hash by which anyone can tell whether it still stands; in the order of
    _PROOF_COLUMNS."""
    return (item_id, answer[1], answer[11], answer[6], text_hash(answer[6]), answer[7], now, now, "shown")


def text_hash(text: str) -> str:
    """SHA-256 of the words in UTF-8, as lower-case hex."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _reopen_if_unsatisfied(
    item: ItemState, utterance: Utterance, conversation: Collection[Utterance], changes: Changes
) -> None:
    """A closed or elsewhere-answered item opens again when its citizen says so afterwards."""
    since = item.closed_at or item.answered_at
    if since is None:
        return
    later = [
        u
        for u in conversation
        if _same_person(u, utterance) and to_micros(u.created_at) > since and is_unsatisfied(u.text)
    ]
    if later:
        state = reopened_state(item.unit_id, item.claimed_by)
        target = replace(
            item,
            state=state.value,
            waiting=True,
            late=False,
            answered_at=None,
            answer_id=None,
            answer_strength=None,
            closed_at=None,
        )
        _write(item, target, changes)
        changes.event(item.id, "reopened", {"why": "unsatisfied", "message": later[-1].id})


def _same_person(one: Utterance, other: Utterance) -> bool:
    if one.official or one.deleted or one.id == other.id:
        return False
    return (
        one.author_id == other.author_id if one.author_id or other.author_id else one.author_name == other.author_name
    )


def withdraw_proofs(
    connection: Connection, *, edited: Mapping[int, str], deleted: Collection[int], now: datetime
) -> None:
    """Mark proofs whose answer was reworded (`edited`: message id -> new words) or vanished."""
    statement = select(proofs.c.item_id, proofs.c.answer_id, proofs.c.sha256).where(
        proofs.c.answer_id.in_([*edited, *deleted]), proofs.c.status == "shown"
    )
    status = {True: "gone", False: "changed"}
    moved = [
        {"key": row.item_id, "status": status[row.answer_id in deleted], "checked_at": now}
        for row in connection.execute(statement)
        if row.answer_id in deleted or text_hash(edited[row.answer_id]) != row.sha256
    ]
    if moved:
        connection.execute(update(proofs).where(proofs.c.item_id == bindparam("key")), moved)
