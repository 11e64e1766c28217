"""Find the bills of opening arrears however many others there are.

Revision: 5d0c2e8b7a16, after c71b05d2e9a4.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from alembic import op

revision: str = "5d0c2e8b7a16"
down_revision: str | None = "c71b05d2e9a4"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_index("ix_bill_opening", "bill", ["fee_item_id", "room_id"], postgresql_where=sa.text("starts_with(charge_key, 'opening:')"))


def downgrade() -> None:
    """Take back."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index("ix_bill_opening", table_name="bill")
