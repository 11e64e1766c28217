"""Files of own data that were asked for, and accounts that shall be deleted."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from estate_app.tables import instant, key, one_of, ref, word


class ExportStatus(StrEnum):
    """Where a file of own data stands."""

    waiting = "waiting"
    working = "working"
    ready = "ready"
    failed = "failed"
    expired = "expired"


class ErasureStatus(StrEnum):
    """Where the deletion of an account stands; `held` had something open when its days were over."""

    cooling = "cooling"
    cancelled = "cancelled"
    held = "held"
    done = "done"


class DataExport(SQLModel, table=True):
    """A file of one's own data: asked for, made by a job step by step, given out until it expires."""

    __tablename__ = "data_export"
    __table_args__ = (
        one_of("status", ExportStatus),
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent_in_range"),
        Index("uq_data_export_open", "account_id", unique=True, postgresql_where=text("status IN ('waiting', 'working')")),
    )
    id: int = key()
    account_id: int = ref("account.id")
    status: ExportStatus = word(ExportStatus, default=ExportStatus.waiting)
    percent: int = 0
    locale: str = Field(default="zh", max_length=5)
    file_name: str = Field(default="", max_length=80)
    size_bytes: int = 0
    created_at: datetime = instant()
    ready_at: datetime | None = instant(null=True)
    expires_at: datetime | None = instant(null=True)


class Erasure(SQLModel, table=True):
    """A person's wish to be forgotten: it cools for some days, in which it can be taken back."""

    __table_args__ = (
        one_of("status", ErasureStatus),
        Index("uq_erasure_open", "account_id", unique=True, postgresql_where=text("status = 'cooling'")),
        Index("ix_erasure_due", "due_at", postgresql_where=text("status = 'cooling'")),
    )
    id: int = key()
    account_id: int = ref("account.id")
    status: ErasureStatus = word(ErasureStatus, default=ErasureStatus.cooling)
    asked_at: datetime = instant()
    due_at: datetime = instant()
    ended_at: datetime | None = instant(null=True)
