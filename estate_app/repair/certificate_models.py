"""Permits of technicians for their trades."""

from datetime import date

from sqlmodel import Field, SQLModel

from estate_app.repair.models import Trade
from estate_app.tables import key, one_of, ref, word


class TechnicianCertificate(SQLModel, table=True):
    """A permit of a technician for a trade, good until a day; `warned_on` is the end of which somebody was told."""

    __tablename__ = "technician_certificate"
    __table_args__ = (one_of("trade", Trade),)
    id: int = key()
    technician_id: int = ref("technician.account_id")
    trade: Trade = word(Trade)
    name: str = Field(max_length=60)
    number: str = Field(default="", max_length=60)
    ends_on: date = Field(index=True)
    warned_on: date | None = None
