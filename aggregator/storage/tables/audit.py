"""The seals over the history: what makes a change to it show."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, Table, Text

from aggregator.storage.db import UtcTime
from aggregator.storage.tables.base import metadata

# One row seals up to 500 rows of one table (domain/seals.py); each head goes over the one before it.
seals = Table(
    "seals",
    metadata,
    Column("table_name", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("last_id", BigInteger, nullable=False),
    Column("marks", LargeBinary, nullable=False),  # of each row its id and a digest of what it says
    Column("head", LargeBinary, nullable=False),
    Column("sealed_at", UtcTime, nullable=False),
)
