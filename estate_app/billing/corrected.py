"""The corrections that hold on a bill, as its explanation tells them: what was corrected, by how much, and where the money went."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from estate_app.billing.models import Bill, BillAdjustment, BillStatus, FeeItem, Meter, MeterKind, Reading
from estate_app.billing.stored import message_of
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import Message, msg


@dataclass(frozen=True, slots=True)
class CorrectedLine:
    """One line of a correction: a tier that was charged too little or too much."""

    label: Message
    quantity_milli: int
    price_e4: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Correction:
    """A corrected reading and what it changed; a positive amount is charged by bill `number`, a negative one is credited to the room."""

    on: date
    meter_code: str
    kind: MeterKind
    read_on: date
    reading_milli: int
    usage_milli: int
    amount_fen: int
    reason: str
    number: str
    bill_id: int | None
    lines: tuple[CorrectedLine, ...]


@dataclass(frozen=True, slots=True)
class Corrects:
    """The bill that a bill of a correction corrects."""

    number: str
    bill_id: int
    item_name: str
    period: date


def corrections_of(session: Session, bill_id: int) -> tuple[Correction, ...]:
    """The corrections of a bill that hold, oldest first; one whose own bill was voided does not."""
    settled: Any = aliased(Bill)
    rows = session.execute(
        select(BillAdjustment, Reading, Meter, settled.number)
        .join(Reading, col(Reading.id) == col(BillAdjustment.reading_id))
        .join(Meter, col(Meter.id) == col(Reading.meter_id))
        .outerjoin(settled, settled.id == col(BillAdjustment.settled_bill_id))
        .where(col(BillAdjustment.bill_id) == bill_id, or_(settled.id.is_(None), settled.status != BillStatus.void))
        .order_by(col(BillAdjustment.id))
    )
    return tuple(_correction(*row) for row in rows)


def corrected_by(session: Session, bill_id: int) -> Corrects | None:
    """Which bill this one corrects, if it is the bill of a correction."""
    row = session.execute(
        select(col(Bill.number), col(Bill.id), col(FeeItem.name), col(Bill.period))
        .join(BillAdjustment, col(BillAdjustment.bill_id) == col(Bill.id))
        .join(FeeItem, col(FeeItem.id) == col(Bill.fee_item_id))
        .where(col(BillAdjustment.settled_bill_id) == bill_id)
    ).first()
    return Corrects(*row) if row else None


def _correction(adjustment: BillAdjustment, reading: Reading, meter: Meter, number: str | None) -> Correction:
    return Correction(
        on=business_date(adjustment.created_at),
        meter_code=meter.code,
        kind=meter.kind,
        read_on=reading.read_on,
        reading_milli=reading.value_milli,
        usage_milli=adjustment.usage_milli,
        amount_fen=adjustment.amount_fen,
        reason=adjustment.reason,
        number=number or "",
        bill_id=adjustment.settled_bill_id,
        lines=tuple(_line(line) for line in adjustment.lines),
    )


def _line(packed: dict[str, object]) -> CorrectedLine:
    quantity, price, amount = (int(str(packed[name])) for name in ("quantity_milli", "price_e4", "amount_fen"))
    return CorrectedLine(message_of(packed, "label") or msg("Correction"), quantity, price, amount)
