"""What a manager noted after calling a resident whose rating was low."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from estate_app.tables import instant, key, one_of, ref, word


class CallOutcome(StrEnum):
    """What became of a call: settled, more is to be done, or nobody answered."""

    settled = "settled"
    follow_up = "follow_up"
    unreached = "unreached"


class RatingCall(SQLModel, table=True):
    """One call about one rating; several may be needed."""

    __tablename__ = "rating_call"
    __table_args__ = (one_of("outcome", CallOutcome),)
    id: int = key()
    rating_id: int = ref("rating.id")
    outcome: CallOutcome = word(CallOutcome)
    note: str = Field(max_length=500)
    called_by: int = ref("account.id")
    at: datetime = instant()
