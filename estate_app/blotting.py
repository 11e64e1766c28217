"""Takes a person's name and numbers out of texts that must stay: rows are kept, words in them are replaced.

What is append-only lets itself be blotted by its trigger alone, in a transaction that says so, and only in the columns that may
hold personal words. The ledger has none and is never touched.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, bindparam, case, cast, func, or_, select, text, update
from sqlalchemy import Text as SqlText
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Session, SQLModel
from sqlmodel.sql.sqltypes import AutoString

NO_NUMBER = "***"
_CLOSED = text(
    "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgname = 'append_only' AND t.tgtype & 16 = 16"
)
"""Tables whose rows nothing may change: the ledger, and what else counts goods or money; they name no person. 16 stands for UPDATE."""
_MACHINES_OWN = frozenset(
    {
        "number", "serial", "series", "sha256", "token_sha", "ticket_sha", "code_sha", "request_sha", "header_sha256", "password_hash",
        "secret", "transaction_id", "refund_id", "merchant_id", "order_number", "external_id", "idempotency_key", "check_code",
        "invoice_number", "item_key", "reference", "local_reference",
    }
)  # fmt: skip
"""Columns that machines fill with long rows of digits, in which eleven of them are no phone."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Whose words go: the account, what stands in place of the name, and every name, number and identity to be found."""

    account_id: int
    alias: str
    names: tuple[str, ...]
    numbers: tuple[str, ...]

    @property
    def words(self) -> dict[str, str]:
        """Each word with what takes its place."""
        found = dict.fromkeys(self.numbers, NO_NUMBER) | dict.fromkeys(self.names, self.alias)
        return {word: instead for word, instead in found.items() if word}


def permit(session: Session) -> None:
    """Let this transaction blot what is append-only."""
    session.execute(text("SELECT set_config('estate.blotting', 'on', true)"))


def blot(session: Session, model: type[SQLModel], columns: Sequence[str], words: Mapping[str, str], *where: ColumnElement[bool]) -> int:
    """Replace words in some columns of the rows that a clause names; answers how many rows held any of them.

    In JSON only values change, never names of fields; a Latin name is replaced as a whole word, and one of a single letter only
    where nothing else stands.
    """
    table = model.metadata.tables[str(model.__tablename__)]
    wanted = [table.c[name] for name in columns]
    keys = list(table.primary_key.columns)
    if not words:
        return 0
    session.flush()
    rows = session.execute(select(*keys, *wanted).where(*where, _holding(wanted, list(words)))).all()
    changes = [
        {f"key_{column.name}": value for column, value in zip(keys, row, strict=False)}
        | {column.name: cleaned(value, words) for column, value in zip(wanted, row[len(keys) :], strict=True)}
        for row in rows
    ]
    if changes:
        statement = update(table).where(*(column == bindparam(f"key_{column.name}") for column in keys))
        session.connection().execute(statement, changes)
    return len(changes)


def blot_everywhere(session: Session, numbers: Sequence[str]) -> int:
    """Replace numbers that belong to one person alone in every text of the database; answers how many rows held any."""
    session.flush()
    count, closed = 0, set(session.scalars(_CLOSED))
    for name, columns in word_columns().items():
        if numbers and name not in closed:
            values = {one.name: case((_holding([one], numbers), _without(one, numbers)), else_=one) for one in columns}
            statement = update(columns[0].table).where(_holding(columns, numbers)).values(values)
            count += int(session.connection().execute(statement).rowcount)
    return count


def word_columns() -> dict[str, list[Column[object]]]:
    """Every table with its columns that may hold words of people."""
    found = {table.name: [column for column in table.columns if _holds_words(column)] for table in SQLModel.metadata.sorted_tables}
    return {name: columns for name, columns in found.items() if columns}


def cleaned(value: object, words: Mapping[str, str]) -> object:
    """A text or the values of a JSON tree with every word replaced."""
    if isinstance(value, str):
        if value in words:
            return words[value]
        long = sorted((word for word in words if len(word) > 1), key=len, reverse=True)
        return re.sub("|".join(map(_pattern, long)), lambda found: words[found[0]], value) if long else value
    if isinstance(value, dict):
        return {name: cleaned(one, words) for name, one in value.items()}
    return [cleaned(one, words) for one in value] if isinstance(value, list) else value


def _pattern(word: str) -> str:
    return rf"(?<![0-9A-Za-z]){re.escape(word)}(?![0-9A-Za-z])" if word.isascii() else re.escape(word)


def _holding(columns: Sequence[Column[object]], words: Sequence[str]) -> ColumnElement[bool]:
    return or_(*(cast(column, SqlText).contains(_spelled(column, word), autoescape=True) for column in columns for word in words))


def _without(column: Column[object], numbers: Sequence[str]) -> ColumnElement[Any]:
    plain: ColumnElement[str] = cast(column, SqlText)
    for number in numbers:
        plain = func.replace(plain, _spelled(column, number), NO_NUMBER)
    return cast(plain, JSONB) if isinstance(column.type, JSONB) else plain


def _spelled(column: Column[object], word: str) -> str:
    return json.dumps(word, ensure_ascii=False)[1:-1] if isinstance(column.type, JSONB) else word


def _holds_words(column: Column[object]) -> bool:
    if isinstance(column.type, JSONB):
        return True
    return isinstance(column.type, AutoString) and not column.primary_key and column.name not in _MACHINES_OWN
