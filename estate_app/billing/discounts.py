"""Discounts of rooms (vacancy 空置, others): asked for by one person, approved by another, then applied by every bill run."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.models import Account
from estate_app.access.permission import Permission
from estate_app.access.second_factor import ensure_fresh
from estate_app.billing.arrears_models import Decision, Discount, DiscountKind, Waiver
from estate_app.billing.charges import Charge
from estate_app.billing.filters import visible_bills
from estate_app.billing.models import Bill, FeeItem, FeeKind
from estate_app.billing.prices import RUN_KINDS
from estate_app.billing.rules.discount import DatedDiscount, discount_lines
from estate_app.billing.waivers import check_reason, ensure_second_person
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, InvalidError, NotFoundError
from estate_app.kit.clock import add_months, business_date
from estate_app.kit.i18n import Message, msg
from estate_app.kit.pagination import Page, PageRequest
from estate_app.property.models import Building, Room
from estate_app.property.queries import in_scope, room_label

_REQUEST, _APPROVE = Permission.waivers_request, Permission.waivers_approve
LABELS: dict[DiscountKind, Message] = {DiscountKind.vacancy: msg("Vacancy discount"), DiscountKind.discount: msg("Discount")}


@dataclass(frozen=True, slots=True)
class DiscountRow:
    """A discount in a list; an empty item stands for all."""

    id: int
    room_id: int
    place: str
    item_name: str
    item_name_en: str
    kind: DiscountKind
    percent_bp: int
    starts_on: date
    ends_on: date
    reason: str
    status: Decision
    requested_by: int | None
    requester: str
    requested_at: datetime
    decider: str
    answer: str


def request_discount(
    uow: UnitOfWork,
    actor: Actor,
    *,
    room_id: int,
    kind: DiscountKind,
    percent_bp: int,
    starts_on: date,
    ends_on: date,
    reason: str,
    fee_item_id: int | None = None,
) -> Discount:
    """Ask that a room pays less for an item (or for all) from a day to a day; nothing changes until another person approves."""
    actor.require(_REQUEST)
    room = _room(uow.session, actor, room_id, _REQUEST)
    ensure_fresh(uow, actor)
    why = check_reason(reason)
    if not 0 < percent_bp < 10_000:
        raise InvalidError(msg("A discount lies between 0.01% and 99.99%; detach the item where nothing is charged"), field="percent")
    if ends_on < starts_on:
        raise InvalidError(msg("The end lies before the start"), field="ends_on")
    if starts_on < business_date(uow.now).replace(day=1):
        raise InvalidError(msg("A discount begins this month at the earliest; waive bills that are issued"), field="starts_on")
    if fee_item_id is not None:
        item = uow.session.get(FeeItem, fee_item_id)
        if item is None or item.estate_id != room.estate_id or item.kind not in RUN_KINDS:
            raise NotFoundError
    discount = Discount(
        estate_id=room.estate_id,
        room_id=room_id,
        fee_item_id=fee_item_id,
        kind=kind,
        percent_bp=percent_bp,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=why,
        requested_by=actor.account_id,
        requested_at=uow.now,
    )
    uow.session.add(discount)
    uow.flush()
    record(uow, actor, "discount:request", "discount", discount.id or 0, after=_facts(discount))
    uow.notify("waivers")
    return discount


def approve_discount(uow: UnitOfWork, actor: Actor, *, discount_id: int, answer: str = "") -> Discount:
    """Approve another person's request; bill runs apply it from now on."""
    return _decide(uow, actor, discount_id, Decision.approved, answer.strip()[:200])


def reject_discount(uow: UnitOfWork, actor: Actor, *, discount_id: int, answer: str) -> Discount:
    """Reject another person's request with a reason."""
    return _decide(uow, actor, discount_id, Decision.rejected, check_reason(answer, field="answer"))


def end_discount(uow: UnitOfWork, actor: Actor, *, discount_id: int) -> Discount:
    """End a running discount today; bills that are issued keep theirs."""
    discount = _lock(uow, actor, discount_id)
    today = business_date(uow.now)
    if discount.status is not Decision.approved or discount.ends_on <= today:
        raise ConflictError(msg("Only a running discount can be ended"))
    before = _facts(discount)
    discount.ends_on = max(today, discount.starts_on)
    record(uow, actor, "discount:end", "discount", discount_id, before=before, after=_facts(discount))
    uow.notify("waivers")
    return discount


def list_discounts(session: Session, actor: Actor, *, page: PageRequest, status: Decision | None = None) -> Page[DiscountRow]:
    """One page of the discounts within the actor's scope: what waits first, then newest first."""
    actor.require(_REQUEST, _APPROVE)
    where: list[Any] = [in_scope(actor, _REQUEST, _APPROVE, estate=col(Room.estate_id), building=col(Room.building_id))]
    if status is not None:
        where.append(col(Discount.status) == status)
    total = session.scalar(select(func.count()).select_from(Discount).join(Room, col(Room.id) == col(Discount.room_id)).where(*where))
    asker, decider = aliased(Account), aliased(Account)
    statement: Any = (
        select(Discount, FeeItem, col(Building.name), col(Room.unit), col(Room.code), col(asker.name), col(decider.name))
        .join(Room, col(Room.id) == col(Discount.room_id))
        .join(Building, col(Building.id) == col(Room.building_id))
        .outerjoin(FeeItem, col(FeeItem.id) == col(Discount.fee_item_id))
        .outerjoin(asker, col(asker.id) == col(Discount.requested_by))
        .outerjoin(decider, col(decider.id) == col(Discount.decided_by))
        .where(*where)
        .order_by((col(Discount.status) != Decision.requested), col(Discount.id).desc())
        .offset(page.offset)
        .limit(page.size)
    )
    return Page(tuple(_row(*row) for row in session.execute(statement)), total or 0, page)


