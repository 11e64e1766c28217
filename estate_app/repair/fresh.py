"""An order that has just been taken, as its reporter sees it: said from what is in hand, without a second reading."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission, Role
from estate_app.kit.i18n import Message
from estate_app.media.queries import files_of
from estate_app.property.queries import PlaceLabel
from estate_app.repair.allowed import allowed_for
from estate_app.repair.decisions import chosen_sentence
from estate_app.repair.detail import OrderDetail, StepRow, TechnicianCard, order_detail
from estate_app.repair.intake import Taken
from estate_app.repair.models import OrderStatus
from estate_app.repair.queries import row_of
from estate_app.repair.step import ENTITY, key_of


def taken_detail(session: Session, actor: Actor, taken: Taken, *, now: datetime) -> OrderDetail:
    """What `order_detail` says of an order at the moment at which it was taken, but for the technician's trades.

    A twin that was known before is read from the database, and so is everything for whoever is no resident.
    """
    order = taken.order
    if taken.source is None or actor.role is not Role.resident:
        return order_detail(session, actor, key_of(order), now=now)
    actor.require(Permission.own_account)
    place, kind, found = taken.source
    files = files_of(session, ENTITY, [key_of(order)], now=now).get(key_of(order), ()) if taken.has_files else ()
    technician = _technician(taken)
    label = PlaceLabel(place.estate, place.label, place.code)
    name = technician.name if technician else ""
    return OrderDetail(
        order=row_of(actor, order, kind, None, label=label, technician=name, files=files, now=now),
        access=order.access,
        latitude=order.latitude,
        longitude=order.longitude,
        respond_due_at=order.respond_due_at,
        complete_due_at=order.complete_due_at,
        accepted_at=None,
        started_at=None,
        labour_minutes=0,
        stage_at=(order.submitted_at, order.assigned_at, None, None, None),
        steps=_steps(actor, taken),
        materials=(),
        material_fen=0,
        is_charged=False,
        photos=files,
        technician=technician,
        rating=None,
        rework_number=taken.rework_number,
        why=_why(taken),
        decisions=(),
        offer_expires_at=now + timedelta(minutes=found.policy.answer_minutes(order.urgency)) if technician else None,
        follower_count=0,
        allowed=allowed_for(actor, order, None, is_own=True, now=now),
    )


def _technician(taken: Taken) -> TechnicianCard | None:
    chosen = taken.source[2].chosen if taken.source else None
    if chosen is None:
        return None
    return TechnicianCard(chosen.technician_id, chosen.name, chosen.phone, chosen.score_milli, chosen.score_count, ())


def _why(taken: Taken) -> Message | None:
    found = taken.source[2] if taken.source else None
    chosen = found.chosen if found else None
    if found is None or chosen is None:
        return None
    best = next(one for one in found.ranking.candidates if one.technician_id == chosen.technician_id)
    return chosen_sentence(best.name, best.parts)


def _steps(actor: Actor, taken: Taken) -> tuple[StepRow, ...]:
    """The newest first; that an order waits is the office's own."""
    first = StepRow("report", OrderStatus.submitted, OrderStatus.submitted, actor.name, "", "", taken.order.submitted_at, None)
    if taken.order.technician_id is None:
        return (first,)
    return replace(first, action="assign", to_status=OrderStatus.assigned), first
