"""QR labels: what one stands for, and a report made there."""

from pydantic import Field

from estate_app.repair.rules import MAX_DESCRIPTION, MAX_PHOTOS, MAX_VIDEOS
from miniprogram_api.schemas.common import Given, Id, Sent, Text
from miniprogram_api.schemas.repair import MediaId


class LabelOut(Given):
    """A labelled facility, or a public area as a whole."""

    code: str = Field(description="The code in the QR.", examples=["7KQ2M4XWPA"])
    estate: str = Field(description="The estate.", examples=["翠湖花园"])
    place: str = Field(description="The public area.", examples=["3栋电梯厅"])
    facility: str | None = Field(description="The facility; null for an area as a whole.", examples=["1 号客梯"])
    number: str | None = Field(description="The facility's number.", examples=["DT-01"])
    category_id: int | None = Field(description="The fault that is usual here, to be chosen first.", examples=[12])
    is_active: bool = Field(description="Whether it takes reports.", examples=[True])


class LabelReport(Sent):
    """A report at a label; the place is the label's."""

    category_id: Id = Field(description="The kind of fault; one without children.", examples=[12])
    description: Text = Field(max_length=MAX_DESCRIPTION, description="What is wrong.", examples=["电梯停在一楼，按键没有反应"])
    is_out_of_service: bool = Field(default=False, description="Whether the facility cannot be used at all.", examples=[True])
    has_danger: bool | None = Field(
        default=None,
        description="Whether a danger question of the category was answered with yes; without an answer it is refused where there are any.",
        examples=[False],
    )
    photo_ids: list[MediaId] = Field(
        default=[], max_length=MAX_PHOTOS + MAX_VIDEOS, description="Uploaded photos and at most one video.", examples=[[]]
    )
