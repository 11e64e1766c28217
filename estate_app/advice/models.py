"""Who wants no tips."""

from datetime import datetime

from sqlmodel import SQLModel

from estate_app.tables import instant, ref


class TipOptOut(SQLModel, table=True):
    """Somebody who has switched the tips off; without a row they are shown."""

    __tablename__ = "tip_opt_out"
    account_id: int = ref("account.id", primary=True)
    at: datetime = instant()
