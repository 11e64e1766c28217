"""Waivers: one person asks to let a part of a bill go, another decides. An approved one replaces the bill by a smaller one."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.models import Account
from estate_app.access.permission import Permission
from estate_app.access.second_factor import ensure_fresh
from estate_app.billing.arrears_models import Decision, Waiver
from estate_app.billing.filters import visible_bills
from estate_app.billing.models import Bill, FeeItem, FeeKind
from estate_app.billing.reduction import reduce_bill
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg
from estate_app.kit.money import format_yuan
from estate_app.kit.pagination import Page, PageRequest
from estate_app.notification.service import tell
from estate_app.property.models import Building, Room
from estate_app.property.people import accounts_of_rooms
from estate_app.property.queries import room_label

_REQUEST, _APPROVE = Permission.waivers_request, Permission.waivers_approve
MAX_REASON = 200


@dataclass(frozen=True, slots=True)
class WaiverRow:
    """A waiver in a list; `bill_fen` is what the bill came to when it is shown."""

    id: int
    bill_id: int
    bill_number: str
    item_name: str
    item_name_en: str
    is_late_fee: bool
    place: str
    bill_fen: int
    amount_fen: int
    reason: str
    status: Decision
    requested_by: int | None
    requester: str
    requested_at: datetime
    decider: str
    answer: str


def request_waiver(uow: UnitOfWork, actor: Actor, *, bill_id: int, amount_fen: int, reason: str) -> Waiver:
    """Ask to let a part (or all) of what a bill still asks for go; nothing moves until another person approves.

    Raises:
        ConflictError: the bill asks for nothing, or a request for it waits already.
        InvalidError: the amount or the reason is missing or too large.
    """
    actor.require(_REQUEST)
    bill = _lock(uow, actor, bill_id, _REQUEST)
    ensure_fresh(uow, actor)
    why = check_reason(reason)
    if not bill.status.is_open:
        raise ConflictError(msg("Only a bill that asks to be paid can be waived"))
    left = bill.amount_fen - bill.paid_fen
    if not 0 < amount_fen <= left:
        raise InvalidError(msg("Between ¥0.01 and ¥{amount} can be waived", amount=format_yuan(left)), field="amount")
    waits = select(col(Waiver.id)).where(col(Waiver.bill_id) == bill_id, col(Waiver.status) == Decision.requested)
    if uow.session.scalar(waits) is not None:
        raise ConflictError(msg("A waiver of this bill waits for approval already"))
    waiver = Waiver(
        estate_id=bill.estate_id,
        bill_id=bill_id,
        for_bill_id=bill.for_bill_id,
        amount_fen=amount_fen,
        reason=why,
        requested_by=actor.account_id,
        requested_at=uow.now,
    )
    uow.session.add(waiver)
    uow.flush()
    after: dict[str, object] = {"bill": bill.number, "amount_fen": amount_fen, "reason": why}
    record(uow, actor, "waiver:request", "waiver", waiver.id or 0, after=after)
    uow.notify("waivers")
    return waiver


def approve_waiver(uow: UnitOfWork, actor: Actor, *, waiver_id: int, answer: str = "") -> Waiver:
    """Approve another person's request: the bill is voided and replaced by one that is smaller by the amount.

    Raises:
        ForbiddenError: it is one's own request.
        ConflictError: it is decided, or the bill no longer asks for so much.
    """
    bill, waiver = _open(uow, actor, waiver_id)
    ensure_fresh(uow, actor)
    if not bill.status.is_open or waiver.amount_fen > bill.amount_fen - bill.paid_fen:
        raise ConflictError(msg("The bill no longer asks for this amount; reject the request"))
    _decide(uow, actor, waiver, Decision.approved, answer)
    uow.flush()
    fresh = reduce_bill(uow, actor, bill, waiver.amount_fen, label=msg("Waived"), reason=waiver.reason)
    waiver.new_bill_id = fresh.id if fresh else None
    people = accounts_of_rooms(uow.session, [bill.room_id], business_date(uow.now)).get(bill.room_id, [])
    tell(
        uow,
        people,
        event="bill_waived",
        title=msg("¥{amount} of bill {number} was waived", amount=format_yuan(waiver.amount_fen), number=bill.number),
        body=msg("Reason: {reason}", reason=waiver.reason),
        link=f"/bills/{fresh.id}" if fresh else "/bills",
    )
    for person in people:
        uow.notify(f"resident:{person}")
    return waiver


def reject_waiver(uow: UnitOfWork, actor: Actor, *, waiver_id: int, answer: str) -> Waiver:
    """Reject another person's request with a reason; nothing moves."""
    _, waiver = _open(uow, actor, waiver_id)
    _decide(uow, actor, waiver, Decision.rejected, check_reason(answer, field="answer"))
    return waiver


