"""Triage that learns: examples, models, own rules, thresholds, words and places; urgency and the queue's order."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TIME = sa.BigInteger
_PARTIAL: tuple[tuple[str, list[str], str], ...] = (
    ("ix_items_claimed", ["claimed_by"], "claimed_by IS NOT NULL"),
    ("ix_items_late", [], "late"),
    ("ix_items_open", [], "waiting"),
    ("ix_items_unit_open", ["unit_id"], "waiting"),
)


def upgrade() -> None:
    _taught()
    op.add_column("units", sa.Column("successor_id", sa.Integer(), nullable=True))
    op.add_column("items", sa.Column("urgency", sa.Integer(), server_default="0", nullable=False))
    op.add_column("items", sa.Column("rank", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("items", sa.Column("place_unit_id", sa.Integer(), nullable=True))
    op.add_column("items", sa.Column("confidential", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.execute("UPDATE items SET rank = id")
    _order_by("rank")


def _order_by(column: str) -> None:
    """The lists of what waits are walked in this order."""
    for name, before, condition in _PARTIAL:
        where = sa.text(condition)
        op.drop_index(name, "items", sqlite_where=where, postgresql_where=where)
        op.create_index(name, "items", [*before, column], sqlite_where=where, postgresql_where=where)


def _taught() -> None:
    op.create_table(
        "models",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("progress", sa.Text(), server_default="", nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("created_at", _TIME(), nullable=False),
        sa.Column("lease_until", _TIME(), nullable=True),
        sa.Column("finished_at", _TIME(), nullable=True),
        sa.Column("activated_at", _TIME(), nullable=True),
        sa.Column("newest_example", sa.Integer(), server_default="0", nullable=False),
        sa.Column("examples", sa.Integer(), server_default="0", nullable=False),
        sa.Column("report", sa.Text(), server_default="{}", nullable=False),
        sa.Column("weights", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["people.id"], name=op.f("fk_models_asked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_models")),
    )
    active = sa.text("state = 'active'")
    op.create_index("ix_models_active", "models", ["state"], sqlite_where=active, postgresql_where=active)
    op.create_table(
        "places",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", _TIME(), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["people.id"], name=op.f("fk_places_created_by")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_places_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_places")),
        sa.UniqueConstraint("name", "unit_id", name=op.f("uq_places_name_unit_id")),
    )
    op.create_table(
        "routing_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("without", sa.Text(), server_default="", nullable=False),
        sa.Column("place_unit_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("platform", sa.Text(), nullable=True),
        sa.Column("days", sa.Text(), server_default="", nullable=False),
        sa.Column("from_hour", sa.Integer(), nullable=True),
        sa.Column("to_hour", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", _TIME(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_routing_rules_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["created_by"], ["people.id"], name=op.f("fk_routing_rules_created_by")),
        sa.ForeignKeyConstraint(["place_unit_id"], ["units.id"], name=op.f("fk_routing_rules_place_unit_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_routing_rules_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing_rules")),
        sa.UniqueConstraint("name", name=op.f("uq_routing_rules_name")),
    )
    op.create_table(
        "slang_words",
        sa.Column("spelling", sa.Text(), nullable=False),
        sa.Column("meaning", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), server_default="", nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", _TIME(), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["people.id"], name=op.f("fk_slang_words_created_by")),
        sa.PrimaryKeyConstraint("spelling", name=op.f("pk_slang_words")),
    )
    op.create_table(
        "thresholds",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at_least", sa.Float(), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        sa.Column("changed_at", _TIME(), nullable=False),
        sa.ForeignKeyConstraint(["changed_by"], ["people.id"], name=op.f("fk_thresholds_changed_by")),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_thresholds")),
    )
    op.create_table(
        "examples",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("proposed_outcome", sa.Text(), nullable=True),
        sa.Column("proposed_unit_id", sa.Integer(), nullable=True),
        sa.Column("proposed_kind", sa.Text(), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("auto", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("at", _TIME(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_examples_item_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_examples_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_examples_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_examples")),
        sa.UniqueConstraint("item_id", name=op.f("uq_examples_item_id")),
    )
    op.create_index(op.f("ix_examples_at"), "examples", ["at"], unique=False)


def downgrade() -> None:
    _order_by("id")
    for column in ("confidential", "place_unit_id", "rank", "urgency"):
        op.drop_column("items", column)
    op.drop_column("units", "successor_id")
    for table in ("examples", "models", "places", "routing_rules", "slang_words", "thresholds"):
        op.drop_table(table)
