"""Prepaid balances, part payments, closed days, reversing receipts and electronic invoices.

Revision: c0ffee120625, after a17ea25d0618.
"""

import re
from collections.abc import Callable, Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision: str = "c0ffee120625"
down_revision: str | None = "a17ea25d0618"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_NEW_WORDS = (("ledger_line", "account", "cash_difference"), ("journal", "kind", "day_close"))


def upgrade() -> None:
    """Apply."""
    for table, column, word in _NEW_WORDS:
        _known(table, column, lambda words, word=word: [*words, word])
    _payment()
    _policy()
    _day_close()
    _invoice()


def _payment() -> None:
    op.add_column("payment", sa.Column("prepaid_fen", sa.BigInteger(), nullable=False, server_default="0"))
    op.alter_column("payment", "prepaid_fen", server_default=None)
    op.create_check_constraint(op.f("ck_payment_prepaid_within"), "payment", "prepaid_fen BETWEEN 0 AND amount_fen")
    op.add_column("refund", sa.Column("prepaid_fen", sa.BigInteger(), nullable=False, server_default="0"))
    op.alter_column("refund", "prepaid_fen", server_default=None)
    op.add_column("refund", sa.Column("voucher", sa.String(length=60), nullable=False, server_default=""))
    op.alter_column("refund", "voucher", server_default=None)
    op.create_table(
        "refund_item",
        sa.Column("refund_id", sa.BigInteger(), nullable=False),
        sa.Column("bill_id", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_refund_item_amount_positive")),
        sa.ForeignKeyConstraint(["bill_id"], ["bill.id"], name=op.f("fk_refund_item_bill_id_bill"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["refund_id"], ["refund.id"], name=op.f("fk_refund_item_refund_id_refund"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("refund_id", "bill_id", name=op.f("pk_refund_item")),
    )
    op.drop_constraint(op.f("uq_receipt_payment_id"), "receipt", type_="unique")
    op.add_column("receipt", sa.Column("reverses_id", sa.BigInteger(), nullable=True))
    op.add_column("receipt", sa.Column("refund_id", sa.BigInteger(), nullable=True))
    op.create_index("uq_receipt_payment", "receipt", ["payment_id"], unique=True, postgresql_where=sa.text("reverses_id IS NULL"))
    op.create_index(op.f("ix_receipt_reverses_id"), "receipt", ["reverses_id"], unique=False)
    op.create_unique_constraint(op.f("uq_receipt_refund_id"), "receipt", ["refund_id"])
    op.create_check_constraint(op.f("ck_receipt_reverses_by_refund"), "receipt", "(reverses_id IS NULL) = (refund_id IS NULL)")
    op.create_foreign_key(op.f("fk_receipt_reverses_id_receipt"), "receipt", "receipt", ["reverses_id"], ["id"], ondelete="RESTRICT")
    op.create_foreign_key(op.f("fk_receipt_refund_id_refund"), "receipt", "refund", ["refund_id"], ["id"], ondelete="RESTRICT")


def _policy() -> None:
    op.create_table(
        "payment_policy",
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("allocation_order", sa.String(length=40), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "allocation_order IN ('principal_first', 'late_fee_first')", name=op.f("ck_payment_policy_allocation_order_known")
        ),
        sa.ForeignKeyConstraint(["changed_by"], ["account.id"], name=op.f("fk_payment_policy_changed_by_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_payment_policy_estate_id_estate"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("estate_id", name=op.f("pk_payment_policy")),
    )
    op.create_table(
        "room_balance",
        sa.Column("room_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("is_automatic", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_room_balance_account_id_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_room_balance_estate_id_estate"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_room_balance_room_id_room"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("room_id", name=op.f("pk_room_balance")),
    )
    op.create_index(op.f("ix_room_balance_estate_id"), "room_balance", ["estate_id"], unique=False)


def _day_close() -> None:
    op.create_table(
        "day_close",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("cashier_id", sa.BigInteger(), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("business_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("expected_fen", sa.BigInteger(), nullable=False),
        sa.Column("counted_fen", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.BigInteger(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint("counted_fen >= 0", name=op.f("ck_day_close_counted_not_negative")),
        sa.CheckConstraint("status IN ('to_approve', 'closed')", name=op.f("ck_day_close_status_known")),
        sa.ForeignKeyConstraint(["approved_by"], ["account.id"], name=op.f("fk_day_close_approved_by_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["cashier_id"], ["account.id"], name=op.f("fk_day_close_cashier_id_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_day_close_estate_id_estate"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_close")),
        sa.UniqueConstraint("number", name=op.f("uq_day_close_number")),
        sa.UniqueConstraint("cashier_id", "estate_id", "business_on", name=op.f("uq_day_close_cashier_id_estate_id_business_on")),
    )
    for column in ("approved_by", "cashier_id", "estate_id"):
        op.create_index(op.f(f"ix_day_close_{column}"), "day_close", [column], unique=False)


def _invoice() -> None:
    op.create_table(
        "e_invoice",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("payment_id", sa.BigInteger(), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("reverses_id", sa.BigInteger(), nullable=True),
        sa.Column("refund_id", sa.BigInteger(), nullable=True),
        sa.Column("requested_by", sa.BigInteger(), nullable=True),
        sa.Column("title_kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("tax_number", sa.String(length=20), nullable=False),
        sa.Column("email", sa.String(length=120), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("invoice_number", sa.String(length=30), nullable=False),
        sa.Column("fail_reason", sa.String(length=200), nullable=False),
        sa.Column("file", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_e_invoice_amount_positive")),
        sa.CheckConstraint("status IN ('requested', 'sent', 'issued', 'failed', 'cancelled')", name=op.f("ck_e_invoice_status_known")),
        sa.CheckConstraint("title_kind IN ('person', 'company')", name=op.f("ck_e_invoice_title_kind_known")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_e_invoice_estate_id_estate"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_e_invoice_payment_id_payment"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["refund_id"], ["refund.id"], name=op.f("fk_e_invoice_refund_id_refund"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["requested_by"], ["account.id"], name=op.f("fk_e_invoice_requested_by_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["reverses_id"], ["e_invoice.id"], name=op.f("fk_e_invoice_reverses_id_e_invoice"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_e_invoice")),
        sa.UniqueConstraint("number", name=op.f("uq_e_invoice_number")),
        sa.UniqueConstraint("refund_id", name=op.f("uq_e_invoice_refund_id")),
    )
    for column in ("payment_id", "estate_id", "reverses_id"):
        op.create_index(op.f(f"ix_e_invoice_{column}"), "e_invoice", [column], unique=False)
    op.create_index(
        "uq_e_invoice_live",
        "e_invoice",
        ["payment_id"],
        unique=True,
        postgresql_where=sa.text("reverses_id IS NULL AND status NOT IN ('failed', 'cancelled')"),
    )
    op.create_index("ix_e_invoice_due", "e_invoice", ["next_try_at"], unique=False, postgresql_where=sa.text("next_try_at IS NOT NULL"))


def downgrade() -> None:
    """Take back."""
    op.drop_table("e_invoice")
    op.drop_table("day_close")
    op.drop_table("room_balance")
    op.drop_table("payment_policy")
    op.drop_index("uq_receipt_payment", table_name="receipt")
    op.drop_constraint(op.f("ck_receipt_reverses_by_refund"), "receipt", type_="check")
    op.drop_column("receipt", "refund_id")
    op.drop_column("receipt", "reverses_id")
    op.create_unique_constraint(op.f("uq_receipt_payment_id"), "receipt", ["payment_id"])
    op.drop_table("refund_item")
    op.drop_column("refund", "voucher")
    op.drop_column("refund", "prepaid_fen")
    op.drop_constraint(op.f("ck_payment_prepaid_within"), "payment", type_="check")
    op.drop_column("payment", "prepaid_fen")
    for table, column, word in _NEW_WORDS:
        _known(table, column, lambda words, word=word: [known for known in words if known != word])


def _known(table: str, column: str, change: Callable[[list[str]], list[str]]) -> None:
    """Change the words that a column may hold, whatever other migrations have added to them."""
    name = f"ck_{table}_{column}_known"
    definition = op.get_bind().scalar(sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"), {"name": name})
    listed = ", ".join(f"'{word}'" for word in dict.fromkeys(change(re.findall(r"'(\w+)'", definition))))
    op.drop_constraint(op.f(name), table, type_="check")
    op.create_check_constraint(op.f(name), table, f"{column} IN ({listed})")
