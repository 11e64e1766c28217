"""Agreements to subscribe messages.

Revision: 5ab5c21be071, after 5beed0640001.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from alembic import op

revision: str = "5ab5c21be071"
down_revision: str | None = "5beed0640001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "subscribe_grant",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("left_count", sa.Integer(), nullable=False),
        sa.CheckConstraint("topic IN ('repair', 'money')", name=op.f("ck_subscribe_grant_topic_known")),
        sa.CheckConstraint("left_count >= 0", name=op.f("ck_subscribe_grant_not_overdrawn")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_subscribe_grant_account_id_account"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscribe_grant")),
        sa.UniqueConstraint("account_id", "topic", name=op.f("uq_subscribe_grant_account_id_topic")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("subscribe_grant")
