"""Imports that run in pieces behind a page, and the column choices that were made before."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, LargeBinary, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from estate_app.importing.report import ImportKind
from estate_app.tables import instant, key, one_of, ref, word


class ImportStatus(StrEnum):
    """Where an import stands."""

    waiting = "waiting"
    checking = "checking"
    checked = "checked"
    writing = "writing"
    done = "done"
    failed = "failed"
    discarded = "discarded"


class ImportJob(SQLModel, table=True):
    """One uploaded file on its way: checked first, then written when somebody says so; a killed process leaves it to be taken up again."""

    __tablename__ = "import_job"
    __table_args__ = (one_of("kind", ImportKind), one_of("status", ImportStatus))
    id: int = key()
    kind: ImportKind = word(ImportKind)
    status: ImportStatus = word(ImportStatus, default=ImportStatus.waiting)
    estate_id: int = ref("estate.id")
    file_name: str = Field(max_length=120)
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    sha256: str = Field(max_length=64)
    mapping: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False))
    titles: list[str] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False))
    is_skipping_bad: bool = False
    row_count: int = 0
    done_count: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    bad_rows: int = 0
    is_known_file: bool = False
    problems: list[dict[str, object]] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False))
    failure: dict[str, object] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False))
    created_by: int = ref("account.id")
    created_at: datetime = instant(index=True)
    ended_at: datetime | None = instant(null=True)


class ImportMapping(SQLModel, table=True):
    """Which columns were chosen for files with these titles; remembered for the next file that looks the same."""

    __tablename__ = "import_mapping"
    __table_args__ = (UniqueConstraint("kind", "header_sha256"),)
    id: int = key()
    kind: ImportKind = word(ImportKind)
    header_sha256: str = Field(max_length=64)
    mapping: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False))
    updated_at: datetime = instant()
