"""What every table shares: UTC instants, named constraints, and columns by idiom."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Dialect, ForeignKey, String, TypeDecorator
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def key() -> Any:
    """A generated primary key."""
    return Field(default=None, primary_key=True, sa_type=BigInteger)


def ref(target: str, *, null: bool = False, index: bool = True, primary: bool = False) -> Any:
    """A reference that may not be orphaned."""
    column = Column(BigInteger, ForeignKey(target, ondelete="RESTRICT"), nullable=null, index=index and not primary, primary_key=primary)
    return Field(default=None, sa_column=column) if null else Field(sa_column=column)


def money(*, default: int | None = None) -> Any:
    """An amount in fen."""
    return Field(sa_type=BigInteger) if default is None else Field(default=default, sa_type=BigInteger)


def instant(*, null: bool = False, index: bool = False) -> Any:
    """An instant, with its zone."""
    column = Column(DateTime(timezone=True), nullable=null, index=index)
    return Field(default=None, sa_column=column) if null else Field(sa_column=column)


class Word(TypeDecorator[StrEnum]):
    """A word of an enumeration, kept as text: a new member needs no migration of a type."""

    impl = String(40)
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: StrEnum | str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Keep the word's text; refuse one that the enumeration lacks."""
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:  # noqa: ARG002
        """Give back the member."""
        return None if value is None else self.kind(value)


def word(kind: type[StrEnum], *, default: StrEnum | None = None, null: bool = False, index: bool = False) -> Any:
    """A column that holds one word of an enumeration."""
    column: Column[StrEnum] = Column(Word(kind), nullable=null, index=index)
    if default is None and not null:
        return Field(sa_column=column)
    return Field(default=default, sa_column=column)


def one_of(column: str, kind: type[StrEnum]) -> CheckConstraint:
    """A constraint that a column holds only words of an enumeration."""
    words = ", ".join(f"'{word.value}'" for word in kind)
    return CheckConstraint(f"{column} IN ({words})", name=f"{column}_known")


def ensure_utc(at: datetime) -> datetime:
    """Refuse an instant without a zone."""
    if at.tzinfo is None:
        raise ValueError("an instant needs its zone")
    return at
