"""Everything that is held, as rows for scripts: one dictionary a row, streamed in the order of ids."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Select, select

from aggregator.storage.db import Database
from aggregator.storage.ids import code_of
from aggregator.storage.tables import accounts, items, messages, pulls, threads, units

Rows = Iterator[dict[str, Any]]
_CHUNK = 1_000


def export_messages(database: Database) -> Rows:
    """Every message as the platform shows it now; deleted ones are marked, not left out."""
    m = messages.c
    statement = (
        select(
            accounts.c.platform, m.kind, m.account_id, m.external_id, m.parent_external_id,
            threads.c.external_id.label("thread_external_id"), threads.c.url.label("thread_url"), m.url, m.author_name,
            m.author_external_id, m.official, m.created_at, m.text, m.version, m.deleted_at,
        )
        .join(accounts, accounts.c.id == m.account_id)
        .join(threads, threads.c.id == m.thread_id)
        .order_by(m.id)
    )  # fmt: skip
    for row in _stream(database, statement):
        row["official"] = bool(row["official"])
        row["edited"] = row.pop("version") > 1
        row["deleted"] = row.pop("deleted_at") is not None
        yield row


def export_items(database: Database) -> Rows:
    """Every item with its state and its answer."""
    i = items.c
    answers = messages.alias("answers")
    statement = (
        select(
            i.id, messages.c.external_id.label("message_external_id"), i.platform, i.kind, i.state, units.c.name.label("unit"),
            i.confidence, messages.c.created_at, i.acknowledged_at, i.answered_at,
            answers.c.external_id.label("answer_external_id"), i.answer_strength, i.account_id, i.due_at, i.late,
        )
        .join(messages, messages.c.id == i.id)
        .outerjoin(units, units.c.id == i.unit_id)
        .outerjoin(answers, answers.c.id == i.answer_id)
        .order_by(i.id)
    )  # fmt: skip
    for row in _stream(database, statement):
        strength = row["answer_strength"]
        yield (
            {"item": code_of(row.pop("id"))}
            | row
            | {"answer_strength": strength.upper() if strength else None, "late": bool(row["late"])}
        )


def export_accounts(database: Database) -> Rows:
    """Every account with its health; no secrets."""
    a = accounts.c
    statement = (
        select(
            a.id, a.platform, a.key, a.url, units.c.name.label("unit"), a.state, a.problem, a.held, a.census, a.failures,
            a.last_pull_at, a.last_success_at, a.next_pull_at,
        )
        .join(units, units.c.id == a.unit_id)
        .order_by(a.id)
    )  # fmt: skip
    yield from _stream(database, statement)


def export_pulls(database: Database) -> Rows:
    """The coverage ledger: every pull with its counted outcomes."""
    yield from _stream(database, select(pulls).order_by(pulls.c.id))


def _stream(database: Database, statement: Select[Any]) -> Rows:
    with database.read() as connection:
        for row in connection.execution_options(yield_per=_CHUNK).execute(statement).mappings():
            yield dict(row)


EXPORTS: dict[str, Callable[[Database], Rows]] = {
    "messages": export_messages,
    "items": export_items,
    "accounts": export_accounts,
    "pulls": export_pulls,
}
