"""Facilities with plans, checklists and danger questions of categories, certificates of technicians.

Revision: fac111700730, after 5ab5c21be071.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision: str = "fac111700730"
down_revision: str | None = "5ab5c21be071"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_KINDS = ("lift", "pump", "fire", "lighting", "gate", "power", "ventilation", "other")
_TRADES = ("plumbing", "electrical", "masonry", "carpentry", "lift", "hvac", "general")


def _id(table: str) -> tuple[sa.Column[int], sa.PrimaryKeyConstraint]:
    return sa.Column("id", sa.BigInteger(), nullable=False), sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))


def _ref(column: str, target: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(column, sa.BigInteger(), sa.ForeignKey(target, ondelete="RESTRICT"), nullable=null)


def _at(column: str, *, null: bool = False) -> sa.Column[object]:
    return sa.Column(column, sa.DateTime(timezone=True), nullable=null)


def _text(column: str, length: int) -> sa.Column[str]:
    return sa.Column(column, sa.String(length), nullable=False)


def _known(table: str, column: str, words: Sequence[str]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{column}_known"))


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def upgrade() -> None:
    """Apply."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name in ("checklist", "questions"):
        op.add_column("repair_category", sa.Column(name, postgresql.JSONB(), server_default="[]", nullable=False))
    op.add_column("repair_category", sa.Column("needs_certificate", sa.Boolean(), server_default="false", nullable=False))
    op.create_table(
        "technician_certificate", *_id("technician_certificate"), _ref("technician_id", "technician.account_id"), _text("trade", 40),
        _text("name", 60), _text("number", 60), sa.Column("ends_on", sa.Date(), nullable=False), sa.Column("warned_on", sa.Date()),
        _known("technician_certificate", "trade", _TRADES),
    )  # fmt: skip
    for column in ("technician_id", "ends_on"):
        op.create_index(op.f(f"ix_technician_certificate_{column}"), "technician_certificate", [column])
    _facilities()
    _plans()
    op.add_column("repair_order", sa.Column("facility_id", sa.BigInteger()))
    op.add_column("repair_order", sa.Column("is_out_of_service", sa.Boolean(), server_default="false", nullable=False))
    name = op.f("fk_repair_order_facility_id_facility")
    op.create_foreign_key(name, "repair_order", "facility", ["facility_id"], ["id"], ondelete="RESTRICT")
    op.create_index(op.f("ix_repair_order_facility_id"), "repair_order", ["facility_id"])


def _facilities() -> None:
    op.create_table(
        "facility", *_id("facility"), _ref("estate_id", "estate.id"), _ref("public_area_id", "public_area.id"),
        _ref("category_id", "repair_category.id", null=True), _text("code", 16), _text("number", 30), _text("name", 60),
        _text("kind", 40), _text("maker", 60), _text("model", 60), sa.Column("installed_on", sa.Date()),
        sa.Column("warranty_ends_on", sa.Date()), sa.Column("life_years", sa.Integer()), sa.Column("cost_fen", sa.BigInteger()),
        _text("counter_unit", 20), _text("note", 500), sa.Column("is_active", sa.Boolean(), nullable=False),
        _known("facility", "kind", _KINDS), _check("facility", "life_positive", "life_years > 0"),
        _check("facility", "cost_not_negative", "cost_fen >= 0"), sa.UniqueConstraint("code", name=op.f("uq_facility_code")),
        sa.UniqueConstraint("estate_id", "number", name=op.f("uq_facility_estate_id_number")),
    )  # fmt: skip
    for column in ("public_area_id", "category_id"):
        op.create_index(op.f(f"ix_facility_{column}"), "facility", [column])
    op.create_table(
        "facility_reading", *_id("facility_reading"), _ref("facility_id", "facility.id"), sa.Column("value", sa.Integer(), nullable=False),
        _at("at"), _ref("read_by", "account.id", null=True), _check("facility_reading", "value_not_negative", "value >= 0"),
    )  # fmt: skip
    op.create_index("ix_facility_reading_newest", "facility_reading", ["facility_id", "id"])
    op.create_index(op.f("ix_facility_reading_read_by"), "facility_reading", ["read_by"])


def _plans() -> None:
    fits = "(unit = 'meter') = (due_value IS NOT NULL) AND (unit = 'meter') = (due_on IS NULL)"
    op.create_table(
        "facility_plan", *_id("facility_plan"), _ref("facility_id", "facility.id"), _ref("category_id", "repair_category.id"),
        _text("name", 60), _text("unit", 40), sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("lead", sa.Integer(), nullable=False), _text("counts_from", 40), sa.Column("due_on", sa.Date()),
        sa.Column("due_value", sa.Integer()), sa.Column("is_active", sa.Boolean(), nullable=False),
        _known("facility_plan", "unit", ("day", "month", "meter")), _known("facility_plan", "counts_from", ("planned", "done")),
        _check("facility_plan", "every_positive", "every > 0"), _check("facility_plan", "lead_not_negative", "lead >= 0"),
        _check("facility_plan", "due_fits", fits),
    )  # fmt: skip
    for column in ("facility_id", "category_id"):
        op.create_index(op.f(f"ix_facility_plan_{column}"), "facility_plan", [column])
    op.create_table(
        "facility_visit", *_id("facility_visit"), _ref("plan_id", "facility_plan.id"), _ref("order_id", "repair_order.id"),
        _text("due", 20), _at("made_at"), _at("ended_at", null=True), sa.Column("is_done", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("plan_id", "due", name=op.f("uq_facility_visit_plan_id_due")),
        sa.UniqueConstraint("order_id", name=op.f("uq_facility_visit_order_id")),
    )  # fmt: skip
    op.create_index("uq_facility_visit_open", "facility_visit", ["plan_id"], unique=True, postgresql_where=sa.text("ended_at IS NULL"))


def downgrade() -> None:
    """Take back."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table, columns in (
        ("repair_order", ("is_out_of_service", "facility_id")),
        ("repair_category", ("needs_certificate", "questions", "checklist")),
    ):
        for column in columns:
            op.drop_column(table, column)
    for table in ("facility_visit", "facility_plan", "facility_reading", "facility", "technician_certificate"):
        op.drop_table(table)
