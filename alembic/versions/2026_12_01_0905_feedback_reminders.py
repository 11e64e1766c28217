"""When the estate was last reminded of a feedback.

Revision: fe0905c10c4d, after b0e900717ce5.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from alembic import op

revision: str = "fe0905c10c4d"
down_revision: str | None = "b0e900717ce5"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("feedback", sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take back."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("feedback", "reminded_at")
