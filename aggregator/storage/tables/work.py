"""What someone must deal with: derived from facts and events, and rebuildable from them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from aggregator.storage.db import UtcTime
from aggregator.storage.tables.base import BigId, metadata

_WAITING = text("waiting")
_STILL_IN_TIME = text("waiting AND NOT late")

# One item is one citizen's message: it shares the message's id.
items = Table(
    "items",
    metadata,
    Column("id", ForeignKey("messages.id"), primary_key=True, autoincrement=False),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("thread_id", ForeignKey("threads.id"), nullable=False),
    Column("platform", Text, nullable=False),
    Column("unit_id", ForeignKey("units.id")),
    Column("kind", Text, nullable=False),
    Column("topic", Text),
    Column("state", Text, nullable=False),
    Column("waiting", Boolean, nullable=False),
    Column("late", Boolean, nullable=False, server_default=text("false")),
    Column("confidence", Float, nullable=False),
    Column("verdict", Text, nullable=False),  # JSON: what triage said and why (services/intake/opening.py)
    Column("opened_at", UtcTime, nullable=False),
    Column("received_at", UtcTime),  # when the unit that has it now received it
    Column("due_at", UtcTime),
    Column("claimed_by", ForeignKey("people.id")),
    Column("acknowledged_at", UtcTime),
    Column("answered_at", UtcTime),
    Column("answer_id", ForeignKey("messages.id")),
    Column("answer_strength", Text),
    Column("denied_answer_id", BigInteger),  # a person said: this is not the answer
    Column("closed_at", UtcTime),
    Column("closed_reason", Text),
    Column("revision", Integer, nullable=False, server_default="1"),  # two people at once: one wins
    Column("urgency", Integer, nullable=False, server_default="0"),  # 0 ordinary, 1 soon, 2 danger
    Column("rank", BigInteger, nullable=False, server_default="0"),  # the queue's order: the id, urgent ones ahead
    Column("place_unit_id", Integer),  # the kecamatan, kelurahan or desa it speaks of
    Column("confidential", Boolean, nullable=False, server_default=text("false")),
    Column(
        "open_parts", Integer, nullable=False, server_default="0"
    ),  # matters in it that other units still have to deal with
    Column("same_words", BigInteger),  # what was pasted at several accounts shares it; NULL: too short to say
    Index("ix_items_unit", "unit_id", "id"),
    Index("ix_items_open", "rank", sqlite_where=_WAITING, postgresql_where=_WAITING),
    Index("ix_items_unit_open", "unit_id", "rank", sqlite_where=_WAITING, postgresql_where=_WAITING),
    Index("ix_items_late", "rank", sqlite_where=text("late"), postgresql_where=text("late")),
    Index("ix_items_due", "due_at", "id", sqlite_where=_STILL_IN_TIME, postgresql_where=_STILL_IN_TIME),
    Index("ix_items_thread_open", "thread_id", sqlite_where=_WAITING, postgresql_where=_WAITING),
    Index(
        "ix_items_same_words",
        "same_words",
        sqlite_where=text("same_words IS NOT NULL"),
        postgresql_where=text("same_words IS NOT NULL"),
    ),
    Index(
        "ix_items_claimed",
        "claimed_by",
        "rank",
        sqlite_where=text("claimed_by IS NOT NULL"),
        postgresql_where=text("claimed_by IS NOT NULL"),
    ),
)

# The history: rows are only added, and stay when an item turns out to be none, as the seals over them say.
events = Table(
    "events",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("item_id", BigId, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("kind", Text, nullable=False),
    Column("actor_id", ForeignKey("people.id")),
    Column("data", Text, nullable=False, server_default="{}"),
    Index("ix_events_item", "item_id", "id"),
)

# The answer as it was when it counted: what anyone can check again.
proofs = Table(
    "proofs",
    metadata,
    Column("item_id", ForeignKey("items.id"), primary_key=True),
    Column("answer_id", ForeignKey("messages.id"), nullable=False, index=True),
    Column("url", Text),
    Column("snapshot", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("shown_at", UtcTime, nullable=False),  # the platform's own time
    Column("taken_at", UtcTime, nullable=False),
    Column("checked_at", UtcTime, nullable=False),
    Column("status", Text, nullable=False),  # shown, changed, gone
)

# Answers on their way out. The row is the record; a queue message carries only its id.
replies = Table(
    "replies",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("item_id", ForeignKey("items.id"), nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("person_id", ForeignKey("people.id")),
    Column("state", Text, nullable=False),  # draft, pending, queued, sending, unsure, sent, failed, copied
    Column("external_id", Text),
    Column("problem", Text),
    Column("created_at", UtcTime, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    Column("send_after", UtcTime),
    Index(
        "ix_replies_queued",
        "send_after",
        sqlite_where=text("state = 'queued'"),
        postgresql_where=text("state = 'queued'"),
    ),
)

# Who is named for one confidential item, beside those who are for all of their units.
item_viewers = Table(
    "item_viewers",
    metadata,
    Column("item_id", ForeignKey("items.id", ondelete="CASCADE"), primary_key=True),
    Column("person_id", ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("named_by", ForeignKey("people.id")),
    Column("named_at", UtcTime, nullable=False),
)

# Every look at a confidential item; kept like the history.
looks = Table(
    "looks",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("item_id", BigId, nullable=False),
    Column("person_id", ForeignKey("people.id")),
    Column("at", UtcTime, nullable=False),
    Index("ix_looks_item", "item_id", "id"),
)

# Roll-up: how many items a unit has in a state. Unit 0 is "no unit yet". Rebuilt by `sahut doctor --recount`.
item_counts = Table(
    "item_counts",
    metadata,
    Column("unit_id", Integer, primary_key=True, autoincrement=False),
    Column("state", Text, primary_key=True),
    Column("late", Boolean, primary_key=True),
    Column("confidential", Boolean, primary_key=True),
    Column("n", Integer, nullable=False),
)

# What a person is told: once for each happening, whose key says which it was.
notices = Table(
    "notices",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("person_id", ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("key", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("item_id", ForeignKey("items.id", ondelete="CASCADE")),
    Column("at", UtcTime, nullable=False),
    Column("data", Text, nullable=False, server_default="{}"),  # JSON; no citizen's words
    Column("read_at", UtcTime),
    Column("spread", Boolean, nullable=False, server_default=text("false")),  # its deliveries were written
    UniqueConstraint("person_id", "key"),
    Index("ix_notices_person", "person_id", "id"),
    Index("ix_notices_unspread", "id", sqlite_where=text("NOT spread"), postgresql_where=text("NOT spread")),
    Index(
        "ix_notices_unread",
        "person_id",
        sqlite_where=text("read_at IS NULL"),
        postgresql_where=text("read_at IS NULL"),
    ),
)
