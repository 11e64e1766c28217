"""What an estate's common ground brings in and what of it is spent."""

from datetime import date, datetime

from pydantic import Field

from estate_app.feedback.disclosure_models import Side
from miniprogram_api.schemas.common import Given
from miniprogram_api.schemas.feedback import PictureOut


class DisclosureOut(Given):
    """One published quarter of an estate; the totals are the sums of its items."""

    id: int = Field(description="The version.", examples=[8])
    estate: str = Field(description="The estate's name.", examples=["翠湖花园"])
    quarter_on: date = Field(description="The first day of the quarter.", examples=["2026-07-01"])
    version: int = Field(description="Which version it is; a later one corrects.", examples=[1])
    is_replaced: bool = Field(description="Whether a later version holds.", examples=[False])
    income_fen: int = Field(description="Everything that came in, in fen.", examples=[4_860_000])
    spending_fen: int = Field(description="Everything that was spent, in fen.", examples=[1_920_000])
    published_at: datetime = Field(description="When it was published.", examples=["2026-10-12T02:00:00Z"])


class DisclosureItemOut(Given):
    """One item."""

    side: Side = Field(description="Whether it came in or was spent.", examples=["income"])
    name: str = Field(description="What it is.", examples=["电梯广告"])
    amount_fen: int = Field(description="The amount, in fen.", examples=[2_400_000])
    note: str = Field(description="A remark; may be empty.", examples=["合同 2026-03"])


class DisclosureReportOut(DisclosureOut):
    """A quarter with everything that it says."""

    note: str = Field(description="The manager's remarks; may be empty.", examples=["结余转入专项维修资金。"])
    before_fen: int = Field(description="What the quarters before have left, in fen.", examples=[2_100_000])
    items: list[DisclosureItemOut] = Field(description="The items, as they were written.")
    photos: list[PictureOut] = Field(description="Contracts and invoices.")
