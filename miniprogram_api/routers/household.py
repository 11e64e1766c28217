"""The people of an own room: seen by who lives there, invited and ended by its owner."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Response, status

from estate_app.access.actor import Actor
from estate_app.db import UnitOfWork
from estate_app.errors import NotFoundError
from estate_app.kit.clock import business_date
from estate_app.property import family
from estate_app.property.models import Relation
from miniprogram_api.deps import IfNoneMatch, SignedIn
from miniprogram_api.errors import problems
from miniprogram_api.paging import tagged
from miniprogram_api.schemas.common import Id
from miniprogram_api.schemas.household import EndingSent, HouseholdOut, HousemateOut, InvitationSent

router = APIRouter(tags=["rooms"])
RoomId = Annotated[Id, Path(description="The own room.", examples=[12])]
MemberId = Annotated[Id, Path(description="The entry of the room's list.", examples=[31])]


@router.get("/rooms/{room_id}/members", response_model=HouseholdOut, responses=problems(401, 404))
def list_members(room_id: RoomId, caller: SignedIn, if_none_match: IfNoneMatch = "") -> Response:
    """List who belongs to an own room, now and from coming days on."""
    return tagged(_household(caller.run(_own, room_id)), if_none_match)


@router.post("/rooms/{room_id}/members", status_code=status.HTTP_201_CREATED, responses=problems(401, 404, 409))
def invite_member(room_id: RoomId, body: InvitationSent, caller: SignedIn) -> HouseholdOut:
    """Invite family, a tenant or somebody who only pays; who has an account sees the room from the first day on."""
    caller.run(_invite, room_id, body)
    return _household(caller.run(_own, room_id))


@router.post("/rooms/{room_id}/members/{member_id}/end", responses=problems(401, 404, 409))
def end_membership(room_id: RoomId, member_id: MemberId, body: EndingSent, caller: SignedIn) -> HouseholdOut:
    """End the membership of somebody whom an owner may invite, after its last day."""
    caller.run(_end, room_id, member_id, body.last_on)
    return _household(caller.run(_own, room_id))


def _own(uow: UnitOfWork, actor: Actor, room_id: int) -> family.OwnHousehold:
    return family.own_household(uow.session, actor, room_id=room_id, on=business_date(uow.now))


def _invite(uow: UnitOfWork, actor: Actor, room_id: int, body: InvitationSent) -> None:
    family.invite(
        uow,
        actor,
        room_id=room_id,
        name=body.name,
        phone=body.phone,
        relation=Relation(body.relation),
        from_on=body.from_on,
        to_on=body.to_on,
    )


def _end(uow: UnitOfWork, actor: Actor, room_id: int, member_id: int, last_on: date) -> None:
    # Refused within the transaction: a wrong pair of room and entry ends nothing.
    if family.end_invited(uow, actor, member_id=member_id, last_on=last_on).room_id != room_id:
        raise NotFoundError


def _household(found: family.OwnHousehold) -> HouseholdOut:
    return HouseholdOut(may_invite=found.may_invite, items=[_housemate(one) for one in found.people])


def _housemate(one: family.Resident) -> HousemateOut:
    return HousemateOut(
        id=one.id,
        name=one.name,
        phone=one.phone,
        relation=one.relation.value,
        from_on=one.from_on,
        to_on=one.to_on,
        has_account=one.has_account,
        is_self=one.is_self,
        can_end=one.can_end,
    )
