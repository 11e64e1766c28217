"""What an estate's common ground brings in and what of it is spent, told to its residents by quarter. It discloses; it books nothing."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from estate_app.tables import instant, key, money, one_of, ref, word


class DisclosureStatus(StrEnum):
    """Where a version stands; what a later one has corrected stays readable as `replaced`."""

    draft = "draft"
    published = "published"
    replaced = "replaced"


class Side(StrEnum):
    """What comes in, or what is spent."""

    income = "income"
    spending = "spending"


class Disclosure(SQLModel, table=True):
    """One version of one quarter of an estate; its totals are the sums of its lines and are stored nowhere."""

    __table_args__ = (
        one_of("status", DisclosureStatus),
        UniqueConstraint("estate_id", "quarter_on", "version"),
        CheckConstraint("extract(day FROM quarter_on) = 1 AND extract(month FROM quarter_on) IN (1, 4, 7, 10)", name="quarter_begins"),
        CheckConstraint("(status = 'draft') = (published_at IS NULL)", name="published_has_time"),
        Index("uq_disclosure_draft", "estate_id", "quarter_on", unique=True, postgresql_where=text("status = 'draft'")),
        Index("uq_disclosure_published", "estate_id", "quarter_on", unique=True, postgresql_where=text("status = 'published'")),
    )
    id: int = key()
    estate_id: int = ref("estate.id", index=False)
    quarter_on: date
    version: int = 1
    status: DisclosureStatus = word(DisclosureStatus, default=DisclosureStatus.draft)
    note: str = Field(default="", max_length=500)
    drafted_by: int = ref("account.id")
    drafted_at: datetime = instant()
    published_by: int | None = ref("account.id", null=True)
    published_at: datetime | None = instant(null=True)


class DisclosureLine(SQLModel, table=True):
    """One item of income or spending."""

    __tablename__ = "disclosure_line"
    __table_args__ = (
        one_of("side", Side),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        UniqueConstraint("disclosure_id", "position"),
    )
    id: int = key()
    disclosure_id: int = ref("disclosure.id", index=False)
    position: int
    side: Side = word(Side)
    name: str = Field(max_length=60)
    amount_fen: int = money()
    note: str = Field(default="", max_length=200)
