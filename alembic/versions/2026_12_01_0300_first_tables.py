"""first tables.

Revision: 0001, after .
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

APPEND_ONLY = ("audit_entry", "journal", "ledger_line", "order_step")
TRIGGERS = (
    """
    CREATE FUNCTION estate_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$
    """,
    *(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION estate_append_only()"
        for table in APPEND_ONLY
    ),
    """
    CREATE FUNCTION estate_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT 1 FROM ledger_line WHERE journal_id = NEW.journal_id HAVING sum(amount_fen) <> 0) THEN
            RAISE EXCEPTION 'journal % does not balance', NEW.journal_id USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$
    """,
    "CREATE CONSTRAINT TRIGGER balanced AFTER INSERT ON ledger_line "
    "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION estate_balanced()",
)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "account",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("openid", sa.String(length=64), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=True),
        sa.Column("is_elder", sa.Boolean(), nullable=False),
        sa.Column("allows_behaviour", sa.Boolean(), nullable=False),
        sa.Column("failed_logins", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('resident', 'technician', 'manager')", name=op.f("ck_account_role_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("openid", name=op.f("uq_account_openid")),
        sa.UniqueConstraint("phone", name=op.f("uq_account_phone")),
    )
    op.create_table(
        "estate",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("is_collection_paused", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_estate")),
        sa.UniqueConstraint("code", name=op.f("uq_estate_code")),
    )
    op.create_table(
        "job_run",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_ok", sa.Boolean(), nullable=False),
        sa.Column("detail", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_run")),
    )
    op.create_index(op.f("ix_job_run_name"), "job_run", ["name"], unique=False)
    op.create_index(op.f("ix_job_run_started_at"), "job_run", ["started_at"], unique=False)
    op.create_table(
        "one_time_code",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("code_sha", sa.String(length=64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_code")),
    )
    op.create_index(op.f("ix_one_time_code_created_at"), "one_time_code", ["created_at"], unique=False)
    op.create_index(op.f("ix_one_time_code_phone"), "one_time_code", ["phone"], unique=False)
    op.create_table(
        "repair_category",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column("icon", sa.String(length=30), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("urgency", sa.String(length=40), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("trade", sa.String(length=40), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("is_paid", sa.Boolean(), nullable=False),
        sa.Column("respond_minutes", sa.Integer(), nullable=False),
        sa.Column("complete_minutes", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "trade IN ('plumbing', 'electrical', 'masonry', 'carpentry', 'lift', 'hvac', 'general')",
            name=op.f("ck_repair_category_trade_known"),
        ),
        sa.CheckConstraint("urgency IN ('emergency', 'high', 'normal')", name=op.f("ck_repair_category_urgency_known")),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_repair_category_minutes_positive")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["repair_category.id"], name=op.f("fk_repair_category_parent_id_repair_category"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repair_category")),
        sa.UniqueConstraint("code", name=op.f("uq_repair_category_code")),
    )
    op.create_index(op.f("ix_repair_category_parent_id"), "repair_category", ["parent_id"], unique=False)
    op.create_table(
        "serial",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_serial")),
    )
    op.create_table(
        "stock_item",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("price_fen", sa.BigInteger(), nullable=False),
        sa.Column("on_hand_milli", sa.BigInteger(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_item")),
        sa.UniqueConstraint("code", name=op.f("uq_stock_item_code")),
    )
    op.create_table(
        "vendor_message",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("external_id", sa.String(length=80), nullable=False),
        sa.Column("order_number", sa.String(length=40), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verdict", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("verdict IN ('received', 'handled', 'ignored', 'held')", name=op.f("ck_vendor_message_verdict_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vendor_message")),
        sa.UniqueConstraint("source", "external_id", name=op.f("uq_vendor_message_source_external_id")),
    )
    op.create_index(op.f("ix_vendor_message_order_number"), "vendor_message", ["order_number"], unique=False)
    op.create_index(op.f("ix_vendor_message_received_at"), "vendor_message", ["received_at"], unique=False)
    op.create_table(
        "activity",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_activity_account_id_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_activity_estate_id_estate"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
    )
    op.create_index(op.f("ix_activity_account_id"), "activity", ["account_id"], unique=False)
    op.create_index(op.f("ix_activity_at"), "activity", ["at"], unique=False)
    op.create_index(op.f("ix_activity_estate_id"), "activity", ["estate_id"], unique=False)
    op.create_table(
        "announcement",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=True),
        sa.Column("tag", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("body", sa.String(length=2000), nullable=False),
        sa.Column("happens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_pinned", sa.Boolean(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_announcement_estate_id_estate"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement")),
    )
    op.create_index(op.f("ix_announcement_estate_id"), "announcement", ["estate_id"], unique=False)
    op.create_index(op.f("ix_announcement_published_at"), "announcement", ["published_at"], unique=False)
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("actor_name", sa.String(length=40), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("entity", sa.String(length=40), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("before", postgresql.JSONB(), nullable=False),
        sa.Column("after", postgresql.JSONB(), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["account.id"], name=op.f("fk_audit_entry_actor_id_account"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index(op.f("ix_audit_entry_action"), "audit_entry", ["action"], unique=False)
    op.create_index(op.f("ix_audit_entry_actor_id"), "audit_entry", ["actor_id"], unique=False)
    op.create_index(op.f("ix_audit_entry_at"), "audit_entry", ["at"], unique=False)
    op.create_index(op.f("ix_audit_entry_entity_id"), "audit_entry", ["entity_id"], unique=False)
    op.create_table(
        "bill_run",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("item_ids", postgresql.JSONB(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("room_count", sa.Integer(), nullable=False),
        sa.Column("bill_count", sa.Integer(), nullable=False),
        sa.Column("total_fen", sa.BigInteger(), nullable=False),
        sa.Column("issued_count", sa.Integer(), nullable=False),
        sa.Column("skips", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint("status IN ('draft', 'issuing', 'issued', 'discarded')", name=op.f("ck_bill_run_status_known")),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_bill_run_created_by_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_bill_run_estate_id_estate"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bill_run")),
        sa.UniqueConstraint("number", name=op.f("uq_bill_run_number")),
    )
    op.create_index(op.f("ix_bill_run_created_by"), "bill_run", ["created_by"], unique=False)
    op.create_index(op.f("ix_bill_run_estate_id"), "bill_run", ["estate_id"], unique=False)
    op.create_table(
        "building",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("floors", sa.Integer(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("outline", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_building_estate_id_estate"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_building")),
        sa.UniqueConstraint("estate_id", "code", name=op.f("uq_building_estate_id_code")),
    )
    op.create_index(op.f("ix_building_estate_id"), "building", ["estate_id"], unique=False)
    op.create_table(
        "fee_item",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("meter_kind", sa.String(length=40), nullable=True),
        sa.Column("due_days", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_automatic", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind IN ('area', 'fixed', 'metered', 'one_off', 'repair')", name=op.f("ck_fee_item_kind_known")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_fee_item_estate_id_estate"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_item")),
        sa.UniqueConstraint("estate_id", "code", name=op.f("uq_fee_item_estate_id_code")),
    )
    op.create_index(op.f("ix_fee_item_estate_id"), "fee_item", ["estate_id"], unique=False)
    op.create_table(
        "inbox_item",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("title", postgresql.JSONB(), nullable=False),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.Column("link", sa.String(length=200), nullable=False),
        sa.Column("dedupe_key", sa.String(length=160), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_inbox_item_account_id_account"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox_item")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_inbox_item_dedupe_key")),
    )
    op.create_index("ix_inbox_item_person", "inbox_item", ["account_id", sa.literal_column("id DESC")], unique=False)
    op.create_table(
        "journal",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("business_on", sa.Date(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("memo", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "kind IN ('bill_issued', 'bill_voided', 'payment', 'refund', 'suspense', 'opening')", name=op.f("ck_journal_kind_known")
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["account.id"], name=op.f("fk_journal_actor_id_account"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
    )
    op.create_index(op.f("ix_journal_actor_id"), "journal", ["actor_id"], unique=False)
    op.create_index(op.f("ix_journal_business_on"), "journal", ["business_on"], unique=False)
    op.create_index("ix_journal_subject", "journal", ["subject", "subject_id"], unique=False)
    op.create_table(
        "login_session",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("token_sha", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_login_session_account_id_account"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_session")),
        sa.UniqueConstraint("token_sha", name=op.f("uq_login_session_token_sha")),
    )
    op.create_index(op.f("ix_login_session_account_id"), "login_session", ["account_id"], unique=False)
    op.create_table(
        "login_ticket",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("ticket_sha", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_login_ticket_account_id_account"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_ticket")),
        sa.UniqueConstraint("ticket_sha", name=op.f("uq_login_ticket_ticket_sha")),
    )
    op.create_index(op.f("ix_login_ticket_account_id"), "login_ticket", ["account_id"], unique=False)
    op.create_table(
        "media_file",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("mime", sa.String(length=40), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("use", sa.String(length=40), nullable=True),
        sa.Column("attached_to", sa.String(length=40), nullable=True),
        sa.Column("attached_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('photo', 'video')", name=op.f("ck_media_file_kind_known")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_media_file_account_id_account"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_file")),
    )
    op.create_index(op.f("ix_media_file_account_id"), "media_file", ["account_id"], unique=False)
    op.create_index("ix_media_file_attached", "media_file", ["attached_to", "attached_id"], unique=False)
    op.create_index(op.f("ix_media_file_created_at"), "media_file", ["created_at"], unique=False)
    op.create_table(
        "outbox_message",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("dedupe_key", sa.String(length=160), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("external_id", sa.String(length=80), nullable=False),
        sa.Column("error", sa.String(length=200), nullable=False),
        sa.CheckConstraint("channel IN ('sms', 'wechat')", name=op.f("ck_outbox_message_channel_known")),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'failed')", name=op.f("ck_outbox_message_state_known")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_outbox_message_account_id_account"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_outbox_message_dedupe_key")),
    )
    op.create_index(op.f("ix_outbox_message_account_id"), "outbox_message", ["account_id"], unique=False)
    op.create_index("ix_outbox_message_due", "outbox_message", ["next_try_at"], unique=False, postgresql_where=sa.text("state = 'waiting'"))
    op.create_table(
        "technician",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("daily_minutes", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("last_assigned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("score_milli", sa.Integer(), nullable=False),
        sa.Column("score_count", sa.Integer(), nullable=False),
        sa.CheckConstraint("daily_minutes BETWEEN 0 AND 1440", name=op.f("ck_technician_daily_minutes_range")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_technician_account_id_account"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_technician")),
    )
    op.create_table(
        "grant",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("permission_set", sa.String(length=40), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=True),
        sa.Column("building_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "permission_set IN ('supervisor', 'dispatcher', 'cashier', 'finance', 'customer_service', 'auditor', 'administrator')",
            name=op.f("ck_grant_permission_set_known"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_grant_account_id_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["building_id"], ["building.id"], name=op.f("fk_grant_building_id_building"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_grant_estate_id_estate"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant")),
        sa.UniqueConstraint(
            "account_id",
            "permission_set",
            "estate_id",
            "building_id",
            name=op.f("uq_grant_account_id_permission_set_estate_id_building_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(op.f("ix_grant_account_id"), "grant", ["account_id"], unique=False)
    op.create_index(op.f("ix_grant_building_id"), "grant", ["building_id"], unique=False)
    op.create_index(op.f("ix_grant_estate_id"), "grant", ["estate_id"], unique=False)
    op.create_table(
        "leave",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("technician_id", sa.BigInteger(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_leave_span")),
        sa.ForeignKeyConstraint(
            ["technician_id"], ["technician.account_id"], name=op.f("fk_leave_technician_id_technician"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leave")),
    )
    op.create_index(op.f("ix_leave_technician_id"), "leave", ["technician_id"], unique=False)
    op.create_table(
        "price_version",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("fee_item_id", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("rule", postgresql.JSONB(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["fee_item_id"], ["fee_item.id"], name=op.f("fk_price_version_fee_item_id_fee_item"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_version")),
        sa.UniqueConstraint("fee_item_id", "starts_on", name=op.f("uq_price_version_fee_item_id_starts_on")),
    )
    op.create_index(op.f("ix_price_version_fee_item_id"), "price_version", ["fee_item_id"], unique=False)
    op.create_table(
        "public_area",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("building_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["building_id"], ["building.id"], name=op.f("fk_public_area_building_id_building"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_public_area_estate_id_estate"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_area")),
        sa.UniqueConstraint("estate_id", "name", name=op.f("uq_public_area_estate_id_name")),
    )
    op.create_index(op.f("ix_public_area_building_id"), "public_area", ["building_id"], unique=False)
    op.create_index(op.f("ix_public_area_estate_id"), "public_area", ["estate_id"], unique=False)
    op.create_table(
        "room",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("building_id", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("floor", sa.Integer(), nullable=False),
        sa.Column("area_milli_m2", sa.BigInteger(), nullable=False),
        sa.Column("interior_milli_m2", sa.BigInteger(), nullable=True),
        sa.Column("use", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("handover_on", sa.Date(), nullable=True),
        sa.Column("household_size", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('occupied', 'vacant')", name=op.f("ck_room_state_known")),
        sa.CheckConstraint("use IN ('residential', 'commercial', 'office')", name=op.f("ck_room_use_known")),
        sa.CheckConstraint("area_milli_m2 > 0", name=op.f("ck_room_area_positive")),
        sa.ForeignKeyConstraint(["building_id"], ["building.id"], name=op.f("fk_room_building_id_building"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_room_estate_id_estate"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room")),
        sa.UniqueConstraint("estate_id", "code", name=op.f("uq_room_estate_id_code")),
    )
    op.create_index(op.f("ix_room_building_id"), "room", ["building_id"], unique=False)
    op.create_index(op.f("ix_room_estate_id"), "room", ["estate_id"], unique=False)
    op.create_table(
        "send_attempt",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_sent", sa.Boolean(), nullable=False),
        sa.Column("detail", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["outbox_message.id"], name=op.f("fk_send_attempt_message_id_outbox_message"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_send_attempt")),
    )
    op.create_index(op.f("ix_send_attempt_message_id"), "send_attempt", ["message_id"], unique=False)
    op.create_table(
        "shift",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("technician_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('duty', 'on_call')", name=op.f("ck_shift_kind_known")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_shift_span")),
        sa.ForeignKeyConstraint(
            ["technician_id"], ["technician.account_id"], name=op.f("fk_shift_technician_id_technician"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift")),
    )
    op.create_index(op.f("ix_shift_ends_at"), "shift", ["ends_at"], unique=False)
    op.create_index(op.f("ix_shift_starts_at"), "shift", ["starts_at"], unique=False)
    op.create_index(op.f("ix_shift_technician_id"), "shift", ["technician_id"], unique=False)
    op.create_table(
        "technician_trade",
        sa.Column("technician_id", sa.BigInteger(), nullable=False),
        sa.Column("trade", sa.String(length=40), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "trade IN ('plumbing', 'electrical', 'masonry', 'carpentry', 'lift', 'hvac', 'general')",
            name=op.f("ck_technician_trade_trade_known"),
        ),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name=op.f("ck_technician_trade_level_range")),
        sa.ForeignKeyConstraint(
            ["technician_id"], ["technician.account_id"], name=op.f("fk_technician_trade_technician_id_technician"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("technician_id", "trade", name=op.f("pk_technician_trade")),
    )
    op.create_table(
        "technician_zone",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("technician_id", sa.BigInteger(), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("building_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["building_id"], ["building.id"], name=op.f("fk_technician_zone_building_id_building"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_technician_zone_estate_id_estate"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["technician_id"], ["technician.account_id"], name=op.f("fk_technician_zone_technician_id_technician"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_technician_zone")),
        sa.UniqueConstraint(
            "technician_id",
            "estate_id",
            "building_id",
            name=op.f("uq_technician_zone_technician_id_estate_id_building_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(op.f("ix_technician_zone_building_id"), "technician_zone", ["building_id"], unique=False)
    op.create_index(op.f("ix_technician_zone_estate_id"), "technician_zone", ["estate_id"], unique=False)
    op.create_index(op.f("ix_technician_zone_technician_id"), "technician_zone", ["technician_id"], unique=False)
    op.create_table(
        "bill",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("room_id", sa.BigInteger(), nullable=False),
        sa.Column("fee_item_id", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.String(length=200), nullable=False),
        sa.Column("replaces_id", sa.BigInteger(), nullable=True),
        sa.Column("charge_key", sa.String(length=60), nullable=True),
        sa.CheckConstraint("status IN ('unpaid', 'partly_paid', 'paid', 'disputed', 'void')", name=op.f("ck_bill_status_known")),
        sa.CheckConstraint("amount_fen >= 0", name=op.f("ck_bill_amount_not_negative")),
        sa.CheckConstraint("paid_fen BETWEEN 0 AND amount_fen", name=op.f("ck_bill_paid_within")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_bill_estate_id_estate"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["fee_item_id"], ["fee_item.id"], name=op.f("fk_bill_fee_item_id_fee_item"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["replaces_id"], ["bill.id"], name=op.f("fk_bill_replaces_id_bill"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_bill_room_id_room"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["run_id"], ["bill_run.id"], name=op.f("fk_bill_run_id_bill_run"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bill")),
        sa.UniqueConstraint("charge_key", name=op.f("uq_bill_charge_key")),
        sa.UniqueConstraint("number", name=op.f("uq_bill_number")),
    )
    op.create_index("ix_bill_estate_period", "bill", ["estate_id", "period"], unique=False)
    op.create_index(op.f("ix_bill_fee_item_id"), "bill", ["fee_item_id"], unique=False)
    op.create_index(op.f("ix_bill_issued_at"), "bill", ["issued_at"], unique=False)
    op.create_index(op.f("ix_bill_replaces_id"), "bill", ["replaces_id"], unique=False)
    op.create_index("ix_bill_room_open", "bill", ["room_id", "status"], unique=False)
    op.create_index(op.f("ix_bill_run_id"), "bill", ["run_id"], unique=False)
    op.create_index(
        "uq_bill_once",
        "bill",
        ["fee_item_id", "room_id", "period"],
        unique=True,
        postgresql_where=sa.text("status <> 'void' AND run_id IS NOT NULL"),
    )
    op.create_table(
        "ledger_line",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("journal_id", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("room_id", sa.BigInteger(), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "account IN ('receivable', 'income', 'clearing_wechat', 'clearing_alipay', 'clearing_unionpay', 'cash', 'bank', 'prepaid', 'refund_due', 'suspense', 'opening')",
            name=op.f("ck_ledger_line_account_known"),
        ),
        sa.CheckConstraint("amount_fen <> 0", name=op.f("ck_ledger_line_amount_not_zero")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_ledger_line_estate_id_estate"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["journal_id"], ["journal.id"], name=op.f("fk_ledger_line_journal_id_journal"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_ledger_line_room_id_room"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_line")),
    )
    op.create_index(op.f("ix_ledger_line_account"), "ledger_line", ["account"], unique=False)
    op.create_index(op.f("ix_ledger_line_estate_id"), "ledger_line", ["estate_id"], unique=False)
    op.create_index(op.f("ix_ledger_line_journal_id"), "ledger_line", ["journal_id"], unique=False)
    op.create_index(op.f("ix_ledger_line_room_id"), "ledger_line", ["room_id"], unique=False)
    op.create_table(
        "meter",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("room_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("digits", sa.Integer(), nullable=False),
        sa.Column("installed_on", sa.Date(), nullable=False),
        sa.Column("removed_on", sa.Date(), nullable=True),
        sa.CheckConstraint("kind IN ('water', 'electricity', 'gas', 'heat')", name=op.f("ck_meter_kind_known")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_meter_estate_id_estate"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_meter_room_id_room"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meter")),
        sa.UniqueConstraint("estate_id", "code", name=op.f("uq_meter_estate_id_code")),
    )
    op.create_index(op.f("ix_meter_estate_id"), "meter", ["estate_id"], unique=False)
    op.create_index(op.f("ix_meter_room_id"), "meter", ["room_id"], unique=False)
    op.create_table(
        "payment",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("payer_id", sa.BigInteger(), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("room_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("transaction_id", sa.String(length=64), nullable=True),
        sa.Column("code_url", sa.String(length=512), nullable=False),
        sa.Column("cashier", postgresql.JSONB(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("openid", sa.String(length=64), nullable=False),
        sa.Column("tendered_fen", sa.BigInteger(), nullable=True),
        sa.Column("fail_reason", sa.String(length=200), nullable=False),
        sa.Column("idempotency_key", sa.String(length=80), nullable=False),
        sa.Column("request_sha", sa.String(length=64), nullable=False),
        sa.Column("next_query_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("query_count", sa.Integer(), nullable=False),
        sa.CheckConstraint("channel IN ('wechat', 'alipay', 'unionpay', 'counter', 'balance')", name=op.f("ck_payment_channel_known")),
        sa.CheckConstraint("status IN ('pending', 'paid', 'failed', 'closed')", name=op.f("ck_payment_status_known")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_payment_amount_positive")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_payment_estate_id_estate"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["payer_id"], ["account.id"], name=op.f("fk_payment_payer_id_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_payment_room_id_room"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("number", name=op.f("uq_payment_number")),
        sa.UniqueConstraint("payer_id", "idempotency_key", name=op.f("uq_payment_payer_id_idempotency_key")),
    )
    op.create_index(op.f("ix_payment_created_at"), "payment", ["created_at"], unique=False)
    op.create_index(op.f("ix_payment_estate_id"), "payment", ["estate_id"], unique=False)
    op.create_index(op.f("ix_payment_payer_id"), "payment", ["payer_id"], unique=False)
    op.create_index("ix_payment_pending", "payment", ["next_query_at"], unique=False, postgresql_where=sa.text("status = 'pending'"))
    op.create_index(op.f("ix_payment_room_id"), "payment", ["room_id"], unique=False)
    op.create_index(
        "uq_payment_transaction",
        "payment",
        ["channel", "transaction_id"],
        unique=True,
        postgresql_where=sa.text("transaction_id IS NOT NULL"),
    )
    op.create_table(
        "repair_order",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("building_id", sa.BigInteger(), nullable=True),
        sa.Column("room_id", sa.BigInteger(), nullable=True),
        sa.Column("public_area_id", sa.BigInteger(), nullable=True),
        sa.Column("category_id", sa.BigInteger(), nullable=False),
        sa.Column("description", sa.String(length=1000), nullable=False),
        sa.Column("urgency", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("reporter_id", sa.BigInteger(), nullable=False),
        sa.Column("contact_name", sa.String(length=40), nullable=False),
        sa.Column("contact_phone", sa.String(length=20), nullable=False),
        sa.Column("visit_from_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("visit_to_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("access", sa.String(length=40), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("estimate_minutes", sa.Integer(), nullable=False),
        sa.Column("technician_id", sa.BigInteger(), nullable=True),
        sa.Column("queue_reason", sa.String(length=40), nullable=True),
        sa.Column("pause_reason", sa.String(length=40), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("respond_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("complete_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paused_seconds", sa.Integer(), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("warned_percent", sa.Integer(), nullable=False),
        sa.Column("labour_minutes", sa.Integer(), nullable=False),
        sa.Column("rework_of_id", sa.BigInteger(), nullable=True),
        sa.Column("end_reason", sa.String(length=200), nullable=False),
        sa.Column("charge_fen", sa.BigInteger(), nullable=True),
        sa.Column("charged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("client_key", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "status IN ('submitted', 'assigned', 'accepted', 'on_the_way', 'working', 'paused', 'completed', 'closed', 'cancelled', 'rejected')",
            name=op.f("ck_repair_order_status_known"),
        ),
        sa.CheckConstraint("urgency IN ('emergency', 'high', 'normal')", name=op.f("ck_repair_order_urgency_known")),
        sa.CheckConstraint("room_id IS NOT NULL OR public_area_id IS NOT NULL", name=op.f("ck_repair_order_has_place")),
        sa.ForeignKeyConstraint(["building_id"], ["building.id"], name=op.f("fk_repair_order_building_id_building"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["category_id"], ["repair_category.id"], name=op.f("fk_repair_order_category_id_repair_category"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_repair_order_estate_id_estate"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["public_area_id"], ["public_area.id"], name=op.f("fk_repair_order_public_area_id_public_area"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["reporter_id"], ["account.id"], name=op.f("fk_repair_order_reporter_id_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["rework_of_id"], ["repair_order.id"], name=op.f("fk_repair_order_rework_of_id_repair_order"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_repair_order_room_id_room"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["technician_id"], ["technician.account_id"], name=op.f("fk_repair_order_technician_id_technician"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repair_order")),
        sa.UniqueConstraint("number", name=op.f("uq_repair_order_number")),
        sa.UniqueConstraint("reporter_id", "client_key", name=op.f("uq_repair_order_reporter_id_client_key")),
    )
    op.create_index(op.f("ix_repair_order_building_id"), "repair_order", ["building_id"], unique=False)
    op.create_index(op.f("ix_repair_order_category_id"), "repair_order", ["category_id"], unique=False)
    op.create_index(op.f("ix_repair_order_changed_at"), "repair_order", ["changed_at"], unique=False)
    op.create_index(
        "ix_repair_order_newest", "repair_order", [sa.literal_column("submitted_at DESC"), sa.literal_column("id DESC")], unique=False
    )
    op.create_index(op.f("ix_repair_order_public_area_id"), "repair_order", ["public_area_id"], unique=False)
    op.create_index("ix_repair_order_queue", "repair_order", ["estate_id", "status", "submitted_at"], unique=False)
    op.create_index(op.f("ix_repair_order_reporter_id"), "repair_order", ["reporter_id"], unique=False)
    op.create_index(op.f("ix_repair_order_rework_of_id"), "repair_order", ["rework_of_id"], unique=False)
    op.create_index(op.f("ix_repair_order_room_id"), "repair_order", ["room_id"], unique=False)
    op.create_index("ix_repair_order_technician_open", "repair_order", ["technician_id", "status"], unique=False)
    op.create_index(
        "ix_repair_order_to_charge",
        "repair_order",
        ["id"],
        unique=False,
        postgresql_where=sa.text("charge_fen IS NOT NULL AND charged_at IS NULL"),
    )
    op.create_table(
        "room_fee",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("fee_item_id", sa.BigInteger(), nullable=False),
        sa.Column("room_id", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["fee_item_id"], ["fee_item.id"], name=op.f("fk_room_fee_fee_item_id_fee_item"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_room_fee_room_id_room"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_fee")),
        sa.UniqueConstraint("fee_item_id", "room_id", "starts_on", name=op.f("uq_room_fee_fee_item_id_room_id_starts_on")),
    )
    op.create_index(op.f("ix_room_fee_fee_item_id"), "room_fee", ["fee_item_id"], unique=False)
    op.create_index(op.f("ix_room_fee_room_id"), "room_fee", ["room_id"], unique=False)
    op.create_table(
        "room_member",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("room_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("relation", sa.String(length=40), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.CheckConstraint("relation IN ('owner', 'family', 'tenant', 'payer')", name=op.f("ck_room_member_relation_known")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_room_member_account_id_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_room_member_room_id_room"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_member")),
        sa.UniqueConstraint("room_id", "phone", "from_on", name=op.f("uq_room_member_room_id_phone_from_on")),
    )
    op.create_index(op.f("ix_room_member_account_id"), "room_member", ["account_id"], unique=False)
    op.create_index(op.f("ix_room_member_phone"), "room_member", ["phone"], unique=False)
    op.create_index(op.f("ix_room_member_room_id"), "room_member", ["room_id"], unique=False)
    op.create_table(
        "bill_draft",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("fee_item_id", sa.BigInteger(), nullable=False),
        sa.Column("room_id", sa.BigInteger(), nullable=False),
        sa.Column("skip", sa.String(length=40), nullable=True),
        sa.Column("flag", sa.String(length=20), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("last_fen", sa.BigInteger(), nullable=True),
        sa.Column("quantity_milli", sa.BigInteger(), nullable=False),
        sa.Column("lines", postgresql.JSONB(), nullable=False),
        sa.Column("readings", postgresql.JSONB(), nullable=False),
        sa.Column("bill_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["bill_id"], ["bill.id"], name=op.f("fk_bill_draft_bill_id_bill"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["fee_item_id"], ["fee_item.id"], name=op.f("fk_bill_draft_fee_item_id_fee_item"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_bill_draft_room_id_room"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["run_id"], ["bill_run.id"], name=op.f("fk_bill_draft_run_id_bill_run"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bill_draft")),
        sa.UniqueConstraint("run_id", "fee_item_id", "room_id", name=op.f("uq_bill_draft_run_id_fee_item_id_room_id")),
    )
    op.create_index(op.f("ix_bill_draft_bill_id"), "bill_draft", ["bill_id"], unique=False)
    op.create_index(op.f("ix_bill_draft_run_id"), "bill_draft", ["run_id"], unique=False)
    op.create_index(
        "ix_bill_draft_todo", "bill_draft", ["run_id", "id"], unique=False, postgresql_where=sa.text("skip IS NULL AND bill_id IS NULL")
    )
    op.create_table(
        "bill_line",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("bill_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("quantity_milli", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("price_e4", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("inputs", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["bill_id"], ["bill.id"], name=op.f("fk_bill_line_bill_id_bill"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bill_line")),
        sa.UniqueConstraint("bill_id", "position", name=op.f("uq_bill_line_bill_id_position")),
    )
    op.create_table(
        "dispatch_decision",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("technician_id", sa.BigInteger(), nullable=True),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("candidates", postgresql.JSONB(), nullable=False),
        sa.Column("exclusions", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["account.id"], name=op.f("fk_dispatch_decision_actor_id_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["order_id"], ["repair_order.id"], name=op.f("fk_dispatch_decision_order_id_repair_order"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["technician_id"], ["technician.account_id"], name=op.f("fk_dispatch_decision_technician_id_technician"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispatch_decision")),
    )
    op.create_index(op.f("ix_dispatch_decision_actor_id"), "dispatch_decision", ["actor_id"], unique=False)
    op.create_index(op.f("ix_dispatch_decision_order_id"), "dispatch_decision", ["order_id"], unique=False)
    op.create_index(op.f("ix_dispatch_decision_technician_id"), "dispatch_decision", ["technician_id"], unique=False)
    op.create_table(
        "material_use",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("stock_item_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("quantity_milli", sa.BigInteger(), nullable=False),
        sa.Column("price_fen", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("added_by", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("quantity_milli > 0", name=op.f("ck_material_use_quantity_positive")),
        sa.ForeignKeyConstraint(["added_by"], ["account.id"], name=op.f("fk_material_use_added_by_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["order_id"], ["repair_order.id"], name=op.f("fk_material_use_order_id_repair_order"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["stock_item_id"], ["stock_item.id"], name=op.f("fk_material_use_stock_item_id_stock_item"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_material_use")),
    )
    op.create_index(op.f("ix_material_use_added_by"), "material_use", ["added_by"], unique=False)
    op.create_index(op.f("ix_material_use_order_id"), "material_use", ["order_id"], unique=False)
    op.create_index(op.f("ix_material_use_stock_item_id"), "material_use", ["stock_item_id"], unique=False)
    op.create_table(
        "offer",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("technician_id", sa.BigInteger(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("outcome IN ('open', 'accepted', 'declined', 'timed_out', 'withdrawn')", name=op.f("ck_offer_outcome_known")),
        sa.ForeignKeyConstraint(["order_id"], ["repair_order.id"], name=op.f("fk_offer_order_id_repair_order"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["technician_id"], ["technician.account_id"], name=op.f("fk_offer_technician_id_technician"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
    )
    op.create_index(op.f("ix_offer_expires_at"), "offer", ["expires_at"], unique=False)
    op.create_index(op.f("ix_offer_order_id"), "offer", ["order_id"], unique=False)
    op.create_index(op.f("ix_offer_technician_id"), "offer", ["technician_id"], unique=False)
    op.create_index("uq_offer_open", "offer", ["order_id"], unique=True, postgresql_where=sa.text("outcome = 'open'"))
    op.create_table(
        "order_follower",
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_order_follower_account_id_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["order_id"], ["repair_order.id"], name=op.f("fk_order_follower_order_id_repair_order"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("order_id", "account_id", name=op.f("pk_order_follower")),
    )
    op.create_table(
        "order_step",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("actor_name", sa.String(length=40), nullable=False),
        sa.Column("action", sa.String(length=30), nullable=False),
        sa.Column("from_status", sa.String(length=40), nullable=True),
        sa.Column("to_status", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("client_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["account.id"], name=op.f("fk_order_step_actor_id_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["order_id"], ["repair_order.id"], name=op.f("fk_order_step_order_id_repair_order"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_step")),
    )
    op.create_index(op.f("ix_order_step_actor_id"), "order_step", ["actor_id"], unique=False)
    op.create_index(op.f("ix_order_step_order_id"), "order_step", ["order_id"], unique=False)
    op.create_table(
        "payment_item",
        sa.Column("payment_id", sa.BigInteger(), nullable=False),
        sa.Column("bill_id", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_payment_item_amount_positive")),
        sa.ForeignKeyConstraint(["bill_id"], ["bill.id"], name=op.f("fk_payment_item_bill_id_bill"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_payment_item_payment_id_payment"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("payment_id", "bill_id", name=op.f("pk_payment_item")),
    )
    op.create_table(
        "rating",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("technician_id", sa.BigInteger(), nullable=False),
        sa.Column("quality", sa.Integer(), nullable=False),
        sa.Column("attitude", sa.Integer(), nullable=False),
        sa.Column("timeliness", sa.Integer(), nullable=False),
        sa.Column("reasons", postgresql.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply", sa.String(length=500), nullable=False),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "quality BETWEEN 1 AND 5 AND attitude BETWEEN 1 AND 5 AND timeliness BETWEEN 1 AND 5", name=op.f("ck_rating_stars")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_rating_account_id_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["order_id"], ["repair_order.id"], name=op.f("fk_rating_order_id_repair_order"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["technician_id"], ["technician.account_id"], name=op.f("fk_rating_technician_id_technician"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
        sa.UniqueConstraint("order_id", name=op.f("uq_rating_order_id")),
    )
    op.create_index(op.f("ix_rating_account_id"), "rating", ["account_id"], unique=False)
    op.create_index(op.f("ix_rating_order_id"), "rating", ["order_id"], unique=False)
    op.create_index(op.f("ix_rating_technician_id"), "rating", ["technician_id"], unique=False)
    op.create_table(
        "reading",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("meter_id", sa.BigInteger(), nullable=False),
        sa.Column("read_on", sa.Date(), nullable=False),
        sa.Column("value_milli", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("is_rollover", sa.Boolean(), nullable=False),
        sa.Column("read_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('actual', 'estimated', 'imported')", name=op.f("ck_reading_kind_known")),
        sa.CheckConstraint("value_milli >= 0", name=op.f("ck_reading_value_not_negative")),
        sa.ForeignKeyConstraint(["meter_id"], ["meter.id"], name=op.f("fk_reading_meter_id_meter"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["read_by"], ["account.id"], name=op.f("fk_reading_read_by_account"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading")),
        sa.UniqueConstraint("meter_id", "read_on", name=op.f("uq_reading_meter_id_read_on")),
    )
    op.create_index(op.f("ix_reading_meter_id"), "reading", ["meter_id"], unique=False)
    op.create_index(op.f("ix_reading_read_by"), "reading", ["read_by"], unique=False)
    op.create_table(
        "receipt",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("series", sa.String(length=20), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("check_code", sa.String(length=40), nullable=False),
        sa.Column("payment_id", sa.BigInteger(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_receipt_payment_id_payment"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
        sa.UniqueConstraint("check_code", name=op.f("uq_receipt_check_code")),
        sa.UniqueConstraint("number", name=op.f("uq_receipt_number")),
        sa.UniqueConstraint("payment_id", name=op.f("uq_receipt_payment_id")),
        sa.UniqueConstraint("series", "serial", name=op.f("uq_receipt_series_serial")),
    )
    op.create_table(
        "refund",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("payment_id", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("is_automatic", sa.Boolean(), nullable=False),
        sa.Column("proposed_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("refund_id", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "status IN ('proposed', 'rejected', 'requested', 'processing', 'done', 'failed')", name=op.f("ck_refund_status_known")
        ),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_refund_amount_positive")),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_refund_decided_by_account"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_refund_payment_id_payment"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["proposed_by"], ["account.id"], name=op.f("fk_refund_proposed_by_account"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
        sa.UniqueConstraint("number", name=op.f("uq_refund_number")),
    )
    op.create_index(op.f("ix_refund_decided_by"), "refund", ["decided_by"], unique=False)
    op.create_index(op.f("ix_refund_payment_id"), "refund", ["payment_id"], unique=False)
    op.create_index(op.f("ix_refund_proposed_by"), "refund", ["proposed_by"], unique=False)
    op.create_table(
        "suspense",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("payment_id", sa.BigInteger(), nullable=True),
        sa.Column("order_number", sa.String(length=40), nullable=False),
        sa.Column("transaction_id", sa.String(length=64), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("is_booked", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.BigInteger(), nullable=True),
        sa.Column("resolution", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["vendor_message.id"], name=op.f("fk_suspense_message_id_vendor_message"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_suspense_payment_id_payment"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["resolved_by"], ["account.id"], name=op.f("fk_suspense_resolved_by_account"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspense")),
        sa.UniqueConstraint(
            "order_number", "transaction_id", "amount_fen", name=op.f("uq_suspense_order_number_transaction_id_amount_fen")
        ),
    )
    op.create_index(op.f("ix_suspense_message_id"), "suspense", ["message_id"], unique=False)
    op.create_index(op.f("ix_suspense_payment_id"), "suspense", ["payment_id"], unique=False)
    op.create_index(op.f("ix_suspense_resolved_by"), "suspense", ["resolved_by"], unique=False)
    op.create_table(
        "bill_reading",
        sa.Column("bill_id", sa.BigInteger(), nullable=False),
        sa.Column("reading_id", sa.BigInteger(), nullable=False),
        sa.Column("from_reading_id", sa.BigInteger(), nullable=False),
        sa.Column("usage_milli", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["bill_id"], ["bill.id"], name=op.f("fk_bill_reading_bill_id_bill"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["from_reading_id"], ["reading.id"], name=op.f("fk_bill_reading_from_reading_id_reading"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["reading_id"], ["reading.id"], name=op.f("fk_bill_reading_reading_id_reading"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("bill_id", "reading_id", name=op.f("pk_bill_reading")),
    )

    for statement in TRIGGERS:
        op.execute(statement)


def downgrade() -> None:
    """Take back."""
    op.execute("DROP FUNCTION estate_append_only() CASCADE")
    op.execute("DROP FUNCTION estate_balanced() CASCADE")
    op.drop_table("bill_reading")
    op.drop_index(op.f("ix_suspense_resolved_by"), table_name="suspense")
    op.drop_index(op.f("ix_suspense_payment_id"), table_name="suspense")
    op.drop_index(op.f("ix_suspense_message_id"), table_name="suspense")
    op.drop_table("suspense")
    op.drop_index(op.f("ix_refund_proposed_by"), table_name="refund")
    op.drop_index(op.f("ix_refund_payment_id"), table_name="refund")
    op.drop_index(op.f("ix_refund_decided_by"), table_name="refund")
    op.drop_table("refund")
    op.drop_table("receipt")
    op.drop_index(op.f("ix_reading_read_by"), table_name="reading")
    op.drop_index(op.f("ix_reading_meter_id"), table_name="reading")
    op.drop_table("reading")
    op.drop_index(op.f("ix_rating_technician_id"), table_name="rating")
    op.drop_index(op.f("ix_rating_order_id"), table_name="rating")
    op.drop_index(op.f("ix_rating_account_id"), table_name="rating")
    op.drop_table("rating")
    op.drop_table("payment_item")
    op.drop_index(op.f("ix_order_step_order_id"), table_name="order_step")
    op.drop_index(op.f("ix_order_step_actor_id"), table_name="order_step")
    op.drop_table("order_step")
    op.drop_table("order_follower")
    op.drop_index("uq_offer_open", table_name="offer", postgresql_where=sa.text("outcome = 'open'"))
    op.drop_index(op.f("ix_offer_technician_id"), table_name="offer")
    op.drop_index(op.f("ix_offer_order_id"), table_name="offer")
    op.drop_index(op.f("ix_offer_expires_at"), table_name="offer")
    op.drop_table("offer")
    op.drop_index(op.f("ix_material_use_stock_item_id"), table_name="material_use")
    op.drop_index(op.f("ix_material_use_order_id"), table_name="material_use")
    op.drop_index(op.f("ix_material_use_added_by"), table_name="material_use")
    op.drop_table("material_use")
    op.drop_index(op.f("ix_dispatch_decision_technician_id"), table_name="dispatch_decision")
    op.drop_index(op.f("ix_dispatch_decision_order_id"), table_name="dispatch_decision")
    op.drop_index(op.f("ix_dispatch_decision_actor_id"), table_name="dispatch_decision")
    op.drop_table("dispatch_decision")
    op.drop_table("bill_line")
    op.drop_index("ix_bill_draft_todo", table_name="bill_draft", postgresql_where=sa.text("skip IS NULL AND bill_id IS NULL"))
    op.drop_index(op.f("ix_bill_draft_run_id"), table_name="bill_draft")
    op.drop_index(op.f("ix_bill_draft_bill_id"), table_name="bill_draft")
    op.drop_table("bill_draft")
    op.drop_index(op.f("ix_room_member_room_id"), table_name="room_member")
    op.drop_index(op.f("ix_room_member_phone"), table_name="room_member")
    op.drop_index(op.f("ix_room_member_account_id"), table_name="room_member")
    op.drop_table("room_member")
    op.drop_index(op.f("ix_room_fee_room_id"), table_name="room_fee")
    op.drop_index(op.f("ix_room_fee_fee_item_id"), table_name="room_fee")
    op.drop_table("room_fee")
    op.drop_index(
        "ix_repair_order_to_charge", table_name="repair_order", postgresql_where=sa.text("charge_fen IS NOT NULL AND charged_at IS NULL")
    )
    op.drop_index("ix_repair_order_technician_open", table_name="repair_order")
    op.drop_index(op.f("ix_repair_order_room_id"), table_name="repair_order")
    op.drop_index(op.f("ix_repair_order_rework_of_id"), table_name="repair_order")
    op.drop_index(op.f("ix_repair_order_reporter_id"), table_name="repair_order")
    op.drop_index("ix_repair_order_queue", table_name="repair_order")
    op.drop_index(op.f("ix_repair_order_public_area_id"), table_name="repair_order")
    op.drop_index("ix_repair_order_newest", table_name="repair_order")
    op.drop_index(op.f("ix_repair_order_changed_at"), table_name="repair_order")
    op.drop_index(op.f("ix_repair_order_category_id"), table_name="repair_order")
    op.drop_index(op.f("ix_repair_order_building_id"), table_name="repair_order")
    op.drop_table("repair_order")
    op.drop_index("uq_payment_transaction", table_name="payment", postgresql_where=sa.text("transaction_id IS NOT NULL"))
    op.drop_index(op.f("ix_payment_room_id"), table_name="payment")
    op.drop_index("ix_payment_pending", table_name="payment", postgresql_where=sa.text("status = 'pending'"))
    op.drop_index(op.f("ix_payment_payer_id"), table_name="payment")
    op.drop_index(op.f("ix_payment_estate_id"), table_name="payment")
    op.drop_index(op.f("ix_payment_created_at"), table_name="payment")
    op.drop_table("payment")
    op.drop_index(op.f("ix_meter_room_id"), table_name="meter")
    op.drop_index(op.f("ix_meter_estate_id"), table_name="meter")
    op.drop_table("meter")
    op.drop_index(op.f("ix_ledger_line_room_id"), table_name="ledger_line")
    op.drop_index(op.f("ix_ledger_line_journal_id"), table_name="ledger_line")
    op.drop_index(op.f("ix_ledger_line_estate_id"), table_name="ledger_line")
    op.drop_index(op.f("ix_ledger_line_account"), table_name="ledger_line")
    op.drop_table("ledger_line")
    op.drop_index("uq_bill_once", table_name="bill", postgresql_where=sa.text("status <> 'void' AND run_id IS NOT NULL"))
    op.drop_index(op.f("ix_bill_run_id"), table_name="bill")
    op.drop_index("ix_bill_room_open", table_name="bill")
    op.drop_index(op.f("ix_bill_replaces_id"), table_name="bill")
    op.drop_index(op.f("ix_bill_issued_at"), table_name="bill")
    op.drop_index(op.f("ix_bill_fee_item_id"), table_name="bill")
    op.drop_index("ix_bill_estate_period", table_name="bill")
    op.drop_table("bill")
    op.drop_index(op.f("ix_technician_zone_technician_id"), table_name="technician_zone")
    op.drop_index(op.f("ix_technician_zone_estate_id"), table_name="technician_zone")
    op.drop_index(op.f("ix_technician_zone_building_id"), table_name="technician_zone")
    op.drop_table("technician_zone")
    op.drop_table("technician_trade")
    op.drop_index(op.f("ix_shift_technician_id"), table_name="shift")
    op.drop_index(op.f("ix_shift_starts_at"), table_name="shift")
    op.drop_index(op.f("ix_shift_ends_at"), table_name="shift")
    op.drop_table("shift")
    op.drop_index(op.f("ix_send_attempt_message_id"), table_name="send_attempt")
    op.drop_table("send_attempt")
    op.drop_index(op.f("ix_room_estate_id"), table_name="room")
    op.drop_index(op.f("ix_room_building_id"), table_name="room")
    op.drop_table("room")
    op.drop_index(op.f("ix_public_area_estate_id"), table_name="public_area")
    op.drop_index(op.f("ix_public_area_building_id"), table_name="public_area")
    op.drop_table("public_area")
    op.drop_index(op.f("ix_price_version_fee_item_id"), table_name="price_version")
    op.drop_table("price_version")
    op.drop_index(op.f("ix_leave_technician_id"), table_name="leave")
    op.drop_table("leave")
    op.drop_index(op.f("ix_grant_estate_id"), table_name="grant")
    op.drop_index(op.f("ix_grant_building_id"), table_name="grant")
    op.drop_index(op.f("ix_grant_account_id"), table_name="grant")
    op.drop_table("grant")
    op.drop_table("technician")
    op.drop_index("ix_outbox_message_due", table_name="outbox_message", postgresql_where=sa.text("state = 'waiting'"))
    op.drop_index(op.f("ix_outbox_message_account_id"), table_name="outbox_message")
    op.drop_table("outbox_message")
    op.drop_index(op.f("ix_media_file_created_at"), table_name="media_file")
    op.drop_index("ix_media_file_attached", table_name="media_file")
    op.drop_index(op.f("ix_media_file_account_id"), table_name="media_file")
    op.drop_table("media_file")
    op.drop_index(op.f("ix_login_ticket_account_id"), table_name="login_ticket")
    op.drop_table("login_ticket")
    op.drop_index(op.f("ix_login_session_account_id"), table_name="login_session")
    op.drop_table("login_session")
    op.drop_index("ix_journal_subject", table_name="journal")
    op.drop_index(op.f("ix_journal_business_on"), table_name="journal")
    op.drop_index(op.f("ix_journal_actor_id"), table_name="journal")
    op.drop_table("journal")
    op.drop_index("ix_inbox_item_person", table_name="inbox_item")
    op.drop_table("inbox_item")
    op.drop_index(op.f("ix_fee_item_estate_id"), table_name="fee_item")
    op.drop_table("fee_item")
    op.drop_index(op.f("ix_building_estate_id"), table_name="building")
    op.drop_table("building")
    op.drop_index(op.f("ix_bill_run_estate_id"), table_name="bill_run")
    op.drop_index(op.f("ix_bill_run_created_by"), table_name="bill_run")
    op.drop_table("bill_run")
    op.drop_index(op.f("ix_audit_entry_entity_id"), table_name="audit_entry")
    op.drop_index(op.f("ix_audit_entry_at"), table_name="audit_entry")
    op.drop_index(op.f("ix_audit_entry_actor_id"), table_name="audit_entry")
    op.drop_index(op.f("ix_audit_entry_action"), table_name="audit_entry")
    op.drop_table("audit_entry")
    op.drop_index(op.f("ix_announcement_published_at"), table_name="announcement")
    op.drop_index(op.f("ix_announcement_estate_id"), table_name="announcement")
    op.drop_table("announcement")
    op.drop_index(op.f("ix_activity_estate_id"), table_name="activity")
    op.drop_index(op.f("ix_activity_at"), table_name="activity")
    op.drop_index(op.f("ix_activity_account_id"), table_name="activity")
    op.drop_table("activity")
    op.drop_index(op.f("ix_vendor_message_received_at"), table_name="vendor_message")
    op.drop_index(op.f("ix_vendor_message_order_number"), table_name="vendor_message")
    op.drop_table("vendor_message")
    op.drop_table("stock_item")
    op.drop_table("serial")
    op.drop_index(op.f("ix_repair_category_parent_id"), table_name="repair_category")
    op.drop_table("repair_category")
    op.drop_index(op.f("ix_one_time_code_phone"), table_name="one_time_code")
    op.drop_index(op.f("ix_one_time_code_created_at"), table_name="one_time_code")
    op.drop_table("one_time_code")
    op.drop_index(op.f("ix_job_run_started_at"), table_name="job_run")
    op.drop_index(op.f("ix_job_run_name"), table_name="job_run")
    op.drop_table("job_run")
    op.drop_table("estate")
    op.drop_table("account")
