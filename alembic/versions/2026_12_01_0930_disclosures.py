"""Public income and spending of an estate by quarter.

Revision: d15c105e0930, after de1e7ed0920a.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from alembic import op

revision: str = "d15c105e0930"
down_revision: str | None = "de1e7ed0920a"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "disclosure",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("quarter_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("drafted_by", sa.BigInteger(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.BigInteger(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('draft', 'published', 'replaced')", name=op.f("ck_disclosure_status_known")),
        sa.CheckConstraint(
            "extract(day FROM quarter_on) = 1 AND extract(month FROM quarter_on) IN (1, 4, 7, 10)",
            name=op.f("ck_disclosure_quarter_begins"),
        ),
        sa.CheckConstraint("(status = 'draft') = (published_at IS NULL)", name=op.f("ck_disclosure_published_has_time")),
        sa.ForeignKeyConstraint(["drafted_by"], ["account.id"], name=op.f("fk_disclosure_drafted_by_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_disclosure_estate_id_estate"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["published_by"], ["account.id"], name=op.f("fk_disclosure_published_by_account"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosure")),
        sa.UniqueConstraint("estate_id", "quarter_on", "version", name=op.f("uq_disclosure_estate_id_quarter_on_version")),
    )
    op.create_index(op.f("ix_disclosure_drafted_by"), "disclosure", ["drafted_by"])
    op.create_index(op.f("ix_disclosure_published_by"), "disclosure", ["published_by"])
    for status in ("draft", "published"):
        op.create_index(
            f"uq_disclosure_{status}",
            "disclosure",
            ["estate_id", "quarter_on"],
            unique=True,
            postgresql_where=sa.text(f"status = '{status}'"),
        )
    op.create_table(
        "disclosure_line",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("disclosure_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.CheckConstraint("side IN ('income', 'spending')", name=op.f("ck_disclosure_line_side_known")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_disclosure_line_amount_positive")),
        sa.ForeignKeyConstraint(
            ["disclosure_id"], ["disclosure.id"], name=op.f("fk_disclosure_line_disclosure_id_disclosure"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosure_line")),
        sa.UniqueConstraint("disclosure_id", "position", name=op.f("uq_disclosure_line_disclosure_id_position")),
    )


def downgrade() -> None:
    """Take back."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("disclosure_line")
    op.drop_table("disclosure")
