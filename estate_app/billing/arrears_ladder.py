"""The ladder of arrears: reminder in the app, SMS, formal notice, case. By hand for many households, or by the estate's days.

A disputed bill, a running promise and a running plan stop it for their bills. It speaks of paying, of questions and of help:
cutting water, power or gas, or refusing urgent repairs, is never a step.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.permission import Permission
from estate_app.access.serial import next_serial
from estate_app.billing.arrears_letter import letter_content
from estate_app.billing.arrears_models import ArrearsStep, Delivery, InstalmentPlan, PaymentPromise, PromiseStatus, Stage
from estate_app.billing.filters import is_overdue
from estate_app.billing.models import Bill
from estate_app.billing.waivers import check_reason
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, InvalidError, NotFoundError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg
from estate_app.kit.ids import monthly_number
from estate_app.notification.service import tell
from estate_app.property.models import Estate, Room
from estate_app.property.people import accounts_of_rooms
from estate_app.property.queries import in_scope

EVENT = "arrears"
MAX_ROOMS = 500


@dataclass(frozen=True, slots=True)
class Climbed:
    """How many households a step reached, and how many it passed over: nothing to chase, or told today already."""

    done: int
    skipped: int


def climb(uow: UnitOfWork, actor: Actor, *, room_ids: Collection[int], stage: Stage, note: str = "") -> Climbed:
    """Take one step towards households by hand; each is reached once a day for a rung. The quiet hours hold SMS back until the morning."""
    actor.require(Permission.arrears_chase)
    wanted = set(room_ids)
    if not 0 < len(wanted) <= MAX_ROOMS:
        raise InvalidError(msg("Choose between 1 and {count} households", count=MAX_ROOMS), field="room_ids")
    if stage is Stage.case:
        check_reason(note, field="note")
    seen = in_scope(actor, Permission.arrears_chase, estate=col(Room.estate_id), building=col(Room.building_id))
    found = select(Room).where(col(Room.id).in_(wanted), seen).order_by(col(Room.id)).with_for_update(key_share=True)
    rooms = list(uow.session.scalars(found))
    if len(rooms) != len(wanted):
        raise NotFoundError
    done = take_step(uow, actor, rooms, stage, note.strip()[:200])
    return Climbed(done, len(rooms) - done)


def record_delivery(uow: UnitOfWork, actor: Actor, *, step_id: int, delivery: Delivery, delivered_on: date, proof: str) -> ArrearsStep:
    """Note how a formal notice reached the household: handed over, left there before a witness, or by post; `proof` says to whom or how."""
    actor.require(Permission.arrears_chase)
    step = uow.session.get(ArrearsStep, step_id, with_for_update=True, populate_existing=True)
    if step is None:
        raise NotFoundError
    ensure_room(uow.session, actor, step.room_id, Permission.arrears_chase)
    if step.stage is not Stage.letter or step.delivered_on is not None:
        raise ConflictError(msg("Only a notice that is not yet delivered can be signed off"))
    if not business_date(step.at) <= delivered_on <= business_date(uow.now):
        raise InvalidError(msg("The delivery lies between the day of the notice and today"), field="delivered_on")
    step.delivery, step.delivered_on, step.delivered_by, step.proof = (
        delivery,
        delivered_on,
        actor.account_id,
        check_reason(proof, field="proof"),
    )
    after: dict[str, object] = {"delivery": delivery.value, "on": delivered_on.isoformat(), "proof": step.proof}
    record(uow, actor, "arrears:delivered", "arrears_step", step_id, after=after)
    uow.notify("arrears")
    return step


def chased_bills(session: Session, room_ids: Collection[int], on: date) -> dict[int, list[Bill]]:
    """The overdue bills of rooms that nothing holds back: no dispute, promise or plan. By room, oldest first."""
    held: set[int] = set()
    for model in (PaymentPromise, InstalmentPlan):
        running = select(col(model.bill_ids)).where(col(model.room_id).in_(room_ids), col(model.status) == PromiseStatus.running)
        for ids in session.scalars(running):
            held.update(ids)
    statement = select(Bill).where(col(Bill.room_id).in_(room_ids), is_overdue(on)).order_by(col(Bill.due_on), col(Bill.id))
    found: dict[int, list[Bill]] = {}
    for bill in session.scalars(statement):
        if bill.id not in held:
            found.setdefault(bill.room_id, []).append(bill)
    return found


def ensure_room(session: Session, actor: Actor, room_id: int, permission: Permission) -> Room:
    """A room within a manager's scope; a stranger gets a 404."""
    seen = in_scope(actor, permission, estate=col(Room.estate_id), building=col(Room.building_id))
    room = session.scalar(select(Room).where(col(Room.id) == room_id, seen))
    if room is None:
        raise NotFoundError
    return room


