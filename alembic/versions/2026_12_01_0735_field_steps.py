"""Steps that a technician's phone replays.

Revision: f1e1d5735001, after fac111700730.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from alembic import op

revision: str = "f1e1d5735001"
down_revision: str | None = "fac111700730"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "field_step",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("client_key", sa.String(length=64), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.String(length=30), nullable=False),
        sa.Column("client_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_field_step_account_id_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["order_id"], ["repair_order.id"], name=op.f("fk_field_step_order_id_repair_order"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_step")),
        sa.UniqueConstraint("account_id", "client_key", name=op.f("uq_field_step_account_id_client_key")),
    )
    op.create_index(op.f("ix_field_step_order_id"), "field_step", ["order_id"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index(op.f("ix_field_step_order_id"), table_name="field_step")
    op.drop_table("field_step")
