"""How an answer comes about: the unit's rules, templates, the second person, ends that somebody verifies, hand-offs."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKey, Index, Integer, Table, Text, text

from aggregator.storage.db import UtcTime
from aggregator.storage.tables.base import metadata

_UNDECIDED = text("verdict IS NULL")

# What a unit asks of its answers and ends; the nearest one up the tree counts, 0 is every unit.
unit_rules = Table(
    "unit_rules",
    metadata,
    Column("unit_id", Integer, primary_key=True, autoincrement=False),
    Column("approval", Text, nullable=False, server_default="none"),  # none, always, by_kind
    Column("approval_kinds", Text, nullable=False, server_default=""),  # with by_kind: complaint,criticism
    Column("verified_ends", Text, nullable=False, server_default=""),  # closed,answered_elsewhere,no_answer_needed
    Column("most_uses", Integer, nullable=False, server_default="5"),  # of one text, before that is said
    Column("uses_days", Integer, nullable=False, server_default="30"),
    Column("changed_by", ForeignKey("people.id")),
    Column("changed_at", UtcTime, nullable=False),
)

answer_templates = Table(
    "answer_templates",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("unit_id", ForeignKey("units.id")),  # NULL: for every unit
    Column("topic", Text),  # NULL: for every topic
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("handoff", Boolean, nullable=False, server_default=text("false")),  # for sending a citizen to another unit
    Column("state", Text, nullable=False),  # proposed, approved, retired
    Column("expires_on", Date),
    Column("written_by", ForeignKey("people.id")),
    Column("approved_by", ForeignKey("people.id")),
    Column("approved_at", UtcTime),
    Column("changed_at", UtcTime, nullable=False),
    Column("revision", Integer, nullable=False, server_default="1"),
    Index("ix_answer_templates_unit", "unit_id"),
)

# A second person's word on an answer, before it is sent.
approvals = Table(
    "approvals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("item_id", ForeignKey("items.id", ondelete="CASCADE"), nullable=False),
    Column("text_hash", Text, nullable=False),  # SHA-256 of the very words that were asked for
    Column("asked_by", ForeignKey("people.id")),
    Column("asked_at", UtcTime, nullable=False),
    Column("decided_by", ForeignKey("people.id")),
    Column("decided_at", UtcTime),
    Column("verdict", Text),  # approved, returned, withdrawn; NULL: waits
    Column("comment", Text),
    Index("ix_approvals_item", "item_id"),
    Index("ix_approvals_waiting", "asked_at", sqlite_where=_UNDECIDED, postgresql_where=_UNDECIDED),
)

# An end without an answer on the platform that waits for somebody who did not work on the item.
closures = Table(
    "closures",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("item_id", ForeignKey("items.id", ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False),  # closed, answered_elsewhere, no_answer_needed
    Column("reason", Text, nullable=False),
    Column("asked_by", ForeignKey("people.id")),
    Column("asked_at", UtcTime, nullable=False),
    Column("decided_by", ForeignKey("people.id")),
    Column("decided_at", UtcTime),
    Column("verdict", Text),  # confirmed, returned, void (something else became of the item); NULL: waits
    Column("comment", Text),
    Index("ix_closures_item", "item_id"),
    Index("ix_closures_waiting", "asked_at", sqlite_where=_UNDECIDED, postgresql_where=_UNDECIDED),
)

# A citizen who wrote to the wrong account, sent on in public: two halves of one wait.
handoffs = Table(
    "handoffs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("item_id", ForeignKey("items.id", ondelete="CASCADE"), nullable=False),
    Column("from_unit", ForeignKey("units.id")),
    Column("to_unit", ForeignKey("units.id"), nullable=False),
    Column("reply_id", ForeignKey("replies.id", ondelete="CASCADE"), nullable=False),
    Column("reply_hash", BigInteger, nullable=False),  # its words on this account: never an answer (settlement)
    Column("person_id", ForeignKey("people.id")),
    Column("received_at", UtcTime),  # when the first unit had received it
    Column("at", UtcTime, nullable=False),
    Index("ix_handoffs_item", "item_id"),
    Index("ix_handoffs_at", "at"),
)

# Election periods, in which an office names no candidate.
elections = Table(
    "elections",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("from_on", Date, nullable=False),
    Column("until_on", Date, nullable=False),
    Column("names", Text, nullable=False),  # one candidate a line
    Column("created_by", ForeignKey("people.id")),
    Column("created_at", UtcTime, nullable=False),
)
