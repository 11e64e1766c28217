"""Let a person's words be blotted in the reasons of the stock's moves, and nothing else of them be changed.

Revision: c71b05d2e9a4, after 3ac4d1ff1131.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "c71b05d2e9a4"
down_revision: str | None = "3ac4d1ff1131"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP TRIGGER append_only ON stock_movement")
    op.execute(
        "CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON stock_movement FOR EACH STATEMENT EXECUTE FUNCTION estate_append_only()"
    )
    op.execute("CREATE TRIGGER only_blotted BEFORE UPDATE ON stock_movement FOR EACH ROW EXECUTE FUNCTION estate_only_blotted('{reason}')")


def downgrade() -> None:
    """Take back."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP TRIGGER only_blotted ON stock_movement")
    op.execute("DROP TRIGGER append_only ON stock_movement")
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON stock_movement "
        "FOR EACH STATEMENT EXECUTE FUNCTION estate_append_only()"
    )
