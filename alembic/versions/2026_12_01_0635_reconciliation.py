"""Reconciliation: runs, their lines, the statement files, and what has arrived at the bank.

Revision: c0a7e1ed0625, after c0ffee120625.
"""

import re
from collections.abc import Callable, Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision: str = "c0a7e1ed0625"
down_revision: str | None = "c0ffee120625"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_NEW = (("journal", "kind", "settlement_fee"), ("ledger_line", "account", "channel_fee"))


def upgrade() -> None:
    """Apply."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table, column, word in _NEW:
        _restrict(table, column, lambda words, word=word: [*words, word] if word not in words else words)

    op.create_table(
        "statement_file",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("business_on", sa.Date(), nullable=False),
        sa.Column("is_upload", sa.Boolean(), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("problem", sa.String(length=40), nullable=False),
        sa.Column("detail", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "channel IN ('wechat', 'alipay', 'unionpay', 'counter', 'balance')", name=op.f("ck_statement_file_channel_known")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_statement_file_by_id_account"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_file")),
    )
    op.create_index(op.f("ix_statement_file_by_id"), "statement_file", ["by_id"], unique=False)
    op.create_index("ix_statement_file_day", "statement_file", ["channel", "business_on"], unique=False)
    op.create_table(
        "reconciliation_run",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("business_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("run_count", sa.Integer(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.String(length=40), nullable=False),
        sa.Column("channel_count", sa.Integer(), nullable=False),
        sa.Column("channel_paid_fen", sa.BigInteger(), nullable=False),
        sa.Column("channel_refunded_fen", sa.BigInteger(), nullable=False),
        sa.Column("channel_fee_fen", sa.BigInteger(), nullable=False),
        sa.Column("local_count", sa.Integer(), nullable=False),
        sa.Column("local_paid_fen", sa.BigInteger(), nullable=False),
        sa.Column("local_refunded_fen", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "channel IN ('wechat', 'alipay', 'unionpay', 'counter', 'balance')", name=op.f("ck_reconciliation_run_channel_known")
        ),
        sa.CheckConstraint("status IN ('waiting', 'refused', 'done')", name=op.f("ck_reconciliation_run_status_known")),
        sa.ForeignKeyConstraint(["closed_by"], ["account.id"], name=op.f("fk_reconciliation_run_closed_by_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["file_id"], ["statement_file.id"], name=op.f("fk_reconciliation_run_file_id_statement_file"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliation_run")),
        sa.UniqueConstraint("channel", "business_on", name=op.f("uq_reconciliation_run_channel_business_on")),
    )
    op.create_index(op.f("ix_reconciliation_run_business_on"), "reconciliation_run", ["business_on"], unique=False)
    op.create_index(op.f("ix_reconciliation_run_closed_by"), "reconciliation_run", ["closed_by"], unique=False)
    op.create_index(op.f("ix_reconciliation_run_file_id"), "reconciliation_run", ["file_id"], unique=False)
    op.create_table(
        "bank_arrival",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.String(length=60), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("payer_name", sa.String(length=80), nullable=False),
        sa.Column("payer_account", sa.String(length=40), nullable=False),
        sa.Column("remark", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("payment_id", sa.BigInteger(), nullable=True),
        sa.Column("suspense_id", sa.BigInteger(), nullable=True),
        sa.Column("reasons", postgresql.JSONB(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'confirmed', 'rejected')", name=op.f("ck_bank_arrival_state_known")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_bank_arrival_amount_positive")),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_bank_arrival_decided_by_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_bank_arrival_estate_id_estate"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_bank_arrival_payment_id_payment"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["suspense_id"], ["suspense.id"], name=op.f("fk_bank_arrival_suspense_id_suspense"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_arrival")),
        sa.UniqueConstraint("estate_id", "serial", name=op.f("uq_bank_arrival_estate_id_serial")),
    )
    op.create_index(op.f("ix_bank_arrival_arrived_at"), "bank_arrival", ["arrived_at"], unique=False)
    op.create_index(op.f("ix_bank_arrival_decided_by"), "bank_arrival", ["decided_by"], unique=False)
    op.create_index(op.f("ix_bank_arrival_payment_id"), "bank_arrival", ["payment_id"], unique=False)
    op.create_index(op.f("ix_bank_arrival_suspense_id"), "bank_arrival", ["suspense_id"], unique=False)
    op.create_table(
        "reconciliation_item",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("item_key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("is_refund", sa.Boolean(), nullable=False),
        sa.Column("payment_id", sa.BigInteger(), nullable=True),
        sa.Column("refund_id", sa.BigInteger(), nullable=True),
        sa.Column("order_number", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("local_fen", sa.BigInteger(), nullable=True),
        sa.Column("channel_fen", sa.BigInteger(), nullable=True),
        sa.Column("expected_fee_fen", sa.BigInteger(), nullable=True),
        sa.Column("channel_fee_fen", sa.BigInteger(), nullable=True),
        sa.Column("local_state", sa.String(length=20), nullable=False),
        sa.Column("channel_state", sa.String(length=20), nullable=False),
        sa.Column("local_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("channel_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("local_reference", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(state = 'resolved') = (resolved_at IS NOT NULL)", name=op.f("ck_reconciliation_item_resolved_at_with_state")),
        sa.CheckConstraint(
            "kind IN ('matched', 'channel_only', 'platform_only', 'amount', 'status', 'refund', 'fee')",
            name=op.f("ck_reconciliation_item_kind_known"),
        ),
        sa.CheckConstraint("state IN ('matched', 'open', 'carried', 'resolved')", name=op.f("ck_reconciliation_item_state_known")),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_reconciliation_item_payment_id_payment"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["refund_id"], ["refund.id"], name=op.f("fk_reconciliation_item_refund_id_refund"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["resolved_by"], ["account.id"], name=op.f("fk_reconciliation_item_resolved_by_account"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["reconciliation_run.id"], name=op.f("fk_reconciliation_item_run_id_reconciliation_run"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliation_item")),
        sa.UniqueConstraint("run_id", "item_key", name=op.f("uq_reconciliation_item_run_id_item_key")),
    )
    op.create_index(
        "ix_reconciliation_item_open", "reconciliation_item", ["run_id"], unique=False, postgresql_where="state IN ('open', 'carried')"
    )
    op.create_index(op.f("ix_reconciliation_item_payment_id"), "reconciliation_item", ["payment_id"], unique=False)
    op.create_index(op.f("ix_reconciliation_item_refund_id"), "reconciliation_item", ["refund_id"], unique=False)
    op.create_index(op.f("ix_reconciliation_item_resolved_by"), "reconciliation_item", ["resolved_by"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_index(op.f("ix_reconciliation_item_resolved_by"), table_name="reconciliation_item")
    op.drop_index(op.f("ix_reconciliation_item_refund_id"), table_name="reconciliation_item")
    op.drop_index(op.f("ix_reconciliation_item_payment_id"), table_name="reconciliation_item")
    op.drop_index("ix_reconciliation_item_open", table_name="reconciliation_item", postgresql_where="state IN ('open', 'carried')")
    op.drop_table("reconciliation_item")
    op.drop_index(op.f("ix_bank_arrival_suspense_id"), table_name="bank_arrival")
    op.drop_index(op.f("ix_bank_arrival_payment_id"), table_name="bank_arrival")
    op.drop_index(op.f("ix_bank_arrival_decided_by"), table_name="bank_arrival")
    op.drop_index(op.f("ix_bank_arrival_arrived_at"), table_name="bank_arrival")
    op.drop_table("bank_arrival")
    op.drop_index(op.f("ix_reconciliation_run_file_id"), table_name="reconciliation_run")
    op.drop_index(op.f("ix_reconciliation_run_closed_by"), table_name="reconciliation_run")
    op.drop_index(op.f("ix_reconciliation_run_business_on"), table_name="reconciliation_run")
    op.drop_table("reconciliation_run")
    op.drop_index("ix_statement_file_day", table_name="statement_file")
    op.drop_index(op.f("ix_statement_file_by_id"), table_name="statement_file")
    op.drop_table("statement_file")
    for table, column, word in _NEW:
        _restrict(table, column, lambda words, word=word: [known for known in words if known != word])


def _restrict(table: str, column: str, change: Callable[[list[str]], list[str]]) -> None:
    """Add a word to a column's constraint, or take it out, whatever other words stand there already."""
    name = f"ck_{table}_{column}_known"
    found = op.get_bind().scalar(sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"), {"name": name})
    words = change(re.findall(r"'(\w+)'", str(found)))
    op.drop_constraint(op.f(name), table, type_="check")
    op.create_check_constraint(op.f(name), table, f"{column} IN ({', '.join(repr(word) for word in words)})")
