"""Every table, by subject: registry (who), logins (how we get in), facts (what was said), work (what must be done),
learning (what triage is taught), machinery."""

from aggregator.storage.tables.base import metadata
from aggregator.storage.tables.facts import message_versions, messages, quarantine, reply_texts, threads
from aggregator.storage.tables.identity import (
    invitations,
    person_events,
    recovery_codes,
    second_factors,
    sso_subjects,
    sso_visits,
)
from aggregator.storage.tables.learning import examples, models, places, routing_rules, slang_words, thresholds
from aggregator.storage.tables.logins import app_secrets, consents, login_secrets, logins
from aggregator.storage.tables.machinery import allowances, breakers, glances, hosts, meta, pulls, pushes, waits
from aggregator.storage.tables.registry import (
    account_secrets,
    accounts,
    grants,
    login_attempts,
    official_authors,
    people,
    sessions,
    snapshots,
    units,
)
from aggregator.storage.tables.work import (
    events,
    item_counts,
    item_viewers,
    items,
    looks,
    notices,
    proofs,
    replies,
)

__all__ = [
    "account_secrets", "accounts", "allowances", "app_secrets", "breakers", "consents", "events", "examples",
    "glances", "grants", "hosts", "invitations", "item_counts", "item_viewers", "items", "login_attempts",
    "login_secrets", "logins", "looks", "message_versions", "messages", "meta", "metadata", "models", "notices",
    "official_authors", "people", "person_events", "places", "proofs", "pulls", "pushes", "quarantine",
    "recovery_codes", "replies", "reply_texts", "routing_rules", "second_factors", "sessions", "slang_words",
    "snapshots", "sso_subjects", "sso_visits", "threads", "thresholds", "units", "waits",
]  # fmt: skip
