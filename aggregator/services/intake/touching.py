"""Which conversations a batch may have settled or unsettled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from aggregator.contract import Kind
from aggregator.services.intake.conversation import Row, Touched, flat_among
from aggregator.services.intake.facts import NAMELESS, Stored
from aggregator.services.intake.recognition import Recognised
from aggregator.services.intake.records import Held, Sorted
from aggregator.storage.bulk import execute_many


def touched_by(connection: Connection, stored: Sequence[Stored], batch: Sorted) -> Touched:
    """Sort what changed by how far one must look to judge it."""
    touched = Touched()
    comments = [entry for entry in stored if entry.message.kind is not Kind.POST]
    for entry in comments:
        touched.fresh[entry.message.external_id] = row_of(entry)
        _touch_new(entry, touched)
    for external_id, held in _changed(batch):
        _touch_changed(external_id, held, touched)
    spoken = [(e.thread_id, e.message.parent_id, e.message.text) for e in comments if e.official]
    spoken += [
        (h.thread_id, m.parent_id or h.parent_id, m.text)
        for h, m in batch.edited.values()
        if h.official and h.kind != "post"
    ]
    touched.flat_threads |= _answered_beside(connection, spoken)
    touched.flat_threads |= flat_among(connection, {entry.thread_id for entry in comments if not entry.official})
    return touched


def touched_by_recognition(connection: Connection, recognised: Iterable[Recognised]) -> dict[int, Touched]:
    """What must be judged anew, by account, since these messages turned out to be an office's."""
    touched: dict[int, Touched] = defaultdict(Touched)
    for row in recognised:
        touched[row.account_id].spoken.add(row.external_id)
        touched[row.account_id].flat_threads |= _answered_beside(connection, [(row.thread_id, row.parent_id, row.text)])
    return touched


def _answered_beside(connection: Connection, spoken: Iterable[tuple[int, str | None, str]]) -> set[int]:
    """Threads in which the office spoke beside comments or named someone, remembered for citizens who arrive later."""
    beside = {thread_id for thread_id, parent_id, text in spoken if parent_id is None or "@" in text}
    execute_many(
        connection,
        "UPDATE threads SET flat_replies = ? WHERE id = ? AND flat_replies <> ?",
        [(True, thread_id, True) for thread_id in sorted(beside)],
    )
    return beside


def _touch_new(entry: Stored, touched: Touched) -> None:
    message = entry.message
    if entry.official:
        touched.spoken.add(message.external_id)
    elif message.parent_id is not None:
        touched.heard_replies.add(message.external_id)


def row_of(entry: Stored) -> Row:
    """A message that was just written, as reading it back would show it."""
    message = entry.message
    author = message.author or NAMELESS
    return (message.external_id, entry.id, message.parent_id, author.external_id, author.name, entry.official, message.text,
            entry.created, None, entry.thread_id, entry.reply_hash, message.url)  # fmt: skip


def _touch_changed(external_id: str, held: Held, touched: Touched) -> None:
    """What it hung below until now may lose its answer."""
    (touched.spoken if held.official else touched.heard_replies).add(external_id)
    if held.parent_id is not None:
        touched.heard_replies.add(held.parent_id)


def _changed(batch: Sorted) -> list[tuple[str, Held]]:
    changed = (*batch.edited.items(), *batch.refined.items())
    return [(key, held) for key, (held, _) in changed if held.kind != "post"] + [
        (key, held) for key, held in batch.deleted.items() if held.kind != "post"
    ]


def post_counts(stored: Sequence[Stored]) -> dict[int, int]:
    """The platform's own reply counts of new posts, by thread."""
    return {
        entry.thread_id: entry.message.reply_count
        for entry in stored
        if entry.message.kind is Kind.POST and entry.message.reply_count is not None
    }
