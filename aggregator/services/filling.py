"""Filling templates in for one item: who asked, who answers, and where a citizen is sent on to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from aggregator.domain.access import Viewer
from aggregator.domain.answer_templates import HANDOFF, addressed, fill
from aggregator.services.units import Units
from aggregator.storage.ids import code_of
from aggregator.storage.tables import accounts, answer_templates, items, messages

_MONTHS = ("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November",
           "Desember")  # fmt: skip
_SUBJECT = (
    select(
        *(items.c[name] for name in ("id", "revision", "unit_id", "account_id", "platform", "kind", "topic", "confidential")),
        *(messages.c.author_name, messages.c.url, accounts.c.title),
    )
    .join(messages, messages.c.id == items.c.id)
    .join(accounts, accounts.c.id == items.c.account_id)
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A template that may be used now."""

    id: int
    title: str
    text: str
    handoff: bool


def choices(
    connection: Connection, units: Units, unit_id: int | None, topic: str | None, today: date
) -> tuple[Choice, ...]:
    """The approved templates for a unit and topic that have not run out, those of the nearest unit first."""
    path = units.path(unit_id)
    table = answer_templates.c
    statement = select(table.id, table.title, table.text, table.handoff, table.unit_id, table.topic).where(
        table.state == "approved",
        table.unit_id.is_(None) | table.unit_id.in_(path),
        table.topic.is_(None) | (table.topic == (topic or "").casefold()),
        table.expires_on.is_(None) | (table.expires_on >= today),
    )
    near = {unit: place for place, unit in enumerate(path)}
    rows = sorted(
        connection.execute(statement),
        key=lambda row: (row.topic is None, near.get(row.unit_id or 0, len(path)), row.title, row.id),
    )
    return tuple(Choice(id=row.id, title=row.title, text=row.text, handoff=row.handoff) for row in rows)


def load_subject(connection: Connection, item_id: int) -> RowMapping | None:
    """What answering needs to know of an item."""
    return connection.execute(_SUBJECT.where(items.c.id == item_id)).mappings().one_or_none()


def values_for(item: Mapping[str, Any] | RowMapping, viewer: Viewer, units: Units, today: date) -> dict[str, str]:
    """The values of a template's variables for this item and person."""
    return {
        "nama": addressed(item["author_name"]),
        "unit": units.name(item["unit_id"]) or item["title"] or "",
        "nomor": code_of(item["id"]),
        "tautan": item["url"] or "",
        "tanggal": f"{today.day} {_MONTHS[today.month - 1]} {today.year}",
        "petugas": viewer.name,
    }


def handoff_text(
    connection: Connection, item: RowMapping, unit_id: int, viewer: Viewer, units: Units, today: date
) -> str:
    """The polite words that send a citizen on to another unit, with its account on the same platform when it has one."""
    listed = choices(connection, units, item["unit_id"], item["topic"], today)
    wording = next((one.text for one in listed if one.handoff), HANDOFF)
    there = {"tujuan": units.name(unit_id) or "", "akun_tujuan": _account(connection, unit_id, item["platform"])}
    return fill(wording, values_for(item, viewer, units, today) | there)


def _account(connection: Connection, unit_id: int, platform: str) -> str:
    table = accounts.c
    statement = (
        select(table.title, table.key, table.url)
        .where(table.unit_id == unit_id, table.platform == platform, table.state.not_in(("file", "gone")))
        .order_by(table.id)
        .limit(1)
    )
    found = connection.execute(statement).one_or_none()
    return f"(akun {found.title or found.key}: {found.url})" if found else ""
