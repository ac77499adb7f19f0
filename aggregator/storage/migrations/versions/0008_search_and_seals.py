"""Search by stems and slang over one set of tokens on both databases, indexed in the background; seals over the history."""

import sqlalchemy as sa
from alembic import op

from aggregator.storage.migrations import first_search
from aggregator.storage.search import create_search, drop_search

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    first_search.drop(op.get_bind())
    op.create_table(
        "search_queue",
        sa.Column(
            "message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("ticket", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_search_queue")),
    )
    op.create_table(
        "seals",
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_id", sa.BigInteger(), nullable=False),
        sa.Column("marks", sa.LargeBinary(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("table_name", "number", name=op.f("pk_seals")),
    )
    create_search(op.get_bind())
    op.execute("INSERT INTO search_queue (message_id, ticket) SELECT id, 1 FROM items")


def downgrade() -> None:
    drop_search(op.get_bind())
    op.drop_table("seals")
    op.drop_table("search_queue")
    first_search.create(op.get_bind())
    first_search.rebuild(op.get_bind())
