"""How a person wants to be told: quiet hours and choices by family and channel.

Revision: b0e900717ce5, after a99ea1075501.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from alembic import op

revision: str = "b0e900717ce5"
down_revision: str | None = "a99ea1075501"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "quiet_hours",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("starts_at", sa.Time(), nullable=False),
        sa.Column("ends_at", sa.Time(), nullable=False),
        sa.CheckConstraint("starts_at <> ends_at", name=op.f("ck_quiet_hours_not_empty")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_quiet_hours_account_id_account"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_quiet_hours")),
    )
    op.create_table(
        "notice_choice",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("family", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "family IN ('repair', 'bill', 'payment', 'overdue', 'announcement', 'feedback', 'account')",
            name=op.f("ck_notice_choice_family_known"),
        ),
        sa.CheckConstraint("channel IN ('sms', 'wechat')", name=op.f("ck_notice_choice_channel_known")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_notice_choice_account_id_account"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_choice")),
        sa.UniqueConstraint("account_id", "family", "channel", name=op.f("uq_notice_choice_account_id_family_channel")),
    )


def downgrade() -> None:
    """Take back."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("notice_choice")
    op.drop_table("quiet_hours")
