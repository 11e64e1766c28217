"""The file of one's own data, and the deletion of one's account."""

from datetime import datetime

from pydantic import Field

from estate_app.personal.models import ErasureStatus, ExportStatus
from miniprogram_api.schemas.common import Given, Sent, Text


class DataExportOut(Given):
    """A file of one's own data."""

    id: int = Field(description="The file.", examples=[3])
    status: ExportStatus = Field(description="Where it stands; ask again while it is waiting or working.", examples=["ready"])
    percent: int = Field(description="How much of it is made.", examples=[100])
    size_bytes: int = Field(description="Its size, once it is ready.", examples=[48_211])
    created_at: datetime = Field(description="When it was asked for.", examples=["2026-11-18T02:58:00Z"])
    expires_at: datetime | None = Field(description="Until when it can be taken.", examples=["2026-11-25T02:58:00Z"])
    link: str = Field(description="Good for an hour, a local path; empty unless ready.", examples=["/personal/3.zip?e=1&s=x"])


class LastExportOut(Given):
    """The last file that was asked for."""

    export: DataExportOut | None = Field(description="The file; null when none was ever asked for.")


class BlockerOut(Given):
    """What has to be settled before the account can be deleted."""

    text: str = Field(description="What to do first, in the caller's language.", examples=["Pay the 2 open bills of your rooms first"])
    link: str = Field(description="The page on which to do it, as a local path.", examples=["/bills"])


class ErasureOut(Given):
    """Where the wish to delete the account stands."""

    can_ask: bool = Field(description="Whether the account is one that its owner can delete.", examples=[True])
    status: ErasureStatus | None = Field(description="Where the last wish stands; null without one.", examples=["cooling"])
    asked_at: datetime | None = Field(description="When it was asked for.", examples=["2026-11-18T02:58:00Z"])
    due_at: datetime | None = Field(description="When it will be done, unless it is taken back.", examples=["2026-11-25T02:58:00Z"])
    blockers: list[BlockerOut] = Field(description="What is in the way.")


class ErasureSent(Sent):
    """The confirmation of a wish to delete the account."""

    code: Text = Field(min_length=1, max_length=10, description="The code that was sent to the own phone.", examples=["048213"])
