"""One bill explained: each line with its formula, the steps, the readings, the tiers, and the past months beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from estate_app.access.activity import note
from estate_app.access.actor import Actor
from estate_app.access.models import ActivityKind
from estate_app.access.permission import Role
from estate_app.billing.corrected import Correction, Corrects, corrected_by, corrections_of
from estate_app.billing.models import Bill, BillLine, BillReading, BillStatus, Meter, MeterKind, PriceVersion, Reading, ReadingKind
from estate_app.billing.queries import BillRow, bill_rows
from estate_app.billing.room_code import code_of
from estate_app.billing.stored import message_of, steps_of
from estate_app.db import UnitOfWork
from estate_app.errors import NotFoundError
from estate_app.kit.clock import add_months, business_date
from estate_app.kit.i18n import Message, msg

PAST_MONTHS = 12


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of a bill; `formula` is the arithmetic in figures, prices are ten-thousandths of a yuan."""

    label: Message
    quantity_milli: int
    unit: str
    price_e4: int
    amount_fen: int
    formula: str
    tier: int | None
    note: Message | None
    from_on: date | None
    to_on: date | None


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """From which reading to which a bill charges a meter, in thousandths of its unit."""

    meter_code: str
    kind: MeterKind
    from_milli: int
    from_on: date
    to_milli: int
    to_on: date
    usage_milli: int
    is_estimated: bool


@dataclass(frozen=True, slots=True)
class PastMonth:
    """An earlier bill of the same item and room; `usage_milli` is None where nothing is metered."""

    period: date
    amount_fen: int
    usage_milli: int | None


@dataclass(frozen=True, slots=True)
class BillDetail:
    """A bill with everything that explains it. The lines sum to the bill's amount; `price_from_on` tells its price's version."""

    bill: BillRow
    lines: tuple[LineRow, ...]
    steps: tuple[Message, ...]
    readings: tuple[ReadingRow, ...]
    past: tuple[PastMonth, ...]
    change_fen: int | None
    void_reason: str
    replaces: str
    replaced_by: str
    replaced_by_id: int | None
    price_from_on: date | None = None
    room_code: str = ""
    corrections: tuple[Correction, ...] = ()
    corrects: Corrects | None = None


def bill_detail(session: Session, actor: Actor, *, bill_id: int, on: date) -> BillDetail:
    """Explain one bill; a stranger gets a 404. `past` is newest first and holds up to a year before this bill.

    Raises:
        RuntimeError: the lines do not sum to the amount, which must never be shown to anybody.
    """
    found = bill_rows(session, actor, (bill_id,), on=on)
    if not found:
        raise NotFoundError
    row = found[0]
    lines = list(session.scalars(select(BillLine).where(col(BillLine.bill_id) == bill_id).order_by(col(BillLine.position))))
    if sum(line.amount_fen for line in lines) != row.amount_fen:
        raise RuntimeError(f"the lines of bill {row.number} do not sum to its amount")
    past = _past(session, row)
    last = next((month.amount_fen for month in past if month.period == add_months(row.period, -1)), None)
    bill = session.get_one(Bill, bill_id)
    replaced = session.get(Bill, bill.replaces_id) if bill.replaces_id else None
    successor = session.scalar(select(Bill).where(col(Bill.replaces_id) == bill_id))
    return BillDetail(
        bill=row,
        lines=tuple(_line(line) for line in lines),
        steps=tuple(step for line in lines for step in steps_of(line.inputs)),
        readings=_readings(session, bill_id),
        past=past,
        change_fen=None if last is None else row.amount_fen - last,
        void_reason=bill.void_reason,
        replaces=replaced.number if replaced else "",
        replaced_by=successor.number if successor else "",
        replaced_by_id=successor.id if successor else None,
        price_from_on=_price_from(session, row),
        room_code="" if row.status is BillStatus.void else code_of(row.number),
        corrections=corrections_of(session, bill_id),
        corrects=corrected_by(session, bill_id),
    )


def open_bill(uow: UnitOfWork, actor: Actor, *, bill_id: int) -> BillDetail:
    """Explain a bill to a person who opens it, and note that a resident has seen it."""
    detail = bill_detail(uow.session, actor, bill_id=bill_id, on=business_date(uow.now))
    if actor.role is Role.resident:
        bill = uow.session.get_one(Bill, bill_id)
        if bill.first_seen_at is None:
            bill.first_seen_at = uow.now
        note(uow, actor, ActivityKind.bill_opened, estate_id=bill.estate_id, subject_id=bill_id)
    return detail


def _line(line: BillLine) -> LineRow:
    inputs = line.inputs
    tier = inputs.get("tier")
    return LineRow(
        label=message_of(inputs, "label") or msg("{name}", name=line.label),
        quantity_milli=line.quantity_milli,
        unit=line.unit,
        price_e4=line.price_e4,
        amount_fen=line.amount_fen,
        formula=str(inputs.get("formula") or ""),
        tier=tier if isinstance(tier, int) else None,
        note=message_of(inputs, "note"),
        from_on=_day(inputs, "from_on"),
        to_on=_day(inputs, "to_on"),
    )


def _day(inputs: Mapping[str, object], name: str) -> date | None:
    stored = inputs.get(name)
    return date.fromisoformat(stored) if isinstance(stored, str) else None


def _readings(session: Session, bill_id: int) -> tuple[ReadingRow, ...]:
    begin, end = aliased(Reading), aliased(Reading)
    rows = session.execute(
        select(Meter, begin, end, col(BillReading.usage_milli))
        .select_from(BillReading)
        .join(begin, begin.id == col(BillReading.from_reading_id))  # type: ignore[arg-type]  # an alias of a SQLModel
        .join(end, end.id == col(BillReading.reading_id))  # type: ignore[arg-type]  # an alias of a SQLModel
        .join(Meter, col(Meter.id) == end.meter_id)
        .where(col(BillReading.bill_id) == bill_id)
        .order_by(col(Meter.id))
    )
    return tuple(
        ReadingRow(
            meter_code=meter.code,
            kind=meter.kind,
            from_milli=first.value_milli,
            from_on=first.read_on,
            to_milli=last.value_milli,
            to_on=last.read_on,
            usage_milli=usage,
            is_estimated=ReadingKind.estimated in {first.kind, last.kind},
        )
        for meter, first, last, usage in rows
    )


def _price_from(session: Session, row: BillRow) -> date | None:
    """Since when the price held that the bill's month ended with."""
    return session.scalar(
        select(func.max(col(PriceVersion.starts_on))).where(
            col(PriceVersion.fee_item_id) == row.item_id, col(PriceVersion.starts_on) < add_months(row.period, 1)
        )
    )


def _past(session: Session, row: BillRow) -> tuple[PastMonth, ...]:
    usage = select(func.sum(col(BillReading.usage_milli))).where(col(BillReading.bill_id) == col(Bill.id)).correlate(Bill).scalar_subquery()
    rows = session.execute(
        select(col(Bill.period), col(Bill.amount_fen), usage)
        .where(
            col(Bill.fee_item_id) == row.item_id,
            col(Bill.room_id) == row.room_id,
            col(Bill.status) != BillStatus.void,
            col(Bill.period) < row.period,
            col(Bill.period) >= add_months(row.period, -PAST_MONTHS),
        )
        .order_by(col(Bill.period).desc(), col(Bill.id).desc())
    )
    return tuple(PastMonth(period, amount, None if used is None else int(used)) for period, amount, used in rows)
