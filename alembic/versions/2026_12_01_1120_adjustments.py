"""Adjustments of the books to a channel by two persons; orders about rooms' balances; refunds that went outside their channel.

Revision: ad3057ed1120, after a4ea0f11ed01.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from alembic import op

revision: str = "ad3057ed1120"
down_revision: str | None = "a4ea0f11ed01"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ACCOUNTS = (
    "receivable", "income", "clearing_wechat", "clearing_alipay", "clearing_unionpay", "cash", "bank", "prepaid", "refund_due",
    "suspense", "cash_difference", "channel_fee",
)  # fmt: skip
_JOURNALS = ("bill_issued", "bill_voided", "bill_adjusted", "payment", "refund", "suspense", "day_close", "settlement_fee")
_STATES = ("matched", "open", "carried")


def _known(table: str, column: str, words: Sequence[str]) -> None:
    """Let a column hold these words only; what is there already is checked without holding up writers."""
    name = op.f(f"ck_{table}_{column}_known")
    listed = ", ".join(f"'{word}'" for word in words)
    op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({column} IN ({listed})) NOT VALID")
    op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")


def upgrade() -> None:
    """Apply."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    _known("ledger_line", "account", (*_ACCOUNTS, "channel_difference", "opening"))
    _known("journal", "kind", (*_JOURNALS, "adjustment", "opening"))
    _known("reconciliation_item", "state", (*_STATES, "proposed", "resolved"))
    op.add_column("reconciliation_item", sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("reconciliation_item", sa.Column("proposed_by", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_reconciliation_item_proposed_by_account"), "reconciliation_item", "account", ["proposed_by"], ["id"], ondelete="RESTRICT"
    )
    op.create_index(op.f("ix_reconciliation_item_proposed_by"), "reconciliation_item", ["proposed_by"], unique=False)
    op.add_column("refund", sa.Column("is_outside", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("refund", "is_outside", server_default=None)
    _create_orders()


def _create_orders() -> None:
    op.create_table(
        "balance_order",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("room_id", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.BigInteger(), nullable=True),
        sa.Column("voucher", sa.String(length=60), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_balance_order_amount_positive")),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name=op.f("ck_balance_order_two_persons")),
        sa.CheckConstraint("kind IN ('opening', 'payout')", name=op.f("ck_balance_order_kind_known")),
        sa.CheckConstraint("status IN ('proposed', 'rejected', 'approved', 'done')", name=op.f("ck_balance_order_status_known")),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_balance_order_decided_by_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["done_by"], ["account.id"], name=op.f("fk_balance_order_done_by_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_balance_order_estate_id_estate"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["proposed_by"], ["account.id"], name=op.f("fk_balance_order_proposed_by_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_balance_order_room_id_room"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_balance_order")),
        sa.UniqueConstraint("number", name=op.f("uq_balance_order_number")),
    )
    for column in ("estate_id", "room_id", "proposed_by", "decided_by", "done_by"):
        op.create_index(op.f(f"ix_balance_order_{column}"), "balance_order", [column], unique=False)


def downgrade() -> None:
    """Take back; refused by the database where the new words are in use."""
    op.drop_table("balance_order")
    op.drop_column("refund", "is_outside")
    op.drop_column("reconciliation_item", "proposed_by")
    op.drop_column("reconciliation_item", "proposed_at")
    _known("reconciliation_item", "state", (*_STATES, "resolved"))
    _known("journal", "kind", (*_JOURNALS, "opening"))
    _known("ledger_line", "account", (*_ACCOUNTS, "opening"))
