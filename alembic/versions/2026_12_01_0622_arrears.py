"""Late fees, disputes, waivers, discounts, the ladder of arrears, promises and instalments.

Revision: a17ea25d0618, after d15a7c000630. What was paid and disputed before is carried into the new tables.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision: str = "a17ea25d0618"
down_revision: str | None = "d15a7c000630"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_BEFORE = ("area", "fixed", "metered", "shared", "parking", "one_off", "repair")
_PAID = """
INSERT INTO bill_money (bill_id, paid_on, amount_fen, cause)
SELECT b.id, (COALESCE(b.paid_at, max(p.paid_at), b.issued_at) AT TIME ZONE 'Asia/Shanghai')::date, b.paid_fen, COALESCE(max(p.number), '')
FROM bill b
LEFT JOIN payment_item i ON i.bill_id = b.id
LEFT JOIN payment p ON p.id = i.payment_id AND p.status = 'paid'
WHERE b.paid_fen > 0 GROUP BY b.id
"""
_DISPUTED = """
INSERT INTO bill_dispute (bill_id, from_on, reason, answer)
SELECT b.id, (COALESCE(max(a.at), now()) AT TIME ZONE 'Asia/Shanghai')::date, '', ''
FROM bill b LEFT JOIN audit_entry a ON a.entity = 'bill' AND a.entity_id = b.id AND a.action = 'bill:dispute'
WHERE b.status = 'disputed' GROUP BY b.id
"""


def upgrade() -> None:
    """Apply."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    _restrict((*_BEFORE, "late_fee"))
    op.create_table(
        "ladder_policy",
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("reminder_days", sa.Integer(), nullable=False),
        sa.Column("sms_days", sa.Integer(), nullable=False),
        sa.Column("letter_days", sa.Integer(), nullable=False),
        sa.Column("case_days", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_ladder_policy_estate_id_estate"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("estate_id", name=op.f("pk_ladder_policy")),
    )
    op.create_table(
        "late_fee_policy",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("fee_item_id", sa.BigInteger(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("rate_ppb", sa.Integer(), nullable=False),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        sa.Column("cap_bp", sa.Integer(), nullable=True),
        sa.Column("pauses_for_plans", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("rate_ppb >= 0 AND grace_days >= 0 AND cap_bp >= 0", name=op.f("ck_late_fee_policy_not_negative")),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_late_fee_policy_created_by_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_late_fee_policy_estate_id_estate"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["fee_item_id"], ["fee_item.id"], name=op.f("fk_late_fee_policy_fee_item_id_fee_item"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_late_fee_policy")),
        sa.UniqueConstraint(
            "estate_id",
            "fee_item_id",
            "starts_on",
            name=op.f("uq_late_fee_policy_estate_id_fee_item_id_starts_on"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(op.f("ix_late_fee_policy_created_by"), "late_fee_policy", ["created_by"], unique=False)
    op.create_index(op.f("ix_late_fee_policy_fee_item_id"), "late_fee_policy", ["fee_item_id"], unique=False)
    op.create_table(
        "arrears_step",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("room_id", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=True),
        sa.Column("bill_ids", postgresql.JSONB(), nullable=False),
        sa.Column("told", postgresql.JSONB(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("owed_fen", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("delivery", sa.String(length=40), nullable=True),
        sa.Column("delivered_on", sa.Date(), nullable=True),
        sa.Column("delivered_by", sa.BigInteger(), nullable=True),
        sa.Column("proof", sa.String(length=200), nullable=False),
        sa.CheckConstraint("delivery IN ('handed', 'left', 'post')", name=op.f("ck_arrears_step_delivery_known")),
        sa.CheckConstraint("stage IN ('reminder', 'sms', 'letter', 'case')", name=op.f("ck_arrears_step_stage_known")),
        sa.ForeignKeyConstraint(["actor_id"], ["account.id"], name=op.f("fk_arrears_step_actor_id_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["delivered_by"], ["account.id"], name=op.f("fk_arrears_step_delivered_by_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_arrears_step_estate_id_estate"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_arrears_step_room_id_room"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrears_step")),
        sa.UniqueConstraint("number", name=op.f("uq_arrears_step_number")),
    )
    op.create_index(op.f("ix_arrears_step_actor_id"), "arrears_step", ["actor_id"], unique=False)
    op.create_index(op.f("ix_arrears_step_delivered_by"), "arrears_step", ["delivered_by"], unique=False)
    op.create_index(op.f("ix_arrears_step_estate_id"), "arrears_step", ["estate_id"], unique=False)
    op.create_index("ix_arrears_step_room", "arrears_step", ["room_id", "id"], unique=False)
    op.create_table(
        "discount",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("room_id", sa.BigInteger(), nullable=False),
        sa.Column("fee_item_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("percent_bp", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("requested_by", sa.BigInteger(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=200), nullable=False),
        sa.CheckConstraint("kind IN ('vacancy', 'discount')", name=op.f("ck_discount_kind_known")),
        sa.CheckConstraint("status IN ('requested', 'approved', 'rejected')", name=op.f("ck_discount_status_known")),
        sa.CheckConstraint("percent_bp BETWEEN 1 AND 9999", name=op.f("ck_discount_percent_within")),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_discount_decided_by_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_discount_estate_id_estate"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["fee_item_id"], ["fee_item.id"], name=op.f("fk_discount_fee_item_id_fee_item"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["requested_by"], ["account.id"], name=op.f("fk_discount_requested_by_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_discount_room_id_room"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discount")),
    )
    op.create_index(op.f("ix_discount_decided_by"), "discount", ["decided_by"], unique=False)
    op.create_index(op.f("ix_discount_estate_id"), "discount", ["estate_id"], unique=False)
    op.create_index(op.f("ix_discount_fee_item_id"), "discount", ["fee_item_id"], unique=False)
    op.create_index(op.f("ix_discount_requested_by"), "discount", ["requested_by"], unique=False)
    op.create_index(op.f("ix_discount_room_id"), "discount", ["room_id"], unique=False)
    op.create_table(
        "instalment_plan",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("room_id", sa.BigInteger(), nullable=False),
        sa.Column("bill_ids", postgresql.JSONB(), nullable=False),
        sa.Column("total_fen", sa.BigInteger(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint("status IN ('running', 'kept', 'broken', 'cancelled')", name=op.f("ck_instalment_plan_status_known")),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_instalment_plan_created_by_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_instalment_plan_estate_id_estate"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_instalment_plan_room_id_room"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instalment_plan")),
    )
    op.create_index(op.f("ix_instalment_plan_created_by"), "instalment_plan", ["created_by"], unique=False)
    op.create_index(op.f("ix_instalment_plan_estate_id"), "instalment_plan", ["estate_id"], unique=False)
    op.create_index(op.f("ix_instalment_plan_room_id"), "instalment_plan", ["room_id"], unique=False)
    op.create_index(
        "uq_instalment_plan_running", "instalment_plan", ["room_id"], unique=True, postgresql_where=sa.text("status = 'running'")
    )
    op.create_table(
        "payment_promise",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("room_id", sa.BigInteger(), nullable=False),
        sa.Column("bill_ids", postgresql.JSONB(), nullable=False),
        sa.Column("owed_fen", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint("status IN ('running', 'kept', 'broken', 'cancelled')", name=op.f("ck_payment_promise_status_known")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_payment_promise_amount_positive")),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_payment_promise_created_by_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_payment_promise_estate_id_estate"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_payment_promise_room_id_room"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_promise")),
    )
    op.create_index(op.f("ix_payment_promise_created_by"), "payment_promise", ["created_by"], unique=False)
    op.create_index(op.f("ix_payment_promise_estate_id"), "payment_promise", ["estate_id"], unique=False)
    op.create_index(op.f("ix_payment_promise_room_id"), "payment_promise", ["room_id"], unique=False)
    op.create_index(
        "uq_payment_promise_running", "payment_promise", ["room_id"], unique=True, postgresql_where=sa.text("status = 'running'")
    )
    op.create_table(
        "bill_dispute",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("bill_id", sa.BigInteger(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("answer", sa.String(length=200), nullable=False),
        sa.Column("opened_by", sa.BigInteger(), nullable=True),
        sa.Column("closed_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["bill_id"], ["bill.id"], name=op.f("fk_bill_dispute_bill_id_bill"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["closed_by"], ["account.id"], name=op.f("fk_bill_dispute_closed_by_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["opened_by"], ["account.id"], name=op.f("fk_bill_dispute_opened_by_account"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bill_dispute")),
    )
    op.create_index(op.f("ix_bill_dispute_bill_id"), "bill_dispute", ["bill_id"], unique=False)
    op.create_index(op.f("ix_bill_dispute_closed_by"), "bill_dispute", ["closed_by"], unique=False)
    op.create_index(op.f("ix_bill_dispute_opened_by"), "bill_dispute", ["opened_by"], unique=False)
    op.create_index("uq_bill_dispute_open", "bill_dispute", ["bill_id"], unique=True, postgresql_where=sa.text("to_on IS NULL"))
    op.create_table(
        "bill_money",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("bill_id", sa.BigInteger(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.String(length=60), nullable=False),
        sa.CheckConstraint("amount_fen <> 0", name=op.f("ck_bill_money_amount_not_zero")),
        sa.ForeignKeyConstraint(["bill_id"], ["bill.id"], name=op.f("fk_bill_money_bill_id_bill"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bill_money")),
    )
    op.create_index(op.f("ix_bill_money_bill_id"), "bill_money", ["bill_id"], unique=False)
    op.create_index(op.f("ix_bill_money_paid_on"), "bill_money", ["paid_on"], unique=False)
    op.create_table(
        "instalment_part",
        sa.Column("plan_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_instalment_part_amount_positive")),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["instalment_plan.id"], name=op.f("fk_instalment_part_plan_id_instalment_plan"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("plan_id", "position", name=op.f("pk_instalment_part")),
    )
    op.create_table(
        "waiver",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("bill_id", sa.BigInteger(), nullable=False),
        sa.Column("for_bill_id", sa.BigInteger(), nullable=True),
        sa.Column("new_bill_id", sa.BigInteger(), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("requested_by", sa.BigInteger(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=200), nullable=False),
        sa.CheckConstraint("status IN ('requested', 'approved', 'rejected')", name=op.f("ck_waiver_status_known")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_waiver_amount_positive")),
        sa.ForeignKeyConstraint(["bill_id"], ["bill.id"], name=op.f("fk_waiver_bill_id_bill"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_waiver_decided_by_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_waiver_estate_id_estate"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["for_bill_id"], ["bill.id"], name=op.f("fk_waiver_for_bill_id_bill"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["new_bill_id"], ["bill.id"], name=op.f("fk_waiver_new_bill_id_bill"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["requested_by"], ["account.id"], name=op.f("fk_waiver_requested_by_account"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiver")),
    )
    op.create_index(op.f("ix_waiver_bill_id"), "waiver", ["bill_id"], unique=False)
    op.create_index(op.f("ix_waiver_decided_by"), "waiver", ["decided_by"], unique=False)
    op.create_index(op.f("ix_waiver_estate_id"), "waiver", ["estate_id"], unique=False)
    op.create_index(op.f("ix_waiver_for_bill_id"), "waiver", ["for_bill_id"], unique=False)
    op.create_index(op.f("ix_waiver_new_bill_id"), "waiver", ["new_bill_id"], unique=False)
    op.create_index(op.f("ix_waiver_requested_by"), "waiver", ["requested_by"], unique=False)
    op.create_index("uq_waiver_requested", "waiver", ["bill_id"], unique=True, postgresql_where=sa.text("status = 'requested'"))
    op.add_column("bill", sa.Column("for_bill_id", sa.BigInteger(), nullable=True))
    op.add_column("bill", sa.Column("charged_until", sa.Date(), nullable=True))
    op.create_index(op.f("ix_bill_for_bill_id"), "bill", ["for_bill_id"], unique=False)
    op.create_foreign_key(op.f("fk_bill_for_bill_id_bill"), "bill", "bill", ["for_bill_id"], ["id"], ondelete="RESTRICT")
    op.create_index(
        "ix_bill_late", "bill", ["due_on"], unique=False, postgresql_where=sa.text("status IN ('unpaid', 'partly_paid', 'disputed')")
    )
    op.execute(_PAID)
    op.execute(_DISPUTED)


def downgrade() -> None:
    """Take back; late fees must be gone, since their bills would have no kind."""
    op.drop_index("ix_bill_late", table_name="bill", postgresql_where=sa.text("status IN ('unpaid', 'partly_paid', 'disputed')"))
    op.drop_constraint(op.f("fk_bill_for_bill_id_bill"), "bill", type_="foreignkey")
    op.drop_index(op.f("ix_bill_for_bill_id"), table_name="bill")
    op.drop_column("bill", "charged_until")
    op.drop_column("bill", "for_bill_id")
    op.drop_index("uq_waiver_requested", table_name="waiver", postgresql_where=sa.text("status = 'requested'"))
    op.drop_index(op.f("ix_waiver_requested_by"), table_name="waiver")
    op.drop_index(op.f("ix_waiver_new_bill_id"), table_name="waiver")
    op.drop_index(op.f("ix_waiver_for_bill_id"), table_name="waiver")
    op.drop_index(op.f("ix_waiver_estate_id"), table_name="waiver")
    op.drop_index(op.f("ix_waiver_decided_by"), table_name="waiver")
    op.drop_index(op.f("ix_waiver_bill_id"), table_name="waiver")
    op.drop_table("waiver")
    op.drop_table("instalment_part")
    op.drop_index(op.f("ix_bill_money_paid_on"), table_name="bill_money")
    op.drop_index(op.f("ix_bill_money_bill_id"), table_name="bill_money")
    op.drop_table("bill_money")
    op.drop_index("uq_bill_dispute_open", table_name="bill_dispute", postgresql_where=sa.text("to_on IS NULL"))
    op.drop_index(op.f("ix_bill_dispute_opened_by"), table_name="bill_dispute")
    op.drop_index(op.f("ix_bill_dispute_closed_by"), table_name="bill_dispute")
    op.drop_index(op.f("ix_bill_dispute_bill_id"), table_name="bill_dispute")
    op.drop_table("bill_dispute")
    op.drop_index("uq_payment_promise_running", table_name="payment_promise", postgresql_where=sa.text("status = 'running'"))
    op.drop_index(op.f("ix_payment_promise_room_id"), table_name="payment_promise")
    op.drop_index(op.f("ix_payment_promise_estate_id"), table_name="payment_promise")
    op.drop_index(op.f("ix_payment_promise_created_by"), table_name="payment_promise")
    op.drop_table("payment_promise")
    op.drop_index("uq_instalment_plan_running", table_name="instalment_plan", postgresql_where=sa.text("status = 'running'"))
    op.drop_index(op.f("ix_instalment_plan_room_id"), table_name="instalment_plan")
    op.drop_index(op.f("ix_instalment_plan_estate_id"), table_name="instalment_plan")
    op.drop_index(op.f("ix_instalment_plan_created_by"), table_name="instalment_plan")
    op.drop_table("instalment_plan")
    op.drop_index(op.f("ix_discount_room_id"), table_name="discount")
    op.drop_index(op.f("ix_discount_requested_by"), table_name="discount")
    op.drop_index(op.f("ix_discount_fee_item_id"), table_name="discount")
    op.drop_index(op.f("ix_discount_estate_id"), table_name="discount")
    op.drop_index(op.f("ix_discount_decided_by"), table_name="discount")
    op.drop_table("discount")
    op.drop_index("ix_arrears_step_room", table_name="arrears_step")
    op.drop_index(op.f("ix_arrears_step_estate_id"), table_name="arrears_step")
    op.drop_index(op.f("ix_arrears_step_delivered_by"), table_name="arrears_step")
    op.drop_index(op.f("ix_arrears_step_actor_id"), table_name="arrears_step")
    op.drop_table("arrears_step")
    op.drop_index(op.f("ix_late_fee_policy_fee_item_id"), table_name="late_fee_policy")
    op.drop_index(op.f("ix_late_fee_policy_created_by"), table_name="late_fee_policy")
    op.drop_table("late_fee_policy")
    op.drop_table("ladder_policy")
    _restrict(_BEFORE)


def _restrict(words: Sequence[str]) -> None:
    op.drop_constraint(op.f("ck_fee_item_kind_known"), "fee_item", type_="check")
    known = ", ".join(f"'{word}'" for word in words)
    op.create_check_constraint(op.f("ck_fee_item_kind_known"), "fee_item", f"kind IN ({known})")
