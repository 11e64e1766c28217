"""What the timed jobs did."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from estate_app.tables import instant, key


class JobRun(SQLModel, table=True):
    """One run of a job that did something or failed."""

    __tablename__ = "job_run"
    id: int = key()
    name: str = Field(max_length=40, index=True)
    started_at: datetime = instant(index=True)
    ended_at: datetime | None = instant(null=True)
    is_ok: bool = False
    detail: str = Field(default="", max_length=300)
