"""What a reader may do with an order now. The commands check again; this is what the buttons go by. Pure."""

from dataclasses import dataclass
from datetime import datetime

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.repair.models import OrderStatus, Rating, RepairOrder
from estate_app.repair.rules import MOVES, OPEN, RATE_WITHIN, REOPEN_WITHIN, WITH_TECHNICIAN


@dataclass(frozen=True, slots=True)
class Allowed:
    """What this reader may do with the order now."""

    cancel: bool = False
    urge: bool = False
    reopen: bool = False
    rate: bool = False
    accept: bool = False
    set_out: bool = False
    start: bool = False
    pause: bool = False
    resume: bool = False
    complete: bool = False
    give_back: bool = False
    reply: bool = False
    assign: bool = False
    reject: bool = False


def allowed_for(actor: Actor, order: RepairOrder, rating: Rating | None, *, is_own: bool, now: datetime) -> Allowed:
    """Say what an actor may do with an order now, so that a page shows no button that would be refused."""
    moves, status = MOVES[order.status], order.status
    is_fresh = order.completed_at is not None and status in {OrderStatus.completed, OrderStatus.closed}
    age = now - order.completed_at if order.completed_at is not None else REOPEN_WITHIN
    is_mine = actor.can(Permission.work_orders) and order.technician_id == actor.account_id
    scope = actor.scope(Permission.repairs_dispatch)
    leads = actor.can(Permission.repairs_dispatch) and scope.covers(estate_id=order.estate_id, building_id=order.building_id)
    return Allowed(
        cancel=is_own and OrderStatus.cancelled in moves,
        urge=is_own and status in OPEN,
        reopen=is_own and is_fresh and age <= REOPEN_WITHIN,
        rate=is_own and is_fresh and rating is None and age <= RATE_WITHIN and order.technician_id != actor.account_id,
        accept=is_mine and OrderStatus.accepted in moves,
        set_out=is_mine and OrderStatus.on_the_way in moves,
        start=is_mine and OrderStatus.working in moves and status is not OrderStatus.paused,
        pause=is_mine and OrderStatus.paused in moves,
        resume=is_mine and status is OrderStatus.paused,
        complete=is_mine and OrderStatus.completed in moves,
        give_back=is_mine and status in WITH_TECHNICIAN and status is not OrderStatus.assigned,
        reply=is_mine and rating is not None and not rating.reply,
        assign=leads and OrderStatus.assigned in moves and order.merged_into_id is None,
        reject=leads and OrderStatus.rejected in moves,
    )
