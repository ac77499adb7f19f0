"""Every table, by subject: registry (who), facts (what was said), work (what must be done), machinery."""

from aggregator.storage.tables.base import metadata
from aggregator.storage.tables.facts import message_versions, messages, quarantine, reply_texts, threads
from aggregator.storage.tables.machinery import breakers, credentials, hosts, meta, pulls
from aggregator.storage.tables.registry import (
    account_secrets,
    accounts,
    login_attempts,
    official_authors,
    people,
    sessions,
    units,
)
from aggregator.storage.tables.work import events, item_counts, items, proofs, replies

__all__ = [
    "account_secrets", "accounts", "breakers", "credentials", "events", "hosts", "item_counts", "items",
    "login_attempts", "message_versions", "messages", "meta", "metadata", "official_authors", "people",
    "proofs", "pulls", "quarantine", "replies", "reply_texts", "sessions", "threads", "units",
]  # fmt: skip
