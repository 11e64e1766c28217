"""Arrivals at the door: asked for where an estate wants it, judged, kept beside their step, and never in the way of the work."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork
from estate_app.kit.clock import business_date
from estate_app.property.places import ground_of, room_of_label
from estate_app.repair.arrival_models import Arrival
from estate_app.repair.arrival_rules import NOT_GIVEN, Fence, Finding, by_label, by_location, label_code, refused
from estate_app.repair.facility_models import Facility
from estate_app.repair.facility_rules import DOOR, area_of_code
from estate_app.repair.models import OrderStep, RepairOrder
from estate_app.repair.place import CoordinateSystem, checked_point
from estate_app.repair.reach import lock_under_repair, read_order
from estate_app.repair.rules import UNDER_REPAIR
from estate_app.repair.step import add_step, key_of
from estate_app.repair.weights import policy_of


@dataclass(frozen=True, slots=True)
class Proof:
    """What a phone gives: a scanned label, or a location with its accuracy in metres, or the word for why there is none."""

    label: str = ""
    latitude: float | None = None
    longitude: float | None = None
    accuracy_m: float | None = None
    system: CoordinateSystem = CoordinateSystem.wgs84
    refusal: str = ""


NO_PROOF = Proof()


@dataclass(frozen=True, slots=True)
class ArrivalCard:
    """Whether an order asks for proof, and the best that was given since it was assigned."""

    is_asked: bool = False
    finding: Finding | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class JobHere:
    """A job at the place of a scanned label."""

    order_id: int
    number: str
    description: str


def arrive(uow: UnitOfWork, actor: Actor, *, order_id: int, proof: Proof, client_at: datetime | None = None) -> Finding:
    """Say that one is at the door. What does not prove it is written down with the reason and can be made good; nothing is refused for it.

    Raises:
        ConflictError: the order is not accepted yet, or over.
        InvalidError: the place does not exist on Earth.
    """
    order = lock_under_repair(uow, actor, order_id)
    known = _best(uow.session, order)
    if known is not None and known.is_proven:
        return _finding(known)
    found = _judge(uow.session, order, proof)
    _keep(uow, actor, order, found, client_at)
    return found


def note_missing(uow: UnitOfWork, actor: Actor, order: RepairOrder, client_at: datetime | None = None) -> None:
    """Write down that a repair began without proof, where the estate asks for it; called when a repair starts."""
    if policy_of(uow.session, order.estate_id).asks_arrival and _best(uow.session, order) is None:
        _keep(uow, actor, order, NOT_GIVEN, client_at)


def arrival_card(session: Session, actor: Actor, order_id: int, *, now: datetime) -> ArrivalCard:
    """How the arrival at an order within the actor's reach stands; a stranger gets a 404."""
    order = read_order(session, actor, order_id, business_date(now))
    found = _best(session, order)
    asked = policy_of(session, order.estate_id).asks_arrival
    return ArrivalCard(asked, _finding(found) if found else None, found.at if found else None)


def jobs_at_label(session: Session, actor: Actor, code: str) -> list[JobHere]:
    """The technician's own jobs at the place of a label, for whoever scans it with the camera of the phone."""
    actor.require(Permission.work_orders)
    room_id, area_id = _hangs_at(session, label_code(code))
    if room_id is None and area_id is None:
        return []
    here = RepairOrder.room_id == room_id if room_id is not None else RepairOrder.public_area_id == area_id
    mine = select(RepairOrder).where(RepairOrder.technician_id == actor.id, col(RepairOrder.status).in_(UNDER_REPAIR), here)
    found = session.exec(mine.order_by(col(RepairOrder.complete_due_at), col(RepairOrder.id)))
    return [JobHere(key_of(order), order.number, order.description) for order in found]


def _best(session: Session, order: RepairOrder) -> Arrival | None:
    """The proven arrival of whoever holds the order since it was assigned, else the newest."""
    if order.technician_id is None or order.assigned_at is None:
        return None
    mine = select(Arrival).where(Arrival.order_id == order.id, Arrival.technician_id == order.technician_id)
    return session.exec(
        mine.where(col(Arrival.at) >= order.assigned_at).order_by(col(Arrival.doubt).is_(None).desc(), col(Arrival.id).desc())
    ).first()


def _judge(session: Session, order: RepairOrder, proof: Proof) -> Finding:
    if proof.label.strip():
        return by_label(fits=_fits(session, order, label_code(proof.label)))
    point = checked_point(proof.latitude, proof.longitude, proof.system)
    if point is None or proof.accuracy_m is None:
        return refused(proof.refusal)
    ground = ground_of(session, estate_id=order.estate_id, building_id=order.building_id)
    metres = policy_of(session, order.estate_id).arrival_metres
    return by_location(point, proof.accuracy_m, Fence(ground.outlines, ground.points, metres))


def _fits(session: Session, order: RepairOrder, code: str) -> bool:
    """Whether a label hangs where the order is: on its room's door, on its facility, or anywhere in its public area."""
    room_id, area_id = _hangs_at(session, code)
    return room_id == order.room_id if order.room_id is not None else area_id is not None and area_id == order.public_area_id


def _hangs_at(session: Session, code: str) -> tuple[int | None, int | None]:
    """The room or the public area at which a label hangs; neither for a label that nobody knows."""
    if code.startswith(DOOR):
        return room_of_label(session, code), None
    area_id = area_of_code(code)
    if area_id is None:
        area_id = session.exec(select(Facility.public_area_id).where(Facility.code == code)).first()
    return None, area_id


def _keep(uow: UnitOfWork, actor: Actor, order: RepairOrder, found: Finding, client_at: datetime | None) -> None:
    add_step(uow, actor, order, "arrive", reason=found.doubt or found.means or "", client_at=client_at)
    uow.flush()
    step_id = uow.session.exec(select(func.max(OrderStep.id)).where(OrderStep.order_id == order.id)).one()
    uow.session.add(
        Arrival(
            order_id=key_of(order), technician_id=actor.id, step_id=step_id, means=found.means, doubt=found.doubt,
            distance_m=found.distance_m, accuracy_m=found.accuracy_m, at=uow.now,
        )
    )  # fmt: skip
    uow.flush()


def _finding(row: Arrival) -> Finding:
    return Finding(row.means, row.doubt, row.distance_m, row.accuracy_m)
