"""Every move of the stock, append-only; what is on hand becomes the first move of each material.

Revision: 570c4a11ed00, after d3e31d0a7f10.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from alembic import op

revision: str = "570c4a11ed00"
down_revision: str | None = "d3e31d0a7f10"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_OPEN = """
INSERT INTO stock_movement (stock_item_id, kind, quantity_milli, balance_milli, reason, reference, at)
SELECT id, 'opening', on_hand_milli, on_hand_milli, '', '', now() FROM stock_item WHERE on_hand_milli > 0 ORDER BY id
"""


def upgrade() -> None:
    """Apply."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("stock_item", sa.Column("low_milli", sa.BigInteger(), server_default="0", nullable=False))
    op.execute("UPDATE stock_item SET on_hand_milli = 0 WHERE on_hand_milli < 0")
    op.create_check_constraint(op.f("ck_stock_item_on_hand_not_negative"), "stock_item", "on_hand_milli >= 0")
    op.create_table(
        "stock_movement",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("stock_item_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("quantity_milli", sa.BigInteger(), nullable=False),
        sa.Column("balance_milli", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('opening', 'receipt', 'issue', 'put_back', 'correction')", name=op.f("ck_stock_movement_kind_known")),
        sa.CheckConstraint("quantity_milli <> 0", name=op.f("ck_stock_movement_quantity_not_zero")),
        sa.CheckConstraint("balance_milli >= 0", name=op.f("ck_stock_movement_balance_not_negative")),
        sa.CheckConstraint("(kind IN ('issue', 'put_back')) = (order_id IS NOT NULL)", name=op.f("ck_stock_movement_order_fits")),
        sa.CheckConstraint("kind <> 'correction' OR reason <> ''", name=op.f("ck_stock_movement_correction_has_reason")),
        sa.ForeignKeyConstraint(["actor_id"], ["account.id"], name=op.f("fk_stock_movement_actor_id_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["order_id"], ["repair_order.id"], name=op.f("fk_stock_movement_order_id_repair_order"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["stock_item_id"], ["stock_item.id"], name=op.f("fk_stock_movement_stock_item_id_stock_item"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_movement")),
    )
    op.create_index("ix_stock_movement_of_item", "stock_movement", ["stock_item_id", "id"], unique=False)
    op.create_index(op.f("ix_stock_movement_order_id"), "stock_movement", ["order_id"], unique=False)
    op.create_index(op.f("ix_stock_movement_actor_id"), "stock_movement", ["actor_id"], unique=False)
    op.create_index(
        "uq_stock_movement_delivery",
        "stock_movement",
        ["stock_item_id", "reference"],
        unique=True,
        postgresql_where=sa.text("kind = 'receipt' AND reference <> ''"),
    )
    op.execute(_OPEN)
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON stock_movement "
        "FOR EACH STATEMENT EXECUTE FUNCTION estate_append_only()"
    )


def downgrade() -> None:
    """Take back."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("stock_movement")
    op.drop_constraint(op.f("ck_stock_item_on_hand_not_negative"), "stock_item", type_="check")
    op.drop_column("stock_item", "low_milli")
