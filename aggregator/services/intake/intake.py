"""The intake of a batch: one transaction for facts, items, answers, counters and the cursor.

Cost per batch: a fixed number of statements, plus rows in proportion to what is new; a page that is already held is
one read and no write. A batch that the database refuses is halved until the poisonous record stands alone: it is
rejected and the rest is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import orjson
from sqlalchemy import Connection, select, update

from aggregator.contract import Cursor, Kind, Message
from aggregator.domain.triage import Context, Verdict
from aggregator.services.intake.conversation import Touched, count_reply_texts
from aggregator.services.intake.facts import (
    Stored,
    count_held,
    ids_in_use,
    message_texts,
    note_posts,
    release_from_quarantine,
    replaced_reply_texts,
    reworded_reply_texts,
    store_edits,
    store_new,
    store_rejects,
    store_reply_counts,
    store_threads,
    store_tombstones,
    thread_titles,
)
from aggregator.services.intake.officials import authors_of_posts, learn_officials, official_messages
from aggregator.services.intake.opening import as_assigned, open_items
from aggregator.services.intake.recognition import recognise
from aggregator.services.intake.records import LeaseLost, NoJson, Rules, Sorted, Source, Tally
from aggregator.services.intake.settlement import settle_touched, withdraw_proofs
from aggregator.services.intake.sorting import (
    Record,
    changed_meanwhile,
    contradicts_itself,
    sort_records,
)
from aggregator.services.intake.touching import post_counts, touched_by, touched_by_recognition
from aggregator.services.ledger import CountChange
from aggregator.storage.db import REFUSALS, Database
from aggregator.storage.tables import accounts

_REFUSALS: tuple[type[Exception], ...] = (*REFUSALS, NoJson)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A batch on its way in. `official_ids` are external ids that the records' origin itself names as the office's
    (an export of its own comments); `lease` is checked before anything is written."""

    source: Source
    records: Sequence[Record]
    now: datetime
    cursor: Cursor | None
    official_ids: frozenset[str]
    lease: str | None


