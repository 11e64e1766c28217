"""What a phone has sent of its own: steps taken without a network, each of which is done once."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from estate_app.tables import instant, key, ref


class FieldStep(SQLModel, table=True):
    """A step that a technician's phone has replayed; its key is the phone's and unique for the person."""

    __tablename__ = "field_step"
    __table_args__ = (UniqueConstraint("account_id", "client_key"),)
    id: int = key()
    account_id: int = ref("account.id", index=False)
    client_key: str = Field(max_length=64)
    order_id: int = ref("repair_order.id")
    action: str = Field(max_length=30)
    client_at: datetime = instant()
    at: datetime = instant()