def list_waivers(session: Session, actor: Actor, *, page: PageRequest, on: date, status: Decision | None = None) -> Page[WaiverRow]:
    """One page of the waivers within the actor's scope, newest first."""
    actor.require(_REQUEST, _APPROVE)
    where: list[Any] = [visible_bills(actor, on, _REQUEST, _APPROVE)]
    if status is not None:
        where.append(col(Waiver.status) == status)
    joined = select(func.count()).select_from(Waiver).join(Bill, col(Bill.id) == col(Waiver.bill_id)).where(*where)
    asker, decider = aliased(Account), aliased(Account)
    statement: Any = (
        select(Waiver, Bill, FeeItem, col(Building.name), col(Room.unit), col(Room.code), col(asker.name), col(decider.name))
        .join(Bill, col(Bill.id) == col(Waiver.bill_id))
        .join(FeeItem, col(FeeItem.id) == col(Bill.fee_item_id))
        .join(Room, col(Room.id) == col(Bill.room_id))
        .join(Building, col(Building.id) == col(Room.building_id))
        .outerjoin(asker, col(asker.id) == col(Waiver.requested_by))
        .outerjoin(decider, col(decider.id) == col(Waiver.decided_by))
        .where(*where)
        .order_by((col(Waiver.status) != Decision.requested), col(Waiver.id).desc())
        .offset(page.offset)
        .limit(page.size)
    )
    return Page(tuple(_row(*row) for row in session.execute(statement)), session.scalar(joined) or 0, page)


def check_reason(text: str, *, field: str = "reason") -> str:
    """A reason of at most two hundred characters."""
    why = text.strip()
    if not why or len(why) > MAX_REASON:
        raise InvalidError(msg("Give a reason of at most {count} characters", count=MAX_REASON), field=field)
    return why


def ensure_second_person(actor: Actor, requested_by: int | None) -> None:
    """Refuse whoever decides about an own request."""
    if requested_by is not None and requested_by == actor.account_id:
        raise ForbiddenError(msg("Another person must decide about your request"))


def _lock(uow: UnitOfWork, actor: Actor, bill_id: int, permission: Permission) -> Bill:
    statement = select(Bill).where(col(Bill.id) == bill_id, visible_bills(actor, business_date(uow.now), permission))
    bill = uow.session.scalar(statement.with_for_update().execution_options(populate_existing=True))
    if bill is None:
        raise NotFoundError
    return bill


def _open(uow: UnitOfWork, actor: Actor, waiver_id: int) -> tuple[Bill, Waiver]:
    """Lock the bill (and the one that was late before it), then the request; in this order everywhere."""
    actor.require(_APPROVE)
    found = uow.session.get(Waiver, waiver_id)
    if found is None:
        raise NotFoundError
    if found.for_bill_id is not None:
        uow.session.execute(select(col(Bill.id)).where(col(Bill.id) == found.for_bill_id).with_for_update())
    bill = _lock(uow, actor, found.bill_id, _APPROVE)
    waiver = uow.session.get_one(Waiver, waiver_id, with_for_update=True, populate_existing=True)
    if waiver.status is not Decision.requested:
        raise ConflictError(msg("This request is decided already"))
    ensure_second_person(actor, waiver.requested_by)
    return bill, waiver


def _decide(uow: UnitOfWork, actor: Actor, waiver: Waiver, decision: Decision, answer: str) -> None:
    waiver.status, waiver.decided_by, waiver.decided_at, waiver.answer = decision, actor.account_id, uow.now, answer.strip()[:MAX_REASON]
    after: dict[str, object] = {"status": decision.value, "amount_fen": waiver.amount_fen, "answer": waiver.answer}
    record(uow, actor, f"waiver:{decision.value}", "waiver", waiver.id or 0, before={"status": "requested"}, after=after)
    uow.notify("waivers")


def _row(
    waiver: Waiver, bill: Bill, item: FeeItem, building: str, unit: str, code: str, asker: str | None, decider: str | None
) -> WaiverRow:
    return WaiverRow(
        id=waiver.id or 0,
        bill_id=waiver.bill_id,
        bill_number=bill.number,
        item_name=item.name,
        item_name_en=item.name_en,
        is_late_fee=item.kind is FeeKind.late_fee,
        place=room_label(building, unit, code),
        bill_fen=bill.amount_fen,
        amount_fen=waiver.amount_fen,
        reason=waiver.reason,
        status=waiver.status,
        requested_by=waiver.requested_by,
        requester=asker or "",
        requested_at=waiver.requested_at,
        decider=decider or "",
        answer=waiver.answer,
    )
