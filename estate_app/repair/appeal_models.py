"""A technician's objection to a rating, and what the office decided."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from estate_app.tables import instant, key, one_of, ref, word


class Verdict(StrEnum):
    """Where an appeal stands: undecided, granted (the rating no longer counts), or turned down."""

    open = "open"
    granted = "granted"
    refused = "refused"


class RatingAppeal(SQLModel, table=True):
    """One appeal against one rating."""

    __tablename__ = "rating_appeal"
    __table_args__ = (one_of("verdict", Verdict), UniqueConstraint("rating_id"))
    id: int = key()
    rating_id: int = ref("rating.id", index=False)
    text: str = Field(max_length=500)
    at: datetime = instant()
    verdict: Verdict = word(Verdict, default=Verdict.open)
    answer: str = Field(default="", max_length=500)
    decided_by: int | None = ref("account.id", null=True)
    decided_at: datetime | None = instant(null=True)
