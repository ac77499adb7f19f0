"""What keeps the house running: pull reports (the coverage ledger), breakers, allowances, host manners."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, LargeBinary, Table, Text, UniqueConstraint, text

from aggregator.storage.db import UtcTime
from aggregator.storage.tables.base import BigId, metadata

_RUNNING = text("outcome = 'running'")

# The coverage ledger: one row a pull, every fetched record counted under one outcome.
pulls = Table(
    "pulls",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("purpose", Text, nullable=False),  # pull, file
    Column("started_at", UtcTime, nullable=False),
    Column("finished_at", UtcTime),  # NULL: still running, or killed
    Column("outcome", Text, nullable=False),  # running, ok, partial, or the code of an error
    Column("calls", Integer, nullable=False, server_default="0"),
    Column("fetched", Integer, nullable=False, server_default="0"),
    Column("new", Integer, nullable=False, server_default="0"),
    Column("duplicate", Integer, nullable=False, server_default="0"),
    Column("edited", Integer, nullable=False, server_default="0"),
    Column("deleted", Integer, nullable=False, server_default="0"),
    Column("rejected", Integer, nullable=False, server_default="0"),
    Column("items", Integer, nullable=False, server_default="0"),
    Column("census", Integer),
    Column("held", Integer),
    Column("problem", Text),
    Index("ix_pulls_account", "account_id", "id"),
    Index("ix_pulls_running", "started_at", sqlite_where=_RUNNING, postgresql_where=_RUNNING),
)

breakers = Table(
    "breakers",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("open_until", UtcTime),
    Column("reason", Text),
)

# What each account took of an allowance on a day (the allowance's own), in the platform's units; account 0 is the glance.
allowances = Table(
    "allowances",
    metadata,
    Column("allowance", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("account_id", Integer, primary_key=True, autoincrement=False),
    Column("units", Integer, nullable=False),
)

# Until when a platform asked to be left alone by whoever shares an allowance.
waits = Table(
    "waits",
    metadata,
    Column("allowance", Text, primary_key=True),
    Column("until", UtcTime, nullable=False),
)

# Looks at all accounts of one login together (login 0: the app itself).
glances = Table(
    "glances",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("platform", Text, nullable=False),
    Column("login_id", Integer, nullable=False),
    Column("cursor", Text),  # JSON {"version", "data"}
    Column("next_at", UtcTime, nullable=False, index=True),
    Column("lease_owner", Text),
    Column("lease_until", UtcTime),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("last_success_at", UtcTime),
    Column("looked", Integer, nullable=False, server_default="0"),  # accounts at the last glance
    Column("calls", Integer, nullable=False, server_default="0"),  # of the last glance
    Column("problem", Text),
    UniqueConstraint("platform", "login_id"),
)

# Webhook calls whose signature was right, kept until they are worked off; the digest stays a while against replays.
pushes = Table(
    "pushes",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("platform", Text, nullable=False),
    Column("digest", Text, nullable=False, unique=True),
    Column("request", LargeBinary),  # JSON of the call; NULL once it is worked off
    Column("received_at", UtcTime, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("next_at", UtcTime, index=True),  # NULL: done, or given up
    Column("problem", Text),
)

hosts = Table(
    "hosts",
    metadata,
    Column("host", Text, primary_key=True),
    Column("next_at", UtcTime),
    Column("robots", Text),
    Column("robots_at", UtcTime),
    Column("blocked_until", UtcTime),
)

# Small facts of the installation, as how far the events were told to plugins.
meta = Table(
    "meta",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
