"""Appeals against ratings.

Revision: a99ea1075501, after fb0745c0ffee.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from alembic import op

revision: str = "a99ea1075501"
down_revision: str | None = "fb0745c0ffee"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "rating_appeal",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("rating_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(length=40), nullable=False),
        sa.Column("answer", sa.String(length=500), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("verdict IN ('open', 'granted', 'refused')", name=op.f("ck_rating_appeal_verdict_known")),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_rating_appeal_decided_by_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["rating_id"], ["rating.id"], name=op.f("fk_rating_appeal_rating_id_rating"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating_appeal")),
        sa.UniqueConstraint("rating_id", name=op.f("uq_rating_appeal_rating_id")),
    )
    op.create_index(op.f("ix_rating_appeal_decided_by"), "rating_appeal", ["decided_by"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index(op.f("ix_rating_appeal_decided_by"), table_name="rating_appeal")
    op.drop_table("rating_appeal")
