"""Rights on the unit tree, who is named for confidential items and who looked at them, what people are told."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TIME = sa.BigInteger
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NO = sa.text("false")


def upgrade() -> None:
    op.add_column("people", sa.Column("confidential", sa.Boolean(), server_default=_NO, nullable=False))
    op.execute("UPDATE people SET confidential = true WHERE role = 'diskominfo'")
    _rights()
    _confidential()
    _notices()
    _count("unit_id, state, late, confidential", "confidential")


def _rights() -> None:
    op.create_table(
        "grants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("right", sa.Integer(), nullable=False),
        sa.Column("from_at", _TIME(), nullable=False),
        sa.Column("until_at", _TIME(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", _TIME(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_grants_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_grants_unit_id")),
        sa.ForeignKeyConstraint(["created_by"], ["people.id"], name=op.f("fk_grants_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
    )
    op.create_index(op.f("ix_grants_person_id"), "grants", ["person_id"])


def _confidential() -> None:
    op.create_table(
        "item_viewers",
        sa.Column("item_id", _ID, nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("named_by", sa.Integer(), nullable=True),
        sa.Column("named_at", _TIME(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_item_viewers_item_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_item_viewers_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["named_by"], ["people.id"], name=op.f("fk_item_viewers_named_by")),
        sa.PrimaryKeyConstraint("item_id", "person_id", name=op.f("pk_item_viewers")),
    )
    op.create_index(op.f("ix_item_viewers_person_id"), "item_viewers", ["person_id"])
    op.create_table(
        "looks",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("item_id", _ID, nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("at", _TIME(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_looks_item_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_looks_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_looks")),
    )
    op.create_index("ix_looks_item", "looks", ["item_id", "id"])


def _notices() -> None:
    op.create_table(
        "notices",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("item_id", _ID, nullable=True),
        sa.Column("at", _TIME(), nullable=False),
        sa.Column("data", sa.Text(), server_default="{}", nullable=False),
        sa.Column("read_at", _TIME(), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_notices_item_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_notices_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_notices_person_id_key")),
    )
    op.create_index("ix_notices_person", "notices", ["person_id", "id"])


def _count(by: str, last: str) -> None:
    """Count the items anew by these columns: the roll-up is derived."""
    op.drop_table("item_counts")
    flags: list[sa.Column[bool]] = [
        sa.Column(name, sa.Boolean(), nullable=False) for name in dict.fromkeys(("late", last))
    ]
    op.create_table(
        "item_counts",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        *flags,
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "state", *(flag.name for flag in flags), name=op.f("pk_item_counts")),
    )
    of_items = by.replace("unit_id", "COALESCE(unit_id, 0)")
    op.execute(f"INSERT INTO item_counts ({by}, n) SELECT {of_items}, count(*) FROM items GROUP BY {of_items}")


def downgrade() -> None:
    _count("unit_id, state, late", "late")
    for table in ("notices", "looks", "item_viewers", "grants"):
        op.drop_table(table)
    op.drop_column("people", "confidential")
