"""What keeps the house running: pull reports (the coverage ledger), breakers, host manners."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, Table, Text, text

from aggregator.storage.db import UtcTime
from aggregator.storage.tables.base import metadata

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

# Calls made with one credential (or to one site) today, against what it may make.
credentials = Table(
    "credentials",
    metadata,
    Column("credential", Text, primary_key=True),
    Column("day", Date, nullable=False),
    Column("calls", Integer, nullable=False),
    Column("blocked_until", UtcTime),
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