def discount_items(session: Session, actor: Actor, *, estate_id: int) -> list[tuple[int, str, str]]:
    """The items of an estate for which a discount can be asked, as (id, name, English name)."""
    actor.require(_REQUEST)
    if not actor.scope(_REQUEST).covers(estate_id=estate_id):
        return []
    chosen = col(FeeItem.estate_id) == estate_id, col(FeeItem.kind).in_(RUN_KINDS), col(FeeItem.is_active)
    statement = select(col(FeeItem.id), col(FeeItem.name), col(FeeItem.name_en)).where(*chosen).order_by(col(FeeItem.id))
    return [(key, name, name_en) for key, name, name_en in session.execute(statement)]


def count_requests(session: Session, actor: Actor, *, on: date) -> int:
    """How many waivers and discounts wait for a decision of the actor: those of others, within the scope."""
    actor.require(_APPROVE)
    others = (col(Waiver.status) == Decision.requested, col(Waiver.requested_by).is_distinct_from(actor.account_id))
    waivers = select(func.count()).select_from(Waiver).join(Bill, col(Bill.id) == col(Waiver.bill_id))
    discounts = select(func.count()).select_from(Discount).join(Room, col(Room.id) == col(Discount.room_id))
    seen = in_scope(actor, _APPROVE, estate=col(Room.estate_id), building=col(Room.building_id))
    waits = (col(Discount.status) == Decision.requested, col(Discount.requested_by).is_distinct_from(actor.account_id), seen)
    found = session.scalar(waivers.where(*others, visible_bills(actor, on, _APPROVE))), session.scalar(discounts.where(*waits))
    return sum(count or 0 for count in found)


def discounts_of(
    session: Session, items: Sequence[FeeItem], span: tuple[int, int], month: date
) -> dict[tuple[int, int], list[DatedDiscount]]:
    """The approved discounts of a month by item and room, oldest first, of the rooms from one id to another: what a bill run asks.

    A discount on all items leaves out metered ones: who uses nothing pays nothing there.
    """
    item_ids = [item.id or 0 for item in items]
    unmetered = [item.id or 0 for item in items if item.kind is not FeeKind.metered]
    statement = (
        select(Discount)
        .where(
            col(Discount.estate_id) == items[0].estate_id,
            col(Discount.room_id).between(*span),
            col(Discount.status) == Decision.approved,
            col(Discount.starts_on) < add_months(month, 1),
            col(Discount.ends_on) >= month,
            or_(col(Discount.fee_item_id).is_(None), col(Discount.fee_item_id).in_(item_ids)),
        )
        .order_by(col(Discount.id))
    )
    found: dict[tuple[int, int], list[DatedDiscount]] = defaultdict(list)
    for row in session.scalars(statement):
        dated = DatedDiscount(LABELS[row.kind], row.percent_bp, row.starts_on, row.ends_on)
        for item_id in unmetered if row.fee_item_id is None else (row.fee_item_id,):
            found[item_id, row.room_id].append(dated)
    return found


def discounted(charge: Charge, discounts: Collection[DatedDiscount], month: date) -> Charge:
    """A charge with a line for each discount of the month."""
    if not discounts:
        return charge
    lines = discount_lines(charge.lines, list(discounts), first=month, last=add_months(month, 1) - timedelta(days=1))
    return replace(charge, lines=(*charge.lines, *lines))


def _decide(uow: UnitOfWork, actor: Actor, discount_id: int, decision: Decision, answer: str) -> Discount:
    discount = _lock(uow, actor, discount_id)
    if decision is Decision.approved:
        ensure_fresh(uow, actor)
    if discount.status is not Decision.requested:
        raise ConflictError(msg("This request is decided already"))
    ensure_second_person(actor, discount.requested_by)
    discount.status, discount.decided_by, discount.decided_at, discount.answer = decision, actor.account_id, uow.now, answer
    after = _facts(discount) | {"answer": answer}
    record(uow, actor, f"discount:{decision.value}", "discount", discount_id, before={"status": "requested"}, after=after)
    uow.notify("waivers")
    return discount


def _lock(uow: UnitOfWork, actor: Actor, discount_id: int) -> Discount:
    actor.require(_APPROVE)
    discount = uow.session.get(Discount, discount_id, with_for_update=True, populate_existing=True)
    if discount is None:
        raise NotFoundError
    _room(uow.session, actor, discount.room_id, _APPROVE)
    return discount


def _room(session: Session, actor: Actor, room_id: int, permission: Permission) -> Room:
    seen = in_scope(actor, permission, estate=col(Room.estate_id), building=col(Room.building_id))
    room = session.scalar(select(Room).where(col(Room.id) == room_id, seen))
    if room is None:
        raise NotFoundError
    return room


def _facts(discount: Discount) -> dict[str, object]:
    return {
        "room_id": discount.room_id,
        "percent_bp": discount.percent_bp,
        "from": discount.starts_on.isoformat(),
        "to": discount.ends_on.isoformat(),
        "status": discount.status.value,
    }


def _row(
    discount: Discount, item: FeeItem | None, building: str, unit: str, code: str, asker: str | None, decider: str | None
) -> DiscountRow:
    return DiscountRow(
        id=discount.id or 0,
        room_id=discount.room_id,
        place=room_label(building, unit, code),
        item_name=item.name if item else "",
        item_name_en=item.name_en if item else "",
        kind=discount.kind,
        percent_bp=discount.percent_bp,
        starts_on=discount.starts_on,
        ends_on=discount.ends_on,
        reason=discount.reason,
        status=discount.status,
        requested_by=discount.requested_by,
        requester=asker or "",
        requested_at=discount.requested_at,
        decider=decider or "",
        answer=discount.answer,
    )
