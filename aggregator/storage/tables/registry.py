"""Who exists: units, their accounts, the people who work, the authors who speak for an office."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from aggregator.storage.db import UtcTime
from aggregator.storage.tables.base import metadata

_IN_USE = text("email IS NOT NULL AND active")

units = Table(
    "units",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("short_name", Text),
    Column("kind", Text, nullable=False),
    Column("parent_id", ForeignKey("units.id")),
    Column("affairs", Text, nullable=False, server_default=""),  # separated by ';'
    Column("valid_from", Date),
    Column("valid_to", Date),  # the first day on which it no longer exists
    Column("successor_id", Integer),  # who took its affairs over when it ended
    Column("created_at", UtcTime, nullable=False),
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("platform", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("title", Text),
    Column("unit_id", ForeignKey("units.id"), nullable=False, index=True),
    Column("settings", Text, nullable=False, server_default="{}"),  # JSON object of strings
    Column("state", Text, nullable=False, server_default="active"),  # active, auth_expired, gone, blocked, paused, file
    Column("cursor", Text),  # JSON {"version", "data"}
    Column("next_pull_at", UtcTime),
    Column("lease_owner", Text),
    Column("lease_until", UtcTime),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("last_pull_at", UtcTime),
    Column("last_success_at", UtcTime),
    Column("last_new_at", UtcTime),
    Column("problem", Text),  # what stands in the way, for people; NULL when nothing does
    Column("held", Integer, nullable=False, server_default="0"),  # messages shown, posts not counted
    Column("census", Integer),  # what the platform says it shows
    Column("created_at", UtcTime, nullable=False),
    Column("login_id", Integer),  # the login it is read with; NULL: its own secrets, the app's, or none
    Column("credential_expires_at", UtcTime),
    Column("inspect_at", UtcTime, index=True),  # when its public face is looked at next
    UniqueConstraint("platform", "key"),
    Index("ix_accounts_due", "next_pull_at"),
)

# The account's public face on a day: evidence for the circular.
snapshots = Table(
    "snapshots",
    metadata,
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("taken_at", UtcTime, nullable=False),
    Column("exists", Boolean, nullable=False),
    Column("active", Boolean),
    Column("title", Text),
    Column("last_post_at", UtcTime),
    Column("posts_30d", Integer),
    Column("followers", Integer),
    Column("verified", Boolean),
    Column("reads", Text),
    Column("problem", Text),
    Column("evidence", Text, nullable=False, server_default="{}"),
)

account_secrets = Table(
    "account_secrets",
    metadata,
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("ciphertext", LargeBinary, nullable=False),
)

# Who speaks for an office. `realm` is the platform, or platform:account where author ids are only unique on one site.
official_authors = Table(
    "official_authors",
    metadata,
    Column("realm", Text, primary_key=True),
    Column("author_id", Text, primary_key=True),
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("source", Text, nullable=False),  # post, setting, inspected, confirmed, answer
    Column("created_at", UtcTime, nullable=False),
)

people = Table(
    "people",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("login", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("unit_id", ForeignKey("units.id")),
    Column("password_hash", Text, nullable=False),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    Column("created_at", UtcTime, nullable=False),
    Column("confidential", Boolean, nullable=False, server_default=text("false")),  # named for confidential items
    Column("email", Text),  # lower case
    Index("ix_people_name", "name", "id"),
    Index("uq_people_email", "email", unique=True, sqlite_where=_IN_USE, postgresql_where=_IN_USE),
)

# Rights beside those of the role: a substitute's (with dates), a second office's, an exception (right 0).
grants = Table(
    "grants",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person_id", ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("unit_id", ForeignKey("units.id"), nullable=False),
    Column("right", Integer, nullable=False),  # 0 none, 1 read, 2 work, 3 manage; for the unit and all below it
    Column("from_at", UtcTime, nullable=False),
    Column("until_at", UtcTime),  # NULL: until it is taken back
    Column("reason", Text, nullable=False, server_default=""),
    Column("created_by", ForeignKey("people.id")),
    Column("created_at", UtcTime, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("person_id", ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    Column("device", Text, nullable=False, server_default=""),  # "Chrome di Android": nothing else of the browser
    Column("stage", Text, nullable=False, server_default="full"),  # code, enrol: the password was right, not yet in
)

login_attempts = Table(
    "login_attempts",
    metadata,
    Column("login", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("first_at", UtcTime, nullable=False),
)
