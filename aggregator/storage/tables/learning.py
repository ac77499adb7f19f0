"""What triage is taught: labelled examples, learned models, the kabupaten's own rules, words, places and thresholds."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
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

_ACTIVE = text("state = 'active'")

# What people said of a message: the newest word on an item counts. Its text is the message's own, so that erasing a
# message erases it here too; only examples from a file (`sahut triage learn`) bring theirs along.
examples = Table(
    "examples",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("item_id", ForeignKey("items.id", ondelete="CASCADE"), unique=True),
    Column("text", Text),  # of an imported example; NULL: the item's message
    Column("outcome", Text, nullable=False),  # unit, outside, nobody, returned (not that unit; whose is not known yet)
    Column("unit_id", ForeignKey("units.id")),
    Column("body", Text),  # whose it is when it is not the kabupaten's, in the person's words
    Column("kind", Text),
    Column(
        "source", Text, nullable=False
    ),  # confirmed, corrected, worked, returned, not_ours, noise, reviewed, imported
    Column("reason", Text),
    Column("proposed_outcome", Text),  # what triage had said: unit, outside, nobody or unknown
    Column("proposed_unit_id", Integer),
    Column("proposed_kind", Text),
    Column("confidence", Float),
    Column("auto", Boolean, nullable=False, server_default=text("false")),  # triage had routed it by itself
    Column("model_id", Integer),
    Column("person_id", ForeignKey("people.id")),
    Column("at", UtcTime, nullable=False, index=True),
)

# A trained model and how it did against the one before; the newest active one is asked.
models = Table(
    "models",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("state", Text, nullable=False),  # queued, training, active, retired, rejected, failed
    Column("progress", Text, nullable=False, server_default=""),  # for people, while it is trained
    Column("asked_by", ForeignKey("people.id")),
    Column("created_at", UtcTime, nullable=False),
    Column("lease_until", UtcTime),
    Column("finished_at", UtcTime),
    Column("activated_at", UtcTime),
    Column("newest_example", Integer, nullable=False, server_default="0"),
    Column("examples", Integer, nullable=False, server_default="0"),
    Column("report", Text, nullable=False, server_default="{}"),  # JSON: figures on held-back examples, old and new
    Column("weights", LargeBinary),
    Index("ix_models_active", "state", sqlite_where=_ACTIVE, postgresql_where=_ACTIVE),
)

# The kabupaten's own rules, tried from the smallest position on; the first that fits decides.
routing_rules = Table(
    "routing_rules",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("position", Integer, nullable=False),
    Column("words", Text, nullable=False, server_default=""),  # phrases separated by ';', one of them must be there
    Column("without", Text, nullable=False, server_default=""),  # phrases separated by ';', none of them may be there
    Column("place_unit_id", ForeignKey("units.id")),  # the message speaks of this place, or of one inside it
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE")),
    Column("platform", Text),
    Column("days", Text, nullable=False, server_default=""),  # weekdays as digits, Monday is 1; empty: every day
    Column("from_hour", Integer),  # local; from 22 to 5 goes over midnight
    Column("to_hour", Integer),
    Column("outcome", Text, nullable=False),  # unit, outside, nobody
    Column("unit_id", ForeignKey("units.id")),
    Column("body", Text),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    Column("created_by", ForeignKey("people.id")),
    Column("created_at", UtcTime, nullable=False),
)

# How sure triage must be before it routes to a unit by itself; unit 0 is every unit that has none of its own.
thresholds = Table(
    "thresholds",
    metadata,
    Column("unit_id", Integer, primary_key=True, autoincrement=False),
    Column("at_least", Float, nullable=False),
    Column("changed_by", ForeignKey("people.id")),
    Column("changed_at", UtcTime, nullable=False),
)

# The region's everyday spellings, beside the packaged ones.
slang_words = Table(
    "slang_words",
    metadata,
    Column("spelling", Text, primary_key=True),
    Column("meaning", Text, nullable=False),
    Column("region", Text, nullable=False, server_default=""),
    Column("created_by", ForeignKey("people.id")),
    Column("created_at", UtcTime, nullable=False),
)

# Roads, markets, bridges, hamlets: names by which citizens say where something is.
places = Table(
    "places",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),  # jalan, dusun, pasar, sekolah, jembatan, ... free
    Column("unit_id", ForeignKey("units.id"), nullable=False),  # the kecamatan, kelurahan or desa it lies in
    Column("created_by", ForeignKey("people.id")),
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("name", "unit_id"),
)
