"""What waits to be indexed for search. The index itself (`message_words`) is made by hand in storage/search.py."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table

from aggregator.storage.tables.base import BigId, metadata

# Triggers write it: a new item, new words, another unit. `ticket` grows with each reason, so that what changes while it is
# being indexed is indexed again.
search_queue = Table(
    "search_queue",
    metadata,
    Column("message_id", BigId, primary_key=True, autoincrement=False),
    Column("ticket", Integer, nullable=False),
)
