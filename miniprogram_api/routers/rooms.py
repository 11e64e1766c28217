"""The rooms of the signed-in person."""

from fastapi import APIRouter, Response

from estate_app.access.actor import Actor
from estate_app.db import UnitOfWork
from estate_app.kit.clock import business_date
from estate_app.property.claims import all_estates
from estate_app.property.queries import OwnRoom, own_rooms
from miniprogram_api.deps import IfNoneMatch, SignedIn
from miniprogram_api.errors import problems
from miniprogram_api.paging import tagged
from miniprogram_api.schemas.room import EstateOut, EstatesOut, RoomOut, RoomsOut

router = APIRouter(tags=["rooms"])


@router.get("/rooms", response_model=RoomsOut, responses=problems(401))
def list_rooms(caller: SignedIn, if_none_match: IfNoneMatch = "") -> Response:
    """List the own rooms of today; a departed tenant has none."""
    return tagged(RoomsOut(items=[_room(room) for room in caller.run(_rooms)]), if_none_match)


@router.get("/estates", response_model=EstatesOut, responses=problems(401))
def list_estates(caller: SignedIn, if_none_match: IfNoneMatch = "") -> Response:
    """List the estates in which a room can be asked for."""
    return tagged(EstatesOut(items=[EstateOut(id=key, name=name) for key, name in caller.run(_estates)]), if_none_match)


def _estates(uow: UnitOfWork, actor: Actor) -> list[tuple[int, str]]:
    return all_estates(uow.session, actor)


def _rooms(uow: UnitOfWork, actor: Actor) -> list[OwnRoom]:
    return own_rooms(uow.session, actor, business_date(uow.now))


def _room(room: OwnRoom) -> RoomOut:
    return RoomOut(
        id=room.id,
        estate_id=room.estate_id,
        estate_name=room.estate_name,
        label=room.label,
        code=room.code,
        relation=room.relation.value,
        area_milli_m2=room.area_milli_m2,
        latitude=room.latitude,
        longitude=room.longitude,
    )
