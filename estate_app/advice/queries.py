"""The tips for a resident's home, from what the other domains know of it."""

from datetime import datetime

from sqlmodel import Session

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.advice.models import TipOptOut
from estate_app.advice.rules import Facts, PastRepair, Thing, Tip, Use, advise
from estate_app.billing.use import use_of_room
from estate_app.kit.clock import add_months, business_date
from estate_app.property.places import handed_over_on
from estate_app.property.queries import own_room
from estate_app.repair.history import facilities_of_building, repairs_of_room

_BACK_MONTHS = 24


def wants_tips(session: Session, actor: Actor) -> bool:
    """Whether somebody has left the tips on."""
    actor.require(Permission.own_account)
    return session.get(TipOptOut, actor.id) is None


def tips_for(session: Session, actor: Actor, *, room_id: int, now: datetime) -> tuple[Tip, ...]:
    """The tips for one of the actor's homes; none for who has switched them off. A stranger's room is a 404."""
    actor.require(Permission.own_repairs)
    today = business_date(now)
    room = own_room(session, actor, room_id, today)
    if not wants_tips(session, actor):
        return ()
    facts = Facts(
        today=today,
        handed_over_on=handed_over_on(session, room_id),
        repairs=[PastRepair(*row) for row in repairs_of_room(session, room_id, since=add_months(today, -_BACK_MONTHS))],
        things=[Thing(*row) for row in facilities_of_building(session, room.building_id)],
        uses=[Use(*row) for row in use_of_room(session, room_id, on=today)],
    )
    return advise(facts)
