"""What a corrected reading changes of issued bills: adjustment lines that tier the month anew, billed by themselves or credited."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.billing.charges import Charge, MeterFacts, MeterSpan, charge_month
from estate_app.billing.corrections import issue_singly, tell_room
from estate_app.billing.discounts import discounted
from estate_app.billing.models import Bill, BillAdjustment, BillLine, BillReading, BillStatus, FeeItem, Meter, Reading, SkipReason
from estate_app.billing.rules.metered import correction_lines
from estate_app.billing.rules.values import Line
from estate_app.billing.run import hold_estate
from estate_app.billing.run_inputs import load_frame, load_inputs, room_facts
from estate_app.billing.stored import message_of, pack_lines
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg
from estate_app.kit.money import format_yuan
from estate_app.ledger.models import JournalKind, LedgerAccount
from estate_app.ledger.service import Entry, post
from estate_app.property.models import Room


def adjust_bills(uow: UnitOfWork, actor: Actor, *, reading_id: int, reason: str) -> list[BillAdjustment]:
    """Correct every bill that rests on a reading whose value has changed, the oldest first; the caller has checked the actor."""
    bills = list(
        uow.session.scalars(
            select(Bill)
            .join(BillReading, col(BillReading.bill_id) == col(Bill.id))
            .where(
                or_(col(BillReading.reading_id) == reading_id, col(BillReading.from_reading_id) == reading_id),
                col(Bill.status) != BillStatus.void,
            )
            .order_by(col(Bill.period), col(Bill.id))
            .with_for_update(of=Bill)
        )
    )
    if bills:
        hold_estate(uow.session, bills[0].estate_id)
    made = [_adjust(uow, actor, bill, reading_id, reason) for bill in bills]
    return [adjustment for adjustment in made if adjustment is not None]


def adjustments_of(uow: UnitOfWork, bill_id: int) -> list[BillAdjustment]:
    """The corrections of a bill that hold: one whose own bill was voided does not."""
    settled: Any = aliased(Bill)
    statement = (
        select(BillAdjustment)
        .outerjoin(settled, settled.id == col(BillAdjustment.settled_bill_id))
        .where(col(BillAdjustment.bill_id) == bill_id, or_(settled.id.is_(None), settled.status != BillStatus.void))
        .order_by(col(BillAdjustment.id))
    )
    return list(uow.session.scalars(statement))


def _adjust(uow: UnitOfWork, actor: Actor, bill: Bill, reading_id: int, reason: str) -> BillAdjustment | None:
    item = uow.session.get_one(FeeItem, bill.fee_item_id)
    earlier = adjustments_of(uow, bill.id or 0)
    spans, counted = _spans(uow, bill)
    before = counted + sum(adjustment.usage_milli for adjustment in earlier)
    charge = _charge_anew(uow, item, bill, spans)
    lines = correction_lines(_charged(uow, bill, earlier), charge.lines)
    change = charge.quantity_milli - before
    if not lines and not change:
        return None
    amount = sum(line.amount_fen for line in lines)
    adjustment = BillAdjustment(
        bill_id=bill.id or 0,
        reading_id=reading_id,
        amount_fen=amount,
        usage_milli=change,
        lines=pack_lines(Charge(lines, (), charge.unit, change)),
        reason=reason,
        created_by=actor.account_id,
        created_at=uow.now,
    )
    step = msg("Bill {number} is corrected: {reason}", number=bill.number, reason=reason)
    if amount > 0:
        due_on = business_date(uow.now) + timedelta(days=item.due_days)
        extra = Charge(lines, (step, *charge.steps), charge.unit, change)
        adjustment.settled_bill_id = issue_singly(uow, actor, item, bill.room_id, bill.period, due_on, extra).id
    elif amount < 0:
        _credit(uow, actor, bill, -amount)
    uow.session.add(adjustment)
    uow.flush()
    facts: dict[str, object] = {"amount_fen": amount, "usage_milli": change, "reason": reason}
    record(uow, actor, "bill:adjust", "bill", bill.id or 0, after=facts)
    if amount:
        title = msg("Bill {number} was corrected", number=bill.number)
        say = msg("¥{amount} more: see the new bill", amount=format_yuan(amount))
        if amount < 0:
            say = msg("¥{amount} less: it is credited to your room's balance", amount=format_yuan(-amount))
        tell_room(uow, bill, "bill_adjusted", title, say)
    return adjustment


def _spans(uow: UnitOfWork, bill: Bill) -> tuple[list[MeterSpan], int]:
    """The bill's readings as they stand today, and what it counted by them."""
    begin, end = aliased(Reading), aliased(Reading)
    rows = uow.session.execute(
        select(Meter, begin, end, col(BillReading.usage_milli))
        .select_from(BillReading)
        .join(begin, begin.id == col(BillReading.from_reading_id))  # type: ignore[arg-type]  # an alias of a SQLModel
        .join(end, end.id == col(BillReading.reading_id))  # type: ignore[arg-type]  # an alias of a SQLModel
        .join(Meter, col(Meter.id) == end.meter_id)
        .where(col(BillReading.bill_id) == bill.id)
        .order_by(col(Meter.id))
    ).all()
    spans = []
    for meter, first, last, usage in rows:
        fell = first.value_milli + usage * 1_000 // meter.multiplier_milli >= 10**meter.digits * 1_000
        spans.append(
            MeterSpan(
                meter_id=meter.id or 0,
                digits=meter.digits,
                from_reading_id=first.id or 0,
                from_milli=first.value_milli,
                from_on=first.read_on,
                reading_id=last.id or 0,
                to_milli=last.value_milli,
                to_on=last.read_on,
                is_rollover=fell,
                band=meter.band,
                multiplier_milli=meter.multiplier_milli,
            )
        )
    return spans, sum(usage for *_, usage in rows)


