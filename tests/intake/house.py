"""The intake alone on a real database: records in by short words, what was derived out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from aggregator.contract import Author, Kind, Message, ThreadRef, Tombstone, Unreadable
from aggregator.domain.triage import Context, Verdict
from aggregator.services.intake import Intake, Rules, Source, Tally
from aggregator.services.ledger import counted, recounted
from aggregator.storage.db import Database
from aggregator.storage.tables import accounts, items, messages, reply_texts, threads, units

NOW = datetime.fromisoformat("2026-11-02T03:00:00+00:00")
OFFICE = "kantor"
Record = Message | Tombstone | Unreadable


def judged(asked: Sequence[tuple[str, Context]]) -> list[Verdict]:
    """Every text is a complaint of the account's own unit: triage has its own tests."""
    return [_own(context.account_unit_id) for _, context in asked]


def _own(unit_id: int | None) -> Verdict:
    return Verdict(
        kind="complaint",
        needs_someone=True,
        unit_id=unit_id,
        candidates=(),
        topic=None,
        confidence=1.0,
        sure=True,
        reasons=(),
        outside=False,
    )


class House:
    """A unit, an account of it, and the intake."""

    def __init__(self, database: Database, *, own_host: bool = True, accounts_wanted: int = 1) -> None:
        self.database = database
        self.intake = Intake(database, Rules(judge=judged, answer_goal=timedelta(hours=24)))
        self.now = NOW
        with database.write() as connection:
            connection.execute(insert(units).values(id=1, name="Dinas Uji", kind="dinas", created_at=NOW))
            for number in range(1, accounts_wanted + 1):
                row = {
                    "id": number,
                    "platform": "papan",
                    "key": f"k{number}",
                    "url": "https://uji.example",
                    "unit_id": 1,
                }
                connection.execute(insert(accounts).values(row | {"created_at": NOW, "next_pull_at": NOW}))
        self.sources = [
            Source(account_id=n, platform="papan", unit_id=1, own_host=own_host) for n in range(1, accounts_wanted + 1)
        ]

    def store(self, *records: Record, account: int = 1, **more: Any) -> Tally:
        """Store one batch; the tally must add up to what was given."""
        self.now += timedelta(minutes=1)
        tally = self.intake.store(self.sources[account - 1], records, self.now, **more)
        assert tally.fetched == len(records), f"{len(records)} records, but {tally}"
        return tally

    def office(self, *authors: str) -> None:
        self.intake.learn(self.sources[0], authors or (OFFICE,), "setting", self.now)

    def message(self, external_id: str, account: int = 1) -> Any:
        return self.rows(messages, messages.c.external_id == external_id, messages.c.account_id == account)[0]

    def item(self, external_id: str, account: int = 1) -> Any:
        """The item of a message, None when it has none."""
        found = self.rows(items, items.c.id == self.message(external_id, account).id)
        return found[0] if found else None

    def state(self, external_id: str, account: int = 1) -> str:
        item = self.item(external_id, account)
        return "-" if item is None else str(item.state)

    def rows(self, table: Any, *where: Any) -> Sequence[Any]:
        with self.database.read() as connection:
            return connection.execute(select(table).where(*where)).all()

    def check_sums(self) -> None:
        """What is counted must equal a recount: items by unit and state, shown messages by thread and account."""
        with self.database.read() as connection:
            assert counted(connection) == recounted(connection)
        shown = self.rows(messages, messages.c.deleted_at.is_(None), messages.c.kind != "post")
        for table, column in ((threads, "thread_id"), (accounts, "account_id")):
            truth = {row.id: sum(getattr(m, column) == row.id for m in shown) for row in self.rows(table)}
            assert {row.id: row.held for row in self.rows(table)} == truth
        spoken = self.rows(messages, messages.c.deleted_at.is_(None), messages.c.reply_hash.is_not(None))
        texts = Counter(m.reply_hash for m in spoken)
        assert {row.reply_hash: row.uses for row in self.rows(reply_texts) if row.uses} == texts

    def reset(self) -> None:
        """Forget all facts; faster than a new database."""
        with self.database.write() as connection:
            for name in (
                "item_counts",
                "events",
                "proofs",
                "replies",
                "items",
                "message_versions",
                "quarantine",
                "reply_texts",
            ):
                connection.exec_driver_sql(f"DELETE FROM {name}")
            for name in ("message_words", "search_queue", "messages", "threads", "official_authors"):
                connection.exec_driver_sql(f"DELETE FROM {name}")
            connection.execute(update(accounts).values(held=0, cursor=None))
        self.now = NOW


def said(
    external_id: str, text: str = "Jalan berlubang, kapan diperbaiki?", *, by: str = "warga", minute: float = 0,
    parent: str | None = None, thread: str = "t1", kind: Kind = Kind.COMMENT, name: str | None = None, **more: Any,
) -> Message:  # fmt: skip
    """A message `minute` minutes after the first of the day."""
    shown = name or ("Dinas Uji" if by == OFFICE else by.replace("-", " ").title())
    fields: dict[str, Any] = {
        "external_id": external_id, "kind": kind, "thread": ThreadRef(external_id=thread), "text": text, "parent_id": parent,
        "author": Author(external_id=by, name=shown), "created_at": NOW - timedelta(days=2) + timedelta(minutes=minute),
    }  # fmt: skip
    return Message(**(fields | more))


def gone(external_id: str) -> Tombstone:
    return Tombstone(external_id=external_id, seen_at=NOW)


ANSWER = "Jalan itu diperbaiki hari Senin, Pak."
THANKS = "Terima kasih laporannya, kami teruskan."
