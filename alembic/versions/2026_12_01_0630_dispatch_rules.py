"""Rules of dispatch, orders open to all, batch plans, incidents and the clock of the queue.

Revision: d15a7c000630, after b11c0de40620.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision: str = "d15a7c000630"
down_revision: str | None = "b11c0de40620"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_NUMBERS = (
    "skill", "zone", "load", "travel", "rating", "familiarity", "auto_points", "offer_minutes", "emergency_minutes", "grab_minutes",
    "escalate_minutes", "incident_reports", "incident_minutes",
)  # fmt: skip


def _ref(column: str, target: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(column, sa.BigInteger(), sa.ForeignKey(target, ondelete="RESTRICT"), nullable=null)


def _at(column: str, *, null: bool = False) -> sa.Column[object]:
    return sa.Column(column, sa.DateTime(timezone=True), nullable=null)


def _known(table: str, column: str, *words: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{column}_known"))


def upgrade() -> None:
    """Apply."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    _rules()
    op.create_table(
        "grab_offer", _ref("order_id", "repair_order.id"), _ref("technician_id", "technician.account_id"), _at("opened_at"),
        _at("expires_at"), sa.PrimaryKeyConstraint("order_id", "technician_id", name=op.f("pk_grab_offer")),
    )  # fmt: skip
    op.create_index(op.f("ix_grab_offer_expires_at"), "grab_offer", ["expires_at"])
    op.create_table(
        "batch_plan", sa.Column("id", sa.BigInteger(), nullable=False), _ref("estate_id", "estate.id"),
        sa.Column("status", sa.String(40), nullable=False), _at("made_at"), _ref("made_by", "account.id"), _at("applied_at", null=True),
        _ref("applied_by", "account.id", null=True), sa.Column("solve_ms", sa.Integer(), nullable=False),
        sa.Column("visits", postgresql.JSONB(), nullable=False), sa.Column("left_over", postgresql.JSONB(), nullable=False),
        _known("batch_plan", "status", "draft", "applied"), sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_plan")),
    )  # fmt: skip
    for column in ("estate_id", "made_by", "applied_by"):
        op.create_index(op.f(f"ix_batch_plan_{column}"), "batch_plan", [column])
    _incidents()


def _rules() -> None:
    op.create_table(
        "dispatch_rule", _ref("estate_id", "estate.id"), *(sa.Column(name, sa.Integer(), nullable=False) for name in _NUMBERS),
        sa.Column("is_auto", sa.Boolean(), nullable=False), _at("changed_at"),
        sa.CheckConstraint(
            "skill + zone + load + travel + rating + familiarity = 100 AND least(skill, zone, load, travel, rating, familiarity) >= 0",
            name=op.f("ck_dispatch_rule_weights_sum"),
        ),
        sa.CheckConstraint("auto_points BETWEEN 0 AND 100", name=op.f("ck_dispatch_rule_auto_points_range")),
        sa.PrimaryKeyConstraint("estate_id", name=op.f("pk_dispatch_rule")),
    )  # fmt: skip
    op.create_table(
        "category_mode", _ref("estate_id", "estate.id"), _ref("category_id", "repair_category.id"),
        sa.Column("mode", sa.String(40), nullable=False), _known("category_mode", "mode", "offer", "grab", "round_robin"),
        sa.PrimaryKeyConstraint("estate_id", "category_id", name=op.f("pk_category_mode")),
    )  # fmt: skip


def _incidents() -> None:
    op.create_table(
        "incident", sa.Column("id", sa.BigInteger(), nullable=False), _ref("estate_id", "estate.id"),
        _ref("building_id", "building.id"), _ref("category_id", "repair_category.id"), sa.Column("lead_id", sa.BigInteger()),
        sa.Column("status", sa.String(40), nullable=False), _at("proposed_at"), _at("decided_at", null=True),
        _ref("decided_by", "account.id", null=True), sa.Column("reason", sa.String(200), nullable=False), _at("closed_at", null=True),
        _known("incident", "status", "proposed", "open", "closed", "declined"), sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )  # fmt: skip
    for column in ("estate_id", "category_id", "decided_by"):
        op.create_index(op.f(f"ix_incident_{column}"), "incident", [column])
    op.create_index(
        "uq_incident_live", "incident", ["building_id", "category_id"], unique=True,
        postgresql_where=sa.text("status IN ('proposed', 'open')"),
    )  # fmt: skip
    op.add_column("repair_order", _at("queued_at", null=True))
    op.add_column("repair_order", sa.Column("escalated", sa.Integer(), server_default="0", nullable=False))
    op.add_column("repair_order", sa.Column("incident_id", sa.BigInteger()))
    op.add_column("repair_order", sa.Column("merged_into_id", sa.BigInteger()))
    for column, target in (("incident_id", "incident"), ("merged_into_id", "repair_order")):
        name = op.f(f"fk_repair_order_{column}_{target}")
        op.create_foreign_key(name, "repair_order", target, [column], ["id"], ondelete="RESTRICT")
        op.create_index(op.f(f"ix_repair_order_{column}"), "repair_order", [column])
    # What already waits begins its clock at its report.
    op.execute("UPDATE repair_order SET queued_at = submitted_at WHERE queue_reason IS NOT NULL")


def downgrade() -> None:
    """Take back."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for column in ("merged_into_id", "incident_id", "escalated", "queued_at"):
        op.drop_column("repair_order", column)
    for table in ("incident", "batch_plan", "grab_offer", "category_mode", "dispatch_rule"):
        op.drop_table(table)
