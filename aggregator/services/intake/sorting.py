"""Holding fetched records against what the database knows: new, duplicate, edited, deleted or rejected."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TypeGuard

from sqlalchemy import Connection

from aggregator.contract import Message, Tombstone, Unreadable, fault_of
from aggregator.services.intake.records import COARSENESS, Held, Sorted
from aggregator.storage.bulk import rows_where_in
from aggregator.storage.db import to_micros

_HELD = (
    "SELECT external_id, id, thread_id, text, author_name, author_external_id, parent_external_id, created_at, "
    "rating, deleted_at, version, official, kind, precision FROM messages WHERE account_id = ?"
)
_LAST_YEAR = 2200  # later ones leave no room in an id (storage/ids.py)

Record = Message | Tombstone | Unreadable


def sort_records(connection: Connection, account_id: int, records: Iterable[Record]) -> Sorted:
    """Give every record one outcome. The same message twice in a batch counts as what the last one changes; a batch
    that shows a message and deletes it too must be cut between the two first (`contradicts_itself`)."""
    batch = Sorted()
    sound = [record for record in records if _is_sound(record, batch)]
    held = held_messages(connection, account_id, {record.external_id for record in sound})
    for record in sound:
        if isinstance(record, Tombstone):
            _sort_tombstone(record, held, batch)
        else:
            _sort_message(record, held, batch)
    return batch


def contradicts_itself(records: Iterable[Record]) -> bool:
    """Whether a message is both shown and gone in one batch: then the order counts."""
    graves = {record.external_id for record in records if isinstance(record, Tombstone)}
    return bool(graves) and any(isinstance(record, Message) and record.external_id in graves for record in records)


def held_messages(
    connection: Connection, account_id: int, external_ids: Collection[str]
) -> dict[str, tuple[object, ...]]:
    """The driver's rows of the messages held under these ids, by external id."""
    return {row[0]: row for row in rows_where_in(connection, _HELD, (account_id,), "external_id", external_ids)}


def changed_meanwhile(connection: Connection, account_id: int, batch: Sorted) -> bool:
    """Whether another writer changed what the batch was held against since it was sorted: a new message is there by
    now, or a known one is at another version or gone."""
    known = {held.id: held for held, _ in batch.edited.values()} | {held.id: held for held in batch.deleted.values()}
    select = "SELECT id, version, deleted_at FROM messages WHERE account_id = ?"
    if rows_where_in(connection, select, (account_id,), "external_id", batch.new):
        return True
    now = {row[0]: row[1:] for row in rows_where_in(connection, select, (account_id,), "id", known)}
    return any(now.get(identity) != (held.version, held.deleted_at) for identity, held in known.items())


def _is_sound(record: Record, batch: Sorted) -> TypeGuard[Message | Tombstone]:
    if isinstance(record, Unreadable):
        batch.rejected.append((record.external_id, record.reason))
        return False
    fault = _fault(record)
    if fault:
        batch.rejected.append((record.external_id, fault))
    return fault is None


def _fault(record: Message | Tombstone) -> str | None:
    """Why a record cannot even be looked up or dated."""
    try:
        record.external_id.encode()
        if isinstance(record, Message):
            record.thread.external_id.encode()
            if "\x00" in record.thread.external_id:
                return "thread.external_id holding NUL"
            if record.created_at.year > _LAST_YEAR:
                return f"created_at after {_LAST_YEAR}"
        return fault_of(record)
    except (TypeError, AttributeError, UnicodeEncodeError) as error:
        return f"a field holds what the contract forbids: {type(error).__name__}"


def _sort_tombstone(tombstone: Tombstone, held: dict[str, tuple[object, ...]], batch: Sorted) -> None:
    external_id = tombstone.external_id
    row = held.get(external_id)
    if external_id in batch.deleted or row is None or row[9] is not None:
        batch.duplicate += 1
    else:
        batch.deleted[external_id] = held_of(row)


def _sort_message(message: Message, held: dict[str, tuple[object, ...]], batch: Sorted) -> None:
    external_id = message.external_id
    row = held.get(external_id)
    if row is None:
        if external_id in batch.new:
            batch.duplicate += 1
        batch.new[external_id] = message
        return
    if message.reply_count is not None and message.kind == "post":
        batch.replies[row[2]] = message.reply_count  # type: ignore[index]  # column thread_id is an int
    earlier = batch.edited.pop(external_id, None)
    batch.duplicate += earlier is not None
    if not same_as_held(message, row):
        batch.refined.pop(external_id, None)
        batch.edited[external_id] = (held_of(row), message)
        return
    batch.duplicate += 1
    if COARSENESS[message.precision] < COARSENESS[row[13]]:  # type: ignore[index]  # column precision is a str
        batch.refined[external_id] = (held_of(row), message)


def same_as_held(message: Message, row: tuple[object, ...]) -> bool:
    """Whether the platform shows what is held. What this reading does not tell (a feed names no parent, an HTML
    page no author id, a file no second) is no difference."""
    author = message.author
    if message.text != row[3] or row[9] is not None:
        return False
    if author is not None and (
        author.name != row[4] or (author.external_id is not None and author.external_id != row[5])
    ):
        return False
    if message.parent_id is not None and message.parent_id != row[6]:
        return False
    if message.rating is not None and message.rating != row[8]:
        return False
    difference = abs(to_micros(message.created_at) - row[7])  # type: ignore[operator]  # an int column
    return difference == 0 or difference < max(COARSENESS[message.precision], COARSENESS[row[13]])  # type: ignore[index]


def held_of(row: tuple[object, ...]) -> Held:
    return Held(*row[1:11], bool(row[11]), row[12], row[13])  # type: ignore[arg-type, call-arg]  # the driver's row, column by column
