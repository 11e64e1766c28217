"""Arrears of an own room: late fees so far, agreements and notices."""

from datetime import date

from pydantic import Field

from miniprogram_api.schemas.common import Given, Sent


class LateFeeOut(Given):
    """The late fee of one overdue bill until today."""

    bill_id: int = Field(description="The bill that is late.", examples=[305])
    bill_number: str = Field(description="What people call it.", examples=["ZD202611-30215"])
    days_late: int = Field(description="Days since its due date.", examples=[18])
    amount_fen: int = Field(description="What the late fee comes to until today.", examples=[226])
    charged_fen: int = Field(description="What of it is a bill already.", examples=[0])
    due_fen: int = Field(description="What is charged with the next payment.", examples=[226])
    formula: str = Field(
        description="How it comes about, in the caller's language.", examples=["2026-11-01 to 2026-11-18, 18 days on ¥250.88 at 0.05%"]
    )  # fmt: skip


class PromiseOut(Given):
    """A promise to pay an amount by a day."""

    id: int = Field(description="The promise.", examples=[7])
    amount_fen: int = Field(description="What was promised.", examples=[25_088])
    paid_fen: int = Field(description="What has come since.", examples=[0])
    due_on: date = Field(description="By when.", examples=["2026-12-10"])
    status: str = Field(description="running, kept, broken or cancelled.", examples=["running"])


class PartOut(Given):
    """One part of a plan."""

    position: int = Field(description="Its place.", examples=[1])
    due_on: date = Field(description="By when.", examples=["2026-12-31"])
    amount_fen: int = Field(description="What it comes to.", examples=[8_390])
    paid_fen: int = Field(description="What of it has come.", examples=[0])
    is_late: bool = Field(description="Whether its day has passed without the money.", examples=[False])


class PlanOut(Given):
    """Instalments that were agreed."""

    id: int = Field(description="The plan.", examples=[3])
    total_fen: int = Field(description="The whole.", examples=[25_169])
    paid_fen: int = Field(description="What of it has come.", examples=[0])
    status: str = Field(description="running, kept, broken or cancelled.", examples=["running"])
    parts: list[PartOut] = Field(description="The parts, which sum to the whole.", examples=[[]])


class LetterOut(Given):
    """A formal notice."""

    id: int = Field(description="The notice.", examples=[11])
    number: str = Field(description="Its number.", examples=["CG202611-0001"])
    written_on: date = Field(description="Its day.", examples=["2026-11-18"])


class ArrearsOut(Given):
    """What is overdue in a room and what was agreed about it."""

    late_fees: list[LateFeeOut] = Field(description="Late fees by bill.", examples=[[]])
    promises: list[PromiseOut] = Field(description="Promises, the newest first.", examples=[[]])
    plans: list[PlanOut] = Field(description="Instalments, the newest first.", examples=[[]])
    letters: list[LetterOut] = Field(description="Formal notices, the newest first.", examples=[[]])


class PromiseWish(Sent):
    """A promise to pay."""

    amount_fen: int = Field(description="How much, at most what is overdue.", ge=1, le=10**12, examples=[25_088])
    due_on: date = Field(description="By when, within sixty days.", examples=["2026-12-10"])
