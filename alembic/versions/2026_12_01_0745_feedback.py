"""Feedback of residents and the thread below it.

Revision: fb0745c0ffee, after 7a3f0c1d0730.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from alembic import op

revision: str = "fb0745c0ffee"
down_revision: str | None = "7a3f0c1d0730"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "feedback",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("room_id", sa.BigInteger(), nullable=True),
        sa.Column("is_anonymous", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("bill_id", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("satisfaction", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('complaint', 'suggestion', 'question', 'praise')", name=op.f("ck_feedback_kind_known")),
        sa.CheckConstraint("status IN ('open', 'answered', 'closed')", name=op.f("ck_feedback_status_known")),
        sa.CheckConstraint("satisfaction BETWEEN 1 AND 5", name=op.f("ck_feedback_satisfaction_in_range")),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_feedback_author_id_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["bill_id"], ["bill.id"], name=op.f("fk_feedback_bill_id_bill"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_feedback_estate_id_estate"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["order_id"], ["repair_order.id"], name=op.f("fk_feedback_order_id_repair_order"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_feedback_room_id_room"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint("number", name=op.f("uq_feedback_number")),
    )
    op.create_index("ix_feedback_estate", "feedback", ["estate_id", "status", "due_at"])
    op.create_index(op.f("ix_feedback_author_id"), "feedback", ["author_id"])
    op.create_index(op.f("ix_feedback_created_at"), "feedback", ["created_at"])
    op.create_table(
        "feedback_reply",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("feedback_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("is_staff", sa.Boolean(), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_feedback_reply_author_id_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["feedback_id"], ["feedback.id"], name=op.f("fk_feedback_reply_feedback_id_feedback"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_reply")),
    )
    op.create_index(op.f("ix_feedback_reply_feedback_id"), "feedback_reply", ["feedback_id"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("feedback_reply")
    op.drop_table("feedback")
