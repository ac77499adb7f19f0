"""How Sahut gets in: the apps that Diskominfo registered at platforms, and the logins people gave them."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, Table, Text

from aggregator.storage.db import UtcTime
from aggregator.storage.tables.base import metadata

# What an app is called and its secrets, one row a field; all of them sealed.
app_secrets = Table(
    "app_secrets",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("ciphertext", LargeBinary, nullable=False),
)

# A login that a person gave at a platform's consent page; accounts name it in `login_id`.
logins = Table(
    "logins",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("platform", Text, nullable=False),
    Column("title", Text),  # who logged in, as the platform calls them
    Column("expires_at", UtcTime),
    Column("renew_at", UtcTime, index=True),  # NULL: nothing more to be done without a person
    Column("problem", Text),
    Column("person_id", ForeignKey("people.id")),
    Column("created_at", UtcTime, nullable=False),
)

login_secrets = Table(
    "login_secrets",
    metadata,
    Column("login_id", ForeignKey("logins.id", ondelete="CASCADE"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("ciphertext", LargeBinary, nullable=False),
)

# People who are on a platform's consent page just now. Only a hash of the state is kept.
consents = Table(
    "consents",
    metadata,
    Column("state_hash", Text, primary_key=True),
    Column("platform", Text, nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("verifier", LargeBinary, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)
