"""Files of own data, and accounts that shall be deleted.

Revision: de1e7ed0920a, after b107915e7a5e.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from alembic import op

revision: str = "de1e7ed0920a"
down_revision: str | None = "b107915e7a5e"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "data_export",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("file_name", sa.String(length=80), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('waiting', 'working', 'ready', 'failed', 'expired')", name=op.f("ck_data_export_status_known")),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name=op.f("ck_data_export_percent_in_range")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_data_export_account_id_account"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_export")),
    )
    op.create_index(op.f("ix_data_export_account_id"), "data_export", ["account_id"])
    op.create_index(
        "uq_data_export_open",
        "data_export",
        ["account_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('waiting', 'working')"),
    )
    op.create_table(
        "erasure",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('cooling', 'cancelled', 'held', 'done')", name=op.f("ck_erasure_status_known")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_erasure_account_id_account"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
    )
    op.create_index(op.f("ix_erasure_account_id"), "erasure", ["account_id"])
    op.create_index("uq_erasure_open", "erasure", ["account_id"], unique=True, postgresql_where=sa.text("status = 'cooling'"))
    op.create_index("ix_erasure_due", "erasure", ["due_at"], postgresql_where=sa.text("status = 'cooling'"))


def downgrade() -> None:
    """Take back."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("erasure")
    op.drop_table("data_export")
