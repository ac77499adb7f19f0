"""Every table, by subject: registry (who), identity (how people log in), logins (how we get in), facts (what was said), work
(what must be done), answering (how an answer comes about), teamwork (what several people do with it), learning (what triage
is taught), telling (how people are reached), search, audit, machinery."""

from aggregator.storage.tables.answering import answer_templates, approvals, closures, elections, handoffs, unit_rules
from aggregator.storage.tables.audit import seals
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
from aggregator.storage.tables.search import search_queue
from aggregator.storage.tables.teamwork import attachments, item_units, locks, merges, watchers
from aggregator.storage.tables.telling import channels, contacts, deliveries, notice_choices, notice_hours
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
    "account_secrets", "accounts", "allowances", "answer_templates", "app_secrets", "approvals", "attachments",
    "breakers", "channels", "closures", "consents", "contacts", "deliveries", "elections", "events", "examples",
    "glances", "grants", "handoffs", "hosts", "invitations", "item_counts", "item_units", "item_viewers", "items",
    "locks", "login_attempts", "login_secrets", "logins", "looks", "merges", "message_versions", "messages", "meta",
    "metadata", "models", "notice_choices", "notice_hours", "notices", "official_authors", "people", "person_events",
    "places", "proofs", "pulls", "pushes", "quarantine", "recovery_codes", "replies", "reply_texts", "routing_rules",
    "seals", "search_queue", "second_factors", "sessions", "slang_words", "snapshots", "sso_subjects", "sso_visits",
    "threads", "thresholds", "unit_rules", "units", "waits", "watchers",
]  # fmt: skip
