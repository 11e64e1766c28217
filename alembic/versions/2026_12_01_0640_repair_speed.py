"""Indexes with which a repair is dispatched and listed at the same cost after years of orders.

Revision: 5beed0640001, after the head of its day.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from alembic import op

revision: str = "5beed0640001"
down_revision: str | None = "c0de5709a645"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_DONE = sa.text("status IN ('completed', 'closed')")


def upgrade() -> None:
    """Apply."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_index(
        "ix_repair_order_room_newest",
        "repair_order",
        ["room_id", sa.literal_column("submitted_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_repair_order_done_at",
        "repair_order",
        ["technician_id", "completed_at"],
        unique=False,
        postgresql_include=["category_id"],
        postgresql_where=_DONE,
    )
    op.create_index(
        "ix_repair_order_done_where",
        "repair_order",
        ["technician_id", "building_id", "room_id"],
        unique=False,
        postgresql_where=_DONE,
    )
    op.drop_index(op.f("ix_repair_order_room_id"), table_name="repair_order")


def downgrade() -> None:
    """Take back."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_index(op.f("ix_repair_order_room_id"), "repair_order", ["room_id"], unique=False)
    op.drop_index("ix_repair_order_done_where", table_name="repair_order")
    op.drop_index("ix_repair_order_done_at", table_name="repair_order")
    op.drop_index("ix_repair_order_room_newest", table_name="repair_order")
