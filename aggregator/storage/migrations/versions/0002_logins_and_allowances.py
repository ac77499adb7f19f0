"""Logins and apps, shared allowances, glances, webhook calls, and the public face of accounts."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TIME = sa.BigInteger


def upgrade() -> None:
    _logins()
    _allowances()
    _arrivals()
    op.create_table(
        "snapshots",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("taken_at", _TIME(), nullable=False),
        sa.Column("exists", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("last_post_at", _TIME(), nullable=True),
        sa.Column("posts_30d", sa.Integer(), nullable=True),
        sa.Column("followers", sa.Integer(), nullable=True),
        sa.Column("verified", sa.Boolean(), nullable=True),
        sa.Column("reads", sa.Text(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("evidence", sa.Text(), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_snapshots_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "day", name=op.f("pk_snapshots")),
    )
    op.add_column("accounts", sa.Column("login_id", sa.Integer(), nullable=True))
    op.add_column("accounts", sa.Column("credential_expires_at", _TIME(), nullable=True))
    op.add_column("accounts", sa.Column("inspect_at", _TIME(), nullable=True))
    op.create_index(op.f("ix_accounts_inspect_at"), "accounts", ["inspect_at"])
    op.add_column("items", sa.Column("same_words", sa.BigInteger(), nullable=True))
    told = sa.text("same_words IS NOT NULL")
    op.create_index("ix_items_same_words", "items", ["same_words"], sqlite_where=told, postgresql_where=told)
    # Accounts known before are looked at soon.
    op.execute("UPDATE accounts SET inspect_at = created_at WHERE state <> 'file'")


def _logins() -> None:
    op.create_table(
        "app_secrets",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "name", name=op.f("pk_app_secrets")),
    )
    op.create_table(
        "logins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("expires_at", _TIME(), nullable=True),
        sa.Column("renew_at", _TIME(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("created_at", _TIME(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_logins_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_logins")),
    )
    op.create_index(op.f("ix_logins_renew_at"), "logins", ["renew_at"])
    op.create_table(
        "login_secrets",
        sa.Column("login_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["login_id"], ["logins.id"], name=op.f("fk_login_secrets_login_id_logins"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("login_id", "name", name=op.f("pk_login_secrets")),
    )
    op.create_table(
        "consents",
        sa.Column("state_hash", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("verifier", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", _TIME(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_consents_person_id_people")),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_consents")),
    )


def _allowances() -> None:
    op.drop_table("credentials")  # one day's counts: begun anew
    op.create_table(
        "allowances",
        sa.Column("allowance", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("allowance", "day", "account_id", name=op.f("pk_allowances")),
    )
    op.create_table(
        "waits",
        sa.Column("allowance", sa.Text(), nullable=False),
        sa.Column("until", _TIME(), nullable=False),
        sa.PrimaryKeyConstraint("allowance", name=op.f("pk_waits")),
    )


def _arrivals() -> None:
    op.create_table(
        "glances",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("login_id", sa.Integer(), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.Column("next_at", _TIME(), nullable=False),
        sa.Column("lease_owner", sa.Text(), nullable=True),
        sa.Column("lease_until", _TIME(), nullable=True),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_success_at", _TIME(), nullable=True),
        sa.Column("looked", sa.Integer(), server_default="0", nullable=False),
        sa.Column("calls", sa.Integer(), server_default="0", nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_glances")),
        sa.UniqueConstraint("platform", "login_id", name=op.f("uq_glances_platform_login_id")),
    )
    op.create_index(op.f("ix_glances_next_at"), "glances", ["next_at"])
    op.create_table(
        "pushes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("request", sa.LargeBinary(), nullable=True),
        sa.Column("received_at", _TIME(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_at", _TIME(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pushes")),
        sa.UniqueConstraint("digest", name=op.f("uq_pushes_digest")),
    )
    op.create_index(op.f("ix_pushes_next_at"), "pushes", ["next_at"])


def downgrade() -> None:
    op.drop_index("ix_items_same_words", "items")
    op.drop_column("items", "same_words")
    op.drop_index(op.f("ix_accounts_inspect_at"), "accounts")
    for column in ("inspect_at", "credential_expires_at", "login_id"):
        op.drop_column("accounts", column)
    for table in ("snapshots", "pushes", "glances", "waits", "allowances", "consents", "login_secrets", "logins"):
        op.drop_table(table)
    op.drop_table("app_secrets")
    op.create_table(
        "credentials",
        sa.Column("credential", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("blocked_until", _TIME(), nullable=True),
        sa.PrimaryKeyConstraint("credential", name=op.f("pk_credentials")),
    )
