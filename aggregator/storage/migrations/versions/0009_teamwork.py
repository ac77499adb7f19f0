"""Several people at one item: locks, units that take part, merges, watchers, attachments."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_TIME = sa.BigInteger
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TABLES = ("attachments", "watchers", "merges", "item_units", "locks")


def upgrade() -> None:
    op.add_column("items", sa.Column("open_parts", sa.Integer(), server_default="0", nullable=False))
    _locks()
    _item_units()
    _merges()
    _watchers()
    _attachments()


def _of(table: str, column: str, target: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete)


def _locks() -> None:
    op.create_table(
        "locks",
        sa.Column("item_id", _ID, nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("until", _TIME(), nullable=False),
        _of("locks", "item_id", "items.id", "CASCADE"),
        _of("locks", "person_id", "people.id", "CASCADE"),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_locks")),
    )


def _item_units() -> None:
    op.create_table(
        "item_units",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("item_id", _ID, nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("matter", sa.Text(), nullable=False),
        sa.Column("since", _TIME(), nullable=False),
        sa.Column("due_at", _TIME(), nullable=True),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.Column("claimed_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", _TIME(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        _of("item_units", "item_id", "items.id", "CASCADE"),
        _of("item_units", "unit_id", "units.id"),
        _of("item_units", "by", "people.id"),
        _of("item_units", "claimed_by", "people.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_units")),
    )
    op.create_index("ix_item_units_item", "item_units", ["item_id"])
    _partial("uq_item_units_open", "item_units", ["unit_id", "item_id"], "ended_at IS NULL", unique=True)


def _merges() -> None:
    op.create_table(
        "merges",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("item_id", _ID, nullable=False),
        sa.Column("into_id", _ID, nullable=False),
        sa.Column("state_before", sa.Text(), nullable=False),
        sa.Column("late_before", sa.Boolean(), nullable=False),
        sa.Column("at", _TIME(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.Column("undone_at", _TIME(), nullable=True),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        _of("merges", "item_id", "items.id", "CASCADE"),
        _of("merges", "into_id", "items.id", "CASCADE"),
        _of("merges", "by", "people.id"),
        _of("merges", "undone_by", "people.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
    )
    _partial("uq_merges_item", "merges", ["item_id"], "undone_at IS NULL", unique=True)
    op.create_index("ix_merges_into", "merges", ["into_id"])


def _watchers() -> None:
    op.create_table(
        "watchers",
        sa.Column("item_id", _ID, nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("since", _TIME(), nullable=False),
        _of("watchers", "item_id", "items.id", "CASCADE"),
        _of("watchers", "person_id", "people.id", "CASCADE"),
        sa.PrimaryKeyConstraint("item_id", "person_id", name=op.f("pk_watchers")),
    )
    op.create_index(op.f("ix_watchers_person_id"), "watchers", ["person_id"])


def _attachments() -> None:
    op.create_table(
        "attachments",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("item_id", _ID, nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("look", sa.BigInteger(), nullable=True),
        sa.Column("resembles", _ID, nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("at", _TIME(), nullable=False),
        _of("attachments", "item_id", "items.id", "CASCADE"),
        _of("attachments", "resembles", "attachments.id", "SET NULL"),
        _of("attachments", "person_id", "people.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    op.create_index(op.f("ix_attachments_item_id"), "attachments", ["item_id"])
    _partial("ix_attachments_look", "attachments", ["look"], "look IS NOT NULL AND purpose = 'evidence'")


def _partial(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


def downgrade() -> None:
    _separate()
    for table in _TABLES:
        op.drop_table(table)
    op.drop_column("items", "open_parts")


def _separate() -> None:
    """Older versions know no merged items: they wait again, as they did before."""
    op.execute(
        "UPDATE items SET waiting = true, "
        "state = (SELECT state_before FROM merges WHERE item_id = items.id AND undone_at IS NULL) "
        "WHERE id IN (SELECT item_id FROM merges WHERE undone_at IS NULL)"
    )
    op.execute("DELETE FROM item_counts")
    op.execute(
        "INSERT INTO item_counts (unit_id, state, late, confidential, n) SELECT COALESCE(unit_id, 0), state, late, confidential, "
        "count(*) FROM items GROUP BY COALESCE(unit_id, 0), state, late, confidential"
    )
