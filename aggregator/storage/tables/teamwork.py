"""What several people do with one item: who writes just now, who takes part, who follows, what was put beside it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, Table, Text, text

from aggregator.storage.db import UtcTime
from aggregator.storage.tables.base import BigId, metadata

_ITEM = "items.id"
_GONE_WITH_IT = "CASCADE"
_OPEN = text("ended_at IS NULL")
_MERGED = text("undone_at IS NULL")

# Who writes an answer just now: a soft lock that runs out by itself.
locks = Table(
    "locks",
    metadata,
    Column("item_id", ForeignKey(_ITEM, ondelete=_GONE_WITH_IT), primary_key=True),
    Column("person_id", ForeignKey("people.id", ondelete=_GONE_WITH_IT), nullable=False),
    Column("until", UtcTime, nullable=False),
)

# Units beside the one that has the item. role: support (notes and drafts; the own unit answers) or part (a second matter in the
# same words, with a clock of its own, that must be done before the item can count as answered).
item_units = Table(
    "item_units",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("item_id", ForeignKey(_ITEM, ondelete=_GONE_WITH_IT), nullable=False),
    Column("unit_id", ForeignKey("units.id"), nullable=False),
    Column("role", Text, nullable=False),
    Column("matter", Text, nullable=False),  # what this unit is asked for
    Column("since", UtcTime, nullable=False),
    Column("due_at", UtcTime),  # of a part: its clock began when its unit received it
    Column("by", ForeignKey("people.id")),
    Column("claimed_by", ForeignKey("people.id")),
    Column("ended_at", UtcTime),
    Column("outcome", Text),  # what was done, in the unit's words
    Index("ix_item_units_item", "item_id"),
    Index(
        "uq_item_units_open", "unit_id", "item_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
    ),  # a unit takes part once at a time
)

# Items that say the same as another one. The state before is kept, so that it can be taken back exactly.
merges = Table(
    "merges",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("item_id", ForeignKey(_ITEM, ondelete=_GONE_WITH_IT), nullable=False),
    Column("into_id", ForeignKey(_ITEM, ondelete=_GONE_WITH_IT), nullable=False),
    Column("state_before", Text, nullable=False),
    Column("late_before", Boolean, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("by", ForeignKey("people.id")),
    Column("undone_at", UtcTime),
    Column("undone_by", ForeignKey("people.id")),
    Index("uq_merges_item", "item_id", unique=True, sqlite_where=_MERGED, postgresql_where=_MERGED),
    Index("ix_merges_into", "into_id"),
)

# Who wants to be told what becomes of an item.
watchers = Table(
    "watchers",
    metadata,
    Column("item_id", ForeignKey(_ITEM, ondelete=_GONE_WITH_IT), primary_key=True),
    Column("person_id", ForeignKey("people.id", ondelete=_GONE_WITH_IT), primary_key=True, index=True),
    Column("since", UtcTime, nullable=False),
)

# Files beside an item; their bytes lie in the data folder under their SHA-256, outside of what the pages serve.
attachments = Table(
    "attachments",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("item_id", ForeignKey(_ITEM, ondelete=_GONE_WITH_IT), nullable=False, index=True),
    Column("purpose", Text, nullable=False),  # note, evidence
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("look", BigInteger),  # of a photo: its difference hash
    Column("resembles", ForeignKey("attachments.id", ondelete="SET NULL")),  # the earlier evidence it looks like
    Column("person_id", ForeignKey("people.id")),
    Column("at", UtcTime, nullable=False),
    Index(
        "ix_attachments_look",
        "look",
        sqlite_where=text("look IS NOT NULL AND purpose = 'evidence'"),
        postgresql_where=text("look IS NOT NULL AND purpose = 'evidence'"),
    ),
)
