"""Bills: what is due, the list, and each one explained."""

from datetime import date

from pydantic import Field

from miniprogram_api.schemas.common import Given, Sent, Text


class BillOut(Given):
    """One bill; amounts in fen."""

    id: int = Field(description="The bill.", examples=[305])
    number: str = Field(description="What people call it.", examples=["ZD202611-30215"])
    room_id: int = Field(description="The room.", examples=[12])
    place: str = Field(description="Where that is.", examples=["3栋2单元1501"])
    item: str = Field(description="What for, in the caller's language.", examples=["Property fee"])
    kind: str = Field(description="area, fixed, metered, one_off or repair.", examples=["area"])
    period: date = Field(description="The first day of its month.", examples=["2026-11-01"])
    due_on: date = Field(description="Until when it is to be paid.", examples=["2026-11-30"])
    status: str = Field(description="unpaid, partly_paid, paid, disputed or void.", examples=["unpaid"])
    is_overdue: bool = Field(description="Whether that day has passed.", examples=[False])
    amount_fen: int = Field(description="What it asks for.", examples=[25_088])
    paid_fen: int = Field(description="What has been paid.", examples=[0])
    owed_fen: int = Field(description="What is still to be paid.", examples=[25_088])


class LineOut(Given):
    """One line of a bill."""

    label: str = Field(description="What it is, in the caller's language.", examples=["Property fee"])
    formula: str = Field(description="The arithmetic.", examples=["89.00 × 2.8200"])
    quantity_milli: int = Field(description="How much, in thousandths of the unit.", examples=[89_000])
    unit: str = Field(description="The unit.", examples=["㎡"])
    price_e4: int = Field(description="The price of one unit in ten-thousandths of a yuan.", examples=[28_200])
    amount_fen: int = Field(description="What it comes to.", examples=[25_088])
    note: str = Field(description="What else there is to say.", examples=[""])


class ReadingOut(Given):
    """From which reading to which a meter is charged, in thousandths of its unit."""

    meter_code: str = Field(description="The meter.", examples=["W-1501"])
    kind: str = Field(description="water, electricity, gas or heat.", examples=["water"])
    from_on: date = Field(description="The first reading's day.", examples=["2026-10-01"])
    from_milli: int = Field(description="The first reading.", examples=[120_000])
    to_on: date = Field(description="The last reading's day.", examples=["2026-11-01"])
    to_milli: int = Field(description="The last reading.", examples=[134_000])
    usage_milli: int = Field(description="What was used.", examples=[14_000])
    is_estimated: bool = Field(description="Whether a reading was estimated.", examples=[False])


class PastOut(Given):
    """An earlier month of the same item and room."""

    period: date = Field(description="The first day of the month.", examples=["2026-10-01"])
    amount_fen: int = Field(description="What it came to.", examples=[25_088])
    usage_milli: int | None = Field(description="What was used, when something is metered.", examples=[None])


class CorrectedLineOut(Given):
    """One line of a correction."""

    label: str = Field(description="What, in the caller's language.", examples=["Tier 2"])
    quantity_milli: int = Field(description="How much more or less was used, in thousandths of its unit.", examples=[2_000])
    price_e4: int = Field(description="The price of one, in ten-thousandths of a yuan.", examples=[42_000])
    amount_fen: int = Field(description="What that comes to, in fen.", examples=[840])


class CorrectionOut(Given):
    """A corrected reading, what it changed, and where the money went."""

    on: date = Field(description="When it was corrected.", examples=["2026-11-20"])
    meter_code: str = Field(description="The meter.", examples=["W-1501"])
    read_on: date = Field(description="The day of the reading.", examples=["2026-11-01"])
    reading_milli: int = Field(description="What the reading is now, in thousandths of its unit.", examples=[136_000])
    usage_milli: int = Field(description="How much more (or, below zero, less) was used than was charged.", examples=[2_000])
    amount_fen: int = Field(
        description="Above zero it is charged by a bill of its own; below, it was credited to the room.", examples=[840]
    )
    reason: str = Field(description="Why it was corrected.", examples=["误读"])
    bill_id: int | None = Field(description="The bill that charges it.", examples=[None])
    number: str = Field(description="The number of that bill; may be empty.", examples=[""])
    lines: list[CorrectedLineOut] = Field(description="Its arithmetic.")


class CorrectsOut(Given):
    """The bill that this one corrects; it stays as it was issued."""

    bill_id: int = Field(description="That bill.", examples=[290])
    number: str = Field(description="Its number.", examples=["ZD202610-00012"])
    period: date = Field(description="Its month.", examples=["2026-10-01"])


class BillDetailOut(Given):
    """One bill explained; its lines sum to its amount."""

    bill: BillOut = Field(description="The bill.")
    lines: list[LineOut] = Field(description="The lines.")
    steps: list[str] = Field(description="How the amount came about, in sentences.", examples=[[]])
    readings: list[ReadingOut] = Field(description="The readings behind it.")
    past: list[PastOut] = Field(description="Up to a year before, the newest first.")
    change_fen: int | None = Field(description="Against last month.", examples=[0])
    void_reason: str = Field(description="Why it was withdrawn.", examples=[""])
    replaced_by_id: int | None = Field(description="The bill that replaces it.", examples=[None])
    corrections: list[CorrectionOut] = Field(description="What was corrected of it since, oldest first.")
    corrects: CorrectsOut | None = Field(description="The bill that it corrects, if it is a correction's own.")


class BillDoubt(Sent):
    """Why one doubts a bill."""

    reason: Text = Field(min_length=1, max_length=200, description="What seems wrong.", examples=["水表读数和实际不符"])


class DueItemOut(Given):
    """What is due of one item."""

    item: str = Field(description="What for, in the caller's language.", examples=["Property fee"])
    kind: str = Field(description="area, fixed, metered, one_off or repair.", examples=["area"])
    amount_fen: int = Field(description="How much.", examples=[25_088])
    count: int = Field(description="How many bills.", examples=[1])


class DueOut(Given):
    """What is owed over all own rooms, or one."""

    total_fen: int = Field(description="In all.", examples=[25_088])
    overdue_fen: int = Field(description="Of that, what is late.", examples=[0])
    count: int = Field(description="How many bills.", examples=[1])
    next_due_on: date | None = Field(description="When the next one is due.", examples=["2026-11-30"])
    items: list[DueItemOut] = Field(description="By fee item.")
    bill_ids: list[int] = Field(description="The bills, oldest due date first: send them to `/payments` to pay all.", examples=[[305]])
