"""Arrivals at the door, what an estate asks of them, a label for each room, and who wants no tips.

Revision: a5517a1e1100, after b1d04a7f5e21.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from alembic import op

revision: str = "a5517a1e1100"
down_revision: str | None = "b1d04a7f5e21"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_DOUBTS = "'denied', 'unavailable', 'inaccurate', 'too_far', 'other_label', 'unknown_place', 'not_given'"
_LABEL = "'R-' || upper(substr(replace(gen_random_uuid()::text, '-', ''), 1, 12))"


def upgrade() -> None:
    """Apply."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("dispatch_rule", sa.Column("arrival_metres", sa.Integer(), server_default="60", nullable=False))
    op.add_column("dispatch_rule", sa.Column("asks_arrival", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("room", sa.Column("label_code", sa.String(length=16), server_default=sa.text(_LABEL), nullable=False))
    op.create_unique_constraint(op.f("uq_room_label_code"), "room", ["label_code"])
    op.create_table(
        "arrival",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("technician_id", sa.BigInteger(), nullable=False),
        sa.Column("step_id", sa.BigInteger(), nullable=False),
        sa.Column("means", sa.String(length=40), nullable=True),
        sa.Column("doubt", sa.String(length=40), nullable=True),
        sa.Column("distance_m", sa.Integer(), nullable=True),
        sa.Column("accuracy_m", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("means IN ('label', 'location')", name=op.f("ck_arrival_means_known")),
        sa.CheckConstraint(f"doubt IN ({_DOUBTS})", name=op.f("ck_arrival_doubt_known")),
        sa.CheckConstraint("means IS NOT NULL OR doubt IS NOT NULL", name=op.f("ck_arrival_says_something")),
        sa.ForeignKeyConstraint(["order_id"], ["repair_order.id"], name=op.f("fk_arrival_order_id_repair_order"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["technician_id"], ["technician.account_id"], name=op.f("fk_arrival_technician_id_technician"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["step_id"], ["order_step.id"], name=op.f("fk_arrival_step_id_order_step"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrival")),
        sa.UniqueConstraint("step_id", name=op.f("uq_arrival_step_id")),
    )
    op.create_table(
        "tip_opt_out",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_tip_opt_out_account_id_account"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_tip_opt_out")),
    )
    op.create_index(op.f("ix_arrival_order_id"), "arrival", ["order_id"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("tip_opt_out")
    op.drop_index(op.f("ix_arrival_order_id"), table_name="arrival")
    op.drop_table("arrival")
    op.drop_constraint(op.f("uq_room_label_code"), "room", type_="unique")
    op.drop_column("room", "label_code")
    op.drop_column("dispatch_rule", "asks_arrival")
    op.drop_column("dispatch_rule", "arrival_metres")
