"""Stops of payment: by estate, fee item or channel.

Revision: c0de5709a645, after c0a7e1ed0625.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from alembic import op

revision: str = "c0de5709a645"
down_revision: str | None = "c0a7e1ed0625"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "payment_stop",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=True),
        sa.Column("fee_item_id", sa.BigInteger(), nullable=True),
        sa.Column("channel", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("channel IN ('wechat', 'alipay', 'unionpay', 'counter', 'balance')", name=op.f("ck_payment_stop_channel_known")),
        sa.CheckConstraint(
            "estate_id IS NOT NULL OR fee_item_id IS NOT NULL OR channel IS NOT NULL", name=op.f("ck_payment_stop_names_something")
        ),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_payment_stop_estate_id_estate"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["fee_item_id"], ["fee_item.id"], name=op.f("fk_payment_stop_fee_item_id_fee_item"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["started_by"], ["account.id"], name=op.f("fk_payment_stop_started_by_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["ended_by"], ["account.id"], name=op.f("fk_payment_stop_ended_by_account"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_stop")),
    )
    op.create_index(op.f("ix_payment_stop_estate_id"), "payment_stop", ["estate_id"], unique=False)
    op.create_index(op.f("ix_payment_stop_fee_item_id"), "payment_stop", ["fee_item_id"], unique=False)
    op.create_index(op.f("ix_payment_stop_started_by"), "payment_stop", ["started_by"], unique=False)
    op.create_index(op.f("ix_payment_stop_ended_by"), "payment_stop", ["ended_by"], unique=False)
    op.create_index("ix_payment_stop_open", "payment_stop", ["id"], unique=False, postgresql_where=sa.text("ended_at IS NULL"))


def downgrade() -> None:
    """Take back."""
    op.drop_table("payment_stop")
