"""What platforms showed. Stored first, never edited away: edits are versions, deletions are tombstones."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
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

threads = Table(
    "threads",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("external_id", Text, nullable=False),
    Column("url", Text),
    Column("title", Text),
    Column("post_id", BigInteger),  # the message that is the post itself, once it was read
    Column("held", Integer, nullable=False, server_default="0"),  # messages shown, the post itself not counted
    Column("reply_count", Integer),  # what the platform says
    Column(
        "flat_replies", Boolean, nullable=False, server_default=text("false")
    ),  # the office answers beside, not below
    Column("read_at", UtcTime, nullable=False),
    Column("read_offset", Integer, nullable=False, server_default="0"),  # how far a very long thread was re-read
    Column("next_read_at", UtcTime, nullable=False),
    Column("suspect", Boolean, nullable=False, server_default=text("false")),  # much of it seemed to have vanished
    UniqueConstraint("account_id", "external_id"),
    Index("ix_threads_due", "account_id", "next_read_at"),
    Index("ix_threads_read", "account_id", "read_at"),
)

# The id is made of the platform's time and a hash (storage/ids.py): id order is time order, on every page and in
# full text, even for a comment that arrives late.
messages = Table(
    "messages",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("thread_id", ForeignKey("threads.id"), nullable=False),
    Column("external_id", Text, nullable=False),
    Column("parent_external_id", Text),
    Column("kind", Text, nullable=False),
    Column("author_external_id", Text),
    Column("author_name", Text, nullable=False),
    Column("official", Boolean, nullable=False),
    Column("text", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("edited_at", UtcTime),
    Column("url", Text),
    Column("rating", Integer),
    Column("place", Text),
    Column("precision", Text, nullable=False),
    Column("extra", Text),  # JSON {"media", "raw"}; NULL when there is nothing
    Column("version", Integer, nullable=False),
    Column("first_seen_at", UtcTime, nullable=False),
    Column("deleted_at", UtcTime),
    Column("reply_hash", BigInteger),  # of an official reply: the same text pasted again has the same hash
    UniqueConstraint("account_id", "external_id"),
    Index("ix_messages_thread", "thread_id", "id"),
    Index(
        "ix_messages_parent",
        "account_id",
        "parent_external_id",
        sqlite_where=text("parent_external_id IS NOT NULL"),
        postgresql_where=text("parent_external_id IS NOT NULL"),
    ),
    Index(
        "ix_messages_author",
        "author_external_id",
        sqlite_where=text("author_external_id IS NOT NULL"),
        postgresql_where=text("author_external_id IS NOT NULL"),
    ),
    Index(
        "ix_messages_reply_hash",
        "reply_hash",
        sqlite_where=text("reply_hash IS NOT NULL"),
        postgresql_where=text("reply_hash IS NOT NULL"),
    ),
)

# What a message said before: one row for every version that was replaced.
message_versions = Table(
    "message_versions",
    metadata,
    Column("message_id", ForeignKey("messages.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("text", Text, nullable=False),
    Column("author_name", Text, nullable=False),
    Column("replaced_at", UtcTime, nullable=False),
)

# How often each official reply text (by its hash) stands on all accounts: what tells a template from an answer.
reply_texts = Table(
    "reply_texts",
    metadata,
    Column("reply_hash", BigInteger, primary_key=True, autoincrement=False),
    Column("uses", Integer, nullable=False),
    Column("hands_on", Boolean, nullable=False, server_default=text("false")),  # sends a citizen on: never an answer
)

# Records that could not be stored, by what is known of them; never their words.
quarantine = Table(
    "quarantine",
    metadata,
    Column("account_id", ForeignKey("accounts.id"), primary_key=True),
    Column("external_id", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("first_at", UtcTime, nullable=False),
    Column("last_at", UtcTime, nullable=False),
)