def take_step(uow: UnitOfWork, actor: Actor, rooms: Sequence[Room], stage: Stage, note: str) -> int:
    """Write the step of each room that has something to chase and was not met by this rung today, and tell its people."""
    today = business_date(uow.now)
    ids = [room.id or 0 for room in rooms]
    met = select(col(ArrearsStep.room_id)).where(
        col(ArrearsStep.room_id).in_(ids),
        col(ArrearsStep.stage) == stage,
        func.date(func.timezone("Asia/Shanghai", col(ArrearsStep.at))) == today,
    )
    done = set(uow.session.scalars(met)) if ids else set()
    bills = chased_bills(uow.session, [room_id for room_id in ids if room_id not in done], today)
    people = accounts_of_rooms(uow.session, list(bills), today)
    chosen = [room for room in rooms if room.id in bills]
    steps = [_new(uow, actor, room, stage, note, bills[room.id or 0], people.get(room.id or 0, [])) for room in chosen]
    if stage is Stage.letter:
        _write_letters(uow, steps, bills, today)
    uow.session.add_all(steps)
    uow.flush()
    for step in steps:
        after: dict[str, object] = {"stage": stage.value, "owed_fen": step.owed_fen, "bills": len(step.bill_ids)}
        record(uow, actor, "arrears:step", "room", step.room_id, after=after)
        uow.notify(f"bill:{step.room_id}")
    _tell(uow, steps, stage, today)
    uow.notify("arrears")
    return len(steps)


def _new(uow: UnitOfWork, actor: Actor, room: Room, stage: Stage, note: str, bills: Sequence[Bill], people: Sequence[int]) -> ArrearsStep:
    return ArrearsStep(
        estate_id=room.estate_id,
        room_id=room.id or 0,
        stage=stage,
        bill_ids=[bill.id or 0 for bill in bills],
        told=list(people) if stage is not Stage.case else [],
        owed_fen=sum(bill.amount_fen - bill.paid_fen for bill in bills),
        at=uow.now,
        actor_id=actor.account_id,
        note=note,
    )


def _write_letters(uow: UnitOfWork, steps: Sequence[ArrearsStep], bills: dict[int, list[Bill]], today: date) -> None:
    if not steps:
        return
    month = today.replace(day=1)
    first = next_serial(uow.session, f"letter:{month:%Y%m}", count=len(steps))
    contents = letter_content(uow.session, bills, today)
    for index, step in enumerate(steps):
        step.number = monthly_number("CG", month, first + index, width=4)
        step.content = contents[step.room_id]


def _tell(uow: UnitOfWork, steps: Sequence[ArrearsStep], stage: Stage, today: date) -> None:
    """One notice for everybody: it names no amount, which stands behind the sign-in."""
    if stage is Stage.case:
        return
    phones = dict(
        uow.session.execute(select(col(Estate.id), col(Estate.phone)).where(col(Estate.id).in_({step.estate_id for step in steps}))).all()
    )
    for estate_id, phone in phones.items():
        people = {person for step in steps if step.estate_id == estate_id for person in step.told}
        title = msg("A formal notice about your overdue bills") if stage is Stage.letter else msg("You have overdue bills")
        body = msg("Please look at your bills and pay what is overdue. Questions, or in need of time? Call us: {phone}", phone=phone)
        tell(uow, people, event=EVENT, title=title, body=body, link="/bills", sms=stage is Stage.sms, dedupe=told_key(stage, today))
        for person in people:
            uow.notify(f"resident:{person}")


def told_key(stage: Stage, on: date) -> str:
    """The key under which a step's notices are sent once a day."""
    return f"{EVENT}:{stage.value}:{on.isoformat()}"
