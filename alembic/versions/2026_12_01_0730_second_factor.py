"""The managers' second factor, its recovery codes, and when a session proved it.

Revision: 7a3f0c1d0730, after f1e1d5735001.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from alembic import op

revision: str = "7a3f0c1d0730"
down_revision: str | None = "f1e1d5735001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "second_factor",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("secret", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_second_factor_account_id_account"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("code_sha", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id_account"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_account_id"), "recovery_code", ["account_id"])
    op.add_column("login_session", sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("login_ticket", sa.Column("asks_factor", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("login_ticket", sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True))
    op.alter_column("login_ticket", "asks_factor", server_default=None)


def downgrade() -> None:
    """Take back."""
    op.drop_column("login_ticket", "proved_at")
    op.drop_column("login_ticket", "asks_factor")
    op.drop_column("login_session", "proved_at")
    op.drop_table("recovery_code")
    op.drop_table("second_factor")
