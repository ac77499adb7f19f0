"""Answers on their way out: the row is the record, and its state moves only forward."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
from sqlalchemy import Connection, insert, or_, select, update

from aggregator.services.accounts import AccountStore
from aggregator.services.intake import Source
from aggregator.storage.db import Database
from aggregator.storage.tables import accounts, events, items, messages, replies, threads

# A worker killed while it sent leaves its reply in "sending": after this long its fate is looked up.
STUCK = timedelta(minutes=3)
LOOK_AGAIN = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """An answer that is being sent, with what its plugin needs. `unsure`: an earlier try may have got through."""

    reply_id: int
    item_id: int
    text: str
    unsure: bool
    platform: str
    account_id: int
    account_key: str
    account_url: str
    unit_id: int
    settings: Mapping[str, str]
    secrets: Mapping[str, str]
    external_id: str
    parent_id: str | None
    kind: str
    author_id: str | None
    author_name: str
    citizen_text: str
    created_at: datetime
    url: str | None
    thread_external_id: str
    thread_url: str | None

    def source(self, *, own_host: bool) -> Source:
        return Source(account_id=self.account_id, platform=self.platform, unit_id=self.unit_id, own_host=own_host)


class Answering:
    """Moves replies through their states."""

    def __init__(self, database: Database, account_store: AccountStore) -> None:
        self._database = database
        self._accounts = account_store

    def due(self, now: datetime, limit: int = 100) -> list[int]:
        """Replies to send now, to look up again, or left behind by a killed worker."""
        table = replies
        waiting = or_(
            (table.c.state.in_(("queued", "unsure"))) & (table.c.send_after <= now),
            (table.c.state == "sending") & (table.c.changed_at < now - STUCK),
        )
        with self._database.read() as connection:
            return list(
                connection.execute(select(table.c.id).where(waiting).order_by(table.c.id).limit(limit)).scalars()
            )

    def begin(self, reply_id: int, now: datetime) -> Outgoing | None:
        """Take a reply to send; None when it is not due, taken back, or another worker has it."""
        table = replies
        with self._database.write() as connection:
            row = (
                connection.execute(select(table).where(table.c.id == reply_id).with_for_update())
                .mappings()
                .one_or_none()
            )
            if row is None or not _may_begin(row["state"], row["send_after"], row["changed_at"], now):
                return None
            connection.execute(update(table).where(table.c.id == reply_id).values(state="sending", changed_at=now))
            return self._outgoing(connection, reply_id, unsure=row["state"] != "queued")

    def _outgoing(self, connection: Connection, reply_id: int, *, unsure: bool) -> Outgoing:
        statement = (
            select(
                replies.c.item_id,
                replies.c.text,
                items.c.platform,
                items.c.account_id,
                accounts.c.key,
                accounts.c.url,
                accounts.c.unit_id,
                accounts.c.settings,
                messages.c.external_id,
                messages.c.parent_external_id,
                messages.c.kind,
                messages.c.author_external_id,
                messages.c.author_name,
                messages.c.text.label("citizen_text"),
                messages.c.created_at,
                messages.c.url.label("message_url"),
                threads.c.external_id.label("thread_external_id"),
                threads.c.url.label("thread_url"),
            )
            .join(items, items.c.id == replies.c.item_id)
            .join(messages, messages.c.id == items.c.id)
            .join(threads, threads.c.id == items.c.thread_id)
            .join(accounts, accounts.c.id == items.c.account_id)
            .where(replies.c.id == reply_id)
        )
        row = connection.execute(statement).mappings().one()
        return Outgoing(
            reply_id=reply_id,
            item_id=row["item_id"],
            text=row["text"],
            unsure=unsure,
            platform=row["platform"],
            account_id=row["account_id"],
            account_key=row["key"],
            account_url=row["url"],
            unit_id=row["unit_id"],
            settings=orjson.loads(row["settings"]),
            secrets=self._accounts.secrets(connection, row["account_id"]),
            external_id=row["external_id"],
            parent_id=row["parent_external_id"],
            kind=row["kind"],
            author_id=row["author_external_id"],
            author_name=row["author_name"],
            citizen_text=row["citizen_text"],
            created_at=row["created_at"],
            url=row["message_url"],
            thread_external_id=row["thread_external_id"],
            thread_url=row["thread_url"],
        )

    def state(self, reply_id: int) -> str:
        with self._database.read() as connection:
            return str(
                connection.execute(select(replies.c.state).where(replies.c.id == reply_id)).scalar_one_or_none()
                or "gone"
            )

    def problem(self, reply_id: int) -> str | None:
        with self._database.read() as connection:
            return connection.execute(select(replies.c.problem).where(replies.c.id == reply_id)).scalar_one_or_none()

    def newest_queued(self, item_id: int) -> int | None:
        """The reply of an item that waits to be sent."""
        statement = select(replies.c.id).where(replies.c.item_id == item_id, replies.c.state == "queued")
        with self._database.read() as connection:
            return connection.execute(statement).scalar_one_or_none()

    def send_at_once(self, reply_id: int, now: datetime) -> None:
        """Skip the pause in which an answer can be taken back."""
        with self._database.write() as connection:
            queued = (replies.c.id == reply_id) & (replies.c.state == "queued")
            connection.execute(update(replies).where(queued).values(send_after=now))

    def sent(self, outgoing: Outgoing, external_id: str, now: datetime) -> str:
        """It stands on the platform."""
        return self._settle(outgoing, "sent", None, now, external_id=external_id)

    def fail(self, outgoing: Outgoing, problem: str, now: datetime) -> str:
        """It surely did not get through; the text stays, a person decides."""
        return self._settle(outgoing, "failed", problem, now)

    def doubt(self, outgoing: Outgoing, problem: str, now: datetime) -> str:
        """It may have got through: look before anyone tries again."""
        return self._settle(outgoing, "unsure", problem, now, send_after=now + LOOK_AGAIN)

    def _settle(
        self, outgoing: Outgoing, state: str, problem: str | None, now: datetime, *, external_id: str | None = None,
        send_after: datetime | None = None,
    ) -> str:  # fmt: skip
        values = {
            "state": state,
            "problem": problem,
            "changed_at": now,
            "send_after": send_after,
            "external_id": external_id,
        }
        kind = {"sent": "sent", "failed": "send_failed", "unsure": "send_unsure"}[state]
        with self._database.write() as connection:
            mine = (replies.c.id == outgoing.reply_id) & (replies.c.state == "sending")
            if connection.execute(update(replies).where(mine).values(values)).rowcount:
                data = orjson.dumps({"problem": problem}).decode()
                connection.execute(insert(events).values(item_id=outgoing.item_id, at=now, kind=kind, data=data))
        return state


def _may_begin(state: str, send_after: datetime | None, changed_at: datetime, now: datetime) -> bool:
    if state in ("queued", "unsure"):
        return send_after is None or send_after <= now
    return state == "sending" and changed_at < now - STUCK
