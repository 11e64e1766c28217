"""Calls to residents after a low rating.

Revision: ca11bac40001, after 570c4a11ed00.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from alembic import op

revision: str = "ca11bac40001"
down_revision: str | None = "570c4a11ed00"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "rating_call",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("rating_id", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("called_by", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("outcome IN ('settled', 'follow_up', 'unreached')", name=op.f("ck_rating_call_outcome_known")),
        sa.ForeignKeyConstraint(["called_by"], ["account.id"], name=op.f("fk_rating_call_called_by_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["rating_id"], ["rating.id"], name=op.f("fk_rating_call_rating_id_rating"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating_call")),
    )
    op.create_index(op.f("ix_rating_call_rating_id"), "rating_call", ["rating_id"], unique=False)
    op.create_index(op.f("ix_rating_call_called_by"), "rating_call", ["called_by"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index(op.f("ix_rating_call_called_by"), table_name="rating_call")
    op.drop_index(op.f("ix_rating_call_rating_id"), table_name="rating_call")
    op.drop_table("rating_call")
