"""Checks references and balances and builds indexes at once instead of row by row, which takes minutes for two million rows.

A superuser (the embedded database's owner is one) may let the row triggers rest for one transaction; anybody else's rows are
checked one by one as always.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import Session, SQLModel

_REFERENCES = """
SELECT c.conname, child.relname AS child, parent.relname AS parent, a.attname AS column, b.attname AS key
FROM pg_constraint c
JOIN pg_class child ON child.oid = c.conrelid JOIN pg_class parent ON parent.oid = c.confrelid
JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = c.confkey[1]
WHERE c.contype = 'f' AND c.connamespace = current_schema::regnamespace
"""


# All but those that stand behind a constraint: COPY goes on filling these.
_INDEXES = """
SELECT t.relname, i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
WHERE t.relnamespace = current_schema::regnamespace AND NOT i.indisprimary
  AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)
"""


_TABLES = "SELECT string_agg(oid::regclass::text, ', ') FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema::regnamespace"


@dataclass(slots=True)
class Indexes:
    """The indexes that are still to be made, each with its table and the statement that makes it."""

    session: Session
    missing: list[tuple[str, str]]

    def make_of(self, tables: Iterable[type[SQLModel]]) -> None:
        """Make those of some tables that have all their rows, each by one sort in memory."""
        names = {str(table.__tablename__) for table in tables}
        self._make([index for index in self.missing if index[0] in names])

    def make_rest(self) -> None:
        """Make those of all other tables, and let the planner know what every table holds."""
        self._make(list(self.missing))
        connection = self.session.connection()
        # Only our own tables: the server's shared ones would stay locked for its other databases until this transaction ends.
        connection.exec_driver_sql(f"ANALYZE {connection.exec_driver_sql(_TABLES).scalar_one()}")

    def _make(self, indexes: list[tuple[str, str]]) -> None:
        connection = self.session.connection()
        connection.exec_driver_sql("SET LOCAL maintenance_work_mem = '512MB'")
        for index in indexes:
            connection.exec_driver_sql(index[1])
            self.missing.remove(index)


def drop_indexes(session: Session) -> Indexes:
    """Drop every index that only makes reading fast, within the transaction; they are made anew once the rows are there."""
    found = session.execute(text(_INDEXES)).all()
    if found:
        session.execute(text(f"DROP INDEX {', '.join(name for _, name, _ in found)}"))
    return Indexes(session, [(table, definition) for table, _, definition in found])


def defer_checks(session: Session) -> bool:
    """Let the row triggers rest until the transaction ends, where the database allows it; tells whether it did."""
    is_superuser = bool(session.scalar(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")))
    if is_superuser:
        session.execute(text("SET LOCAL session_replication_role = replica"))
    return is_superuser


def check_at_once(session: Session) -> None:
    """Check every reference and every entry of the ledger, and wake the triggers.

    Raises:
        ValueError: a row refers to nothing, or an entry does not balance.
    """
    session.execute(text("SET LOCAL work_mem = '256MB'"))
    for name, child, parent, column, key in session.execute(text(_REFERENCES)).all():
        statement = f"""SELECT EXISTS (SELECT 1 FROM "{child}" c LEFT JOIN "{parent}" p ON p."{key}" = c."{column}"
        WHERE c."{column}" IS NOT NULL AND p."{key}" IS NULL)"""  # noqa: S608 -- names from the catalogue
        if session.scalar(text(statement)):
            raise ValueError(f"rows of {child} break {name}")
    wrong = session.scalar(text("SELECT count(*) FROM (SELECT 1 FROM ledger_line GROUP BY journal_id HAVING sum(amount_fen) <> 0) x"))
    if wrong:
        raise ValueError(f"{wrong} entries of the demo do not balance")
    session.execute(text("SET LOCAL session_replication_role = origin"))