class Intake:
    """Stores what platforms showed and derives what someone must do about it."""

    def __init__(self, database: Database, rules: Rules) -> None:
        self._database = database
        self._rules = rules

    def store(
        self,
        source: Source,
        records: Sequence[Record],
        now: datetime,
        *,
        cursor: Cursor | None = None,
        official_ids: frozenset[str] = frozenset(),
        assigned: Mapping[str, int] | None = None,
        lease: str | None = None,
    ) -> Tally:
        """Store a batch; with `cursor`, move the account's bookmark in the same transaction. `assigned` are units that
        the records' origin names as responsible, by external id: triage believes them.

        Raises LeaseLost when the account is another worker's by now, and the database's own error when it cannot be
        reached; nothing is half stored.
        """
        delivery = Delivery(source, records, now, cursor, official_ids, lease)
        with self._database.read() as connection:
            batch = sort_records(connection, source.account_id, records)
            titles = thread_titles(connection, source, batch.new.values())
        if not batch.writes and not batch.replies and cursor is None:
            return Tally(duplicate=batch.duplicate)
        verdicts = self._judge(source, batch.new, titles, assigned or {})
        if contradicts_itself(records):
            return self._store_apart(delivery, verdicts)
        try:
            return self._store_at_once(delivery, batch, verdicts)
        except _REFUSALS:
            return self._store_apart(delivery, verdicts)

    def learn(self, source: Source, author_ids: Iterable[str], how: str, now: datetime) -> None:
        """These authors speak for the office, also in what they wrote before."""
        with self._database.write() as connection:
            lock_account(connection, source, None)
            learnt = learn_officials(connection, source, author_ids, how, now)
            counts = CountChange()
            recognised = touched_by_recognition(connection, recognise(connection, source, learnt, counts, now))
            _settle(connection, source, recognised, counts, now)
            counts.write(connection)

    def _judge(
        self,
        source: Source,
        new: Mapping[str, Message],
        titles: Mapping[str, str],
        assigned: Mapping[str, int],
    ) -> dict[str, Verdict]:
        """Triage outside the transaction: it costs more than storing, and holds no lock here."""
        talk = {external_id: message for external_id, message in new.items() if message.kind is not Kind.POST}
        above = self._texts_above(source, talk, new)
        asked = [
            (message.text, _context(source, message, titles, above.get(message.parent_id or "")))
            for message in talk.values()
        ]
        verdicts = dict(zip(talk, self._rules.judge(asked), strict=True))
        for external_id in assigned.keys() & verdicts.keys():
            verdicts[external_id] = as_assigned(verdicts[external_id], assigned[external_id])
        return verdicts

    def _texts_above(
        self, source: Source, talk: Mapping[str, Message], new: Mapping[str, Message]
    ) -> Mapping[str, str]:
        """What the messages reply to, by external id: from the same batch, else as it is held."""
        wanted = {message.parent_id for message in talk.values() if message.parent_id is not None}
        found = {external_id: new[external_id].text for external_id in wanted & new.keys()}
        missing = wanted - new.keys()
        if missing:
            with self._database.read() as connection:
                found |= message_texts(connection, source, missing)
        return found

    def _store_at_once(self, delivery: Delivery, batch: Sorted, verdicts: Mapping[str, Verdict]) -> Tally:
        with self._database.write() as connection:
            lock_account(connection, delivery.source, delivery.lease)
            if changed_meanwhile(connection, delivery.source.account_id, batch):
                batch = sort_records(connection, delivery.source.account_id, delivery.records)
            tally = self._write(connection, delivery, batch, verdicts)
            move_cursor(connection, delivery)
        return tally

    def _store_apart(self, delivery: Delivery, verdicts: Mapping[str, Verdict]) -> Tally:
        rejected: list[tuple[str | None, str]] = []
        tally = self._store_halves(replace(delivery, cursor=None), verdicts, rejected)
        tally.rejected += len(rejected)
        with self._database.write() as connection:
            lock_account(connection, delivery.source, delivery.lease)
            store_rejects(connection, delivery.source, rejected, delivery.now)
            move_cursor(connection, delivery)
        return tally

    def _store_halves(
        self, delivery: Delivery, verdicts: Mapping[str, Verdict], rejected: list[tuple[str | None, str]]
    ) -> Tally:
        """A batch, or its halves in their order when it cannot be stored at once; a single record that is refused
        goes to `rejected`."""
        records = delivery.records
        try:
            if not contradicts_itself(records):
                return self._store_anew(delivery, verdicts)
        except _REFUSALS as refusal:
            if len(records) == 1:
                rejected.append((records[0].external_id, f"the database refuses it: {type(refusal).__name__}"))
                return Tally()
        tally = Tally()
        for half in (records[: len(records) // 2], records[len(records) // 2 :]):
            tally.add(self._store_halves(replace(delivery, records=half), verdicts, rejected))
        return tally

    def _store_anew(self, delivery: Delivery, verdicts: Mapping[str, Verdict]) -> Tally:
        """A part of a batch, sorted anew: what the part before it stored counts, and an id already taken is passed
        over."""
        with self._database.write() as connection:
            lock_account(connection, delivery.source, delivery.lease)
            batch = sort_records(connection, delivery.source.account_id, delivery.records)
            taken = ids_in_use(connection, delivery.source, batch.new)
            return self._write(connection, delivery, batch, verdicts, taken)

    def _write(
        self,
        connection: Connection,
        delivery: Delivery,
        batch: Sorted,
        verdicts: Mapping[str, Verdict],
        taken: frozenset[int] = frozenset(),
    ) -> Tally:
        source, now = delivery.source, delivery.now
        counts = CountChange()
        learnt = learn_officials(connection, source, authors_of_posts(batch.new.values()), "post", now)
        stored = self._write_facts(connection, delivery, batch, taken)
        opened = open_items(connection, source, stored, verdicts, self._rules, counts, now)
        touched = touched_by_recognition(connection, recognise(connection, source, learnt, counts, now))
        touched[source.account_id] = touched[source.account_id] | touched_by(connection, stored, batch)
        _settle(connection, source, touched, counts, now)
        counts.write(connection)
        return Tally(
            len(batch.new),
            batch.duplicate,
            len(batch.edited),
            len(batch.deleted),
            len(batch.rejected),
            opened,
        )

    def _write_facts(
        self, connection: Connection, delivery: Delivery, batch: Sorted, taken: frozenset[int]
    ) -> list[Stored]:
        source, now = delivery.source, delivery.now
        thread_ids = store_threads(connection, source, (m.thread for m in batch.new.values()), now)
        official = official_messages(connection, source, batch.new.values()) | delivery.official_ids
        stored = store_new(connection, source, batch.new, official, thread_ids, now, taken)
        note_posts(connection, stored)
        said = [*(entry.reply_hash for entry in stored), *reworded_reply_texts(source, batch)]
        count_reply_texts(connection, said, replaced_reply_texts(source, batch))
        store_edits(connection, source, [*batch.edited.values(), *batch.refined.values()], now)
        store_tombstones(connection, batch.deleted.values(), now)
        withdraw_proofs(
            connection,
            edited={held.id: new.text for held, new in batch.edited.values() if held.official},
            deleted={held.id for held in batch.deleted.values() if held.official},
            now=now,
        )
        store_reply_counts(connection, batch.replies | post_counts(stored))
        count_held(connection, source, batch, stored)
        store_rejects(connection, source, batch.rejected, now)
        release_from_quarantine(connection, source, batch.new.keys() | batch.edited.keys())
        return stored


def _context(source: Source, message: Message, titles: Mapping[str, str], above: str | None) -> Context:
    return Context(
        account_id=source.account_id,
        account_unit_id=source.unit_id,
        platform=source.platform,
        thread_title=titles.get(message.thread.external_id),
        replies_to=above,
        said_at=message.created_at,
    )


def _settle(
    connection: Connection, source: Source, touched: Mapping[int, Touched], counts: CountChange, now: datetime
) -> None:
    """Judge what was touched, account by account."""
    for account_id, conversations in sorted(touched.items()):
        settle_touched(connection, replace(source, account_id=account_id), conversations, counts, now)


def lock_account(connection: Connection, source: Source, lease: str | None) -> None:
    """One writer per account at a time: what the batch was held against cannot change before it is written. A pull
    whose lease went to another worker meanwhile is stopped here, before it writes."""
    statement = select(accounts.c.lease_owner).where(accounts.c.id == source.account_id)
    owner = connection.execute(statement.with_for_update()).scalar_one()
    if lease is not None and owner != lease:
        raise LeaseLost


def move_cursor(connection: Connection, delivery: Delivery) -> None:
    """Keep the plugin's bookmark, when one came."""
    if delivery.cursor is None:
        return
    value = orjson.dumps({"version": delivery.cursor.version, "data": dict(delivery.cursor.data)}).decode()
    connection.execute(update(accounts).where(accounts.c.id == delivery.source.account_id).values(cursor=value))
