"""Shared costs, parking, common meters, self-readings, corrections, claims of rooms and imports behind a page.

Revision: b11c0de40620, after 0001.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision: str = "b11c0de40620"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_KNOWN = (
    ("fee_item", ("area", "fixed", "metered", "shared", "parking", "one_off", "repair"), ("shared", "parking")),
    ("reading", ("actual", "estimated", "imported", "corrected", "resident"), ("corrected", "resident")),
)


def upgrade() -> None:
    """Apply."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table, words, _ in _KNOWN:
        _restrict(table, words)
    # Other migrations may add kinds of entries of their own; the last word stands with the newest of them.
    op.drop_constraint(op.f("ck_journal_kind_known"), "journal", type_="check")
    op.create_check_constraint(
        op.f("ck_journal_kind_known"),
        "journal",
        "kind IN ('bill_issued', 'bill_voided', 'bill_adjusted', 'payment', 'refund', 'suspense', 'opening')",
    )
    op.create_table(
        "import_mapping",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("header_sha256", sa.String(length=64), nullable=False),
        sa.Column("mapping", postgresql.JSONB(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_mapping")),
        sa.UniqueConstraint("kind", "header_sha256", name=op.f("uq_import_mapping_kind_header_sha256")),
    )
    op.create_table(
        "import_job",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("mapping", postgresql.JSONB(), nullable=False),
        sa.Column("titles", postgresql.JSONB(), nullable=False),
        sa.Column("is_skipping_bad", sa.Boolean(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("done_count", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("bad_rows", sa.Integer(), nullable=False),
        sa.Column("is_known_file", sa.Boolean(), nullable=False),
        sa.Column("problems", postgresql.JSONB(), nullable=False),
        sa.Column("failure", postgresql.JSONB(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('rooms', 'people', 'meters', 'arrears', 'parking', 'readings', 'repairs', 'categories')",
            name=op.f("ck_import_job_kind_known"),
        ),
        sa.CheckConstraint(
            "status IN ('waiting', 'checking', 'checked', 'writing', 'done', 'failed', 'discarded')",
            name=op.f("ck_import_job_status_known"),
        ),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_import_job_created_by_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_import_job_estate_id_estate"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_job")),
    )
    op.create_index(op.f("ix_import_job_created_at"), "import_job", ["created_at"], unique=False)
    op.create_index(op.f("ix_import_job_created_by"), "import_job", ["created_by"], unique=False)
    op.create_index(op.f("ix_import_job_estate_id"), "import_job", ["estate_id"], unique=False)
    op.create_table(
        "parking_space",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.CheckConstraint("kind IN ('underground', 'ground')", name=op.f("ck_parking_space_kind_known")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_parking_space_estate_id_estate"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parking_space")),
        sa.UniqueConstraint("estate_id", "code", name=op.f("uq_parking_space_estate_id_code")),
    )
    op.create_index(op.f("ix_parking_space_estate_id"), "parking_space", ["estate_id"], unique=False)
    op.create_table(
        "shared_pool",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("fee_item_id", sa.BigInteger(), nullable=False),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_shared_pool_amount_positive")),
        sa.ForeignKeyConstraint(["fee_item_id"], ["fee_item.id"], name=op.f("fk_shared_pool_fee_item_id_fee_item"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shared_pool")),
        sa.UniqueConstraint("fee_item_id", "period", name=op.f("uq_shared_pool_fee_item_id_period")),
    )
    op.create_index(op.f("ix_shared_pool_fee_item_id"), "shared_pool", ["fee_item_id"], unique=False)
    op.create_table(
        "parking_use",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("space_id", sa.BigInteger(), nullable=False),
        sa.Column("room_id", sa.BigInteger(), nullable=False),
        sa.Column("plate", sa.String(length=20), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_parking_use_room_id_room"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["space_id"], ["parking_space.id"], name=op.f("fk_parking_use_space_id_parking_space"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parking_use")),
        sa.UniqueConstraint("space_id", "starts_on", name=op.f("uq_parking_use_space_id_starts_on")),
    )
    op.create_index(op.f("ix_parking_use_room_id"), "parking_use", ["room_id"], unique=False)
    op.create_index(op.f("ix_parking_use_space_id"), "parking_use", ["space_id"], unique=False)
    op.create_table(
        "room_claim",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("room_id", sa.BigInteger(), nullable=False),
        sa.Column("relation", sa.String(length=40), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("relation IN ('owner', 'family', 'tenant', 'payer')", name=op.f("ck_room_claim_relation_known")),
        sa.CheckConstraint("status IN ('waiting', 'approved', 'rejected')", name=op.f("ck_room_claim_status_known")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_room_claim_account_id_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_room_claim_decided_by_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_room_claim_room_id_room"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_claim")),
    )
    op.create_index(op.f("ix_room_claim_account_id"), "room_claim", ["account_id"], unique=False)
    op.create_index(op.f("ix_room_claim_decided_by"), "room_claim", ["decided_by"], unique=False)
    op.create_index(op.f("ix_room_claim_room_id"), "room_claim", ["room_id"], unique=False)
    op.create_index(
        "uq_room_claim_waiting", "room_claim", ["account_id", "room_id"], unique=True, postgresql_where=sa.text("status = 'waiting'")
    )
    op.create_table(
        "self_reading",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("meter_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("read_on", sa.Date(), nullable=False),
        sa.Column("value_milli", sa.BigInteger(), nullable=False),
        sa.Column("photo_id", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('waiting', 'approved', 'rejected')", name=op.f("ck_self_reading_status_known")),
        sa.CheckConstraint("value_milli >= 0", name=op.f("ck_self_reading_value_not_negative")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_self_reading_account_id_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_self_reading_decided_by_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["meter_id"], ["meter.id"], name=op.f("fk_self_reading_meter_id_meter"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_self_reading")),
    )
    op.create_index(op.f("ix_self_reading_account_id"), "self_reading", ["account_id"], unique=False)
    op.create_index(op.f("ix_self_reading_decided_by"), "self_reading", ["decided_by"], unique=False)
    op.create_index(op.f("ix_self_reading_meter_id"), "self_reading", ["meter_id"], unique=False)
    op.create_index("uq_self_reading_waiting", "self_reading", ["meter_id"], unique=True, postgresql_where=sa.text("status = 'waiting'"))
    op.create_table(
        "bill_adjustment",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("bill_id", sa.BigInteger(), nullable=False),
        sa.Column("reading_id", sa.BigInteger(), nullable=False),
        sa.Column("settled_bill_id", sa.BigInteger(), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("usage_milli", sa.BigInteger(), nullable=False),
        sa.Column("lines", postgresql.JSONB(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["bill_id"], ["bill.id"], name=op.f("fk_bill_adjustment_bill_id_bill"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_bill_adjustment_created_by_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["reading_id"], ["reading.id"], name=op.f("fk_bill_adjustment_reading_id_reading"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["settled_bill_id"], ["bill.id"], name=op.f("fk_bill_adjustment_settled_bill_id_bill"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bill_adjustment")),
    )
    op.create_index(op.f("ix_bill_adjustment_bill_id"), "bill_adjustment", ["bill_id"], unique=False)
    op.create_index(op.f("ix_bill_adjustment_created_by"), "bill_adjustment", ["created_by"], unique=False)
    op.create_index(op.f("ix_bill_adjustment_reading_id"), "bill_adjustment", ["reading_id"], unique=False)
    op.create_index(op.f("ix_bill_adjustment_settled_bill_id"), "bill_adjustment", ["settled_bill_id"], unique=False)
    op.add_column("estate", sa.Column("self_reading_from_day", sa.Integer(), nullable=True))
    op.add_column("estate", sa.Column("self_reading_to_day", sa.Integer(), nullable=True))
    op.add_column("meter", sa.Column("building_id", sa.BigInteger(), nullable=True))
    op.add_column("meter", sa.Column("band", sa.String(length=20), nullable=False, server_default=""))
    op.add_column("meter", sa.Column("multiplier_milli", sa.BigInteger(), nullable=False, server_default="1000"))
    op.alter_column("meter", "room_id", existing_type=sa.BIGINT(), nullable=True)
    op.create_index(op.f("ix_meter_building_id"), "meter", ["building_id"], unique=False)
    op.create_foreign_key(op.f("fk_meter_building_id_building"), "meter", "building", ["building_id"], ["id"], ondelete="RESTRICT")
    op.add_column("reading", sa.Column("photo_id", sa.String(length=32), nullable=True))

    op.create_check_constraint(op.f("ck_meter_multiplier_positive"), "meter", "multiplier_milli > 0")
    op.alter_column("meter", "band", server_default=None)
    op.alter_column("meter", "multiplier_milli", server_default=None)


def downgrade() -> None:
    """Take back."""
    op.drop_column("reading", "photo_id")
    op.drop_constraint(op.f("ck_meter_multiplier_positive"), "meter", type_="check")
    for column in ("building_id", "band", "multiplier_milli"):
        op.drop_column("meter", column)
    op.execute("DELETE FROM reading WHERE meter_id IN (SELECT id FROM meter WHERE room_id IS NULL)")
    op.execute("DELETE FROM meter WHERE room_id IS NULL")
    op.alter_column("meter", "room_id", existing_type=sa.BigInteger(), nullable=False)
    op.drop_column("estate", "self_reading_to_day")
    op.drop_column("estate", "self_reading_from_day")
    for table in (
        "bill_adjustment", "self_reading", "room_claim", "parking_use", "shared_pool", "parking_space", "import_job", "import_mapping",
    ):  # fmt: skip
        op.drop_table(table)
    for table, words, new in _KNOWN:
        _restrict(table, tuple(word for word in words if word not in new))
    op.drop_constraint(op.f("ck_journal_kind_known"), "journal", type_="check")
    op.create_check_constraint(
        op.f("ck_journal_kind_known"), "journal", "kind IN ('bill_issued', 'bill_voided', 'payment', 'refund', 'suspense', 'opening')"
    )


def _restrict(table: str, words: tuple[str, ...]) -> None:
    op.drop_constraint(op.f(f"ck_{table}_kind_known"), table, type_="check")
    listed = ", ".join(f"'{word}'" for word in words)
    op.create_check_constraint(op.f(f"ck_{table}_kind_known"), table, f"kind IN ({listed})")
