"""The day of the month that an upkeep plan aims at, so that one of the 31st comes back to it after February.

Revision: d3e31d0a7f10, after c41d70e2b9a6.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from alembic import op

revision: str = "d3e31d0a7f10"
down_revision: str | None = "c41d70e2b9a6"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# A plan that stands on the last day of its month may have been cut short: what it aimed at is the latest day it ever had.
_AIM = """
UPDATE facility_plan p SET due_day = CASE
    WHEN p.counts_from = 'planned' AND extract(day FROM p.due_on + 1) = 1 THEN greatest(
        extract(day FROM p.due_on),
        (SELECT max(extract(day FROM v.due::date)) FROM facility_visit v WHERE v.plan_id = p.id AND v.due ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'))
    ELSE extract(day FROM p.due_on) END
WHERE p.unit = 'month'
"""


def upgrade() -> None:
    """Apply."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("facility_plan", sa.Column("due_day", sa.Integer(), nullable=True))
    op.execute(_AIM)
    op.create_check_constraint(
        op.f("ck_facility_plan_due_day_fits"), "facility_plan", "(unit = 'month') = (due_day IS NOT NULL) AND due_day BETWEEN 1 AND 31"
    )


def downgrade() -> None:
    """Take back."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_constraint(op.f("ck_facility_plan_due_day_fits"), "facility_plan", type_="check")
    op.drop_column("facility_plan", "due_day")
