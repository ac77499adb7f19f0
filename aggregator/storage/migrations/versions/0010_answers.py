"""How an answer comes about: rules of units, templates, approvals, verified ends, hand-offs, election periods."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_TIME = sa.BigInteger
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NO = sa.text("false")
_UNDECIDED = sa.text("verdict IS NULL")


def upgrade() -> None:
    op.add_column("reply_texts", sa.Column("hands_on", sa.Boolean(), server_default=_NO, nullable=False))
    _unit_rules()
    _templates()
    for table, more in (
        ("approvals", [sa.Column("text_hash", sa.Text(), nullable=False)]),
        (
            "closures",
            [sa.Column("kind", sa.Text(), nullable=False), sa.Column("reason", sa.Text(), nullable=False)],
        ),
    ):
        _second_word(table, more)
    _handoffs()
    _elections()


def _unit_rules() -> None:
    op.create_table(
        "unit_rules",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("approval", sa.Text(), server_default="none", nullable=False),
        sa.Column("approval_kinds", sa.Text(), server_default="", nullable=False),
        sa.Column("verified_ends", sa.Text(), server_default="", nullable=False),
        sa.Column("most_uses", sa.Integer(), server_default="5", nullable=False),
        sa.Column("uses_days", sa.Integer(), server_default="30", nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        sa.Column("changed_at", _TIME(), nullable=False),
        sa.ForeignKeyConstraint(["changed_by"], ["people.id"], name=op.f("fk_unit_rules_changed_by")),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_unit_rules")),
    )


def _templates() -> None:
    op.create_table(
        "answer_templates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("topic", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("handoff", sa.Boolean(), server_default=_NO, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("written_by", sa.Integer(), nullable=True),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("approved_at", _TIME(), nullable=True),
        sa.Column("changed_at", _TIME(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_answer_templates_unit_id")),
        sa.ForeignKeyConstraint(["written_by"], ["people.id"], name=op.f("fk_answer_templates_written_by")),
        sa.ForeignKeyConstraint(["approved_by"], ["people.id"], name=op.f("fk_answer_templates_approved_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_templates")),
    )
    op.create_index("ix_answer_templates_unit", "answer_templates", ["unit_id"])


def _second_word(table: str, more: list[sa.Column[str]]) -> None:
    """What one person asks about an item and another decides."""
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", _ID, nullable=False),
        *more,
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("asked_at", _TIME(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", _TIME(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f(f"fk_{table}_item_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["asked_by"], ["people.id"], name=op.f(f"fk_{table}_asked_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f(f"fk_{table}_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_item", table, ["item_id"])
    op.create_index(f"ix_{table}_waiting", table, ["asked_at"], sqlite_where=_UNDECIDED, postgresql_where=_UNDECIDED)


def _handoffs() -> None:
    op.create_table(
        "handoffs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", _ID, nullable=False),
        sa.Column("from_unit", sa.Integer(), nullable=True),
        sa.Column("to_unit", sa.Integer(), nullable=False),
        sa.Column("reply_id", sa.Integer(), nullable=False),
        sa.Column("reply_hash", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("received_at", _TIME(), nullable=True),
        sa.Column("at", _TIME(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_handoffs_item_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["from_unit"], ["units.id"], name=op.f("fk_handoffs_from_unit")),
        sa.ForeignKeyConstraint(["to_unit"], ["units.id"], name=op.f("fk_handoffs_to_unit")),
        sa.ForeignKeyConstraint(["reply_id"], ["replies.id"], name=op.f("fk_handoffs_reply_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_handoffs_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoffs")),
    )
    op.create_index("ix_handoffs_item", "handoffs", ["item_id"])
    op.create_index("ix_handoffs_at", "handoffs", ["at"])


def _elections() -> None:
    op.create_table(
        "elections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", _TIME(), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["people.id"], name=op.f("fk_elections_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_elections")),
    )


def downgrade() -> None:
    for table in ("elections", "handoffs", "closures", "approvals", "answer_templates", "unit_rules"):
        op.drop_table(table)
    op.drop_column("reply_texts", "hands_on")
