"""Drafts of bills keep the columns of the lines to be and runs the last draft that they issued; entries balance by statement.

Revision: b1d04a7f5e21, after ca11bac40001.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from alembic import op

revision: str = "b1d04a7f5e21"
down_revision: str | None = "ca11bac40001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_OPEN = "run_id IN (SELECT id FROM bill_run WHERE status IN ('draft', 'issuing')) AND lines <> '[]'"
_TO_COLUMNS = f"""
UPDATE bill_draft SET lines = (
    SELECT jsonb_agg(jsonb_build_object(
        'label', left(coalesce(line -> 'label' ->> 'id', ''), 80), 'quantity_milli', line -> 'quantity_milli', 'unit', line -> 'unit',
        'price_e4', line -> 'price_e4', 'amount_fen', line -> 'amount_fen',
        'inputs', line - '{{quantity_milli,unit,price_e4,amount_fen}}'::text[]) ORDER BY place)
    FROM jsonb_array_elements(lines) WITH ORDINALITY AS each(line, place)
) WHERE {_OPEN}
"""
_TO_PACKED = f"""
UPDATE bill_draft SET lines = (
    SELECT jsonb_agg((line - '{{label,inputs}}'::text[]) || (line -> 'inputs') ORDER BY place)
    FROM jsonb_array_elements(lines) WITH ORDINALITY AS each(line, place)
) WHERE {_OPEN}
"""
_UPTO = "UPDATE bill_run SET issued_upto = coalesce((SELECT max(id) FROM bill_draft WHERE run_id = bill_run.id AND bill_id IS NOT NULL), 0)"
_BILLS = """
UPDATE bill_draft SET bill_id = bill.id FROM bill
WHERE bill.run_id = bill_draft.run_id AND bill.room_id = bill_draft.room_id AND bill.fee_item_id = bill_draft.fee_item_id
AND bill.replaces_id IS NULL
"""
_BY_STATEMENT = """
CREATE OR REPLACE FUNCTION estate_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE odd bigint;
BEGIN
    SELECT journal_id INTO odd FROM fresh GROUP BY journal_id HAVING sum(amount_fen) <> 0 LIMIT 1;
    IF odd IS NOT NULL THEN
        RAISE EXCEPTION 'journal % does not balance', odd USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$
"""
_BY_ROW = """
CREATE OR REPLACE FUNCTION estate_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM ledger_line WHERE journal_id = NEW.journal_id HAVING sum(amount_fen) <> 0) THEN
        RAISE EXCEPTION 'journal % does not balance', NEW.journal_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    """Apply. Rows are never changed, so entries whose every statement balances always balance: no need to look at each row again."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("bill_run", sa.Column("issued_upto", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute(_UPTO)
    op.alter_column("bill_run", "issued_upto", server_default=None)
    op.execute(_TO_COLUMNS)
    op.drop_index("ix_bill_draft_todo", table_name="bill_draft")
    op.drop_index("ix_bill_draft_run_id", table_name="bill_draft")
    op.drop_index("ix_bill_draft_bill_id", table_name="bill_draft")
    op.drop_column("bill_draft", "bill_id")
    op.create_index("ix_bill_draft_run_id_id", "bill_draft", ["run_id", "id"])
    op.execute("DROP TRIGGER balanced ON ledger_line")
    op.execute(_BY_STATEMENT)
    op.execute(
        "CREATE TRIGGER balanced AFTER INSERT ON ledger_line REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT"
        " EXECUTE FUNCTION estate_balanced()"
    )


def downgrade() -> None:
    """Take back."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP TRIGGER balanced ON ledger_line")
    op.execute(_BY_ROW)
    op.execute(
        "CREATE CONSTRAINT TRIGGER balanced AFTER INSERT ON ledger_line"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION estate_balanced()"
    )
    op.drop_index("ix_bill_draft_run_id_id", table_name="bill_draft")
    op.add_column("bill_draft", sa.Column("bill_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_bill_draft_bill_id_bill"), "bill_draft", "bill", ["bill_id"], ["id"], ondelete="RESTRICT")
    op.execute(_BILLS)
    op.create_index("ix_bill_draft_bill_id", "bill_draft", ["bill_id"])
    op.create_index("ix_bill_draft_run_id", "bill_draft", ["run_id"])
    op.create_index("ix_bill_draft_todo", "bill_draft", ["run_id", "id"], postgresql_where=sa.text("skip IS NULL AND bill_id IS NULL"))
    op.execute(_TO_PACKED)
    op.drop_column("bill_run", "issued_upto")
