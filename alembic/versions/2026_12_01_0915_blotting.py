"""Let a person's words be blotted in the audit trail and the steps of orders, and nothing else of them be changed.

Revision: b107915e7a5e, after fe0905c10c4d.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "b107915e7a5e"
down_revision: str | None = "fe0905c10c4d"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_WORDS = {"audit_entry": "{actor_name,before,after,address}", "order_step": "{actor_name,reason,note}"}


def upgrade() -> None:
    """Apply."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(
        """
        CREATE FUNCTION estate_only_blotted() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF current_setting('estate.blotting', true) IS DISTINCT FROM 'on'
                OR (to_jsonb(NEW) - CAST(TG_ARGV[0] AS text[])) IS DISTINCT FROM (to_jsonb(OLD) - CAST(TG_ARGV[0] AS text[])) THEN
                RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    for table, words in _WORDS.items():
        op.execute(f"DROP TRIGGER append_only ON {table}")
        op.execute(
            f"CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION estate_append_only()"
        )
        op.execute(f"CREATE TRIGGER only_blotted BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION estate_only_blotted('{words}')")


def downgrade() -> None:
    """Take back."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in _WORDS:
        op.execute(f"DROP TRIGGER only_blotted ON {table}")
        op.execute(f"DROP TRIGGER append_only ON {table}")
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION estate_append_only()"
        )
    op.execute("DROP FUNCTION estate_only_blotted()")
