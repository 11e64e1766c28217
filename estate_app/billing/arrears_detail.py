"""One household's arrears explained: its bills with their late fees, every step with its proof, promises, plans, and whom to call."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.models import Account
from estate_app.access.permission import Permission, Role
from estate_app.access.rules import masked_phone
from estate_app.billing.arrears_ladder import told_key
from estate_app.billing.arrears_models import ArrearsStep, Delivery, Stage
from estate_app.billing.arrears_promise_queries import PlanRow, PromiseRow, room_promises, see_room
from estate_app.billing.arrears_queries import LATE_STATUSES, ArrearsRow, room_arrears
from estate_app.billing.late_fees import LateFeePreview, preview_late_fees
from estate_app.billing.models import Bill
from estate_app.billing.queries import BillRow, bills_of
from estate_app.kit.clock import business_date
from estate_app.notification.models import OutboxState
from estate_app.notification.queries import ToldState, told_states
from estate_app.property.models import Building, Estate, RoomMember
from estate_app.property.queries import member_today, room_label


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step of the ladder; of those told, how many have read it and how many an SMS reached, is on its way to, or missed."""

    id: int
    stage: Stage
    number: str
    at: datetime
    by: str
    owed_fen: int
    bill_count: int
    note: str
    told: int
    read: int
    sms_sent: int
    sms_waiting: int
    sms_failed: int
    delivery: Delivery | None
    delivered_on: date | None
    delivered_by: str
    proof: str


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody of the household; the number is masked without `phone:read`."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Household:
    """Everything on the page of a household; `row` is None when nothing is owed any more."""

    room_id: int
    estate_id: int
    estate_name: str
    place: str
    row: ArrearsRow | None
    bills: tuple[BillRow, ...]
    late_fees: dict[int, LateFeePreview]
    steps: tuple[StepRow, ...]
    promises: tuple[PromiseRow, ...]
    plans: tuple[PlanRow, ...]
    contacts: tuple[Contact, ...]


def household(session: Session, actor: Actor, *, room_id: int, on: date) -> Household:
    """One household's arrears for a manager; a stranger gets a 404."""
    actor.require(Permission.bills_read)
    room = see_room(session, actor, room_id, on)
    building, estate = session.get_one(Building, room.building_id), session.get_one(Estate, room.estate_id)
    bills, fees = _bills(session, actor, room_id, on)
    promises, plans = room_promises(session, actor, room_id=room_id, on=on)
    return Household(
        room_id=room_id,
        estate_id=room.estate_id,
        estate_name=estate.name,
        place=room_label(building.name, room.unit, room.code),
        row=room_arrears(session, actor, room_id=room_id, on=on),
        bills=bills,
        late_fees=fees,
        steps=_steps(session, room_id),
        promises=tuple(promises),
        plans=tuple(plans),
        contacts=_contacts(session, actor, room_id, on),
    )


@dataclass(frozen=True, slots=True)
class OwnArrears:
    """What a resident reads of the own room: what accrues on its overdue bills, what was agreed, and its notices."""

    late_fees: tuple[LateFeePreview, ...]
    promises: tuple[PromiseRow, ...]
    plans: tuple[PlanRow, ...]
    letters: tuple[StepRow, ...]


def own_arrears(session: Session, actor: Actor, *, room_id: int, on: date) -> OwnArrears:
    """The arrears of a room for its own people; a stranger gets a 404."""
    actor.require(Permission.own_bills)
    see_room(session, actor, room_id, on)
    _, fees = _bills(session, actor, room_id, on)
    promises, plans = room_promises(session, actor, room_id=room_id, on=on)
    letters = tuple(step for step in _steps(session, room_id) if step.stage is Stage.letter) if actor.role is Role.resident else ()
    return OwnArrears(tuple(fees.values()), tuple(promises), tuple(plans), letters)


def _bills(session: Session, actor: Actor, room_id: int, on: date) -> tuple[tuple[BillRow, ...], dict[int, LateFeePreview]]:
    late = select(col(Bill.id)).where(
        col(Bill.room_id) == room_id, col(Bill.status).in_(LATE_STATUSES), col(Bill.due_on) < on, col(Bill.amount_fen) > col(Bill.paid_fen)
    )  # fmt: skip
    ids = tuple(bill_id for bill_id in session.scalars(late.order_by(col(Bill.due_on), col(Bill.id))) if bill_id)
    rows = sorted(bills_of(session, ids, on=on), key=lambda row: (row.due_on, row.id))
    return tuple(rows), {fee.bill_id: fee for fee in preview_late_fees(session, actor, ids, on)}


def _steps(session: Session, room_id: int) -> tuple[StepRow, ...]:
    taker, bearer = aliased(Account), aliased(Account)
    found = list(
        session.execute(
            select(ArrearsStep, col(taker.name), col(bearer.name))
            .outerjoin(taker, col(taker.id) == col(ArrearsStep.actor_id))
            .outerjoin(bearer, col(bearer.id) == col(ArrearsStep.delivered_by))
            .where(col(ArrearsStep.room_id) == room_id)
            .order_by(col(ArrearsStep.id).desc())
        )
    )
    keys = {step.id: [f"{told_key(step.stage, business_date(step.at))}:{person}" for person in step.told] for step, *_ in found}
    states = told_states(session, [key for group in keys.values() for key in group])
    return tuple(_step(step, by or "", bearer or "", [states[key] for key in keys[step.id] if key in states]) for step, by, bearer in found)


def _step(step: ArrearsStep, by: str, bearer: str, states: Sequence[ToldState]) -> StepRow:
    sms = [state.sms for state in states if state.sms is not None]
    return StepRow(
        id=step.id or 0,
        stage=step.stage,
        number=step.number or "",
        at=step.at,
        by=by,
        owed_fen=step.owed_fen,
        bill_count=len(step.bill_ids),
        note=step.note,
        told=len(step.told),
        read=sum(state.is_read for state in states),
        sms_sent=sms.count(OutboxState.sent),
        sms_waiting=sms.count(OutboxState.waiting),
        sms_failed=sms.count(OutboxState.failed),
        delivery=step.delivery,
        delivered_on=step.delivered_on,
        delivered_by=bearer,
        proof=step.proof,
    )


def _contacts(session: Session, actor: Actor, room_id: int, on: date) -> tuple[Contact, ...]:
    members = session.execute(
        select(col(RoomMember.name), col(RoomMember.phone))
        .where(col(RoomMember.room_id) == room_id, *member_today(on))
        .order_by(col(RoomMember.id))
    )
    is_open = actor.can(Permission.phones_read)
    return tuple(Contact(name, phone if is_open else masked_phone(phone)) for name, phone in members)