def _charge_anew(uow: UnitOfWork, item: FeeItem, bill: Bill, spans: Sequence[MeterSpan]) -> Charge:
    inputs = load_inputs(uow.session, load_frame(uow.session, [item], bill.period), (bill.room_id, bill.room_id))
    known = inputs.meters.get((item.id or 0, bill.room_id), MeterFacts())
    facts = MeterFacts(has_meter=True, is_complete=True, spans=tuple(spans), prior_milli=known.prior_milli)
    room = room_facts(uow.session.get_one(Room, bill.room_id))
    result = charge_month(item.name, inputs.prices.get(item.id or 0, []), (), room, facts, bill.period)
    if isinstance(result, Charge):
        return discounted(result, inputs.discounts.get((item.id or 0, bill.room_id), ()), bill.period)
    if result is SkipReason.nothing_used:
        return Charge((), (), "", 0)
    raise ConflictError(msg("Bill {number} cannot be priced with this reading; check the readings beside it", number=bill.number))


def _charged(uow: UnitOfWork, bill: Bill, earlier: Sequence[BillAdjustment]) -> list[Line]:
    """What was charged for the month, lines of earlier corrections included."""
    lines = []
    for row in uow.session.scalars(select(BillLine).where(col(BillLine.bill_id) == bill.id).order_by(col(BillLine.position))):
        label = message_of(row.inputs, "label") or msg("{name}", name=row.label)
        tier = row.inputs.get("tier")
        lines.append(Line(label, row.quantity_milli, row.price_e4, row.amount_fen, tier if isinstance(tier, int) else None))
    for adjustment in earlier:
        for packed in adjustment.lines:
            label = message_of(packed, "label") or msg("Correction")
            quantity, price, amount = (int(str(packed[name])) for name in ("quantity_milli", "price_e4", "amount_fen"))
            tier = packed.get("tier")
            lines.append(Line(label, quantity, price, amount, tier if isinstance(tier, int) else None))
    return lines


def _credit(uow: UnitOfWork, actor: Actor, bill: Bill, amount_fen: int) -> None:
    lines = (
        Entry(LedgerAccount.income, amount_fen, bill.estate_id, bill.room_id),
        Entry(LedgerAccount.prepaid, -amount_fen, bill.estate_id, bill.room_id),
    )
    post(uow, actor, kind=JournalKind.bill_adjusted, subject="bill", subject_id=bill.id or 0, lines=lines, memo=bill.number)
