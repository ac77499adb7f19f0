"""Accounts of people: invitations, second factors, single sign-on, devices, and what was done about whom."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TIME = sa.BigInteger
_IN_USE = sa.text("email IS NOT NULL AND active")


def upgrade() -> None:
    op.add_column("people", sa.Column("email", sa.Text(), nullable=True))
    op.create_index("ix_people_name", "people", ["name", "id"], unique=False)
    op.create_index("uq_people_email", "people", ["email"], unique=True, sqlite_where=_IN_USE, postgresql_where=_IN_USE)
    op.add_column("sessions", sa.Column("device", sa.Text(), server_default="", nullable=False))
    op.add_column("sessions", sa.Column("stage", sa.Text(), server_default="full", nullable=False))
    _proofs_of_identity()
    _single_sign_on()
    op.create_table(
        "person_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", _TIME(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("data", sa.Text(), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["people.id"], name=op.f("fk_person_events_actor_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_person_events_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_events")),
    )
    op.create_index("ix_person_events_person", "person_events", ["person_id", "id"], unique=False)


def _proofs_of_identity() -> None:
    op.create_table(
        "invitations",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("created_at", _TIME(), nullable=False),
        sa.Column("expires_at", _TIME(), nullable=False),
        _of_person("invitations"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_invitations")),
    )
    op.create_index(op.f("ix_invitations_person_id"), "invitations", ["person_id"], unique=False)
    op.create_table(
        "second_factors",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("confirmed_at", _TIME(), nullable=True),
        sa.Column("last_counter", sa.BigInteger(), nullable=True),
        _of_person("second_factors"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_second_factors")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        _of_person("recovery_codes"),
        sa.PrimaryKeyConstraint("person_id", "code_hash", name=op.f("pk_recovery_codes")),
    )


def _single_sign_on() -> None:
    op.create_table(
        "sso_subjects",
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("bound_at", _TIME(), nullable=False),
        _of_person("sso_subjects"),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_sso_subjects")),
    )
    op.create_index(op.f("ix_sso_subjects_person_id"), "sso_subjects", ["person_id"], unique=False)
    op.create_table(
        "sso_visits",
        sa.Column("state_hash", sa.Text(), nullable=False),
        sa.Column("nonce_hash", sa.Text(), nullable=False),
        sa.Column("verifier", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", _TIME(), nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_sso_visits")),
    )
    op.create_index(op.f("ix_sso_visits_created_at"), "sso_visits", ["created_at"], unique=False)


def _of_person(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f(f"fk_{table}_person_id"), ondelete="CASCADE")


def downgrade() -> None:
    for table in ("person_events", "sso_visits", "sso_subjects", "recovery_codes", "second_factors", "invitations"):
        op.drop_table(table)
    op.drop_column("sessions", "stage")
    op.drop_column("sessions", "device")
    op.drop_index("uq_people_email", "people", sqlite_where=_IN_USE, postgresql_where=_IN_USE)
    op.drop_index("ix_people_name", "people")
    op.drop_column("people", "email")
