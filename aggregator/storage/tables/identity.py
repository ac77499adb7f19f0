"""How people prove who they are: links to a first or new password, second factors, log-in through the government's own
accounts; and what was done about a person. Whatever opens a door is kept as a hash or sealed."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from aggregator.storage.db import UtcTime
from aggregator.storage.tables.base import metadata

# Links that let a person choose a password, once.
invitations = Table(
    "invitations",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("person_id", ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("purpose", Text, nullable=False),  # invite, reset
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
)

second_factors = Table(
    "second_factors",
    metadata,
    Column("person_id", ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("secret", LargeBinary, nullable=False),  # sealed
    Column("confirmed_at", UtcTime),  # NULL: shown, but no code was given yet
    Column("last_counter", BigInteger),  # the newest time step whose code was used: none is used twice
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("person_id", ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("code_hash", Text, primary_key=True),
)

# Who a person is at the issuer, once they came from there.
sso_subjects = Table(
    "sso_subjects",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("person_id", ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("bound_at", UtcTime, nullable=False),
)

# Browsers that are at the issuer's page just now.
sso_visits = Table(
    "sso_visits",
    metadata,
    Column("state_hash", Text, primary_key=True),
    Column("nonce_hash", Text, nullable=False),
    Column("verifier", LargeBinary, nullable=False),  # sealed
    Column("created_at", UtcTime, nullable=False, index=True),
)

# What was done about a person, by whom: the audit of accounts.
person_events = Table(
    "person_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("kind", Text, nullable=False),
    Column("actor_id", ForeignKey("people.id")),  # NULL: whoever runs the command line
    Column("data", Text, nullable=False, server_default="{}"),  # JSON
    Index("ix_person_events_person", "person_id", "id"),
)
