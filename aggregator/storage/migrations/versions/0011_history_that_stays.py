"""The history outlives its item: rows of `events` and `looks` are only added, never deleted with what they tell of."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("events", "looks"):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(f"fk_{table}_item_id", type_="foreignkey")


def downgrade() -> None:
    for table, when_gone in (("looks", "CASCADE"), ("events", None)):
        op.execute(f"DELETE FROM {table} WHERE item_id NOT IN (SELECT id FROM items)")
        with op.batch_alter_table(table) as batch:
            batch.create_foreign_key(f"fk_{table}_item_id", "items", ["item_id"], ["id"], ondelete=when_gone)
