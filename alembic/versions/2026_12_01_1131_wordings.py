"""How the company says its messages outside the app, by version; and of how many parts a message was.

Revision: 3ac4d1ff1131, after ad3057ed1120.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from alembic import op

revision: str = "3ac4d1ff1131"
down_revision: str | None = "ad3057ed1120"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "wording",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.String(length=300), nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("written_by", sa.BigInteger(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["written_by"], ["account.id"], name=op.f("fk_wording_written_by_account"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wording")),
        sa.UniqueConstraint("message_id", "locale", "version", name=op.f("uq_wording_message_id_locale_version")),
    )
    op.create_index(op.f("ix_wording_written_by"), "wording", ["written_by"])
    op.add_column("send_attempt", sa.Column("parts", sa.Integer(), server_default="1", nullable=False))


def downgrade() -> None:
    """Take back."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("send_attempt", "parts")
    op.drop_table("wording")
