"""How people are reached: their addresses, what they chose, the media, and what is on its way to them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, UniqueConstraint, text

from aggregator.storage.db import UtcTime
from aggregator.storage.tables.base import BigId, metadata

_DUE = text("state IN ('queued', 'unsure')")
_UNDER_WAY = text("state = 'sending'")

# Where a person is reached: an address, a chat, a number, a browser. Sealed: a telephone number is nobody else's business.
contacts = Table(
    "contacts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person_id", ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("medium", Text, nullable=False),
    Column("address", LargeBinary, nullable=False),
    Column("digest", Text, nullable=False),  # of the address: the same one is not kept twice
    Column("shown", Text, nullable=False),  # the address with most of it hidden
    Column("confirmed_at", UtcTime),  # NULL: waits for its code
    Column("code", LargeBinary),
    Column("code_until", UtcTime),
    Column("code_tries", Integer, nullable=False, server_default="0"),
    Column("problem", Text),  # why nothing reaches it, for its person
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("person_id", "medium", "digest"),
)

# What a person chose differently from what their role usually wants.
notice_choices = Table(
    "notice_choices",
    metadata,
    Column("person_id", ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("medium", Text, primary_key=True),
    Column("wanted", Boolean, nullable=False),
)

# When a person wants to be left alone: minutes after local midnight.
notice_hours = Table(
    "notice_hours",
    metadata,
    Column("person_id", ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("quiet_from", Integer, nullable=False),
    Column("quiet_until", Integer, nullable=False),
    Column("zone", Text),  # NULL: the installation's
)

# How a medium does: what stands in its way, and until when it is left alone. Its settings are sealed in `app_secrets`.
channels = Table(
    "channels",
    metadata,
    Column("name", Text, primary_key=True),
    Column("problem", Text),
    Column("hold_until", UtcTime),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("changed_at", UtcTime, nullable=False),
)

# Notices on their way out of the house. The row is the record; a queue message carries only its id.
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("notice_id", ForeignKey("notices.id", ondelete="CASCADE"), nullable=False),
    Column("contact_id", ForeignKey("contacts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("state", Text, nullable=False),  # queued, sending, unsure, sent, failed, dropped
    Column("send_after", UtcTime, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("problem", Text),
    Column("created_at", UtcTime, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    UniqueConstraint("notice_id", "contact_id"),
    Index("ix_deliveries_due", "send_after", sqlite_where=_DUE, postgresql_where=_DUE),
    Index("ix_deliveries_sending", "changed_at", sqlite_where=_UNDER_WAY, postgresql_where=_UNDER_WAY),
)
