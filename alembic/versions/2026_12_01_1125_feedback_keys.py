"""Keys of feedback and its messages, so that what a phone sends twice is written once.

Revision: c41d70e2b9a6, after d15c105e0930.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from alembic import op

revision: str = "c41d70e2b9a6"
down_revision: str | None = "d15c105e0930"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in ("feedback", "feedback_reply"):
        op.add_column(table, sa.Column("client_key", sa.String(length=64), nullable=True))
        op.create_unique_constraint(op.f(f"uq_{table}_author_id_client_key"), table, ["author_id", "client_key"])


def downgrade() -> None:
    """Take back."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in ("feedback_reply", "feedback"):
        op.drop_constraint(op.f(f"uq_{table}_author_id_client_key"), table)
        op.drop_column(table, "client_key")
