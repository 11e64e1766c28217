"""Public areas that nobody can choose any more.

Revision: a4ea0f11ed01, after a5517a1e1100.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from alembic import op

revision: str = "a4ea0f11ed01"
down_revision: str | None = "a5517a1e1100"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("public_area", sa.Column("is_retired", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("public_area", "is_retired", server_default=None)


def downgrade() -> None:
    """Take back."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("public_area", "is_retired")
